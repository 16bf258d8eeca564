"""Who reads their next two weeks on a Sunday, when, and what stands there."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.covers import cover_texts, two_weeks
from dispatch.rules.facts.people import DEFAULT_SUNDAY_HOUR, NO_SUNDAY, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.schedule.shift_texts import is_quiet

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUNDAY = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)  # 0:00 in Los Angeles
AT_FIVE = SUNDAY + 17 * HOUR
PEOPLE = tuple(
    Person(id_, f"{id_.title()} Long", f"+156255501{at:02}") for at, id_ in enumerate(["ana", "ben", "cleo", "dev"])
)


def roster(*members: str, length: int = 1, unit: RotationUnit = RotationUnit.DAYS) -> Roster:
    weekday = 0 if unit is RotationUnit.WEEKS else None
    rotation = Rotation("primary", members, unit, length, time(18), date(2026, 11, 23), weekday=weekday)
    return Roster(people=PEOPLE, rotations=(rotation,))


THREE = roster("ana", "ben", "cleo")


def hour_of(who: str, hour: int, known: Roster = THREE) -> Roster:
    return replace(
        known, people=tuple(replace(one, sunday_hour=hour) if one.id == who else one for one in known.people)
    )


@pytest.mark.parametrize(
    ("at", "hour", "is_due"),
    [
        (AT_FIVE - HOUR / 60, DEFAULT_SUNDAY_HOUR, False),
        (AT_FIVE, DEFAULT_SUNDAY_HOUR, True),
        (AT_FIVE, 18, False),
        (SUNDAY + 8 * HOUR, 8, True),
        (SUNDAY + 21 * HOUR, 21, True),
        (SUNDAY + 23 * HOUR, 21, False),  # nobody is told at night: in the morning
        (SUNDAY + 32 * HOUR, 21, True),
        (SUNDAY + 45 * HOUR, 8, True),
        (SUNDAY + 46 * HOUR, 8, False),  # Monday 22:00: the week has begun
        (SUNDAY + 60 * HOUR, 8, False),
        (AT_FIVE, NO_SUNDAY, False),
        (AT_FIVE - DAY, 8, False),
    ],
)
def test_the_hour_is_theirs(at: datetime, hour: int, is_due: bool) -> None:
    assert ("ana" in [one.id for one in two_weeks.due(hour_of("ana", hour), at)]) is is_due


@pytest.mark.parametrize("sunday", [date(2026, 11, 1), date(2027, 3, 14)])
def test_the_clocks_change_on_a_sunday(sunday: date) -> None:
    """Their hour is the one that the clock on the wall shows."""
    for minutes, is_due in ((-1, False), (0, True)):
        clock = datetime.fromisoformat(f"{sunday}T17:00:00-08:00" if sunday.month > 10 else f"{sunday}T17:00:00-07:00")
        at = (clock + timedelta(minutes=minutes)).astimezone(UTC)
        assert ("ana" in [one.id for one in two_weeks.due(THREE, at)]) is is_due
        assert two_weeks.sunday(at).date() == sunday


@given(minutes=st.integers(0, 60 * 24 * 400), hour=st.sampled_from([NO_SUNDAY, *two_weeks.SUNDAY_HOURS]))
def test_nobody_is_told_at_night_or_twice_a_week(minutes: int, hour: int) -> None:
    """Told at any moment at which they are due, they are not due again before the next Sunday."""
    at = SUNDAY + timedelta(minutes=minutes)
    if "ana" in [one.id for one in two_weeks.due(hour_of("ana", hour), at)]:
        assert hour != NO_SUNDAY
        assert not is_quiet(at)
        assert timedelta() <= at - two_weeks.sunday(at) < timedelta(days=2)


def test_whoever_takes_no_texts_gets_none() -> None:
    known = replace(THREE, people=tuple(replace(one, opted_out=one.id == "ana") for one in THREE.people))
    assert [one.id for one in two_weeks.due(known, AT_FIVE)] == ["ben", "cleo", "dev"]


def test_it_has_every_shift_that_a_segment_holds() -> None:
    """Ana has five in two weeks, of which the one that runs shows from when it began."""
    said = {one.person.id: one.words for one in two_weeks.sunday_texts(THREE, THREE.people, AT_FIVE + 2 * HOUR)}
    assert set(said) == {"ana", "ben", "cleo"}
    assert said["ana"] == (
        "Your two weeks: Sun 29 Nov 18:00-Mon 18:00, Wed 2 Dec 18:00-Thu 18:00, Sat 5 Dec 18:00-Sun 18:00,"
        " Tue 8 Dec 18:00-Wed 18:00, 1 more. For a link reply NIGHTS."
    )
    assert said["ana"].spanish == (
        "Sus dos semanas: dom 29 nov 18:00-lun 18:00, mié 2 dic 18:00-jue 18:00, sab 5 dic 18:00-dom 18:00, 2 mas."
        " Responda NOCHES y le llega un enlace."
    )


def test_a_shift_that_begins_within_two_weeks_shows_to_its_own_end() -> None:
    """Not to the end of what was looked at; and a week that runs from its own beginning."""
    weeks = roster("ana", "ben", "cleo", unit=RotationUnit.WEEKS)
    said = {one.person.id: one.words for one in two_weeks.sunday_texts(weeks, weeks.people, AT_FIVE)}
    assert "Mon 23 Nov 18:00-Mon 30 Nov 18:00. " in said["ana"]
    assert "Mon 30 Nov 18:00-Mon 7 Dec 18:00. " in said["ben"]
    assert "Mon 7 Dec 18:00-Mon 14 Dec 18:00. " in said["cleo"]


def test_no_shift_is_told_once_after_a_week_with_one() -> None:
    """Ana's week ends on Monday; then Ben has five. Dev has none, and knows it."""
    long = roster("ana", "ben", "ben", "ben", "ben", "ben", unit=RotationUnit.WEEKS)
    told = [
        [one.words for one in two_weeks.sunday_texts(long, long.people[:1], AT_FIVE + week * 7 * DAY)]
        for week in range(6)
    ]
    assert ["Mon 23 Nov 18:00-Mon 30 Nov 18:00" in words[0] for words in told[:1]] == [True]
    assert told[1] == [cover_texts.two_weeks([], long)]
    assert told[2:4] == [[], []]
    assert "Mon 4 Jan 18:00" in told[4][0]
    assert two_weeks.sunday_texts(long, [one for one in PEOPLE if one.id == "dev"], AT_FIVE) == []


@pytest.mark.parametrize(
    ("typed", "hour"), [("off", NO_SUNDAY), ("8", 8), ("21", 21), ("22", None), ("0", None), ("08", None), ("", None)]
)
def test_what_a_form_may_say(typed: str, hour: int | None) -> None:
    assert two_weeks.hour_typed(typed) == hour
