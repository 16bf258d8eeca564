"""The coming nights of a roster, as somebody reads them before an import: hand-offs, exceptions and gaps are seen."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.roster.nights import coming
from tests.rules.situations import BEN, CORA, ROSTER

_ZONE = ZoneInfo("America/Los_Angeles")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, when clocks go back on the first."""
    return datetime(2026, 11, day, hour, minute, tzinfo=_ZONE)


def test_fourteen_nights_from_the_one_that_goes_on() -> None:
    """At two in the morning the night that began yesterday is the first; at nine it is the coming one."""
    assert [night.begins_on for night in coming(ROSTER, at(24, 2))] == [
        date(2026, 11, 23) + timedelta(days=n) for n in range(14)
    ]
    assert coming(ROSTER, at(24, 9))[0].begins_on == date(2026, 11, 24)
    names = [name for name, _ in coming(ROSTER, at(24, 2))[0].on_call]
    assert names == [rotation.name for rotation in ROSTER.rotations]


def _told_of_primary(*overrides: Override) -> str:
    """The night of the 24th."""
    (told,) = [
        words
        for name, words in coming(replace(ROSTER, overrides=overrides), at(24, 22))[0].on_call
        if name == "primary"
    ]
    return told


def test_an_exception_in_the_night_is_seen_with_its_hour() -> None:
    """Somebody else from one to three, nobody from four on; the hour is that of the clock on the wall."""
    swap = Override("primary", OverrideKind.REPLACE, at(25, 1), at(25, 3), BEN.id)
    gap = Override("primary", OverrideKind.REMOVE, at(25, 4), at(25, 9))
    assert _told_of_primary(swap, gap) == "Ana, from 01:00 Ben, from 03:00 Ana, from 04:00 NOBODY"


def test_somebody_who_is_no_specialist_is_marked() -> None:
    """The rotation pages them, so they are named; but they cannot go."""
    context = Override("primary", OverrideKind.REPLACE, at(20, 0), at(30, 0), CORA.id)
    assert _told_of_primary(context) == "Cora (no specialist)"


def test_whoever_the_roster_does_not_know_is_nobody() -> None:
    """They have no number, and no page goes to them."""
    assert _told_of_primary(Override("primary", OverrideKind.REPLACE, at(20, 0), at(30, 0), "ghost")) == "NOBODY"


def test_a_night_with_nobody() -> None:
    """Nobody all night is one word."""
    away = Override("primary", OverrideKind.REMOVE, at(20, 0), at(30, 0))
    assert _told_of_primary(away) == "NOBODY"


def test_a_moment_needs_its_offset() -> None:
    """As everywhere."""
    with pytest.raises(NaiveMoment):
        coming(ROSTER, at(24, 2).replace(tzinfo=None))
