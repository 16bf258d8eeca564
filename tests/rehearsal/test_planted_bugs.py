"""Bugs of the kind that this service must never have, planted while it runs: the rehearsal finds each."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.actions import bridge as actions_bridge
from dispatch.actions.context import Context
from dispatch.actions.delivery import send_pages
from dispatch.actions.hotline import answer_call, take_call
from dispatch.actions.hotline.take_call import Answered, InboundCall
from dispatch.actions.phone import exchanges
from dispatch.actions.phone.exchanges import Said
from dispatch.inbound.carrier import on_the_line
from dispatch.rules.callout import assignment, escalation
from dispatch.rules.decisions import (
    DeadlineKind,
    Decision,
    DropDeadlines,
    MarkDeclined,
    MoveTo,
    ReleaseSpecialist,
    SetDeadline,
)
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.phone_calls import PagedStage
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline import menu, news
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies import matrix
from dispatch.rules.replies.matrix import Effect, Position
from dispatch.store import tables as t
from dispatch.store.delivery import pages
from dispatch.store.hotline import hotline_calls
from dispatch.store.phone import phone_calls
from rehearsal.events import (
    Agree,
    AskToJoin,
    Dial,
    Does,
    Event,
    Flinch,
    HangUp,
    Kill,
    OfficerPhone,
    Open,
    ReplyByText,
    Watch,
    Whom,
)
from rehearsal.meant import Meant
from rehearsal.rehearse import rehearse
from rehearsal.story import draw
from twilio_simulator import Behaviour

pytestmark = pytest.mark.slow

Plant = pytest.MonkeyPatch


def sent_before_it_is_sent(plant: Plant) -> None:
    """A claim already marks the page as sent: if the process dies before it sends the page, nobody ever does."""
    claim: Callable[..., send_pages.ClaimedPages] = send_pages.claim_pages

    def claim_and_mark(tx: Connection, context: Context, *more: Any) -> send_pages.ClaimedPages:
        claimed = claim(tx, context, *more)
        for claimed_page in claimed.pages:
            pages.done(tx, claimed_page.page.fact.id, context.now)
        return claimed

    plant.setattr("dispatch.actions.take_due.claim_pages", claim_and_mark)


def a_decline_forgets_the_deadline(plant: Plant) -> None:
    """A decline also drops the deadline that ends the turn."""
    decline = escalation.decline

    def forgetting(situation: Situation, person: Person, now: datetime) -> list[Decision]:
        decided = decline(situation, person, now)
        assert any(isinstance(decision, MarkDeclined) for decision in decided)
        return [*decided, DropDeadlines(frozenset({DeadlineKind.ESCALATE}))]

    plant.setattr(escalation, "decline", forgetting)


def the_second_answer_wins(plant: Plant) -> None:
    """A late answer takes the call-out away from whoever has it, and both believe that they are going."""

    def take_it_too(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> Sequence[Decision]:
        primary = situation.callout.primary
        assert primary is not None, "an offer comes after somebody took it"
        taken = assignment._take_first(situation, person, eta_at, now)
        return [
            ReleaseSpecialist(primary.person),
            *(decision for decision in taken if not isinstance(decision, MoveTo)),
        ]

    plant.setattr(assignment, "_offer", take_it_too)


def here_counts_from_anybody(plant: Plant) -> None:
    """Whoever says HERE is taken to be there: the clock stops for somebody who has only woken up."""
    anywhere = dict.fromkeys(Position, Effect.ARRIVE)
    plant.setitem(cast(dict[Word, Any], matrix.MATRIX), Word.HERE, anywhere)


def im_here_is_here(plant: Plant) -> None:
    """ "I'm here" is taken for HERE, also from somebody who has it and has only woken up."""
    plant.setitem(cast(dict[Word, Any], matrix.MATRIX), Word.PRESENT, matrix.MATRIX[Word.HERE])


def omw_in_ten_is_omw(plant: Plant) -> None:
    """ "Omw in 10" is taken for OMW: somebody is thought on the way who has not left."""
    plant.setitem(cast(dict[Word, Any], matrix.MATRIX), Word.GOING_IN, matrix.MATRIX[Word.ON_MY_WAY])


def all_clear_is_done(plant: Plant) -> None:
    """ "All clear" is taken for DONE: somebody is thought gone who stands at the scene."""
    plant.setitem(cast(dict[Word, Any], matrix.MATRIX), Word.READY, matrix.MATRIX[Word.LEFT])


def two_minutes_is_no(plant: Plant) -> None:
    """ "2" from somebody who drives is taken for NO: whoever meant two minutes is sent home."""
    row = {**matrix.MATRIX[Word.TWO], Position.UNDER_WAY: Effect.LET_GO}
    plant.setitem(cast(dict[Word, Any], matrix.MATRIX), Word.TWO, row)


def a_slip_is_home(plant: Plant) -> None:
    """HOME closes it a minute after HERE: a call-out is over, and a child is still in it."""
    plant.setattr(matrix, "JUST_ARRIVED", timedelta(0))


def a_hang_up_forgets_the_minute(plant: Plant) -> None:
    """An officer hangs up before anybody has decided, and nothing opens their call-out any more."""
    ended = hotline_calls.ended

    def forgetting(tx: Connection, call_id: str, at: datetime) -> None:
        ended(tx, call_id, at)
        tx.execute(sa.update(t.hotline_call).where(t.hotline_call.c.id == call_id).values(due_at=None))

    plant.setattr(hotline_calls, "ended", forgetting)


def a_call_brought_twice_opens_two(plant: Plant) -> None:
    """The carrier brings a call again, and a second call-out pages for the same child."""

    def answer(tx: Connection, context: Context, inbound: InboundCall) -> Answered:
        known = hotline_calls.known(tx, inbound.carrier_id)
        call = take_call._take(tx, context, inbound, None) if known is None else known
        if known is not None and known.callout is not None:
            call = take_call._open(tx, context, call, take_call._OFFICER, Source.VOICE)
        said = exchanges.listen(
            tx, context, call.id, lambda *_: menu.greet(take_call._line(tx, context, call), context.now)
        )
        return Answered(call.id, said)

    plant.setattr(take_call, "answer", answer)


def whoever_calls_hears_who_comes(plant: Plant) -> None:
    """Whoever has faked a number, or shows none, hears the name of the specialist."""
    plant.setattr(news, "may_hear_names", lambda _line, _callout: True)


def whoever_picks_up_is_joined(plant: Plant) -> None:
    """Nobody is asked for a key: an officer's voicemail is joined, and a specialist talks to a machine."""
    listen = exchanges.listen

    def listen_and_press(tx: Connection, context: Context, page_id: str, hears: Callable[..., SpokenReply]) -> Said:
        page = pages.find(tx, page_id)
        if page is not None and page.fact.purpose is Purpose.JOIN:
            return listen(tx, context, page_id, lambda tx, at: answer_call.press(tx, at, page_id, PagedStage.JOIN, "1"))
        return listen(tx, context, page_id, hears)

    plant.setattr(exchanges, "listen", listen_and_press)


def nobody_is_led_back(plant: Plant) -> None:
    """Whoever is alone in a conference that has not begun stays there, whatever becomes of the other one."""
    plant.setattr(on_the_line, "waits_in_vain", lambda *_: False)
    plant.setattr(actions_bridge, "stays", lambda *_: False)


def only_the_carrier_leads_back(plant: Plant) -> None:
    """Nobody looks after them whose silence the carrier does not end."""
    plant.setattr(actions_bridge, "stays", lambda *_: False)


def all_are_on_one_bridge(plant: Plant) -> None:
    """An officer is joined with whoever waits, whatever that is about."""
    every = phone_calls._SELECT.where(sa.bindparam("about", type_=sa.Text).is_not(None), phone_calls._NOT_OVER)
    plant.setattr(phone_calls, "_LEGS_OF_CALLOUT", every)


def an_offer_puts_off_the_step(plant: Plant) -> None:
    """Whoever goes only if nobody else does is waited for: everybody else is paged an hour later."""
    limit = assignment.limit

    def waiting(situation: Situation, person: Person, eta_at: datetime | None, now: datetime) -> list[Decision]:
        later = SetDeadline(DeadlineKind.ESCALATE, now + timedelta(hours=1))
        return [*limit(situation, person, eta_at, now), later]

    plant.setattr(assignment, "limit", waiting)


def no_round_asks_them_again(plant: Plant) -> None:
    """Whoever goes only if nobody else does has declined, and that is that."""
    meant = escalation._meant_by_step

    def without(situation: Situation, step: int, now: datetime) -> list[Person]:
        found = meant(situation, step, now)
        return [one for one in found if situation.callout.limited_of(one.id) is None] or found

    plant.setattr(escalation, "_meant_by_step", without)


def a_phone_that_is_gone_stays(plant: Plant) -> None:
    """A call is over, and its phone is thought to be on the line for ever: nobody else can be joined."""
    plant.setattr(phone_calls, "over", lambda *_: None)


@pytest.mark.timeout(180)  # twenty seconds of processor time at most, and more beside other tests
@pytest.mark.parametrize(
    ("bug", "finds", "violated"),
    [
        (a_decline_forgets_the_deadline, (1, 20), "a call-out that pages has the end of its"),
        (im_here_is_here, (1, 20), "nobody is thought there who did not mean"),
        (omw_in_ten_is_omw, (1, 20), "nobody is thought on the way who did not"),
        (a_slip_is_home, (1, 20), "nobody is thought gone who did not mean"),
        (whoever_calls_hears_who_comes, (1, 20), "nobody who may have faked a number learn"),
        (a_call_brought_twice_opens_two, (1, 8), "one call opens one call-out"),
        (whoever_picks_up_is_joined, (7, 3), "nobody is joined who has pressed no key"),
        (all_clear_is_done, (6, 3), "nobody is thought gone who did not mean"),
        (here_counts_from_anybody, (4, 3), "nobody has a call-out who did not mean"),
        (the_second_answer_wins, (6, 3), "the first acknowledgement stands"),
        (a_phone_that_is_gone_stays, (4, 3), "at the end nobody is thought to be on the phone who is not"),
        (a_hang_up_forgets_the_minute, (1, 3), "a call about which nobody has d"),
        (two_minutes_is_no, (1, 3), "no one who meant to go is lost"),
        (sent_before_it_is_sent, (3, 3), "what is marked as sent was sent"),
    ],
)
def test_a_planted_bug_is_found(
    bug: Callable[[Plant], None], finds: tuple[int, int], violated: str, monkeypatch: Plant
) -> None:
    """Each planted bug is found within 300 call-outs, by the law that it breaks. First come those of a seed that
    `finds` it soon, and how many of them that takes."""
    bug(monkeypatch)
    for seed, callouts in dict.fromkeys((finds, *((seed, 20) for seed in range(1, 16)))):
        failure = rehearse(seed, draw(seed, callouts)).failure
        if failure is not None and violated in failure.invariant:
            assert failure.timeline or failure.detail
            return
    pytest.fail("not found in 300 call-outs")


_TAKEN = (Event(60, Open(1, "LBPD", "+15625551005", None)), Event(75, ReplyByText(1, Whom.PAGED, "1 20", Meant.GO)))
_ASKED = Event(102, AskToJoin(1, Whom.HOLDER, Behaviour.ANSWERS, ("1",), 300))
_AFTERWARDS = Event(500, Watch())
# Of two who are to be joined one hangs up at the worst moment, and the other stays for minutes.
LEFT_ALONE = (
    *_TAKEN,
    Event(100, OfficerPhone(1, Behaviour.ANSWERS, 1, ("1",), 300)),
    Event(101, Flinch(1)),
    _ASKED,
    _AFTERWARDS,
)
# The process is down just when the carrier wants to know what the one who waits is to hear.
LEFT_IN_SILENCE = (*LEFT_ALONE[:-1], Event(124, Kill(1, after=False, down=40)), _AFTERWARDS)
# Somebody waits for one officer, while another holds.
TWO_AT_ONCE = (
    *_TAKEN,
    Event(90, Dial(2, "+15625551003")),
    Event(90, Agree(2, Does.PRESSES, 1)),
    _ASKED,
    Event(300, HangUp(2)),
    _AFTERWARDS,
)

# Two go only if nobody else does. The first then says no; the second is silent when a round asks them.
OFFERED = (
    Event(60, Open(1, "LBPD", "+15625551005", None)),
    Event(75, ReplyByText(1, Whom.PAGED, "L", Meant.SHORT)),
    Event(90, ReplyByText(1, Whom.PAGED, "L 40", Meant.SHORT)),
    Event(120, ReplyByText(1, Whom.SHORT, "no", Meant.CANNOT)),
    Event(2400, Watch()),
)


@pytest.mark.parametrize(
    ("bug", "violated"),
    [
        (an_offer_puts_off_the_step, "nothing puts the next step off"),
        (no_round_asks_them_again, "each round asks whoever goes only if nobody else does"),
    ],
)
def test_a_bug_of_only_if_nobody_else_is_found(bug: Callable[[Plant], None], violated: str, monkeypatch: Plant) -> None:
    """Paging goes on as if they had said no, and each round asks them."""
    assert rehearse(1, OFFERED).failure is None
    bug(monkeypatch)
    failure = rehearse(1, OFFERED).failure
    assert failure is not None
    assert violated in failure.invariant


@pytest.mark.parametrize(
    ("bug", "story", "violated"),
    [
        (nobody_is_led_back, LEFT_ALONE, "nobody is left alone"),
        (only_the_carrier_leads_back, LEFT_IN_SILENCE, "nobody is left alone"),
        (all_are_on_one_bridge, TWO_AT_ONCE, "nobody speaks with somebody about another call-out"),
    ],
)
def test_a_bug_of_the_bridge_is_found(
    bug: Callable[[Plant], None], story: tuple[Event, ...], violated: str, monkeypatch: Plant
) -> None:
    """It takes the worst moment, which a story of its own brings about; without the bug nothing is violated."""
    assert rehearse(1, story).failure is None
    bug(monkeypatch)
    failure = rehearse(1, story).failure
    assert failure is not None
    assert violated in failure.invariant
