"""Coordinators who have a rotation of their own: who hears an alarm first, and when the others do."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms import owners
from dispatch.rules.alarms.alarm_kinds import TRAITS, Severity
from dispatch.rules.alarms.in_turn import ALL_AFTER, awaits_turn
from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.on_call import coverage_gaps
from tests.rules.situations import ANA, CORA, NIGHT, minutes, roster

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR}))
EVA = Person("eve", "Eve Stone", "+15625550112", frozenset({Role.COORDINATOR}))
OWN = Rotation("own", ("dan",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5), takes_alarms=True)
PLAIN = roster(ANA, CORA, DAN, EVA)
TOWN = replace(PLAIN, rotations=(*PLAIN.rotations, OWN))
KINDS = st.sampled_from(AlarmKind)


def _sounded(kind: AlarmKind, *known: Alarm, at: int = 0, town: object = TOWN) -> owners.AlarmDelivery:
    assert isinstance(town, type(TOWN))
    return owners.sound(town, AlarmCoordinators("words", kind=kind), known, NIGHT + minutes(at))


def _later(pages: list[SendPage], at: int = 0) -> set[str | None]:
    return {page.person for page in pages if page.due_at > NIGHT + minutes(at)}


@given(KINDS)
def test_every_alarm_has_a_page_to_every_coordinator_within_two_minutes(kind: AlarmKind) -> None:
    """The same texts and calls as without a rotation, in the same transaction; none leaves later than two minutes."""
    with_one, without = _sounded(kind), _sounded(kind, town=PLAIN)
    told_at_once = [replace(page, due_at=NIGHT) for page in with_one.pages]
    assert told_at_once == without.pages
    assert max(page.due_at for page in with_one.pages) <= NIGHT + ALL_AFTER
    assert all(page.due_at == NIGHT for page in with_one.pages if page.person == "dan")
    for page in with_one.pages:  # by then the alarm may be over, unless the carrier may have the page already
        assert awaits_turn(page.due_at, NIGHT, 0) is (page.due_at > NIGHT)
        assert not awaits_turn(page.due_at, NIGHT, 1)


@given(KINDS)
def test_only_what_can_wait_waits(kind: AlarmKind) -> None:
    """Danger and every urgent kind ring all at once, and news goes to all."""
    can_wait = TRAITS[kind].severity is Severity.WARNING
    assert _later(_sounded(kind).pages) == ({"cora", "eve"} if can_wait else set())


def test_where_nobody_is_on_it_goes_to_all_at_once() -> None:
    """As in a gap, for a day that was taken out, or where whoever is on has caused it."""
    gone = Override("own", OverrideKind.REMOVE, NIGHT - timedelta(days=1), NIGHT + timedelta(days=1))
    assert not _later(_sounded(AlarmKind.HOME_CHECK, town=replace(TOWN, overrides=(gone,))).pages)
    by_dan = AlarmCoordinators("words", kind=AlarmKind.HOME_CHECK, but="dan")
    assert not _later(owners.sound(TOWN, by_dan, [], NIGHT).pages)


@pytest.mark.parametrize(("after", "later"), [(1, {"cora", "eve"}), (2, set()), (30, set())])
def test_told_again_it_goes_to_whoever_has_heard_it(after: int, later: set[str]) -> None:
    known = Alarm("a1", AlarmKind.HOME_CHECK, "words", NIGHT, "c1")
    sounding = _sounded(AlarmKind.HOME_CHECK, known, at=after)
    assert sounding.again == known
    assert _later(sounding.pages, after) == later
    assert max(page.due_at for page in sounding.pages) <= NIGHT + max(ALL_AFTER, minutes(after))


@pytest.mark.parametrize(("after", "hear"), [(1, {"dan"}), (3, {"dan", "eve"})])
def test_only_who_was_told_hears_who_has_it(after: int, hear: set[str]) -> None:
    known = Alarm("a1", AlarmKind.HOME_CHECK, "words", NIGHT, "c1", code="K7Q")
    decisions = owners.take([known], "cora", TOWN, NIGHT + minutes(after))
    assert {one.person for one in decisions if isinstance(one, SendPage)} == hear


def test_what_rings_one_of_them_first_keeps_nothing_urgent_from_ringing_all() -> None:
    """Both are decided together, and those who are not on have not been rung."""
    run = AlarmRouter(TOWN, [], NIGHT, calls=[])
    run.tell(AlarmCoordinators("still here", kind=AlarmKind.WRITES_AND_STAYS), "c1")
    urgent = run.tell(AlarmCoordinators("she cries", kind=AlarmKind.DANGER), "c1")
    rung = {page.person for page in urgent.pages if page.channel is Channel.VOICE and page.due_at == NIGHT}
    assert rung == {"cora", "dan", "eve"}


def test_a_coordinator_covers_their_own_rotation() -> None:
    """A gap is where no coordinator is on; a specialist is none."""
    week = (NIGHT, NIGHT + timedelta(days=7))
    assert not [gap for gap in coverage_gaps(TOWN, *week) if gap.rotation == "own"]
    others = replace(TOWN, rotations=(replace(OWN, members=("ana",)),))
    assert [gap for gap in coverage_gaps(others, *week) if gap.rotation == "own"]
