"""Who gave a command stands in the audit trail, whatever it changed; one that only looks changes nothing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from dispatch.cli import app, test_page
from tests.cli.commands import A_CALL, SAMPLE, answer, call_out, put, run, sign_in

_OVERRIDE = ["override", "add", "backup", "--kind", "add", "--person", "ana"]
_OVERRIDE += ["--from", "2090-12-04 18:00", "--until", "2090-12-05 09:00"]
_SPAN = ["--from", "2090-12-04 18:00", "--until", "2090-12-04 21:00"]
_COVER = ["cover", "ask", "ana", *_SPAN]
_CHANGES = {
    "roster import": (["roster", "import", str(SAMPLE)], "imported the roster", "nothing changed"),
    "roster undo": (
        ["roster", "undo", "VERSION", "--yes"],
        "undid a change of the roster",
        "version 2, by version 3; overrides: 1 removed",
    ),
    "override add": ([*_OVERRIDE, "--yes"], "changed the roster", "version 2: added an override; overrides: 1 added"),
    "override end": (
        ["override", "end", "OVERRIDE", "--yes"],
        "changed the roster",
        "version 3: ended an override; overrides: 1 removed",
    ),
    "cover ask": (_COVER, "asked for cover", "1, of ana"),
    "cover give": (
        ["cover", "give", "COVER", "ben", "--yes"],
        "changed the roster",
        "version 2: added an override; overrides: 1 added",
    ),
    "cover take": (
        ["cover", "take", "COVER", "ben", "--yes"],
        "changed the roster",
        "version 2: added an override; overrides: 1 added",
    ),
    "cover withdraw": (["cover", "withdraw", "COVER"], "asks for cover no longer", "1, of ana"),
    "away": (["away", "ana", *_SPAN], "said that somebody is away", "of ana"),
    "key new": (["key", "new", "--coordinator", "Cora"], "made a key", "key_… for coordinator Cora"),
    "key revoke": (["key", "revoke", "KEY"], "revoked a key", "key_… for agency LBPD"),
    "test-page": (["test-page", "ana"], "sent a test page", "to ana"),
    "close": (["close", "CODE", "--as", "cora"], "closed", "was paging"),
    "verify": (["verify", "LISTED", "--as", "cora"], "verified the caller", "was listed"),
    "hotline page": (["hotline", "page", "CALL", "--as", "cora"], "opened by hand", "a call on the hotline"),
    "hotline dismiss": (
        ["hotline", "dismiss", "CALL", "--as", "cora"],
        "dismissed a call",
        "a call on the hotline is no call-out",
    ),
    "user add": (["user", "add", "cora"], "made a one-time link", "for cora to enrol"),
    "user reset": (["user", "reset", "cora"], "made a one-time link", "for cora to enrol"),
    "user let-in": (["user", "let-in", "cora"], "made a one-time link", "for a new browser of cora"),
    "user sign-out": (["user", "sign-out", "SIGNED IN"], "ended sessions", "1 session of cora"),
}
_THEN = {
    "test-page": ["withdrew a test page"],
    "cover give": ["took a cover"],
    "cover take": ["took a cover"],
    "away": ["asked for cover"],
}
"""What else stands in the trail of one that does two things."""
_LOOKS = {
    "callouts": ["callouts"],
    "show": ["show", "CODE"],
    "hotline list": ["hotline", "list"],
    "who": ["who"],
    "check": ["check"],
    "nodes": ["nodes"],
    "schedule": ["schedule"],
    "roster log": ["roster", "log"],
    "roster diff": ["roster", "diff"],
    "cover list": ["cover", "list"],
    "key list": ["key", "list"],
    "user list": ["user", "list"],
    "roster export": ["roster", "export", "-"],
    "migrate": ["migrate"],
}
# Needs a carrier, and is tried with one in test_number.py.
_AT_THE_CARRIER = {"number"}
# What runs a whole service, and what copies the file of the database while no service may write it.
_OTHERS = {"serve", "demo", "rehearse", "backup", "restore"}


def _commands(group: typer.Typer, before: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield before + (command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _commands(inner.typer_instance, f"{inner.name} ")


def test_every_command_is_known_to_change_something_or_not() -> None:
    """A new command has to say which it is, and is then tried below."""
    assert set(_commands(app)) == {*_CHANGES, *_LOOKS, *_AT_THE_CARRIER, *_OTHERS}


def _given(arguments: list[str], url: str) -> list[str]:
    key = answer("key", "new", "--agency", "LBPD")["id"] if "KEY" in arguments else ""
    code = call_out() if {"CODE", "LISTED", "CALL"} & set(arguments) else ""
    if "LISTED" in arguments:
        put(url, "UPDATE callout SET trust = 'listed'")
    if "CALL" in arguments:
        put(url, A_CALL)
    if "SIGNED IN" in arguments:
        sign_in()
    if {"OVERRIDE", "VERSION"} & set(arguments):
        run(*_OVERRIDE, "--yes")
    if "COVER" in arguments:
        run(*_COVER)
    version = str(answer("roster", "log")["changes"][0]["version"]) if "VERSION" in arguments else ""
    override = "backup 2090-12-05 02:00Z" if "OVERRIDE" in arguments else ""
    named = {
        "KEY": key,
        "CODE": code,
        "LISTED": code,
        "CALL": "call-1",
        "SIGNED IN": "cora",
        "VERSION": version,
        "OVERRIDE": override,
        "COVER": "1",
    }
    return [named.get(argument, argument) for argument in arguments]


_DRAWN = re.compile("key_[0-9a-f]+")


@pytest.mark.parametrize("command", _CHANGES)
def test_a_command_that_changes_something_says_who_gave_it(
    command: str, with_roster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator, the command line and what was done, but no secret and no number, in the same transaction."""
    monkeypatch.setattr(test_page, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setenv("LOGNAME", "olga")
    monkeypatch.setenv("DISPATCH_SECRET_KEYS", f"{'A' * 43}=")
    arguments, did, detail = _CHANGES[command]
    given = _given(arguments, with_roster)
    before = len(_trail(with_roster))
    result = CliRunner().invoke(app, given)
    name = "cora" if "--as" in arguments else "olga"
    trail = _trail(with_roster)[before:]
    told = [(line[0], _DRAWN.sub("key_…", line[1]), *line[2:]) for line in trail]
    assert told[0] == (did, detail, "operator", name, "cli"), result.output
    assert [line[0] for line in told[1:]] == _THEN.get(command, [])


def test_a_command_that_looks_changes_nothing(with_roster: str, subtests: pytest.Subtests) -> None:
    """Whatever it reads, no row but those of the audit trail is another one afterwards."""
    for command in _LOOKS:
        with subtests.test(str(command)):
            arguments = _given(_LOOKS[command], with_roster)
            before = _everything(with_roster)
            CliRunner().invoke(app, arguments)
            assert _everything(with_roster) == before


def _trail(url: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return database.execute("SELECT did, detail, actor_kind, actor_id, source FROM audit ORDER BY id").fetchall()


def _everything(url: str) -> list[str]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return [line for line in database.iterdump() if 'INTO "audit"' not in line and "sqlite_sequence" not in line]
