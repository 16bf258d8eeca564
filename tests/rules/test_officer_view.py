"""What an officer's view shows, and what its buttons ask: never a name they may not hear, and no command."""

from datetime import timedelta

import pytest

from dispatch.rules.access.trust import rights
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Note, NoteKind, SetDeadline
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.situation import Paging
from dispatch.rules.replies import officer_view
from dispatch.rules.replies.officer_view import (
    MOST_AN_HOUR,
    OFFICER_LINK_LIFETIME,
    OPEN_AFTER,
    SAME_AGAIN,
    Ask,
    Earlier,
    OfficerShown,
    opens,
    press,
    shown,
)
from dispatch.rules.wording import agency_texts as words
from dispatch.rules.wording.names import doubt
from tests.rules.situations import NIGHT, OFFICER, assigned, callout, minutes, only, page, situation

COMES = assigned("ana", eta_at=NIGHT + minutes(25))


# ---- the link ------------------------------------------------------------------------------------------------------


def test_a_link_opens_until_twelve_hours_after_the_end() -> None:
    far = NIGHT + OFFICER_LINK_LIFETIME
    assert opens(far, None, NIGHT)
    assert not opens(far, None, far)
    assert opens(far, NIGHT, NIGHT + OPEN_AFTER - timedelta(seconds=1))
    assert not opens(far, NIGHT, NIGHT + OPEN_AFTER)


# ---- the buttons ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "said", "kind"),
    [
        (Ask.MOVED, "the officer has moved", AlarmKind.OFFICER_CALLS),
        (Ask.NOT_NEEDED, "the officer says that nobody is needed", AlarmKind.OFFICER_CALLS_OFF),
        (Ask.RING_ME, "the officer asks for a call", AlarmKind.OFFICER_CALLS),
    ],
)
def test_a_button_rings_coordinators_and_moves_nothing(ask: Ask, said: str, kind: AlarmKind) -> None:
    note, alarm, *moved = press(situation(callout()), ask, (), NIGHT)
    # For whoever takes it later: they hear that the officer has moved.
    assert [one.kind for one in moved if isinstance(one, Note)] == [NoteKind.MOVED] * (ask is Ask.MOVED)
    assert len(moved) == (ask is Ask.MOVED)
    assert note == Note(NoteKind.OFFICER_ASKED, officer_view.note_of(ask))
    assert isinstance(alarm, AlarmCoordinators)
    assert (said in alarm.text, OFFICER in alarm.text, alarm.kind) == (True, True, kind)
    assert officer_view.asked_by(officer_view.note_of(ask)) is ask


@pytest.mark.parametrize("ask", Ask)
def test_a_button_says_what_its_alarm_promises(ask: Ask) -> None:
    """A call, where pressing it sets the deadline of one; never to a number that we do not dial."""
    (rung,) = only(AlarmCoordinators, press(situation(callout()), ask, (), NIGHT))
    assert officer_view.brings(situation(callout()))[ask] == rung.says
    abroad = situation(callout(officer_phone="+18765550123"))
    (rung,) = only(AlarmCoordinators, press(abroad, ask, (), NIGHT))
    assert rung.promise is None
    assert officer_view.brings(abroad)[ask] == words.BRINGS_NO_CALL


def test_a_line_that_has_been_blanked_is_no_button() -> None:
    assert officer_view.asked_by("(deleted)") is None


def test_the_same_button_counts_once_a_minute() -> None:
    """Another one counts at once."""
    earlier = (Earlier(Ask.RING_ME, NIGHT),)
    just = NIGHT + SAME_AGAIN - timedelta(seconds=1)
    assert press(situation(callout()), Ask.RING_ME, earlier, just) == []
    assert press(situation(callout()), Ask.MOVED, earlier, just)
    assert press(situation(callout()), Ask.RING_ME, earlier, NIGHT + SAME_AGAIN)


def test_a_forwarded_link_rings_nobody_without_end() -> None:
    earlier = tuple(Earlier(Ask.RING_ME, NIGHT + minutes(2 * number)) for number in range(MOST_AN_HOUR))
    now = NIGHT + minutes(40)
    assert press(situation(callout()), Ask.MOVED, earlier[1:], now)
    assert press(situation(callout()), Ask.MOVED, earlier, now) == []


def test_what_was_asked_by_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """It lies ahead, nobody knows by how much: the same button counts, and none of it counts against the hour."""
    earlier = tuple(Earlier(Ask.RING_ME, NIGHT + minutes(2 * number)) for number in range(MOST_AN_HOUR))
    now = NIGHT - minutes(60)
    assert press(situation(callout()), Ask.RING_ME, earlier, now)
    earlier = (*earlier, *(Earlier(Ask.MOVED, now - minutes(number)) for number in range(1, MOST_AN_HOUR + 1)))
    assert press(situation(callout()), Ask.RING_ME, earlier, now) == []


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_is_asked_about_what_is_over(status: Status) -> None:
    assert press(situation(callout(status)), Ask.RING_ME, (), NIGHT) == []


# ---- what it shows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "stands", "then"),
    [
        (callout(), words.BEING_CALLED, words.WE_GO_ON),
        (callout(step=3), words.ALL_ARE_CALLED, words.WE_GO_ON),
        (callout(Status.ACKNOWLEDGED, COMES), "Ana is coming, ETA 02:39.", words.WE_TELL_CHANGES),
        (
            callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)),
            "Ana is on scene.",
            words.NOTHING_MORE,
        ),
        (callout(Status.CLEARED, COMES), words.HAS_LEFT, words.NOTHING_MORE),
        (callout(Status.CLOSED), words.CALL_OUT_OVER, words.CALL_OUT_AGAIN),
        (callout(Status.CANCELLED), words.CALL_OUT_CANCELLED, words.CALL_OUT_AGAIN),
    ],
)
def test_how_it_stands_in_plain_words(about: CallOut, stands: str, then: str) -> None:
    found = shown(situation(about), NIGHT)
    assert (found.stands, found.then) == (stands, then)


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("status", Status)
def test_a_name_stands_there_only_where_the_table_allows_it(trust: Trust, status: Status) -> None:
    """Whatever the status; and no number ever."""
    found = shown(situation(callout(status, COMES, trust=trust)), NIGHT)
    said = f"{found.stands} {found.then}"
    assert rights(trust).hears_names or ("Ana" not in said and "02:39" not in said)
    assert OFFICER not in said


def test_a_call_is_promised_to_the_officer_alone() -> None:
    """That coordinators ring Ana unless she writes a clear word is another call."""
    of_ana = SetDeadline(DeadlineKind.CLEAR_UP, NIGHT, "ana")
    asks = SetDeadline(DeadlineKind.RING_BACK, NIGHT)
    assert officer_view.promised([of_ana]) is None
    assert officer_view.promised([of_ana, asks]) == words.A_COORDINATOR_RINGS.kept_by(asks)


def test_what_is_said_of_a_caller() -> None:
    """Of a known one nothing."""
    assert {trust for trust in Trust if doubt(trust)} == {trust for trust in Trust if trust.is_unverified}


def test_nobody_is_called_while_nobody_can_be() -> None:
    """The carrier answers nothing: the officer is not told that specialists are being called, unless they were."""
    gone = Paging(nobody=True, why="the carrier has not answered for", since=NIGHT)
    waits = callout(pages=(page("ana", PageState.WAITING),))
    assert shown(situation(waits, paging=gone), NIGHT) == OfficerShown(
        words.NOBODY_CAN_BE_CALLED, words.WE_GO_ON_TRYING
    )
    asked = callout(pages=(page("ana"),))
    assert shown(situation(asked, paging=gone), NIGHT).stands == words.BEING_CALLED
