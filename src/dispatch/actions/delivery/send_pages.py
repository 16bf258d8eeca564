"""Claim due pages, and record what came of each. In between, outside any transaction, the carrier is called.

The law: a page is never marked sent before the carrier took it. A claim moves `due_at` to the end of its lease, so a
page that a dead process had claimed comes due again by itself. The page is then reconciled with the carrier before it
is sent again. If the carrier cannot tell, it is sent again: a page sent twice beats a page not sent
(`rules/delivery/reconciling.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

import structlog

from dispatch.actions.apply import apply
from dispatch.actions.context import Context
from dispatch.actions.delivery.once_a_claim import OnceAClaim
from dispatch.actions.delivery.record_news import failed, is_old_news, lock_what_it_is_about, move, tell_of_carrier
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.callout.moves import is_wanted
from dispatch.rules.deadlines import AFTER_A_FAULT
from dispatch.rules.decisions import Note, NoteKind
from dispatch.rules.delivery import page_life
from dispatch.rules.delivery.attempts import (
    Attempt,
    GiveUp,
    Reconcile,
    SendLater,
    Sent,
    Withdraw,
    after_accepted,
    after_answer,
    after_reconciling,
    after_send,
    ask_seconds,
)
from dispatch.rules.delivery.busy_lines import (
    NOBODY_ON_THE_HOTLINE,
    TALKS_AT_MOST,
    TELLS_AT_MOST,
    WAITS_AT_MOST,
    Breaks,
    Holds,
    IsTold,
    Leaves,
    at_the_line,
    leaving,
    waits_out_a_talk,
)
from dispatch.rules.delivery.page_life import CLAIMED_AS, News, SendTask, after_news, read_report
from dispatch.rules.delivery.reconciling import ReconcileAgain, SendAgain, is_cut_off, may_be_anothers, ours
from dispatch.rules.delivery.sending import Accepted, Found, SendOutcome
from dispatch.rules.facts.actors import SERVICE, Source
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import OwnRows
from dispatch.rules.schedule.shift_texts import not_before
from dispatch.store.callout import callouts, own_rows
from dispatch.store.delivery import claims, due_pages, pages
from dispatch.store.delivery.due_pages import NOTHING_UNDER_WAY, DuePage, UnderWay
from dispatch.store.delivery.pages import LEASE, Lane, PageRecord
from dispatch.store.engine.savepoint import no_panic
from dispatch.store.hotline import hotline_calls
from dispatch.store.phone import phone_calls
from dispatch.store.transaction import Row, Transaction

_log = structlog.get_logger("dispatch.pages")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One page that this process alone may work on until the lease ends."""

    page: PageRecord
    send_task: SendTask
    claim: str
    claimed_at: datetime


Capacity = Mapping[Lane, int]
"""How many more pages may be claimed, by lane."""
AMPLE: Capacity = dict.fromkeys(Lane, 100)


class ClaimedPages(NamedTuple):
    """`more` says that some of the pages that were due have not been claimed but put off, so that others may be due. A
    call whose line another node holds is not among them: it stays due, and asking again at once would find it again."""

    pages: list[Claimed]
    more: bool


def claim_pages(
    tx: Transaction,
    context: Context,
    capacity: Capacity = AMPLE,
    node: str = "",
    under_way: UnderWay = NOTHING_UNDER_WAY,
) -> ClaimedPages:
    """Claim due pages for a node: in each lane as many as there is `capacity` for, the longest overdue first.

    `under_way` is how many of its lines to the carrier ask for each agency.

    What a page says is settled here. Its words stay in the row until its fate is known: reconciling needs them.
    """
    claim, until = context.new_id(), context.now + LEASE
    claimed: list[Claimed] = []
    left = 0
    alike: defaultdict[tuple[SendTask, bool], list[str]] = defaultdict(list)
    found = _due(tx, context, capacity, under_way)
    once = OnceAClaim(tx, [due.page for due in found])
    rung = {due.page.fact.to for due in found if due.page.fact.channel is Channel.VOICE}
    # In this order: what another node has committed before it gave a line up is seen.
    ours = claims.lock_lines(tx, rung)
    lines = pages.calls_to(tx, ours, context.now - TALKS_AT_MOST)
    for due in found:
        try:
            with no_panic():
                send_task, page = _claim(due)
        except Exception:  # it has asked a rule and no database, so nothing but our own mistake can be behind it
            _failed(tx, context, due.page.fact.id, due.page.callout)
            continue
        if send_task is SendTask.SEND and _is_needed_no_more(page, once):
            pages.withdrawn(tx, page.fact.id, context.now)
            continue
        is_new_call = send_task is SendTask.SEND and page.fact.channel is Channel.VOICE
        if is_new_call and page.fact.to not in ours:
            left += 1
            continue
        if is_new_call and not _leaves(tx, context, page, lines, once):
            continue
        if send_task is SendTask.SEND and page.fact.purpose.is_of_the_schedule and _waits(tx, context, page.fact, once):
            continue
        claimed.append(Claimed(page, send_task, claim, context.now))
        alike[send_task, page is not due.page].append(page.fact.id)
    for (send_task, other_words), ids in alike.items():
        claims.take(
            tx,
            ids,
            claim=claim,
            node=node,
            until=until,
            state=CLAIMED_AS.get(send_task),
            sent_at=context.now if send_task is SendTask.SEND else None,
            other_words=other_words,
        )
    return ClaimedPages(claimed, more=len(claimed) + left < len(found))


_WAITED = timedelta(seconds=1)
_Lines = dict[str, list[Page]]
"""The calls under way to each number that a round would ring, read at once, and then kept in step with what the round
itself does."""


def _leaves(tx: Transaction, context: Context, page: PageRecord, lines: _Lines, once: OnceAClaim) -> bool:
    """Whether a call is placed now: one phone rings once at a time."""
    fact, now = page.fact, context.now
    waited_for = page.rings_for if now - page.created_at >= _WAITED else None
    if waited_for is not None and not once.alarm_goes_on(page, waited_for):
        pages.withdrawn(tx, fact.id, now)
        return False
    if page.held_since is not None and fact.purpose.replaces_older and pages.is_out_of_date(tx, page):
        pages.withdrawn(tx, fact.id, now)
        return False
    calls = lines[fact.to]
    person = context.roster(tx).person(fact.person) if fact.person is not None and calls else None
    is_officers = fact.person is None
    hotline = hotline_calls.on_the_line(tx, fact.to, page.callout) if is_officers else NOBODY_ON_THE_HOTLINE
    about = page.callout if waits_out_a_talk(fact) else None
    talks = about is not None and phone_calls.talks(tx, fact.to, about)
    step = at_the_line(fact, person, calls, now, page.held_since, hotline=hotline, talks=talks)
    match step:
        case Leaves():
            calls.append(leaving(fact, now))
            return True
        case Holds(until, since):
            claims.hold(tx, fact.id, until, since)
        case IsTold():
            claims.hold(tx, fact.id, now + TELLS_AT_MOST, page.held_since or now)
        case Breaks(ended, at):
            for call in ended:
                pages.end_for_danger(tx, call, context.new_id(), now, now + WAITS_AT_MOST)
            lines[fact.to] = [one for one in calls if one.id not in ended]
            claims.hold(tx, fact.id, at, page.held_since or now)
        case _:
            assert_never(step)
    return False


def _is_needed_no_more(page: PageRecord, once: OnceAClaim) -> bool:
    """Whether it came too late: whom it tests is paged or out by now, or the alarm of which it tells is over."""
    if page.fact.purpose.gives_way:
        return once.is_test_of_somebody_busy(page.fact)
    return page.in_turn_for is not None and not once.alarm_goes_on(page, page.in_turn_for)


def _waits(tx: Transaction, context: Context, page: Page, once: OnceAClaim) -> bool:
    """Whether a text about shifts is put off: nobody is to read it between two pages, or at night for another night."""
    until = not_before(page.purpose, is_busy=page.person in once.busy, now=context.now)
    if until is not None:
        claims.put_off(tx, page.id, until)
    return until is not None


def _due(tx: Transaction, context: Context, capacity: Capacity, under_way: UnderWay) -> list[DuePage]:
    """Found in one query. A full lane is not asked for, and pages beyond a lane's capacity are left."""

    def failed(row: Row) -> None:
        _failed(tx, context, row["id"], row["callout"])

    lanes, left = tuple(lane for lane in Lane if capacity[lane]), dict(capacity)
    if not lanes:
        return []
    most, lines = max(capacity.values()), capacity[Lane.CARRIER]
    found = []
    for due in due_pages.due(tx, context.now, most, lanes, lines=lines, under_way=under_way, failed=failed):
        if left[due.lane]:
            left[due.lane] -= 1
            found.append(due)
    return found


def _claim(due: DuePage) -> tuple[SendTask, PageRecord]:
    """The send task, and the page with the words that fit the hour; the page itself when it has them."""
    page = due.page
    send_task, words = page_life.claim(
        page.fact, page.text_if_others, reconciled=page.reconciled, others_open=due.others_open
    )
    return send_task, page if words == page.fact.text else replace(page, fact=replace(page.fact, text=words))


def put_off(tx: Transaction, context: Context, claimed: Claimed) -> None:
    """A mistake of ours about a page that we had claimed: it comes due again later."""
    page = pages.lock(tx, claimed.page.fact.id)
    if page is not None and _holds(claimed, page):
        _put_off(tx, context, page.fact.id, page.callout)


def _failed(tx: Transaction, context: Context, page_id: str, callout: str | None) -> None:
    """A page that cannot be read or claimed; to be called inside the exception handler."""
    _log.exception("page failed", page=page_id)
    _put_off(tx, context, page_id, callout)


def _put_off(tx: Transaction, context: Context, page_id: str, callout: str | None) -> None:
    claims.put_off(tx, page_id, context.now + AFTER_A_FAULT)
    tell_of_mistake(tx, context, callout)


def still_ours(tx: Transaction, claimed: Claimed) -> bool:
    """Whether the claim still holds; asked before a send that was held up, for instance by a stopped process."""
    page = pages.find(tx, claimed.page.fact.id)
    return page is not None and _holds(claimed, page)


def _holds(claimed: Claimed, page: PageRecord) -> bool:
    """Whether the page is still claimed as it was; others may have dealt with it in the meantime."""
    return page.claim == claimed.claim and page.fact.state is CLAIMED_AS.get(claimed.send_task, page.fact.state)


def record_outcome(tx: Transaction, context: Context, claimed: Claimed, outcome: SendOutcome) -> None:
    """Record what came of a send; a page that others have dealt with in the meantime is left as it is."""
    if isinstance(outcome, Accepted):
        _record_accepted(tx, context, claimed, outcome)
        return
    own = own_rows.lock(tx, claimed.page.callout) if claimed.page.callout else None
    page = pages.lock(tx, claimed.page.fact.id)
    if page is None or not _holds(claimed, page):
        return
    id_ = page.fact.id
    step = after_send(_attempt(tx, context, page, own), outcome)
    match step:
        case SendLater(after_seconds, why, meaning):
            pages.try_again(tx, id_, _later(context, after_seconds), why)
            if meaning is not None:
                tell_of_carrier(tx, context, why, meaning)
        case Reconcile(after_seconds, why):
            pages.in_doubt(tx, id_, _later(context, after_seconds), why)
        case Withdraw():
            pages.withdrawn(tx, id_, context.now)
        case GiveUp(why, meaning):
            failed(tx, context, own, page, why, meaning)
        case _:
            assert_never(step)


def _record_accepted(tx: Transaction, context: Context, claimed: Claimed, accepted: Accepted) -> None:
    """How nearly every send ends: there is nothing to decide, so only the rows that are written are read."""
    in_vain = lock_what_it_is_about(tx, claimed.page)
    page = pages.lock(tx, claimed.page.fact.id)
    if page is None:
        return
    _accepted(tx, context, page, accepted.carrier_id, accepted.status)
    if in_vain:
        pages.hang_up(tx, page.fact.id, context.now)
    else:
        context.let_sleep()


def _attempt(tx: Transaction, context: Context, page: PageRecord, own: OwnRows | None) -> Attempt:
    callout = own.callout if own is not None else None
    is_old = callout is not None and is_old_news(tx, callout, page)
    return Attempt(
        page.fact,
        tries=page.tries,
        reconciled=page.reconciled,
        age=context.now - page.created_at,
        tried_for=context.now - page.tried_since,
        standalone=page.callout is None,
        wanted=is_wanted(page.fact.purpose, callout) and not is_old,
    )


def _later(context: Context, seconds: float) -> datetime:
    return context.now + timedelta(seconds=seconds)


def record_reconciled(tx: Transaction, context: Context, claimed: Claimed, found: Sequence[Found] | None) -> None:
    """Record what reconciling showed; `found` is None when the carrier could not be asked."""
    own = own_rows.lock(tx, claimed.page.callout) if claimed.page.callout else None
    in_vain = lock_what_it_is_about(tx, claimed.page)
    page = pages.lock(tx, claimed.page.fact.id)
    if page is None or not _holds(claimed, page):
        return
    known = pages.known_ids(tx, [listed.carrier_id for listed in found or ()], context.now)
    mine = ours(found or (), known)
    unclear = may_be_anothers(page.fact, mine) and pages.another_call_in_doubt(tx, page)
    if mine is not None and not unclear:
        _accepted(tx, context, page, mine.carrier_id, mine.word)
        _take_news(tx, context, own, page, read_report(page.fact, mine), mine.word)
        if in_vain:
            pages.hang_up(tx, page.fact.id, context.now)
        return
    clear = found is not None and not unclear
    step = after_reconciling(_attempt(tx, context, page, own), clear=clear, cut_off=is_cut_off(claimed.page.fact))
    match step:
        case ReconcileAgain(after_seconds, reconciled):
            pages.ask_again(tx, page.fact.id, _later(context, after_seconds), reconciled)
        case Withdraw():
            pages.withdrawn(tx, page.fact.id, context.now)
        case SendAgain(why, reconciled):
            pages.send_again(tx, page.fact.id, context.now, reconciled)
            if own is not None:
                apply(tx, context, own, [Note(NoteKind.SENT_AGAIN, why, page.fact.person)], SERVICE, Source.CLOCK)
        case _:
            assert_never(step)


def record_answer(tx: Transaction, context: Context, claimed: Claimed, found: Found | None) -> None:
    """Record the carrier's answer about a page on which it had stopped reporting.

    `found` is None when the carrier could not be asked.
    """
    own = own_rows.lock(tx, claimed.page.callout) if claimed.page.callout else None
    page = pages.lock(tx, claimed.page.fact.id)
    if page is None or not _holds(claimed, page):
        return
    asked = page.reconciled + 1
    wait = ask_seconds(page.fact.channel, asked)
    pages.ask_again(tx, page.fact.id, None if wait is None else _later(context, wait), asked)
    news = after_answer(page.fact, found, asked=asked)
    if news is not None:
        _take_news(tx, context, own, page, news, found.word if found is not None else "")


def record_hung_up(tx: Transaction, context: Context, claimed: Claimed) -> None:
    """The phone has been told to stop ringing, as far as that was possible."""
    page = pages.lock(tx, claimed.page.fact.id)
    if page is not None and _holds(claimed, page):
        pages.hung_up(tx, page.fact.id)
        pages.line_is_free(tx, page.fact.to, context.now)


def _accepted(tx: Transaction, context: Context, page: PageRecord, carrier_id: str, status: str) -> None:
    """The carrier has the page. News may have overtaken its answer to the create, so the state only moves forward."""
    id_, kept = page.fact.id, blanked(page.fact.text)
    sent = after_accepted(page.fact)
    match sent:
        case Sent(state, seconds):
            pages.accepted(
                tx,
                id_,
                carrier_id=carrier_id,
                at=context.now,
                text=kept,
                status=status,
                state=state,
                due_at=None if seconds is None else _later(context, seconds),
            )
        case None:
            pages.accepted_after_news(tx, id_, carrier_id=carrier_id, at=context.now, text=kept)
        case _:
            assert_never(sent)
    if page.asks_for is not None:
        callouts.first_paged(tx, page.asks_for, context.now)


def _take_news(
    tx: Transaction, context: Context, own: OwnRows | None, page: PageRecord, news: News, status: str
) -> None:
    move(tx, context, own, page, after_news(page.fact, news, status, context.now, context.timings), status)
