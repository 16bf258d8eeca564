"""`dispatch who`: who is on call, and when nobody is."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from demo.sample import ROSTER
from dispatch.app import wall_clock
from dispatch.cli.output import gap_warnings, gaps_to_fill
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.edited import edited
from tests.cli.commands import SAMPLE, answer, complaint, run


def test_who_takes_local_time_and_time_with_an_offset(with_roster: str) -> None:
    """02:00 in Los Angeles is 10:00 UTC in winter, and both find the same people."""
    local = answer("who", "--at", "2026-12-25 02:00")
    assert local == answer("who", "--at", "2026-12-25T10:00Z")
    assert local == {
        "at": "2026-12-25T02:00:00-08:00",
        "on_call": [
            {
                "rotation": "primary",
                "person": "eva",
                "name": "Eva Lindgren",
                "phone": "+15625550105",
                "until": "2026-12-28T09:00:00-08:00",
                "specialist": True,
                "qualified": True,
            },
            {
                "rotation": "backup",
                "person": "dev",
                "name": "Dev Sharma",
                "phone": "+15625550104",
                "until": "2026-12-25T09:00:00-08:00",
                "specialist": True,
                "qualified": True,
            },
        ],
        "gaps": [],
    }


def test_who_says_it_for_people(with_roster: str) -> None:
    """The name, the number and until when, in local time with its zone."""
    assert run("who", "--at", "2026-07-01 02:00").stdout == (
        "On call at Wed 2026-07-01 02:00 PDT:\n"
        "  primary  Cleo Martin  +15625550103  until Mon 2026-07-06 09:00 PDT\n"
        "  backup   Ben Okafor   +15625550102  until Wed 2026-07-01 09:00 PDT\n"
    )


def test_who_says_that_somebody_cannot_go(on_sqlite: str) -> None:
    """A rotation pages whoever stands in it, a coordinator as well; the line says that she is no specialist."""
    Path("desk.toml").write_text(
        SAMPLE.read_text()
        + '\n[[overrides]]\nrotation = "backup"\nkind = "replace"\nperson = "cora"\n'
        + 'starts_at = "2026-12-24 18:00"\nends_at = "2026-12-26 09:00"\n'
    )
    run("roster", "import", "desk.toml")
    said = run("who", "--at", "2026-12-25 02:00").stdout
    assert (
        "backup   Cora Whitfield  +15625550106  until Sat 2026-12-26 09:00 PST  is paged, but is no specialist" in said
    )
    found = {one["person"]: one["specialist"] for one in answer("who", "--at", "2026-12-25 02:00")["on_call"]}
    assert found == {"eva": True, "cora": False}


def test_who_warns_of_gaps_ahead(on_sqlite: str) -> None:
    """A gap is printed as a warning, with its beginning and its end."""
    Path("gap.toml").write_text(
        SAMPLE.read_text()
        + '\n[[overrides]]\nrotation = "backup"\nkind = "remove"\n'
        + 'starts_at = "2090-12-24 18:00"\nends_at = "2090-12-26 09:00"\n'
    )
    run("roster", "import", "gap.toml")
    said = run("who", "--at", "2090-12-25 02:00").stdout
    assert "Ben" not in said
    assert "warning: nobody on call for backup from Mon 2090-12-25 02:00 PST to Tue 2090-12-26 09:00 PST" in said


def test_a_time_that_is_none_is_one_line() -> None:
    """The line shows how to write a time."""
    for time in ("tomorrow", "9999-12-31T23:59", "9999-12-31T23:59:59-23:59", "0001-01-01", "1999-12-31", "2100-01-01"):
        assert f"'{time}' is not a time; write it like 2026-12-25T02:00" in complaint("who", "--at", time)


def test_who_says_of_the_past_what_it_was(with_roster: str) -> None:
    """A rotation that has ended since, and somebody who has left, are named as the schedule names them."""
    before = answer("who", "--at", "2026-07-01 02:00")["on_call"]
    kept = SAMPLE.read_text().replace('"cleo", ', "")
    Path("less.toml").write_text(re.sub(r"\[people\.cleo\].*?(?=\[people\.)", "", kept, flags=re.DOTALL))
    assert run("roster", "import", "less.toml").exit_code == 0
    after = answer("who", "--at", "2026-07-01 02:00")["on_call"]
    assert [one["person"] for one in after] == [one["person"] for one in before]
    assert (after[0]["name"], after[0]["phone"], after[0]["specialist"]) == ("cleo", None, None)
    assert "cleo" in run("who", "--at", "2026-07-01 02:00").stdout
    assert "has left since" in run("who", "--at", "2026-07-01 02:00").stdout
    assert "warning" not in run("who", "--at", "2026-07-01 02:00").stdout
    nights = run("schedule", "--at", "2026-07-01 02:00").stdout
    assert "primary: cleo" in nights
    assert "NOBODY" not in nights
    assert "warning" not in nights


def test_no_gap_is_warned_of_that_has_passed() -> None:
    """Whoever has left since was somebody then, and nobody fills a gap of last week."""
    now = wall_clock()
    ana, ben, *_ = ROSTER.people
    first = replace(ROSTER.rotations[1], members=("ana",))
    before = Roster(people=(ana, ben), rotations=(first,))
    after = edited(
        before,
        replace(before, people=(ben,), rotations=(replace(first, members=("ben",)),)),
        now - timedelta(days=1),
        at_once=True,
    )
    assert gaps_to_fill(after, now - timedelta(days=3)) == []
    assert list(gap_warnings(after, now - timedelta(days=3))) == []
    (gap,) = gaps_to_fill(replace(after, people=()), now - timedelta(days=3))
    assert gap.starts_at >= now
