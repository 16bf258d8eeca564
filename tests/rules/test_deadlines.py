"""What happens when a deadline is due, and that this is never the last thing to happen."""

import pytest

from dispatch.rules.deadlines import meet
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
    WriteCallOut,
)
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from tests.rules.situations import BEN, CORA, NIGHT, Night, assigned, callout, minutes, only, roster, situation

NOW = NIGHT + minutes(60)
TAKEN = callout(Status.ACKNOWLEDGED, assigned("ana"))
GOING = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))
THERE = callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT))
LEFT = callout(Status.CLEARED, assigned("ana", arrived_at=NIGHT, cleared_at=NIGHT))
PERSONAL = [
    (DeadlineKind.REMIND_EN_ROUTE, TAKEN),
    (DeadlineKind.REMIND_ARRIVAL, GOING),
    (DeadlineKind.CHECK_HOME, LEFT),
]


@pytest.mark.parametrize(
    ("kind", "about", "brings"),
    [
        (DeadlineKind.ESCALATE, callout(), WriteCallOut({"step": 2})),
        (DeadlineKind.OFFICER_WAITING, callout(), TextOfficer),
        (DeadlineKind.WARN_TARGET, callout(), AlarmCoordinators),
        (DeadlineKind.TARGET_MISSED, callout(), WriteCallOut({"missed": True})),
        (DeadlineKind.CHECK_ON_SCENE, THERE, SendPage),
        *((kind, about, SendPage) for kind, about in PERSONAL),
    ],
)
def test_each_kind_has_its_rule(kind: DeadlineKind, about: CallOut, brings: Decision | type[Decision]) -> None:
    """A deadline that is due does what it was set for."""
    person = "ana" if (kind, about) in PERSONAL else None
    assert any(brings in (one, type(one)) for one in meet(situation(about), kind, person, 1, NOW))


def test_an_alarm_lapses_with_its_owner() -> None:
    """The owner is asked whether they are still at it."""
    known = Alarm("a1", AlarmKind.CHAIN_ENDED, "words", NIGHT, "c1", "K7Q", owner="cora", acted_at=NIGHT)
    decisions = meet(situation(alarms=[known]), DeadlineKind.ALARM_LAPSES, "cora", 1, NOW)
    assert {sent.person for sent in only(SendPage, decisions)} == {"cora"}


@pytest.mark.parametrize(("kind", "about"), PERSONAL)
def test_whoever_has_left_the_roster_is_not_forgotten(kind: DeadlineKind, about: CallOut) -> None:
    """They cannot be asked any more: coordinators are alarmed now, with the id, and again until it is settled."""
    decisions = meet(situation(about, roster(BEN, CORA)), kind, "ana", 1, NOW)
    assert not only(SendPage, decisions)
    assert "ana" in only(AlarmCoordinators, decisions)[0].text
    assert Note(NoteKind.NOT_IN_ROSTER, "ana is no longer in the roster and cannot be asked", "ana") in decisions
    [again] = [one for one in only(SetDeadline, decisions) if one.kind is not DeadlineKind.NEARER]
    assert (again.kind, again.person) == (kind, "ana")
    assert again.due_at > NOW
    assert again.attempt > 1


@pytest.mark.parametrize(("kind", "about"), PERSONAL)
def test_whoever_is_off_the_call_out_is_not_asked_about(kind: DeadlineKind, about: CallOut) -> None:
    """A deadline that outlived the assignment brings nothing, whether or not they are in the roster."""
    assert meet(situation(callout()), kind, "ana", 1, NOW) == []
    assert meet(situation(about), kind, "gone", 1, NOW) == []


def test_everybody_leaves_the_roster_while_one_is_on_the_way() -> None:
    """With nobody left to ask, coordinators are alarmed again and again, and the call-out has a next move."""
    night = Night(callout=GOING)
    night.deadlines[DeadlineKind.REMIND_ARRIVAL, "ana"] = SetDeadline(DeadlineKind.REMIND_ARRIVAL, NIGHT, "ana")
    night.roster = roster(CORA)
    for _ in range(9):  # in between others would be asked along
        night.meets_next_deadline()
    assert len(night.alarms) == 5
    assert night.is_open


@pytest.mark.parametrize("kind", DeadlineKind)
@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_the_end_of_a_call_out_is_the_end_of_its_deadlines(status: Status, kind: DeadlineKind) -> None:
    """One that was claimed at the moment of the end pages nobody and asks nobody."""
    brings = meet(situation(callout(status, assigned("ana"))), kind, "ana", 1, NOW)
    assert bool(brings) is (kind is DeadlineKind.DANGER), "a cry for help goes on until somebody has heard it"
