"""What the carrier says about a page becomes rows; what follows from it is decided in `rules/`."""

from typing import assert_never

from dispatch.actions import bridge
from dispatch.actions.apply import apply
from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.alarms.owners import rings_in_vain
from dispatch.rules.callout import page_failures
from dispatch.rules.callout.moves import rings_on
from dispatch.rules.callout.stay_away import tells_to_stay_away
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.delivery import busy_lines, page_life
from dispatch.rules.delivery.page_life import Advance, End, Fail, Move, Rest
from dispatch.rules.delivery.sending import CarrierReport, Meaning
from dispatch.rules.facts.actors import CARRIER, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import OwnRows
from dispatch.store import nodes
from dispatch.store.alarms import alarms
from dispatch.store.callout import callouts, deadlines, own_rows
from dispatch.store.delivery import pages, receipts
from dispatch.store.delivery.pages import PageRecord
from dispatch.store.phone import phone_calls
from dispatch.store.transaction import Transaction


def hear_report(tx: Transaction, context: Context, page_id: str, report: CarrierReport) -> None:
    """The carrier's report on a page. It may come late, twice, out of order, or before the create was answered."""
    known = pages.find(tx, page_id)
    if known is None:
        return
    fails = page_life.tells_of_failure(known.fact, report)
    # The call-out before the page, as everywhere: two orders would deadlock.
    own = own_rows.lock(tx, known.callout) if known.callout and fails else None
    in_vain = not fails and known.carrier_id is None and lock_what_it_is_about(tx, known)
    ends = known.fact.channel is Channel.VOICE and report.ends_a_call
    leaves = ends and bridge.lock_what_it_is_about(tx, page_id) is not None
    if not fails and not in_vain and not leaves:
        context.let_sleep()
    page = pages.lock(tx, page_id)
    if page is None or not receipts.keep(tx, page_id, report, context.now):
        return
    heard = page_life.hear(page.fact, page.carrier_id, report, context.now, context.timings)
    if heard is None:
        return
    if heard.proves_it_left:
        kept = blanked(page.fact.text)
        pages.proved_accepted(tx, page_id, carrier_id=report.carrier_id, at=context.now, text=kept)
        if page.asks_for is not None:
            callouts.first_paged(tx, page.asks_for, context.now)
    if ends:
        if leaves:
            bridge.gone(tx, context, page_id)
        else:  # a leg that came in between is over; to lock its call-out after the page could be a deadlock
            phone_calls.over(tx, page_id, context.now)
        pages.line_is_free(tx, page.fact.to, context.now)
    move(tx, context, own, page, heard.move, report.word)
    if in_vain:
        pages.hang_up(tx, page_id, context.now)
    if page_life.ends_ringing(page.fact, heard.move):
        told_of_others(tx, context, page.fact)


def lock_what_it_is_about(tx: Transaction, page: PageRecord) -> bool:
    """Lock the call-out and the alarm that a page is about, to be called before the page is locked: whoever takes one
    of them writes it first, and then its pages.

    Returns whether it is a call that rings in vain: somebody took the one or the other while it was being placed.
    """
    is_call = page.fact.channel is Channel.VOICE
    callout = page.callout if is_call else page.asks_for
    status = callouts.lock_only(tx, callout) if callout is not None else None
    had_since = alarms.lock_only(tx, page.rings_for) if page.rings_for is not None else None
    is_over = is_call and status is not None and not rings_on(page.fact, status)
    return is_over or rings_in_vain(had_since, page.created_at)


def told_of_others(tx: Transaction, context: Context, call: Page) -> None:
    """The call was picked up, or has rung out, and has told of what waits for it."""
    person = context.roster(tx).person(call.person) if call.person is not None else None
    for waits in busy_lines.told(call, person, pages.held(tx, call.to)):
        pages.withdrawn(tx, waits, context.now)


def move(
    tx: Transaction, context: Context, own: OwnRows | None, page: PageRecord, to: Move | None, status: str
) -> None:
    """Write what news does to a page, and what follows; `status` is the carrier's own word for it."""
    id_ = page.fact.id
    match to:
        case Fail(why, meaning):
            failed(tx, context, own, page, why, meaning, status=status)
        case End(state):
            pages.ended(tx, id_, state, status, context.now)
        case Rest():
            pages.arrived(tx, id_, status)
        case Advance(state, ask_at) if ask_at is not None:
            pages.moved_by_first_news(tx, id_, state, status, ask_at)
        case Advance(state):
            pages.moved(tx, id_, state, status)
        case None:
            pass
        case _:
            assert_never(to)


def failed(
    tx: Transaction,
    context: Context,
    own: OwnRows | None,
    page: PageRecord,
    why: str,
    meaning: Meaning,
    *,
    status: str | None = None,
) -> None:
    """The page reached nobody; `why` is for people, `meaning` the carrier's reason."""
    if page.fact.purpose.joins:
        phone_calls.over(tx, page.fact.id, context.now)
    pages.failed(tx, page.fact.id, at=context.now, why=why, status=status)
    roster = context.roster(tx)
    person = roster.person(page.fact.person) if page.fact.person else None
    apply_standalone(tx, context, page_failures.of_number(person, meaning))
    tell_of_carrier(tx, context, why, meaning)
    if own is not None:
        situation = context.situation(tx, own.callout)
        old = is_old_news(tx, own.callout, page)
        rings = tells_to_stay_away(page.fact) and _rings_on(tx, own.callout, page.fact)
        decisions = page_failures.of_callout(
            situation, page.fact, why, meaning, context.now, is_old=old, rings_on=rings
        )
        apply(tx, context, situation, decisions, CARRIER, Source.CARRIER)
    else:
        apply_standalone(tx, context, page_failures.of_standalone(page.fact, person, meaning, context.now))


def is_old_news(tx: Transaction, callout: CallOut, page: PageRecord) -> bool:
    """Whether it tells the officer how a call-out stood that is over by now."""
    return page.fact.purpose.is_for_the_officer and not callout.is_open and pages.is_old_news(tx, page)


def _rings_on(tx: Transaction, callout: CallOut, page: Page) -> bool:
    """Whether whoever was called to hear of danger is called again, since they have not been heard."""
    waits = (one.person for one in deadlines.of_callout(tx, callout.id) if one.kind is DeadlineKind.STAY_AWAY)
    return page.person in waits


def tell_of_carrier(tx: Transaction, context: Context, why: str, meaning: Meaning) -> None:
    """Alarm the coordinators if something fails through a fault of ours, unless they have just heard of one."""
    carrier = page_failures.of_carrier(why, meaning)
    if carrier and nodes.take_job_lock(
        tx, "carrier alarm", context.now, context.now + page_failures.CARRIER_ALARM_AGAIN, at_once=True
    ):
        apply_standalone(tx, context, carrier)
