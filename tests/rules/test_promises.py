"""A promise that a coordinator rings is kept by a deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dispatch.rules.alarms import promises
from dispatch.rules.alarms.promises import QUIET_FOR, RING_AGAIN
from dispatch.rules.deadlines import meet
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Decision, SetDeadline
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind, UnlistedPromises
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline.open_one import CALLED_AGAIN, dropped
from dispatch.rules.wording import alarms, spoken
from dispatch.rules.wording.languages import Promise
from tests.rules.hotline.lines import LISTED, line
from tests.rules.situations import NIGHT, OFFICER, alarm, callout, due, lapsed, minutes, only, situation, taken


def asked(kind: AlarmKind = AlarmKind.OFFICER_CALLS, owner: str | None = None, since: datetime = NIGHT) -> Alarm:
    return replace(alarm(kind, owner=owner), owned_at=since if owner else None, acted_at=since if owner else None)


def ring_back(about: Situation, now: datetime) -> list[Decision]:
    return meet(about, DeadlineKind.RING_BACK, None, 1, now)


def test_a_promise_is_said_with_what_keeps_it_alone() -> None:
    """By the alarm that carries it, or its deadline; never as it is."""
    promise = Promise("A coordinator will ring you.", "Un coordinador le llamará.")
    carries = AlarmCoordinators("words", kind=AlarmKind.OFFICER_CALLS, promise=promise)
    assert carries.says == "A coordinator will ring you."
    assert promise.kept_by(SetDeadline(DeadlineKind.RING_BACK, NIGHT)).spanish == "Un coordinador le llamará."
    assert "ring you" not in f"{promise}"
    for other in (AlarmCoordinators("words"), SetDeadline(DeadlineKind.DANGER, NIGHT)):
        with pytest.raises(AssertionError):
            promise.kept_by(other)
    assert AlarmCoordinators("words").says is None
    assert promise == Promise("A coordinator will ring you.", "Un coordinador le llamará.")
    assert len({promise, Promise("Another."), "A coordinator will ring you."}) == 3


def test_coordinators_are_rung_until_one_has_it() -> None:
    """Every two minutes. Another alarm of theirs is not this one."""
    later = NIGHT + RING_AGAIN
    nobody = situation(alarms=[alarm(AlarmKind.CHAIN_ENDED, owner="cora"), asked()])
    again = ring_back(nobody, later)
    assert due(again, later) == {DeadlineKind.RING_BACK: RING_AGAIN}
    (rung,) = only(AlarmCoordinators, again)
    assert (rung.kind, rung.again) == (AlarmKind.OFFICER_CALLS, asked().id)


@pytest.mark.parametrize("kind", sorted(promises.PROMISES))
def test_it_is_quiet_for_five_minutes_once_somebody_has_it(kind: AlarmKind) -> None:
    """Then it is theirs no longer, and everybody is rung: nobody has said that the officer was."""
    had = situation(alarms=[asked(kind, "cora")])
    early = NIGHT + minutes(2)
    assert ring_back(had, early) == [SetDeadline(DeadlineKind.RING_BACK, NIGHT + QUIET_FOR)]
    late = NIGHT + QUIET_FOR
    again = ring_back(had, late)
    assert lapsed(again) == [asked(kind).id]
    assert [one.kind for one in only(AlarmCoordinators, again)] == [kind]
    assert due(again, late) == {DeadlineKind.RING_BACK: RING_AGAIN}


def test_whoever_comes_keeps_no_promise_of_a_coordinator() -> None:
    """The officer was told that a coordinator rings; that a specialist drives is another thing."""
    again = ring_back(situation(taken(), alarms=[asked()]), NIGHT)
    assert only(AlarmCoordinators, again)


def test_a_promise_without_its_alarm_rings_all_the_same() -> None:
    """It was made before the call had its call-out."""
    (rung,) = only(AlarmCoordinators, ring_back(situation(alarms=[]), NIGHT))
    assert "was promised a call" in rung.text


def test_made_again_it_gives_whoever_has_it_no_more_time() -> None:
    """A key can be pressed without end."""
    now = NIGHT + minutes(3)
    assert promises.deadline([], now).due_at == now + RING_AGAIN
    assert promises.deadline([asked()], now).due_at == now + RING_AGAIN
    assert promises.deadline([asked(owner="cora")], now).due_at == NIGHT + QUIET_FOR
    assert promises.deadline([asked(owner="cora"), asked(AlarmKind.OFFICER_CALLS_OFF)], now).due_at == now + RING_AGAIN
    late = NIGHT + minutes(9)
    assert promises.deadline([asked(owner="cora")], late).due_at == late
    stands = [SetDeadline(DeadlineKind.RING_BACK, NIGHT + QUIET_FOR), promises.MADE]
    assert promises.stands([asked(owner="cora")], now) == stands


def test_unlisted_callers_share_one_ring() -> None:
    """The first to be due rings for all, and says how many there are; the others wait for the next."""

    def of_stranger(rang: timedelta | None, count: int = 6) -> Situation:
        about = situation(replace(callout(), trust=Trust.UNLISTED), alarms=[asked()])
        rang_at = NIGHT - rang if rang is not None else None
        return replace(about, unlisted_promises=UnlistedPromises(count, rang_at))

    just = of_stranger(timedelta(seconds=30))
    assert ring_back(just, NIGHT) == [SetDeadline(DeadlineKind.RING_BACK, NIGHT + timedelta(seconds=90))]
    for rang in (None, RING_AGAIN):
        (rung,) = only(AlarmCoordinators, ring_back(of_stranger(rang), NIGHT))
        assert "and 5 other unlisted callers were promised a call" in rung.text
    (alone,) = only(AlarmCoordinators, ring_back(of_stranger(None, 1), NIGHT))
    assert alone.text == asked().text
    told = AlarmCoordinators("words", kind=AlarmKind.OFFICER_CALLS)
    assert promises.quietly(told, UnlistedPromises(6, NIGHT - minutes(1)), NIGHT) == replace(told, rings=False)
    assert promises.quietly(told, UnlistedPromises(6, NIGHT - RING_AGAIN), NIGHT) == told


def test_the_ring_that_is_shared_names_the_number_that_was_promised_a_call() -> None:
    """The second caller's, at a desk."""
    desk = "+15625550170"
    told = replace(asked(), call_back=desk)
    about = situation(replace(callout(), trust=Trust.UNLISTED), alarms=[told])
    about = replace(about, unlisted_promises=UnlistedPromises(2, None))
    (rung,) = only(AlarmCoordinators, ring_back(about, NIGHT))
    assert rung.text == alarms.many_promised("K7Q", 1, desk)
    assert rung.call_back == desk
    assert promises.rung_at([replace(told, call_back=None)], about.callout) == OFFICER
    assert promises.rung_at([], about.callout) == OFFICER


# ---- where they are to meet ----


def test_a_place_is_promised_with_its_own_deadline_alone() -> None:
    """A deadline that rings about a call confirms no meeting place, and the other way round."""
    rings, confirms = (SetDeadline(kind, NIGHT) for kind in (DeadlineKind.RING_BACK, DeadlineKind.CONFIRM_PLACE))
    assert promises.said_of_place([rings, confirms]) == spoken.PLACE_UNCONFIRMED.kept_by(confirms)
    assert promises.said_of_place([rings]) == spoken.PLACE_STAYS_OPEN
    assert not confirms.keeps(Promise("A coordinator will ring you."))


def unconfirmed(about: CallOut, *alarms: Alarm) -> Situation:
    return situation(replace(about, trust=Trust.LISTED, place_unconfirmed=True), alarms=alarms)


def about_place(about: Situation, now: datetime) -> list[Decision]:
    return meet(about, DeadlineKind.CONFIRM_PLACE, None, 1, now)


def test_coordinators_are_rung_until_somebody_confirms_the_place() -> None:
    """Again five minutes after one has said "I have it", with or without the alarm that was told when it was named."""
    later = NIGHT + QUIET_FOR
    for known in ((), (asked(AlarmKind.PLACE_UNCONFIRMED, "cora"),)):
        again = about_place(unconfirmed(taken(), *known), later)
        (rung,) = only(AlarmCoordinators, again)
        assert (rung.kind, rung.again) == (AlarmKind.PLACE_UNCONFIRMED, known[0].id if known else None)
        assert lapsed(again) == [one.id for one in known]
        assert due(again, later) == {DeadlineKind.CONFIRM_PLACE: RING_AGAIN}
    had = unconfirmed(taken(), asked(AlarmKind.PLACE_UNCONFIRMED, "cora"))
    assert about_place(had, NIGHT + minutes(2)) == [SetDeadline(DeadlineKind.CONFIRM_PLACE, later)]


def test_nobody_is_rung_about_a_place_to_which_nobody_goes() -> None:
    """It pages again, somebody is there, or it has been confirmed."""
    there = replace(taken(), arrived_at=NIGHT)
    for about in (unconfirmed(callout()), unconfirmed(there), situation(taken(), alarms=[])):
        assert about_place(about, NIGHT) == []


def test_a_second_call_is_noted() -> None:
    """Without what was said: nothing was. If they hung up in the greeting, coordinators are rung with their number."""
    assert CALLED_AGAIN.text == "the officer called the hotline again"
    told = dropped(line(about=callout(), again=True))
    assert told == promises.officer_calls("K7Q", "phoned again and hung up at once", LISTED)
