"""A promise to ring back is kept by a deadline."""

from datetime import timedelta

from dispatch.rules.deadlines import meet
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.hotline.holding import RING_AGAIN, promise
from dispatch.rules.hotline.open_one import called_again
from tests.rules.situations import NIGHT, alarm, due, only, situation, taken


def test_a_promise_rings_and_is_due_again() -> None:
    """At once, and until somebody keeps it."""
    decisions = promise(situation(), NIGHT)
    assert [one.kind for one in only(AlarmCoordinators, decisions)] == [AlarmKind.OFFICER_CALLS]
    assert due(decisions, NIGHT) == {DeadlineKind.RING_BACK: RING_AGAIN}


def test_it_goes_on_until_a_coordinator_has_it() -> None:
    """Another alarm of theirs is not this one."""
    later = NIGHT + timedelta(minutes=5)
    nobody = situation(alarms=[alarm(AlarmKind.CHAIN_ENDED, owner="cora"), alarm(AlarmKind.OFFICER_CALLS)])
    again = meet(nobody, DeadlineKind.RING_BACK, None, 1, later)
    assert due(again, later) == {DeadlineKind.RING_BACK: RING_AGAIN}
    assert only(AlarmCoordinators, again)
    had = situation(alarms=[alarm(AlarmKind.OFFICER_CALLS, owner="cora")])
    assert meet(had, DeadlineKind.RING_BACK, None, 1, later) == []


def test_it_is_kept_once_somebody_comes() -> None:
    """The officer has heard that by text."""
    assert meet(situation(taken()), DeadlineKind.RING_BACK, None, 1, NIGHT) == []


def test_a_second_call_is_noted() -> None:
    """Without what was said: nothing was."""
    assert called_again().text == "the officer called the hotline again"
