"""What the carrier says of a page, and what follows: the next channel or the next person now, not when a timer ends."""

from dataclasses import replace

from dispatch.actions.apply import apply
from dispatch.actions.desk import Desk
from dispatch.actions.stray import alarm_stray, send_stray
from dispatch.rules import escalation
from dispatch.rules.callout import is_wanted
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, SendPage
from dispatch.rules.facts import CARRIER, FINAL_PAGE_STATES, CallOut, Channel, PageState, Person, Purpose, Source
from dispatch.rules.paging import News, is_forward, read_news
from dispatch.rules.sending import DeliveryFailure, Reach, classify_delivery_error, delivery_reach
from dispatch.rules.wording import alarms
from dispatch.store import callouts, pages, receipts
from dispatch.store import roster as roster_store
from dispatch.store.pages import PageRecord
from dispatch.store.transaction import Transaction


def hear_status(
    tx: Transaction, desk: Desk, page_id: str, sid: str, status: str, detail: str, answered_by: str | None
) -> None:
    """A status callback. It may come late, twice, out of order, or before the create was answered.

    `detail` is the ErrorCode of a text or the SequenceNumber of a call: what tells two callbacks apart.
    """
    known = pages.find(tx, page_id)
    if known is None:
        return
    news = read_news(known.fact, status, answered_by)
    fails = news.state is PageState.FAILED
    callout = callouts.lock(tx, known.callout) if known.callout and fails else None
    if known.callout and not fails and known.sid is None and known.fact.purpose is Purpose.PAGE:
        callouts.hold(tx, known.callout)  # before the page, as everywhere: two orders would deadlock
    page = pages.lock(tx, page_id)
    if not fails:
        desk.let_sleep()
    if page is None or not receipts.keep(tx, page_id, sid, status, f"{detail}{answered_by or ''}", desk.now):
        return
    # A page that was sent twice has two lives at the carrier; news of the other one proves only that it exists.
    if page.sid is not None and sid != page.sid and page.fact.state is not PageState.FAILED:
        return
    code = int(detail) if page.fact.channel is Channel.SMS and detail.isascii() and detail.isdigit() else None
    if news.failure is not None and code is not None:
        news = replace(news, failure=f"{news.failure} ({code})", code=code)
    if page.sid is None:
        # A signed callback that carries our own page id proves the creation, whatever became of its answer.
        pages.proved_accepted(tx, page_id, sid=sid, at=desk.now, text=without_link(page.fact.text))
        if page.callout is not None and page.fact.purpose is Purpose.PAGE:
            callouts.first_paged(tx, page.callout, desk.now)
    take_news(tx, desk, callout, page, news, status)


def take_news(tx: Transaction, desk: Desk, callout: CallOut | None, page: PageRecord, news: News, status: str) -> None:
    """Move the page forward, never back; a failure goes on to the next channel or person at once."""
    if not is_forward(page.fact.state, news.state):
        return
    if news.state is PageState.FAILED:
        failed(tx, desk, callout, page, news.failure or status, status=status, code=news.code)
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
    *,
    status: str | None = None,
    code: int | None = None,
) -> None:
    """The page reached nobody, and why; `code` is the carrier's error code."""
    pages.failed(tx, page.fact.id, at=desk.now, why=why, status=status, text=without_link(page.fact.text))
    roster = desk.roster(tx)
    person = roster.person(page.fact.person) if page.fact.person else None
    opted_out = delivery_reach(code) is Reach.OPTED_OUT and person is not None and not person.opted_out
    if opted_out and person is not None:
        roster_store.set_opted_out(tx, person.id, desk.now)
    if callout is None:
        _stray_failed(tx, desk, page, person if opted_out else None)
        return
    now_failed = replace(page.fact, state=PageState.FAILED, due_at=None)
    fresh = replace(callout, pages=tuple(now_failed if one.id == now_failed.id else one for one in callout.pages))
    decisions: list[Decision] = [
        Note(
            NoteKind.PAGE_FAILED,
            f"{_what(page)} {person.name if person else page.fact.purpose.value}: {why}",
            page.fact.person,
        )
    ]
    if opted_out and person is not None:
        decisions.append(AlarmCoordinators(alarms.opted_out(person.first_name)))
    if page.fact.purpose is Purpose.PAGE and classify_delivery_error(code) is DeliveryFailure.OPERATOR:
        decisions.append(AlarmCoordinators(alarms.carrier(why)))
    match page.fact.purpose:
        case Purpose.PAGE:
            decisions += escalation.fail_forward(desk.situation(tx, fresh), now_failed, desk.now)
        case Purpose.OFFICER:
            decisions.append(AlarmCoordinators(alarms.officer_not_reached(callout.code)))
        case Purpose.ALARM | Purpose.REMINDER if page.fact.channel is Channel.SMS and is_wanted(
            page.fact.purpose, callout
        ):
            # What must be heard is rung through; a text that cannot arrive helps nobody.
            fact = page.fact
            decisions.append(SendPage(fact.purpose, Channel.VOICE, fact.to, fact.text, desk.now, person=fact.person))
        case _:
            pass
    apply(tx, desk, fresh, decisions, CARRIER, Source.CARRIER)


def _stray_failed(tx: Transaction, desk: Desk, page: PageRecord, opted_out: Person | None) -> None:
    """What belongs to no call-out failed: an opt-out is an alarm all the same, and an alarm is rung through."""
    if opted_out is not None:
        alarm_stray(tx, desk, alarms.opted_out(opted_out.first_name))
    fact = page.fact
    if fact.purpose is Purpose.ALARM and fact.channel is Channel.SMS:
        send_stray(tx, desk, SendPage(fact.purpose, Channel.VOICE, fact.to, fact.text, desk.now, person=fact.person))


def without_link(text: str) -> str:
    """The text of a page that has left us, without its link: whoever reads the database must not see the place."""
    return text.partition("/r/")[0]


def _what(page: PageRecord) -> str:
    return {Channel.SMS: "text to", Channel.VOICE: "call to", Channel.WEBHOOK: "webhook to"}[page.fact.channel]
