"""Claim due pages, and record what came of each. In between, outside any transaction, the carrier is called.

The law: a page is never marked sent before the carrier took it. A claim moves `due_at` to the end of its lease, so a
page that a dead process had claimed comes due again by itself. It is then looked for at the carrier before it is sent
again. If the carrier cannot tell, it is sent again: a page sent twice beats a page not sent (`rules/looking.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.page_news import failed, take_news, without_link
from dispatch.rules.attempts import (
    Attempt,
    GiveUp,
    LookFor,
    SendLater,
    Withdraw,
    after_answer,
    after_look,
    after_send,
    ask_seconds,
)
from dispatch.rules.callout import is_wanted
from dispatch.rules.decisions import Note, NoteKind
from dispatch.rules.facts.actors import SERVICE, Source
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.looking import LookAgain, SendAgain, ours
from dispatch.rules.paging import is_forward, read_report, words_now
from dispatch.rules.sending import Accepted, Found, Outcome
from dispatch.store import alarms, callouts, claims, pages
from dispatch.store.claims import DuePage
from dispatch.store.pages import LEASE, Lane, PageRecord
from dispatch.store.transaction import Transaction


class Chore(StrEnum):
    SEND = "send"
    LOOK = "look"  # it may have been sent: is it at the carrier?
    ASK = "ask"  # it was sent: how did it go?
    HANG_UP = "hang_up"  # it rings, and nobody needs it any more


@dataclass(frozen=True, slots=True)
class Claimed:
    """One page that this process alone may work on until the lease ends."""

    page: PageRecord
    chore: Chore
    claim: str
    claimed_at: datetime


Room = Mapping[Lane, int]
"""How many more pages may be claimed, by lane."""
AMPLE: Room = dict.fromkeys(Lane, 100)


def claim_pages(tx: Transaction, desk: Desk, room: Room = AMPLE, node: str = "") -> list[Claimed]:
    """Claim due pages for a node: in each lane as many as there is `room` for, the longest overdue first.

    What a page says is settled here. Its words stay in the row until its fate is known, since a look finds it by them.
    """
    claim, until = desk.new_id(), desk.now + LEASE
    claimed: list[Claimed] = []
    alike: defaultdict[tuple[Chore, bool], list[str]] = defaultdict(list)
    for due in _due(tx, desk, room):
        page, chore = _worded(due), _chore(due.page)
        claimed.append(Claimed(page, chore, claim, desk.now))
        alike[chore, page is not due.page].append(page.fact.id)
    for (chore, other_words), ids in alike.items():
        claims.take(
            tx,
            ids,
            claim=claim,
            node=node,
            until=until,
            state=_CLAIMED.get(chore),
            sent_at=desk.now if chore is Chore.SEND else None,
            other_words=other_words,
        )
    return claimed


def _due(tx: Transaction, desk: Desk, room: Room) -> list[DuePage]:
    """Found in one query. A lane without room is not asked for, and pages beyond a lane's room are left."""
    lanes, left = tuple(lane for lane in Lane if room[lane]), dict(room)
    found = []
    for due in claims.due(tx, desk.now, max(room.values()), lanes) if lanes else ():
        if left[due.page.lane]:
            left[due.page.lane] -= 1
            found.append(due)
    return found


def _worded(due: DuePage) -> PageRecord:
    """The page with the words that fit the hour; itself when it has them."""
    page, fact = due.page, due.page.fact
    if fact.state is not PageState.WAITING:
        return page
    words = words_now(fact.text, page.text_if_others, in_doubt=page.looks > 0, others_open=due.others_open)
    return page if words == fact.text else replace(page, fact=replace(fact, text=words))


_CLAIMED = {Chore.SEND: PageState.SENDING, Chore.LOOK: PageState.UNKNOWN}


def _chore(page: PageRecord) -> Chore:
    match page.fact.state:
        case PageState.WAITING:
            return Chore.SEND
        case PageState.SENDING | PageState.UNKNOWN:
            return Chore.LOOK
        case PageState.WITHDRAWN:
            return Chore.HANG_UP
        case _:
            return Chore.ASK


def still_ours(tx: Transaction, one: Claimed) -> bool:
    """Whether the claim still holds; asked before a send that was held up, for instance by a stopped process."""
    page = pages.find(tx, one.page.fact.id)
    return page is not None and page.claim == one.claim and page.fact.state is PageState.SENDING


def record_outcome(tx: Transaction, desk: Desk, one: Claimed, outcome: Outcome) -> None:
    """Record what came of a send; a page that others have dealt with in the meantime is left as it is."""
    if isinstance(outcome, Accepted):
        _record_accepted(tx, desk, one, outcome)
        return
    callout = callouts.lock(tx, one.page.callout) if one.page.callout else None
    page = pages.lock(tx, one.page.fact.id)
    if page is None:
        return
    if page.claim != one.claim or page.fact.state is not PageState.SENDING:
        return
    id_ = page.fact.id
    match after_send(_attempt(desk, page, callout), outcome):
        case SendLater(after_seconds, why):
            pages.try_again(tx, id_, _later(desk, after_seconds), why)
        case LookFor(after_seconds, why):
            pages.in_doubt(tx, id_, _later(desk, after_seconds), why)
        case Withdraw():
            pages.withdrawn(tx, id_, desk.now)
        case GiveUp(why, meaning):
            failed(tx, desk, callout, page, why, meaning)


def _record_accepted(tx: Transaction, desk: Desk, one: Claimed, accepted: Accepted) -> None:
    """How nearly every send ends: there is nothing to decide, so only the rows that are written are read."""
    asks = one.page.callout if one.page.fact.purpose is Purpose.PAGE else None
    status = callouts.hold(tx, asks) if asks is not None else None
    alarm = one.page.fact.alarm if one.page.fact.channel is Channel.VOICE else None
    had_since = alarms.hold(tx, alarm) if alarm is not None else None
    page = pages.lock(tx, one.page.fact.id)
    if page is None:
        return
    _accepted(tx, desk, page, accepted.carrier_id, accepted.status)
    if asks is not None and status is not Status.PAGING:
        pages.call_off(tx, asks, page.fact.person, desk.now)
    elif alarm is not None and had_since is not None and had_since >= page.created_at:
        # Somebody said "I have it" while the call was being placed.
        pages.stop_ringing(tx, alarm, str(page.fact.person), page.created_at, desk.now)
    else:
        desk.let_sleep()


def _attempt(desk: Desk, page: PageRecord, callout: CallOut | None) -> Attempt:
    return Attempt(
        page.fact,
        tries=page.tries,
        looks=page.looks,
        age=desk.now - page.created_at,
        tried_for=desk.now - (page.tried_at or page.created_at),
        stray=page.callout is None,
        wanted=is_wanted(page.fact.purpose, callout),
    )


def _later(desk: Desk, seconds: float) -> datetime:
    return desk.now + timedelta(seconds=seconds)


def record_look(tx: Transaction, desk: Desk, one: Claimed, found: Sequence[Found] | None) -> None:
    """Record what a look at the carrier showed; `found` is None when the carrier could not be asked.

    A text is recognised by its words. The carrier's list of calls does not say for which page a call was placed, so a
    call that may be another page's proves nothing: two pages would count as sent, and one of them would never ring.
    """
    callout = callouts.lock(tx, one.page.callout) if one.page.callout else None
    page = pages.lock(tx, one.page.fact.id)
    if page is None or page.claim != one.claim or page.fact.state is not PageState.UNKNOWN:
        return
    mine = ours(found or (), pages.known_ids(tx, [listed.carrier_id for listed in found or ()]))
    unclear = mine is not None and page.fact.channel is Channel.VOICE and pages.another_call_in_doubt(tx, page)
    if mine is not None and not unclear:
        _accepted(tx, desk, page, mine.carrier_id, mine.word)
        take_news(tx, desk, callout, page, read_report(page.fact, mine), mine.word)
        return
    clear, cut_off = found is not None and not unclear, one.page.fact.state is PageState.SENDING
    match after_look(_attempt(desk, page, callout), clear=clear, cut_off=cut_off):
        case LookAgain(after_seconds, looks):
            pages.ask_again(tx, page.fact.id, _later(desk, after_seconds), looks)
        case Withdraw():
            pages.withdrawn(tx, page.fact.id, desk.now)
        case SendAgain(why, looks):
            pages.send_again(tx, page.fact.id, desk.now, looks)
            if callout is not None:
                apply(tx, desk, callout, [Note(NoteKind.SENT_AGAIN, why, page.fact.person)], SERVICE, Source.CLOCK)


def record_answer(tx: Transaction, desk: Desk, one: Claimed, found: Found | None) -> None:
    """Record the carrier's answer about a page on which it had stopped reporting.

    `found` is None when the carrier could not be asked.
    """
    callout = callouts.lock(tx, one.page.callout) if one.page.callout else None
    page = pages.lock(tx, one.page.fact.id)
    if page is None or page.claim != one.claim:
        return
    asked = page.looks + 1
    wait = ask_seconds(page.fact.channel, asked)
    pages.ask_again(tx, page.fact.id, None if wait is None else _later(desk, wait), asked)
    news = after_answer(page.fact, found, asked=asked)
    if news is not None:
        take_news(tx, desk, callout, page, news, found.word if found is not None else "")


def record_hung_up(tx: Transaction, desk: Desk, one: Claimed) -> None:
    """The phone has been told to stop ringing, as far as that was possible."""
    page = pages.lock(tx, one.page.fact.id)
    if page is not None and page.claim == one.claim:
        pages.hung_up(tx, page.fact.id)


def _accepted(tx: Transaction, desk: Desk, page: PageRecord, carrier_id: str, status: str) -> None:
    """The carrier has the page. News may have overtaken its answer to the create, so the state only moves forward."""
    id_, text = page.fact.id, without_link(page.fact.text)
    if is_forward(page.fact.state, PageState.SENT):
        wait = ask_seconds(page.fact.channel, asked=0)
        pages.accepted(
            tx,
            id_,
            carrier_id=carrier_id,
            at=desk.now,
            text=text,
            status=status,
            state=PageState.DONE if wait is None else PageState.SENT,
            due_at=None if wait is None else _later(desk, wait),
        )
    else:
        pages.accepted_after_news(tx, id_, carrier_id=carrier_id, at=desk.now, text=text)
    if page.callout is not None and page.fact.purpose is Purpose.PAGE:
        callouts.first_paged(tx, page.callout, desk.now)
