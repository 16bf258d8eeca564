"""What whoever comes on reads of what runs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.shifts.handing_over import Running, hand_off, who_comes_on
from dispatch.rules.wording import alphabet
from tests.rules.shifts.test_shift_tests import BACKUP, CORA, NOON, ROSTER, at

OWN = Rotation("own", ("cora", "dan"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5), takes_alarms=True)
DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
PLAIN = Rotation("unpaged", ("ana", "ben"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
TOWN = replace(ROSTER, people=(*ROSTER.people, DAN), rotations=(*ROSTER.rotations, OWN, PLAIN))
MINUTE = timedelta(minutes=1)
NINE = at("09:00")


def _names(since: datetime, now: datetime) -> set[tuple[str, bool]]:
    return {(person.id, coordinator) for person, coordinator in who_comes_on(TOWN, since, now)}


def test_whoever_comes_on_is_told_as_their_shift_begins() -> None:
    """In rotations that a policy pages, and in the coordinators' own; not whoever goes on being on call."""
    found = _names(NINE - MINUTE, NINE)
    assert len(found) == 2
    assert {coordinator for _, coordinator in found} == {True, False}
    assert BACKUP.members[0] not in {person for person, _ in found}
    assert not _names(NINE, NINE + MINUTE)
    assert not _names(NINE - 2 * MINUTE, NINE - MINUTE)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_however_often_a_node_looks_each_is_told_once(gaps: list[int]) -> None:
    """The looks of one node after another cover each moment once."""
    extra = Override("primary", OverrideKind.ADD, NINE + 7 * MINUTE, NINE + 90 * MINUTE, "cleo")
    town = replace(TOWN, overrides=(extra,))
    looks = [NINE - MINUTE]
    for gap in [*gaps, 600]:
        looks.append(looks[-1] + gap * MINUTE)
    told = [
        (person.id, coordinator)
        for since, now in pairwise(looks)
        for person, coordinator in who_comes_on(town, since, now)
    ]
    assert len(told) == len(set(told)) == 3


def test_nothing_where_nothing_runs() -> None:
    assert hand_off(Running(()), TOWN, coordinator=True) is None
    alarms_alone = Running((), (Alarm("a", AlarmKind.CARRIER, "words", NOON, owner="dan"),), 3)
    assert hand_off(alarms_alone, TOWN, coordinator=False) is None


@pytest.mark.parametrize("count", [1, 3, 40])
def test_it_fits_one_segment_and_says_nothing_that_anybody_typed(count: int) -> None:
    codes = tuple(f"K{number}Q" for number in range(count))
    owned = tuple(
        Alarm(code, AlarmKind.DANGER, "400 W Broadway, she is 14", NOON, code, code, owner="dan") for code in codes
    )
    words = hand_off(Running(codes, owned, count), TOWN, coordinator=True)
    assert words is not None
    assert alphabet.segments(words) == alphabet.segments(words.spanish) == 1
    assert f"Reviews owed: {count}" in words or f"reviews owed: {count}." in words
    assert "Broadway" not in words + words.spanish
    assert CORA.first_name not in words
