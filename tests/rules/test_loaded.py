"""What was not looked up is never taken for none."""

from dataclasses import replace

import pytest

from dispatch.rules import deadlines
from dispatch.rules.alarms import promises
from dispatch.rules.board.next_moves import next_moves
from dispatch.rules.callout import page_failures, reminders
from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import UnlistedPromises
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.hotline import OnTheLine
from dispatch.rules.facts.loaded import Loaded, NotLoaded
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall, PagedStage
from dispatch.rules.facts.situation import UNKNOWN, Paging
from dispatch.rules.hotline import menu
from dispatch.rules.hotline.stages import Stage as HotlineStage
from dispatch.rules.phone import paged_call
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.answering import answer, officer_in_danger
from tests.each import each
from tests.rules.hotline import lines
from tests.rules.situations import ANA, NIGHT, ROSTER, assigned, bare, callout, dials, minutes, page, taken

NOW = NIGHT + minutes(60)


def test_what_was_looked_up_is_read() -> None:
    """Nothing found is an answer too."""
    assert replace(bare(), calls=Loaded(())).calls() == ()


def test_a_rule_that_reads_what_was_not_loaded_raises() -> None:
    """With the name of the fact, and of whatever loads it."""
    with pytest.raises(NotLoaded, match=r"Situation\.calls was not loaded: Context\.with_calls"):
        officer_in_danger(bare(), NOW)


@pytest.mark.parametrize("text", ["ok", "no"])
def test_a_word_decides_by_what_its_sender_has_read(text: str) -> None:
    """A no to something else is none."""
    with pytest.raises(NotLoaded, match=r"Situation\.texts"):
        answer(bare(taken()), ANA, read(text), NOW)


def test_a_reminder_decides_by_what_they_wrote() -> None:
    """Whoever writes is not given up."""
    with pytest.raises(NotLoaded, match=r"Situation\.wrote"):
        reminders.remind_en_route(bare(taken()), ANA, 3, NOW)


def test_a_failed_stand_down_decides_by_the_others() -> None:
    """Whoever has read the text is not rung, and nobody is alarmed: so the other pages are looked up."""
    over, told = callout(Status.CANCELLED, assigned("ana")), page("ana", purpose=Purpose.STAND_DOWN)
    with pytest.raises(NotLoaded, match=r"Situation\.stand_downs"):
        page_failures.of_callout(bare(over), told, "undelivered", Meaning.PASSING, NOW)


def test_a_call_says_no_place_that_was_not_loaded() -> None:
    rung = page("ana", channel=Channel.VOICE)
    call = PagedCall(rung, ANA, bare(taken()), ROSTER, (), NOBODY_ON_THE_PHONE)
    with pytest.raises(NotLoaded, match=r"PagedCall\.details"):
        paged_call.press(call, PagedStage.MENU, "3", NOW)


def test_a_flood_and_wrong_codes_are_asked_for() -> None:
    """Whether a key opens a call-out, and whether a code is compared, hangs on what all callers did."""
    known = lines.call(Trust.UNLISTED)
    on = OnTheLine(known, lines.HOUSE, situation=None, earlier=(), bridge=NOBODY_ON_THE_PHONE, dials=dials)
    with pytest.raises(NotLoaded, match=r"OnTheLine\.bound"):
        menu.press(on, HotlineStage.SEND, "1", NOW)
    with pytest.raises(NotLoaded, match=r"OnTheLine\.wrong_codes"):
        menu.press(on, HotlineStage.PIN, "111111", NOW)


@each(
    kind=DeadlineKind,
    attempt=[1, 2, 3, 4],
    about=[
        callout(),
        callout(step=3),
        taken(),
        taken(assigned("ben", AssignmentRole.PARTNER)),
        taken(status=Status.EN_ROUTE, en_route_at=NIGHT),
        taken(status=Status.ON_SCENE, arrived_at=NIGHT),
        taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT),
        callout(Status.CLOSED),
        callout(trust=Trust.UNLISTED, place_unconfirmed=True),
        replace(taken(), trust=Trust.WITHHELD, place_unconfirmed=True),
    ],
)
def test_deadlines_read_no_more_than_is_loaded_for_them(kind: DeadlineKind, attempt: int, about: CallOut) -> None:
    """`ABOUT_PLACES` names every kind whose rule asks who is near: one left out would be put off for ever."""
    stands = replace(bare(about), wrote=Loaded(False))
    if kind in deadlines.ABOUT_PLACES:
        stands = replace(stands, nearby=Loaded(UNKNOWN))
    if kind is DeadlineKind.RING_BACK and promises.shares_ring(about.trust):
        stands = replace(stands, unlisted_promises=Loaded(UnlistedPromises(1, None)))
    deadlines.meet(stands, kind, "ana", attempt, NOW)
    # A board says beforehand what it will do, and looks up no more than this.
    shown = replace(bare(about), paging=Loaded(Paging()))
    next_moves(shown, [SetDeadline(kind, NOW, "ana", attempt)])
