"""What the carrier says about a page becomes rows; what follows from it is decided in `rules/`."""

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.link_address import without_link
from dispatch.actions.stray import apply_stray
from dispatch.rules import page_failures
from dispatch.rules.facts.actors import CARRIER, Source
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.paging import News, is_forward, read_report
from dispatch.rules.sending import Meaning, Report
from dispatch.store import callouts, nodes, pages, receipts
from dispatch.store.pages import PageRecord
from dispatch.store.transaction import Transaction


def hear_report(tx: Transaction, desk: Desk, page_id: str, report: Report) -> None:
    """The carrier's report on a page. It may come late, twice, out of order, or before the create was answered."""
    known = pages.find(tx, page_id)
    if known is None:
        return
    news = read_report(known.fact, report)
    fails = news.state is PageState.FAILED
    callout = callouts.lock(tx, known.callout) if known.callout and fails else None
    if known.callout and not fails and known.carrier_id is None and known.fact.purpose is Purpose.PAGE:
        callouts.hold(tx, known.callout)  # before the page, as everywhere: two orders would deadlock
    page = pages.lock(tx, page_id)
    if not fails:
        desk.let_sleep()
    if page is None or not receipts.keep(tx, page_id, report.carrier_id, report.word, report.detail, desk.now):
        return
    # A page that was sent twice has two lives at the carrier; news of the other one proves only that it exists.
    if page.carrier_id is not None and report.carrier_id != page.carrier_id and page.fact.state is not PageState.FAILED:
        return
    if page.carrier_id is None:
        # A signed report that carries our own page id proves that the carrier took it, whatever became of its answer.
        pages.proved_accepted(tx, page_id, carrier_id=report.carrier_id, at=desk.now, text=without_link(page.fact.text))
        if page.callout is not None and page.fact.purpose is Purpose.PAGE:
            callouts.first_paged(tx, page.callout, desk.now)
    take_news(tx, desk, callout, page, news, report.word)


def take_news(tx: Transaction, desk: Desk, callout: CallOut | None, page: PageRecord, news: News, status: str) -> None:
    """Move the page forward, never back; after a failure, paging goes on to the next channel or person at once.

    `status` is the carrier's own word for the news.
    """
    if not is_forward(page.fact.state, news.state):
        return
    if news.state is PageState.FAILED:
        failed(tx, desk, callout, page, news.failure or status, news.meaning, status=status)
        return
    if news.state in FINAL_PAGE_STATES:
        pages.ended(tx, page.fact.id, news.state, status, desk.now)
    elif news.state is PageState.DELIVERED and page.fact.channel is Channel.SMS:
        pages.arrived(tx, page.fact.id, status)
    elif page.fact.state in {PageState.WAITING, PageState.SENDING, PageState.UNKNOWN}:
        ask_at = desk.now + desk.timings.span("ask_after")
        pages.moved_by_first_news(tx, page.fact.id, news.state, status, ask_at)
    else:
        pages.moved(tx, page.fact.id, news.state, status)


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
    pages.failed(tx, page.fact.id, at=desk.now, why=why, status=status, text=without_link(page.fact.text))
    roster = desk.roster(tx)
    person = roster.person(page.fact.person) if page.fact.person else None
    apply_stray(tx, desk, page_failures.of_number(person, meaning))
    carrier = page_failures.of_carrier(why, meaning)
    if carrier and nodes.take_turn(
        tx, "carrier alarm", desk.now, desk.now + page_failures.CARRIER_ALARM_AGAIN, at_once=True
    ):
        apply_stray(tx, desk, carrier)
    if callout is not None:
        decisions = page_failures.of_callout(desk.situation(tx, callout), page.fact, why, meaning, desk.now)
        apply(tx, desk, callout, decisions, CARRIER, Source.CARRIER)
    else:
        apply_stray(tx, desk, page_failures.of_stray(page.fact, person, meaning, desk.now))
