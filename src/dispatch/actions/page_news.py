"""What the carrier says about a page becomes rows; what follows from it is decided in `rules/`."""

from typing import assert_never

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.stray import apply_stray
from dispatch.rules import page_failures, page_life
from dispatch.rules.facts.actors import CARRIER, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import Channel
from dispatch.rules.page_life import Advance, End, Fail, Move, Rest
from dispatch.rules.place_link import without_link
from dispatch.rules.sending import Meaning, Report
from dispatch.store import callouts, nodes, pages, phone_calls, receipts
from dispatch.store.pages import PageRecord
from dispatch.store.transaction import Transaction


def hear_report(tx: Transaction, desk: Desk, page_id: str, report: Report) -> None:
    """The carrier's report on a page. It may come late, twice, out of order, or before the create was answered."""
    known = pages.find(tx, page_id)
    if known is None:
        return
    fails = page_life.tells_of_failure(known.fact, report)
    # The call-out before the page, as everywhere: two orders would deadlock.
    callout = callouts.lock(tx, known.callout) if known.callout and fails else None
    if not fails:
        desk.let_sleep()
        if known.asks_for is not None and known.carrier_id is None:
            callouts.hold(tx, known.asks_for)
    page = pages.lock(tx, page_id)
    if page is None or not receipts.keep(tx, page_id, report.carrier_id, report.word, report.detail, desk.now):
        return
    heard = page_life.hear(page.fact, page.carrier_id, report, desk.now, desk.timings)
    if heard is None:
        return
    if heard.proves_it_left:
        kept = without_link(page.fact.text)
        pages.proved_accepted(tx, page_id, carrier_id=report.carrier_id, at=desk.now, text=kept)
        if page.asks_for is not None:
            callouts.first_paged(tx, page.asks_for, desk.now)
    if page.fact.channel is Channel.VOICE and report.progress.ends_a_call:
        phone_calls.over(tx, page_id, desk.now)
    move(tx, desk, callout, page, heard.move, report.word)


def move(tx: Transaction, desk: Desk, callout: CallOut | None, page: PageRecord, to: Move | None, status: str) -> None:
    """Write what news does to a page, and what follows; `status` is the carrier's own word for it."""
    id_ = page.fact.id
    match to:
        case Fail(why, meaning):
            failed(tx, desk, callout, page, why, meaning, status=status)
        case End(state):
            pages.ended(tx, id_, state, status, desk.now)
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
    desk: Desk,
    callout: CallOut | None,
    page: PageRecord,
    why: str,
    meaning: Meaning,
    *,
    status: str | None = None,
) -> None:
    """The page reached nobody; `why` is for people, `meaning` the carrier's reason."""
    if page.fact.purpose.joins:
        phone_calls.over(tx, page.fact.id, desk.now)
    pages.failed(tx, page.fact.id, at=desk.now, why=why, status=status, text=without_link(page.fact.text))
    roster = desk.roster(tx)
    person = roster.person(page.fact.person) if page.fact.person else None
    apply_stray(tx, desk, page_failures.of_number(person, meaning))
    tell_of_carrier(tx, desk, why, meaning)
    if callout is not None:
        told = pages.stand_downs(tx, callout.id, person.id) if person and page.fact.purpose.stands_down else []
        situation = desk.situation(tx, callout)
        if page.fact.purpose.sends_on:
            situation = desk.with_alarms(tx, situation)
        decisions = page_failures.of_callout(situation, page.fact, why, meaning, desk.now, told)
        apply(tx, desk, callout, decisions, CARRIER, Source.CARRIER)
    else:
        apply_stray(tx, desk, page_failures.of_stray(page.fact, person, meaning, desk.now))


def tell_of_carrier(tx: Transaction, desk: Desk, why: str, meaning: Meaning) -> None:
    """Alarm the coordinators if something fails through a fault of ours, unless they have just heard of one."""
    carrier = page_failures.of_carrier(why, meaning)
    if carrier and nodes.take_turn(
        tx, "carrier alarm", desk.now, desk.now + page_failures.CARRIER_ALARM_AGAIN, at_once=True
    ):
        apply_stray(tx, desk, carrier)
