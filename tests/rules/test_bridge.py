"""Who is joined with whom, and when: two keys, the first who presses, and nobody left alone."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, Party
from dispatch.rules.phone import bridge
from dispatch.rules.phone.bridge import PATIENCE, Busy, Join, Leave, LegAsks, NoNumber, OnAnotherCall, WaitOn
from tests.rules.situations import NIGHT

OFFICER, SPECIALIST, COORDINATOR = Party
RINGS, WAITS, JOINED = LegState.RINGS, LegState.WAITS, LegState.JOINED
NOW = NIGHT + timedelta(seconds=5)


def leg(id_: str, party: Party, state: LegState, *, since: datetime = NIGHT, seen: datetime = NIGHT) -> Leg:
    person = None if party is OFFICER else id_
    return Leg(id_, party, state, since, seen, person, "h1" if state is JOINED else None)


def ask(stands: Bridge, *, can_be_rung: bool = True, id_: str = "ana", at: datetime = NOW) -> bridge.JoinAnswer:
    return bridge.ask(stands, id_, SPECIALIST, at, can_be_rung=can_be_rung)


TOGETHER = Bridge((leg("h1", OFFICER, JOINED), leg("ana", SPECIALIST, JOINED)))


@pytest.mark.parametrize(
    ("stands", "answer"),
    [
        (Bridge(), LegAsks(by_phone=True)),
        (Bridge(holding=True), LegAsks(by_phone=False)),
        (Bridge((leg("p2", OFFICER, RINGS),)), LegAsks(by_phone=False)),
        (Bridge((leg("h1", OFFICER, JOINED), leg("cora", COORDINATOR, JOINED))), Join(SPECIALIST, "h1")),
        (Bridge((leg("ben", SPECIALIST, WAITS),), holding=True), Busy("ben")),
        (Bridge((leg("ana", SPECIALIST, WAITS),), holding=True), LegAsks(by_phone=False)),
    ],
    ids=["rung", "on hold", "ringing already", "talking already", "another was faster", "the same key again"],
)
def test_somebody_asks_for_the_officer(stands: Bridge, answer: bridge.JoinAnswer) -> None:
    """Nobody is rung who is on the line, and nobody is joined without the officer's key."""
    assert ask(stands) == answer


def test_an_officer_without_a_number_can_only_be_asked_on_the_line() -> None:
    assert ask(Bridge(), can_be_rung=False) == NoNumber()
    assert ask(Bridge(holding=True), can_be_rung=False) == LegAsks(by_phone=False)


def test_an_officer_on_another_call_with_us_is_not_rung() -> None:
    """The line is busy. Once they have called about this one, they are asked there."""

    def asked(stands: Bridge) -> bridge.JoinAnswer:
        return bridge.ask(stands, "ana", SPECIALIST, NOW, can_be_rung=True, on_another_call=True)

    assert asked(Bridge()) == OnAnotherCall()
    assert asked(Bridge(holding=True)) == LegAsks(by_phone=False)
    assert asked(Bridge((leg("p2", OFFICER, RINGS),))) == LegAsks(by_phone=False)


def test_whoever_has_hung_up_unseen_is_in_nobodys_way() -> None:
    """The carrier may never say that a call is over: a phone that waits asks every few seconds what to say."""
    later = NIGHT + timedelta(seconds=30)
    assert ask(Bridge((leg("ben", SPECIALIST, WAITS),)), at=later) == LegAsks(by_phone=True)
    assert ask(Bridge((leg("p2", OFFICER, RINGS),)), at=NIGHT + 2 * PATIENCE) == LegAsks(by_phone=True)
    assert bridge.waiting(Bridge((leg("ben", SPECIALIST, WAITS),)), later) == []


def test_the_officers_key_joins_whoever_waits() -> None:
    """The first of each party. Without anybody, or when another officer was faster, nobody."""
    waits = (leg("ana", SPECIALIST, WAITS), leg("ben", SPECIALIST, WAITS), leg("cora", COORDINATOR, WAITS))
    assert bridge.accept(Bridge(waits), "h1", NOW) == Join(OFFICER, "h1", ("ana", "cora"))
    assert bridge.accept(Bridge(), "h1", NOW) is None
    assert bridge.accept(Bridge((*waits, leg("h2", OFFICER, JOINED))), "h1", NOW) is None
    assert bridge.accept(Bridge((*waits, leg("h1", OFFICER, JOINED))), "h1", NOW) == Join(
        OFFICER, "h1", ("ana", "cora")
    )


def test_an_officer_is_rung_for_as_long_as_somebody_waits() -> None:
    """For a coordinator as for a specialist. Whoever is joined with them on another phone waits no longer."""
    rings = leg("p2", OFFICER, RINGS)
    assert bridge.rung_in_vain(Bridge((rings, leg("ana", SPECIALIST, WAITS))), NOW) == []
    assert bridge.rung_in_vain(Bridge((rings, leg("cora", COORDINATOR, WAITS))), NOW) == []
    assert bridge.rung_in_vain(Bridge((rings,)), NOW) == ["p2"]
    assert bridge.rung_in_vain(Bridge((rings, *TOGETHER.legs)), NOW) == ["p2"]
    assert bridge.rung_in_vain(TOGETHER, NOW) == []


@pytest.mark.parametrize(
    ("stands", "step"),
    [
        (Bridge((leg("ana", SPECIALIST, WAITS),), holding=True), WaitOn()),
        (Bridge((leg("ana", SPECIALIST, WAITS), leg("p2", OFFICER, RINGS))), WaitOn()),
        (Bridge((leg("ana", SPECIALIST, WAITS),)), Leave()),
        (TOGETHER, Join(SPECIALIST, "h1")),
        (Bridge((leg("ana", SPECIALIST, JOINED),)), Leave()),
        (Bridge(), Leave()),
    ],
    ids=["on hold", "ringing", "gone", "joined", "joined, and gone", "none of ours"],
)
def test_the_next_turn_of_whoever_waits(stands: Bridge, step: object) -> None:
    assert bridge.step(stands, "ana", NOW) == step


def test_a_bridge_without_a_phone() -> None:
    assert TOGETHER.without("ana") == Bridge(TOGETHER.legs[:1])


def test_nobody_waits_for_ever() -> None:
    since = NOW - PATIENCE - timedelta(seconds=1)
    assert bridge.step(Bridge((leg("ana", SPECIALIST, WAITS, since=since, seen=NOW),), True), "ana", NOW) == Leave()


def test_nobody_stays_alone_in_a_conference() -> None:
    """The other one comes within seconds, or will not: then whoever waits is led out."""
    assert not bridge.is_left_alone(TOGETHER, "h1", NOW)
    late = NIGHT + timedelta(seconds=16)
    assert not bridge.is_left_alone(TOGETHER, "h1", late), "both have gone in: it is a request that came late"
    still_out = replace(TOGETHER.legs[1], seen_at=NIGHT - timedelta(seconds=3))
    assert bridge.is_left_alone(Bridge((TOGETHER.legs[0], still_out)), "h1", late)
    assert not bridge.is_left_alone(Bridge((TOGETHER.legs[0], still_out)), "h1", NOW)
    assert bridge.is_left_alone(Bridge((leg("h1", OFFICER, JOINED),)), "h1", NOW)
    assert bridge.is_left_alone(Bridge(), "h1", NOW)


def test_when_one_of_three_goes_the_others_talk_on() -> None:
    """A conference ends for all; of two, whoever is left hears why."""
    three = Bridge((*TOGETHER.legs, leg("cora", COORDINATOR, JOINED)))
    assert bridge.after_conference(three, "h1", 3) == Join(OFFICER, "h1")
    assert bridge.after_conference(TOGETHER, "h1", 3) == Join(OFFICER, "h1"), "the third is over already"
    assert bridge.after_conference(TOGETHER, "h1", 2) == Leave()
    assert bridge.after_conference(Bridge(), "h1", 3) == Leave()
    without = Bridge((leg("ana", SPECIALIST, JOINED), leg("cora", COORDINATOR, JOINED)))
    assert bridge.after_conference(without, "ana", 3) == Leave(), "the officer has gone"


def test_whoever_is_alone_for_long_is_looked_for() -> None:
    """A phone that is joined, and seconds later has nobody with it; not one that waits, or is in no bridge."""
    alone, later = Bridge((leg("h1", OFFICER, JOINED),)), NIGHT + timedelta(seconds=16)
    assert bridge.stays_alone(alone, "h1", later)
    assert not bridge.stays_alone(alone, "h1", NOW)
    assert not bridge.stays_alone(TOGETHER, "h1", later)
    assert not bridge.stays_alone(Bridge((leg("h1", OFFICER, WAITS),)), "h1", later)
    assert not bridge.stays_alone(Bridge(), "h1", later)


def test_an_officer_who_is_rung_and_calls_at_the_same_time_is_on_the_line_that_they_took() -> None:
    """Their phone rang first, and still rings; they called the hotline, and pressed the key there."""
    twice = Bridge((leg("p2", OFFICER, RINGS), *TOGETHER.legs))
    assert bridge.step(twice, "ana", NOW) == Join(SPECIALIST, "h1")
    cora = Bridge((leg("p2", OFFICER, RINGS), leg("h1", OFFICER, JOINED), leg("cora", COORDINATOR, JOINED)))
    assert ask(cora) == Join(SPECIALIST, "h1")
