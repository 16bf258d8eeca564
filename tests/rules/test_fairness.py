"""Who carries how much, and what their part would be."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.edited import edited
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.schedule.fairness import Burden, burdens, night_spans

IDS = ("ana", "ben", "cleo")
PEOPLE = tuple(Person(one, one.title(), f"+1562555010{number}") for number, one in enumerate(IDS))
PRIMARY = Rotation("primary", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
MONDAY, NEXT = date(2026, 11, 30), date(2026, 12, 28)


def here(day: date, hour: int) -> datetime:
    return local_moment(datetime.combine(day, time(hour)), "America/Los_Angeles")


def found(roster: Roster, holidays: set[date] | None = None) -> dict[str, Burden]:
    return {one.person: one for one in burdens(roster, MONDAY, NEXT, holidays or set())}


def test_two_who_take_turns_have_half_each() -> None:
    both = found(Roster(people=PEOPLE, rotations=(PRIMARY,)))
    assert {one: (each.nights, each.fair_nights) for one, each in both.items()} == {"ana": (14, 14), "ben": (14, 14)}
    assert sum(one.weekend_nights for one in both.values()) == 8
    assert sum(one.hours for one in both.values()) == 28 * 24


def test_a_night_counts_once_however_many_rotations() -> None:
    backup = replace(PRIMARY, name="backup", members=("ana",))
    both = found(Roster(people=PEOPLE, rotations=(PRIMARY, backup)))
    assert both["ana"].nights == 28
    assert both["ana"].hours == 28 * 24


def test_each_rotation_is_shared_by_its_own_members() -> None:
    """Two coordinators who take turns have half each, however many share another rotation."""
    many = replace(PRIMARY, members=tuple(f"s{number}" for number in range(14)))
    own = replace(PRIMARY, name="own", members=("cora", "omar"), takes_alarms=True)
    shared = found(Roster(rotations=(many, own)))
    assert {one.nights for one in shared.values()} == {2, 14}
    assert {round(one.beyond or 0, 6) for one in shared.values()} == {0}


def test_a_part_counts_a_night_in_two_rotations_once() -> None:
    """As what they have does: whoever is the backup of everybody has each night, once, and no more than their part."""
    backup = replace(PRIMARY, name="backup", members=("ana",))
    both = found(Roster(people=PEOPLE, rotations=(PRIMARY, backup)))
    assert {one: (each.nights, each.fair_nights) for one, each in both.items()} == {"ana": (28, 28), "ben": (14, 14)}
    idle = found(Roster(people=PEOPLE, rotations=(replace(PRIMARY, members=("ana",)), replace(backup, members=IDS))))
    assert idle["ben"].fair_nights == pytest.approx(28 / 3)


def test_whoever_stands_in_has_no_part_and_the_night() -> None:
    """For half of the night or longer; what is shorter is its holder's."""
    night = Override("primary", OverrideKind.REPLACE, here(MONDAY, 22), here(date(2026, 12, 1), 2), "cleo")
    shorter = replace(night, ends_at=here(date(2026, 12, 1), 1))
    covered = found(Roster(people=PEOPLE, rotations=(PRIMARY,), overrides=(night,)))
    assert (covered["cleo"].nights, covered["cleo"].fair_nights, covered["cleo"].beyond) == (1, None, None)
    assert found(Roster(people=PEOPLE, rotations=(PRIMARY,), overrides=(shorter,)))["cleo"].nights == 0
    tuesday, wednesday = date(2026, 12, 1), date(2026, 12, 2)
    nights = [(here(MONDAY, 22), here(tuesday, 6)), (here(tuesday, 22), here(wednesday, 6))]
    assert night_spans(MONDAY, wednesday) == nights


def test_whoever_came_late_is_not_asked_for_more() -> None:
    """Cleo is a member for the second half only, so her part is half of what the others' is in that time; an order that
    has ended asks nothing."""
    now = here(date(2026, 12, 13), 10)
    before = Roster(people=PEOPLE, rotations=(PRIMARY,))
    after = edited(before, replace(before, rotations=(replace(PRIMARY, members=IDS),)), now)
    three = found(after)
    assert three["cleo"].fair_nights == pytest.approx(28 / 5, abs=0.2)
    assert three["ana"].fair_nights == pytest.approx(2 * 28 / 5, abs=0.2)
    assert sum(one.fair_nights or 0 for one in three.values()) == pytest.approx(28)
    others = replace(before, rotations=(replace(PRIMARY, members=("ben", "cleo")),))
    assert "ana" not in found(edited(before, others, here(date(2026, 11, 28), 1)))


def test_a_holiday_is_whoevers_day_it_mostly_is() -> None:
    christmas = date(2026, 12, 25)
    both = found(Roster(people=PEOPLE, rotations=(PRIMARY,)), {christmas})
    (who,) = [one.person for one in both.values() if one.holidays]
    assert who == PRIMARY.members[(christmas - PRIMARY.starts_on).days % 2]


def test_nobody_carries_nothing() -> None:
    assert found(Roster()) == {}
    assert found(Roster(people=PEOPLE)) == {}
