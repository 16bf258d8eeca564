"""`dispatch callouts`, `show` and `close`."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import answer, call_out, complaint, run


def _rows(table: str, url: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def test_open_call_outs_are_listed(with_roster: str) -> None:
    """Code, status, where from and who has it; those that are over only when somebody asks for them."""
    assert run("callouts").stdout == "No call-out is open.\n"
    first, second = call_out(unit="West Division"), call_out("+15625550178")
    run("close", first, "--as", "cora")
    listed = run("callouts").stdout
    assert re.search(rf"^{second}  paging  LBPD +\w{{3}} \d.* nobody has it$", listed, re.MULTILINE)
    assert first not in listed
    assert re.search(rf"^{first} +closed +LBPD, West Division .*over", run("callouts", "--all").stdout, re.MULTILINE)
    assert run("callouts", "--since", "2026-01-01").stdout == run("callouts", "--all").stdout
    assert run("callouts", "--since", "2036-01-01").stdout == "There is no call-out.\n"
    assert "--limit 2 shows them" in run("callouts", "--all", "--limit", "1").stdout
    assert "is not a time" in complaint("callouts", "--since", "yesterday")
    found = answer("callouts", "--all")
    assert [one["code"] for one in found["callouts"]] == [second, first]
    assert found["next"] is None


def test_a_probable_duplicate_is_listed_as_one(with_roster: str) -> None:
    first, second = call_out(), call_out()
    assert re.search(rf"^{second} .*probably the same as {first}$", run("callouts").stdout, re.MULTILINE)


def test_one_call_out_is_shown(with_roster: str) -> None:
    """Whom to ring, who was paged and how it went, and the timeline; one that is over as well, by the code it had."""
    code = call_out(officer_name="R. Alvarez", officer_badge="4471")
    shown = run("show", code.lower()).stdout
    assert shown.startswith(f"{code}  paging  LBPD, received ")
    assert "officer  R. Alvarez, badge 4471, +15625550177" in shown
    assert re.search(r"paged    \w+ \w+, \+1562555\d{4}: text waits until", shown)
    assert re.search(rf"^\d\d:\d\d:\d\d +· +{code} +LBPD called", shown, re.MULTILINE)
    run("close", code, "--as", "cora")
    assert "closed by Cora" in run("show", code).stdout
    found = answer("show", code)
    assert found["officer"]["callback_phone"] == "+15625550177"
    assert [entry["kind"] for entry in found["timeline"]][-1] == "closed"
    assert "there never was a call-out Z9Z" in complaint("show", "Z9Z")


def test_a_call_out_is_closed_by_name(with_roster: str) -> None:
    """The timeline and the audit trail say who did it, and from where; a second time there is nothing to close."""
    code = call_out()
    assert "--as" in complaint("close", code, exit_code=2)
    for nobody in (" ", "ana", "the night desk"):
        said = complaint("close", code, "--as", nobody)
        assert f"no coordinator in the roster is called {nobody.strip()!r}; there are: cora" in said
    assert not [row for row in _rows("audit", with_roster) if "the night desk" in row]
    assert run("close", code, "--as", "cora").stdout.startswith(f"{code} is closed.")
    (entry,) = [row for row in _rows("audit", with_roster) if "closed" in row]
    assert "operator cora" in entry
    (note,) = [row for row in _rows("timeline", with_roster) if "closed by Cora" in row]
    assert {"cli", "operator", "cora"} <= set(note)
    assert f"no open call-out has the code {code}" in complaint("close", code, "--as", "cora")
    again = call_out("+15625550178")
    assert answer("close", again, "--as", "Cora Whitfield")["status"] == "closed"
    assert [row[6] for row in _rows("audit", with_roster) if "closed" in row] == ["cora", "cora"]


_QUESTIONS = [("callouts",), ("show", "K7Q"), ("who",), ("nodes",), ("key", "list"), ("check",)]


def test_a_question_makes_no_database(tmp_path: Path, subtests: pytest.Subtests) -> None:
    """Asked in another folder than the service's, a new and empty database would say that all is quiet."""
    for command in _QUESTIONS:
        with subtests.test(str(command)):
            file = tmp_path / "elsewhere.db"
            said = run(*command, exit_code=1, env={"DISPATCH_DATABASE_URL": f"sqlite:///{file}"})
            assert f"there is no database at {file}" in said.stdout + said.stderr
            assert not file.exists()
