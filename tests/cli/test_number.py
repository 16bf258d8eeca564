"""`dispatch number`: where the carrier leads whoever calls or texts our number."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from typer.testing import CliRunner

from dispatch.cli import app
from tests.cli.commands import answer, complaint, run


def trail(url: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return database.execute("SELECT did, detail, actor_kind, actor_id, source FROM audit ORDER BY id").fetchall()


@pytest.mark.slow
def test_our_number_is_shown_and_set(
    with_roster: str, carrier: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address beside what it should be; --set gives the carrier ours, by name, and then all is well."""
    for name, value in carrier.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOGNAME", "olga")
    said = run("number", exit_code=1).stdout
    assert "✗ a call comes in  not set" in said
    assert "should be http://127.0.0.1:8000/twilio/voice/hotline#rc=5" in said
    assert "leads nowhere; keep a document at the carrier that dials coordinators" in said
    assert "! a call has ended not set" in said
    assert said.endswith("5 of 5 are not as they should be. While it is so, people do not reach us.\n")
    before = len(trail(with_roster))
    said = run("number", "--set").stdout
    assert "✓ a call comes in  http://127.0.0.1:8000/twilio/voice/hotline#rc=5" in said
    assert "! a call fails     not set" in said
    assert said.endswith("1 of 5 is not as it should be, and people reach us all the same.\n")
    line = "where it leads when a call comes in, a call has ended, a text comes in, a text fails"
    assert trail(with_roster)[before:] == [("set up our number", line, "operator", "olga", "cli")]
    monkeypatch.setenv("DISPATCH_HOTLINE_FALLBACK_URL", "https://handler.example/bin")
    assert "should be https://handler.example/bin#rc=5" in run("number").stdout
    assert run("number", "--set").stdout.endswith("Everything leads to us, and to a person while we are down.\n")
    shown = answer("number")
    assert (shown["number"], shown["ok"], len(shown["addresses"])) == ("+15625550100", True, 5)
    before = len(trail(with_roster))
    run("number", "--set")
    assert len(trail(with_roster)) == before, "there was nothing to set"


@pytest.mark.parametrize("sets", [False, True])
@pytest.mark.slow
def test_our_number_is_judged_as_the_check_judges_it(
    with_roster: str, carrier: dict[str, str], monkeypatch: pytest.MonkeyPatch, sets: bool
) -> None:
    """What keeps people away fails both; what works, but deserves a look, fails neither."""
    for name, value in carrier.items():
        monkeypatch.setenv(name, value)
    if sets:
        run("number", "--set")
    shown = json.loads(CliRunner().invoke(app, ["number", "--json"]).stdout)
    checked = json.loads(CliRunner().invoke(app, ["check", "--json"]).stdout)
    found = [one["verdict"] for one in checked["checks"] if one["part"] == "number"]
    assert [one["verdict"] for one in shown["addresses"] if one["verdict"] != "ok"] == found
    assert shown["ok"] is sets is ("fail" not in found)
    run("number", exit_code=0 if sets else 1)


@pytest.mark.slow
def test_our_number_cannot_be_shown(on_sqlite: str, carrier: dict[str, str]) -> None:
    """No settings, another account's number, wrong credentials, an address that no carrier reaches: one line each."""
    assert "cannot be asked without DISPATCH_TWILIO_ACCOUNT_SID" in complaint("number")
    other = complaint("number", env=carrier | {"DISPATCH_TWILIO_FROM": "+15625550199"})
    assert "our account has no number" in other
    assert "HTTP 401" in complaint("number", env=carrier | {"DISPATCH_TWILIO_AUTH_TOKEN": "wrong"})
    wrong = carrier | {"DISPATCH_PUBLIC_URL": "http://dispatch.example"}
    assert "must begin with https" in complaint("number", "--set", env=wrong)
