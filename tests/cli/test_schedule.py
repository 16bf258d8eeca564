"""`dispatch schedule`, `override`, and the roster's log."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dispatch.app import wall_clock
from tests.cli.commands import SAMPLE, answer, complaint, run


@pytest.fixture
def tomorrow() -> tuple[str, ...]:
    """Options for the whole day after tomorrow."""
    day = (wall_clock() + timedelta(days=2)).date()
    return ("--from", f"{day}T00:00", "--until", f"{day + timedelta(days=1)}T00:00")


def on_call(day: datetime) -> str:
    return str(answer("who", "--at", f"{day.date()}T12:00")["on_call"][0]["person"])


def test_the_coming_nights_are_shown(with_roster: str) -> None:
    said = run("schedule").stdout.splitlines()
    assert said[0] == "On call in the next 14 nights, 22:00 to 06:00 local time:"
    assert len(said) == 15
    nights = answer("schedule")["nights"]
    assert len(nights) == 14
    assert set(nights[0]["on_call"]) == {"primary", "backup"}


def test_a_cover_is_shown_made_logged_and_undone(with_roster: str, tomorrow: tuple[str, ...]) -> None:
    """Somebody at a terminal sees who is on call instead of whom, and who is texted; the log and the diff name it, and
    the undo gives back who was on call."""
    day = wall_clock() + timedelta(days=2)
    was = on_call(day)
    comes = "dev" if was != "dev" else "ben"
    said = run("override", "add", "primary", "--person", comes, *tomorrow, "--yes").stdout
    assert "Overrides: 1 added." in said
    assert re.search(rf"  primary: {was.title()} → {comes.title()}, ", said)
    assert f"text to {'Dev Sharma' if comes == 'dev' else 'Ben Okafor'}: Schedule changed. You are on call" in said
    (version,) = re.findall(r"Done: the roster has version (\d+)", said)
    assert on_call(day) == comes
    assert f"{version}" in run("roster", "log").stdout
    assert "added an override: overrides: primary " in run("roster", "log").stdout
    assert answer("roster", "log")["changes"][0]["version"] == int(version)
    assert ": added" in run("roster", "diff").stdout
    assert ": added" in run("roster", "diff", str(int(version) - 1)).stdout
    run("roster", "undo", version, "--yes")
    assert on_call(day) == was
    assert f"undid version {version}" in run("roster", "log").stdout
    assert f"version {version} was undone by version" in complaint("roster", "undo", version, "--yes")


def test_a_gap_is_named_and_meant(with_roster: str, tomorrow: tuple[str, ...]) -> None:
    command = ("override", "add", "primary", "--kind", "remove", *tomorrow, "--yes")
    refused = run(*command, exit_code=1)
    assert "  gap: nobody on call for primary, " in refused.stdout
    assert "--leave-gaps" in refused.stderr
    run(*command, "--leave-gaps")
    (key,) = re.findall(r"'(primary \d{4}-.*?Z)'", run("override", "end", "none", "--yes", exit_code=1).stderr)
    run("override", "end", key, "--yes")


_CANNOT_BE = [
    (["roster", "undo", "99", "--yes"], "no change of the roster has the version 99: see `dispatch roster log`"),
    (["roster", "diff", "99"], "and none called 99 yet"),
    (["override", "end", "none", "--yes"], "there is no override 'none'"),
    (
        ["override", "add", "primary", "--person", "zoe", "--from", "2090-01-01", "--until", "2090-01-02"],
        "'zoe' is nobody in the roster",
    ),
    (
        ["override", "add", "primary", "--kind", "swap", "--from", "2090-01-01", "--until", "2090-01-02"],
        "--kind 'swap' is not one of add, replace, remove",
    ),
]


def test_what_cannot_be_is_one_line(with_roster: str, subtests: pytest.Subtests) -> None:
    for arguments, words in _CANNOT_BE:
        with subtests.test(str((arguments, words))):
            said = run(*arguments, exit_code=1).stderr
            assert said.count("\n") == 1
            assert words in said


def test_a_cover_is_shown_before_it_is_given(with_roster: str, tomorrow: tuple[str, ...]) -> None:
    """Who is on call then, and both texts; where nobody can be asked, nothing is done."""
    day = wall_clock() + timedelta(days=2)
    spans = [answer("who", "--at", f"{(day + timedelta(days=days)).date()}T00:00")["on_call"] for days in (0, 1)]
    busy = [one["person"] for found in spans for one in found]
    taker = next(one for one in ("ana", "ben", "cleo", "dev", "eva") if one not in busy)
    run("cover", "ask", on_call(day), *tomorrow)
    shown = run("cover", "give", "1", taker, exit_code=1)
    assert "has your shift (cover 1)" in shown.stdout
    assert "A coordinator gave you" in shown.stdout
    assert "give --yes where nobody can be asked" in shown.stderr
    assert "open" in run("cover", "list").stdout
    assert "Take it back with `dispatch roster undo" in run("cover", "give", "1", taker, "--yes").stdout
    assert "taken" in run("cover", "list").stdout


def test_a_file_names_its_version_and_undoes_nothing_in_silence(with_roster: str, tomorrow: tuple[str, ...]) -> None:
    """What was changed after an export is named before an import of that file takes it away; a number and a PIN that
    changed are never printed."""
    run("roster", "export", "old.toml")
    assert re.search(r"^version = \d+$", Path("old.toml").read_text(), re.MULTILINE)
    run("override", "add", "primary", "--kind", "add", "--person", "dev", *tomorrow, "--yes")
    for options in ([], ["--dry-run"]):
        assert "would undo what was changed since: version" in complaint("roster", "import", "old.toml", *options)
    assert "overrides: removed primary" in run("roster", "import", "old.toml", "--undo-later").stdout
    assert "Nothing changed." in run("roster", "import", "--from", "0", str(SAMPLE), "--undo-later").stdout
    Path("new.toml").write_text(SAMPLE.read_text().replace("+15625550101", "+15625550171"))
    run("roster", "import", "new.toml")
    assert "people ana: phone changed" in run("roster", "diff").stdout
    assert "0171" not in run("roster", "diff").stdout
    Path("bad.toml").write_text("version = -1\n" + SAMPLE.read_text())
    assert "bad.toml: version: -1 is no version" in run("roster", "import", "bad.toml", exit_code=1).stderr
