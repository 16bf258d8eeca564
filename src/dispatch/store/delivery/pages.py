"""Page rows: what is to be sent, what was sent, and how it went. `due_at` says when the sender has to act next."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dispatch.rules.access.texted_secrets import blanked
from dispatch.rules.alarms.in_turn import awaits_turn
from dispatch.rules.delivery.page_life import in_short
from dispatch.rules.delivery.test_pages import SentTestPage
from dispatch.rules.facts.alarms import Alarm, HeardAlarm
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, READ_AFTER, Page, PageState, Purpose, SentText, Subject
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import LegState
from dispatch.store import tables as t
from dispatch.store.engine.log_lines import add, code_of
from dispatch.store.transaction import Row, Transaction
from dispatch.store.types import first_id

# How long a claim holds: longer than the longest call to a carrier (5 s to connect, 10 s to read).
LEASE = timedelta(seconds=20)


class Lane(StrEnum):
    """Which pages share capacity while they are being sent. Each lane is served by itself: an agency that hangs must
    not hold up the carrier, and texts that strangers bring about must not hold up pages."""

    CARRIER = "carrier"
    STANDALONE = "standalone"
    WEBHOOKS = "webhooks"


OF_A_PAGE = tuple(field.name for field in fields(Page))


def page_fact(row: Row) -> Page:
    return Page(**{name: row[name] for name in OF_A_PAGE} | _in_our_types(row))


def _in_our_types(row: Row) -> dict[str, Any]:
    known = {"purpose": Purpose(row["purpose"]), "channel": Channel(row["channel"]), "state": PageState(row["state"])}
    return known | ({"subject": Subject(row["subject"])} if row["subject"] is not None else {})


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page as the sender needs it. `claim` proves that it is still ours."""

    fact: Page
    callout: str | None
    tries: int
    reconciled: int
    claim: str | None
    created_at: datetime
    carrier_id: str | None
    text_if_others: str | None
    agency: str | None = None
    held_since: datetime | None = None

    @property
    def tried_since(self) -> datetime:
        """When its last send began; before the first, when it was decided."""
        return self.fact.tried_at or self.created_at

    @property
    def asks_for(self) -> str | None:
        """The call-out that it asks somebody to take; None when it asks nobody."""
        return self.callout if self.fact.purpose.pages else None

    @property
    def rings_for(self) -> str | None:
        """The alarm for which it rings somebody; None for a text, and for what tells of no alarm."""
        return self.fact.alarm if self.fact.channel is Channel.VOICE else None

    @property
    def in_turn_for(self) -> str | None:
        """The alarm of which it tells somebody who is not on, once their turn has come; None for anything else."""
        is_text = self.fact.channel is Channel.SMS
        return self.fact.alarm if is_text and awaits_turn(self.fact.due_at, self.created_at, self.tries) else None

    @property
    def lane(self) -> Lane:
        if self.fact.channel is Channel.WEBHOOK:
            return Lane.WEBHOOKS
        return Lane.STANDALONE if self.is_standalone else Lane.CARRIER

    @property
    def is_standalone(self) -> bool:
        """Whether it is about no call-out, and no child waits for it: an answer to a stranger, news for coordinators,
        such as what a stranger wrote, or a test. Anybody who has our number can bring about any number of the first
        two, and sixty shifts begin at nine."""
        fact = self.fact
        answers_stranger = fact.purpose is Purpose.ANSWER and fact.person is None
        is_news = fact.purpose is Purpose.ALARM and fact.channel is Channel.SMS and fact.alarm is None
        return self.callout is None and (answers_stranger or is_news or fact.purpose is Purpose.TEST)


_OF_A_RECORD = ("callout", "tries", "reconciled", "claim", "created_at", "text_if_others", "agency", "held_since")
COLUMNS = (*OF_A_PAGE, *_OF_A_RECORD, "sid")


_FACT = sa.select(*(t.page.c[name] for name in OF_A_PAGE))
_RECORD = sa.select(*(t.page.c[name] for name in COLUMNS))
_FIND = _RECORD.where(t.page.c.id == sa.bindparam("id"))
_LOCK = _FIND.with_for_update()


def find(tx: Transaction, page_id: str) -> PageRecord | None:
    row = tx.execute(_FIND, {"id": page_id}).mappings().first()
    return page_record(row) if row else None


def lock(tx: Transaction, page_id: str) -> PageRecord | None:
    row = tx.execute(_LOCK, {"id": page_id}).mappings().first()
    return page_record(row) if row else None


def page_record(row: Row) -> PageRecord:
    return PageRecord(page_fact(row), carrier_id=row["sid"], **{name: row[name] for name in _OF_A_RECORD})


ABOUT_COMING = (Purpose.PAGE, Purpose.ASK_ALONG, Purpose.TURN_BACK)
"""What rules decide on: pages that ask somebody to come, and what the rule of a late yes has sent."""


# ---- what becomes of one page --------------------------------------------------------------------------------------


def accepted(
    tx: Transaction,
    page_id: str,
    *,
    carrier_id: str,
    at: datetime,
    text: str,
    status: str,
    state: PageState,
    due_at: datetime | None,
) -> None:
    """The carrier has the page and calls it `status`.

    `text` is the part of the words that may be kept; `due_at` is when to ask how the page went.
    """
    _update(
        tx,
        page_id,
        sid=carrier_id,
        sent_at=at,
        failure=None,
        reconciled=0,
        state=state,
        due_at=due_at,
        carrier_status=status,
        text=text,
    )


def accepted_after_news(tx: Transaction, page_id: str, *, carrier_id: str, at: datetime, text: str) -> None:
    """The carrier has the page and has already reported on it: the page keeps the state that the report gave it."""
    _update(tx, page_id, sid=carrier_id, sent_at=at, failure=None, reconciled=0, text=text)


def proved_accepted(tx: Transaction, page_id: str, *, carrier_id: str, at: datetime, text: str) -> None:
    """A report proves that the carrier has the page, whatever became of its answer to the send."""
    _update(tx, page_id, sid=carrier_id, sent_at=at, text=text)


def try_again(tx: Transaction, page_id: str, due_at: datetime, why: str) -> None:
    """The page was certainly not sent."""
    _update(tx, page_id, state=PageState.WAITING, due_at=due_at, failure=why)


def in_doubt(tx: Transaction, page_id: str, due_at: datetime, why: str) -> None:
    """The page may have been sent; at `due_at` it is reconciled with the carrier."""
    _update(tx, page_id, state=PageState.UNKNOWN, due_at=due_at, failure=why)


def send_again(tx: Transaction, page_id: str, due_at: datetime, reconciled: int) -> None:
    """The page was reconciled `reconciled` times, and the carrier did not have it."""
    _update(tx, page_id, state=PageState.WAITING, due_at=due_at, reconciled=reconciled)


def ask_again(tx: Transaction, page_id: str, due_at: datetime | None, reconciled: int) -> None:
    """The carrier was asked about the page `reconciled` times; it is asked again at `due_at`, or never if that is
    None."""
    _update(tx, page_id, due_at=due_at, reconciled=reconciled)


def arrived(tx: Transaction, page_id: str, status: str) -> None:
    """The text is on the phone: nothing more has to be done about the page."""
    _update(tx, page_id, state=PageState.DELIVERED, carrier_status=status, due_at=None)


def moved(tx: Transaction, page_id: str, state: PageState, status: str) -> None:
    """The carrier reported on the page; the time to ask next stays as it was."""
    _update(tx, page_id, state=state, carrier_status=status)


def moved_by_first_news(tx: Transaction, page_id: str, state: PageState, status: str, ask_at: datetime) -> None:
    """The carrier reported before it answered the send: from now on `reconciled` counts how often it is asked."""
    _update(tx, page_id, state=state, carrier_status=status, due_at=ask_at, reconciled=0)


def ended(tx: Transaction, page_id: str, state: PageState, status: str, at: datetime) -> None:
    """The carrier's last report on the page."""
    _update(tx, page_id, state=state, carrier_status=status, due_at=None, ended_at=at)


def failed(tx: Transaction, page_id: str, *, at: datetime, why: str, status: str | None) -> None:
    """The page reached nobody."""
    _update(tx, page_id, state=PageState.FAILED, due_at=None, ended_at=at, failure=why, carrier_status=status)


def done(tx: Transaction, page_id: str, at: datetime) -> None:
    """The page was answered."""
    _update(tx, page_id, state=PageState.DONE, due_at=None, ended_at=at)


def withdrawn(tx: Transaction, page_id: str, at: datetime) -> None:
    """Nobody needs the page any more, and it is not under way."""
    _update(tx, page_id, state=PageState.WITHDRAWN, due_at=None, ended_at=at)


def hung_up(tx: Transaction, page_id: str) -> None:
    """A withdrawn page has stopped ringing."""
    _update(tx, page_id, due_at=None)


_LOGGED = (*(t.page.c[name] for name in ("id", "purpose", "channel", "person", "agency", "text")), code_of(t.page))
"""What a statement returns for the log, and the words, of which a page that is over keeps no link and no code."""
_KEEP_TEXT = sa.update(t.page).where(t.page.c.id == sa.bindparam("row_id")).values(text=sa.bindparam("kept"))


def _log(tx: Transaction, row: Row, state: PageState, **more: Any) -> None:
    """The event is the state. A claim has no line: it lasts as long as one request to the carrier, and
    what came of that has one."""
    of_it = {name: row[name] for name in ("code", "channel", "purpose", "person", "agency")}
    add(tx, state, **of_it, page=row["id"], **more)
    if state in FINAL_PAGE_STATES and (kept := blanked(row["text"])) != row["text"]:
        tx.execute(_KEEP_TEXT, {"row_id": row["id"], "kept": kept})


def _update(tx: Transaction, page_id: str, **columns: Any) -> None:
    """Change a page; a new state has a line in the log."""
    change = sa.update(t.page).where(t.page.c.id == page_id).values(columns).returning(*_LOGGED)
    row = tx.execute(change).mappings().first()
    if row is not None and "state" in columns:
        why = columns.get("failure")
        due_at = columns["due_at"] if columns["state"] is PageState.WAITING else None
        _log(tx, row, columns["state"], due_at=due_at, why=why and in_short(why))


# ---- pages of a call-out, a person, a node -------------------------------------------------------------------------


def hurry(tx: Transaction, page_id: str, now: datetime) -> None:
    """Make a page that waits for later due now."""
    waits = sa.and_(t.page.c.id == page_id, t.page.c.state == PageState.WAITING, t.page.c.due_at > now)
    hurried = tx.execute(sa.update(t.page).where(waits).values(due_at=now).returning(*_LOGGED))
    for row in hurried.mappings():
        _log(tx, row, PageState.WAITING, due_at=now)


_OF_CALLOUT = t.page.c.callout == sa.bindparam("callout_id")
_OF_PERSON = t.page.c.person == sa.bindparam("whose")
_IS_CALL = t.page.c.channel == Channel.VOICE
_IS_WAITING = t.page.c.state == PageState.WAITING
_IS_RINGING = (t.page.c.state == PageState.SENT) & t.page.c.sid.is_not(None)

_ASKING = (Purpose.PAGE, Purpose.ASK_ALONG)
_TAKEN_BACK = t.page.c.purpose.in_((*_ASKING, Purpose.TURN_BACK, Purpose.REMINDER, Purpose.QUESTION))
# A call that tells of danger rings on.
_TELLS_NO_DANGER = t.page.c.breaks_in.is_not(sa.true())
# What was to leave before what follows, and was refused, must not come after it: "you have it" behind "it is off".
_IS_LATE_BY_NOW = sa.and_(t.page.c.purpose == Purpose.CONFIRMATION, t.page.c.tries > 0, _TELLS_NO_DANGER)
_ON_THEIR_PHONE = (PageState.SENDING, PageState.UNKNOWN, PageState.SENT, PageState.DELIVERED, PageState.DONE)


def _of(callout_id: str, person: str | None = None) -> sa.ColumnElement[bool]:
    """The pages of a call-out; with `person`, only theirs."""
    of_it = t.page.c.callout == callout_id
    return of_it if person is None else of_it & (t.page.c.person == person)


def _withdraw(tx: Transaction, now: datetime, *which: sa.ColumnElement[bool]) -> bool:
    """Take back those of these pages that wait. Returns whether there was any."""
    return _end(tx, PageState.WITHDRAWN, now, None, *which, _IS_WAITING)


def _hang_up(tx: Transaction, now: datetime, *which: sa.ColumnElement[bool]) -> bool:
    """Stop those of these calls that ring: a withdrawn page that is due is hung up. Returns whether there was any."""
    return _end(tx, PageState.WITHDRAWN, now, now, *which, _IS_RINGING)


def _end(
    tx: Transaction, state: PageState, now: datetime, due_at: datetime | None, *which: sa.ColumnElement[bool]
) -> bool:
    change = sa.update(t.page).where(*which).values(state=state, due_at=due_at, ended_at=now)
    rows = tx.execute(change.returning(*_LOGGED)).mappings().all()
    for row in rows:
        _log(tx, row, state)
    return bool(rows)


def withdraw(tx: Transaction, callout_id: str, person: str | None, now: datetime) -> None:
    """Withdraw the call-out's pages, reminders and questions that are not under way yet, and confirmations that the
    carrier has refused so far, but for calls that tell of danger; with `person`, only theirs."""
    _withdraw(tx, now, _of(callout_id, person), _TAKEN_BACK | _IS_LATE_BY_NOW)


_WAITS_OR_GOES_ON = timedelta(days=2)  # at most: what waits is stale after one, and a link to a meeting place before
_TO_THEM = (
    _RECORD.where(
        _OF_PERSON,
        t.page.c.created_at > sa.bindparam("since", type_=t.page.c.created_at.type),
        t.page.c.to == sa.bindparam("number"),
        t.page.c.state != PageState.WITHDRAWN,
    )
    .order_by(t.page.c.id.desc())
    .with_for_update()
)


def to_number(tx: Transaction, person: str, number: str, now: datetime) -> list[PageRecord]:
    """What went lately, or is to go, to somebody at this number, the newest first; locked."""
    theirs = tx.execute(_TO_THEM, {"whose": person, "number": number, "since": now - _WAITS_OR_GOES_ON})
    return [page_record(row) for row in theirs.mappings()]


def readdress(tx: Transaction, page_id: str, number: str, text: str) -> None:
    """It has not left, and goes to this number instead, in these words."""
    _update(tx, page_id, to=number, text=text)


def say_again(tx: Transaction, page: Page, new_id: str, now: datetime, number: str, text: str) -> None:
    """Send it once more, now, to this number and in these words. The old one is withdrawn, unless it has done what it
    was for: what rings is hung up, once the carrier has said that it has it."""
    tx.execute(
        _AGAIN, {"page_id": page.id, "new_id": new_id, "now": now, "due_at": now, "number": number, "words": text}
    )
    if page.state in FINAL_PAGE_STATES or (page.state is PageState.DELIVERED and not page.wants_answer):
        return
    due_at = now if page.state in {PageState.SENT, PageState.DELIVERED} else page.due_at
    _update(
        tx,
        page.id,
        state=PageState.WITHDRAWN,
        ended_at=now,
        due_at=due_at if page.channel is Channel.VOICE and page.state is not PageState.WAITING else None,
    )


_SINCE = sa.bindparam("since", type_=t.page.c.created_at.type)
_MOST_READ = 40
"""Nobody answers what forty later texts and calls have followed."""
_ASKED_ALOUD = t.page.c.asks.is_not(None) & t.page.c.state.in_((PageState.DELIVERED, PageState.DONE))
"""A call that they picked up, and that asked something: whoever takes no texts is asked so."""
_CAME_AT = (
    sa.select(sa.func.max(t.receipt.c.received_at))
    .where(t.receipt.c.page == t.page.c.id, t.page.c.state == PageState.DELIVERED, t.page.c.channel == Channel.SMS)
    .scalar_subquery()
    .label("came_at")
)


def _sent(*whose: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(
            t.page.c.purpose,
            t.page.c.callout,
            t.page.c.asks,
            t.page.c.subject,
            t.page.c.created_at,
            sa.func.coalesce(t.page.c.sent_at, t.page.c.tried_at, type_=t.page.c.sent_at.type).label("taken_at"),
            _CAME_AT,
            sa.and_(t.page.c.channel == Channel.VOICE, sa.not_(_ASKED_ALOUD)).label("rang"),
        )
        .where(
            *whose,
            t.page.c.created_at > _SINCE,
            t.page.c.tried_at.is_not(None),
            sa.or_(
                (t.page.c.channel == Channel.SMS) & t.page.c.state.in_(_ON_THEIR_PHONE),
                # The call about a question only says it again.
                (t.page.c.channel == Channel.VOICE) & (_ASKED_ALOUD | (t.page.c.purpose != Purpose.QUESTION)),
            ),
        )
        .order_by(sa.desc("taken_at"), t.page.c.id.desc())
        .limit(_MOST_READ)
    )


_TEXTS_TO = _sent(_OF_PERSON)
_TEXTS_TO_OFFICER = _sent(_OF_CALLOUT, t.page.c.purpose == Purpose.OFFICER)


def texts_to(tx: Transaction, person: str, since: datetime) -> tuple[SentText, ...]:
    """Our texts to a person since then that the carrier took, or may have taken, and that have not failed, and our
    calls: the one that it took last first."""
    return _sent_texts(tx, _TEXTS_TO, {"whose": person, "since": since})


def texts_to_officer(tx: Transaction, callout_id: str, since: datetime) -> tuple[SentText, ...]:
    """The same of a call-out's officer."""
    return _sent_texts(tx, _TEXTS_TO_OFFICER, {"callout_id": callout_id, "since": since})


def _sent_texts(tx: Transaction, which: sa.Select[Any], of_whom: dict[str, Any]) -> tuple[SentText, ...]:
    return tuple(
        SentText(
            Purpose(row["purpose"]),
            row["callout"],
            row["asks"],
            row["created_at"],
            read_from=row["came_at"] or row["taken_at"],
            came=row["came_at"] is not None,
            rang=bool(row["rang"]),
            subject=Subject(row["subject"]) if row["subject"] is not None else None,
        )
        for row in tx.execute(which, of_whom).mappings()
    )


_MAY_RING = t.page.c.state.in_((PageState.WAITING, PageState.SENDING, PageState.UNKNOWN, PageState.SENT))
_RINGS_TO_JOIN = (
    sa.select(t.page.c.id)
    .where(
        _OF_CALLOUT,
        t.page.c.purpose == Purpose.JOIN,
        t.page.c.to == sa.bindparam("number"),
        _MAY_RING,
    )
    .limit(1)
)


def is_ringing(tx: Transaction, callout_id: str, number: str) -> bool:
    """Whether a call that offers to join this number rings, or is about to."""
    return tx.execute(_RINGS_TO_JOIN, {"callout_id": callout_id, "number": number}).first() is not None


_UNDER_WAY = sa.and_(_IS_CALL, t.page.c.purpose.in_((Purpose.ALARM, Purpose.CONFIRMATION)), _MAY_RING)
_NOT_LEFT_YET = sa.and_(t.page.c.channel == Channel.VOICE, _IS_WAITING)
_CALLED_LATELY = (
    _RECORD.where(
        _OF_PERSON,
        t.page.c.created_at > _SINCE,
        sa.or_(t.page.c.tried_at.is_not(None), _NOT_LEFT_YET),
        t.page.c.channel.in_((Channel.SMS, Channel.VOICE)),
    )
    .order_by(sa.func.coalesce(t.page.c.tried_at, t.page.c.created_at).desc(), t.page.c.id.desc())
    .limit(100)
)


def called_lately(tx: Transaction, person: str, since: datetime) -> list[PageRecord]:
    """The texts and calls to a person that were decided on since then and have left, and the calls that are still to
    leave, the newest first: 100 at most."""
    return [page_record(row) for row in tx.execute(_CALLED_LATELY, {"whose": person, "since": since}).mappings()]


def withdraw_stand_downs(tx: Transaction, callout_id: str, now: datetime, person: str | None = None) -> None:
    """Withdraw what tells people, or one `person`, that they are not needed, unless it is under way."""
    _withdraw(tx, now, _of(callout_id, person), t.page.c.purpose.in_((Purpose.STAND_DOWN, Purpose.ALL_CLEAR)))


def end_asks(tx: Transaction, callout_id: str, person: str, now: datetime) -> None:
    """They have answered whether they go along or come in, or need not: what waits is withdrawn, what rings is hung up,
    and a text that has gone out has done its work."""
    asks = _of(callout_id, person) & (t.page.c.purpose == Purpose.ASK_ALONG)
    gone_out = t.page.c.state.in_((PageState.SENT, PageState.DELIVERED))
    _withdraw(tx, now, asks)
    _hang_up(tx, now, asks, _IS_CALL)
    _end(tx, PageState.DONE, now, None, asks, t.page.c.channel == Channel.SMS, gone_out)


def withdraw_news(tx: Transaction, callout_id: str, now: datetime) -> None:
    """Withdraw what has not left yet and tells the officer how the call-out stands, such as who pages for them. It is
    over, and nobody must read that behind "nobody will come"; or they are rung with the news."""
    _withdraw(tx, now, _of(callout_id), t.page.c.purpose == Purpose.OFFICER)


def call_off(tx: Transaction, callout_id: str, person: str | None, now: datetime) -> None:
    """Stop the phones that are ringing."""
    _hang_up(tx, now, _of(callout_id, person), _TAKEN_BACK, _IS_CALL)


def end_calls(tx: Transaction, callout_id: str, now: datetime) -> None:
    """The call-out is over, and so are the calls that send people to it or offer to join them, waiting or ringing."""
    ends = (t.page.c.purpose.in_((Purpose.CONFIRMATION, Purpose.JOIN)), _IS_CALL, _TELLS_NO_DANGER)
    _withdraw(tx, now, _of(callout_id), *ends)
    _hang_up(tx, now, _of(callout_id), *ends)


_AWAITS_TURN = sa.and_(t.page.c.tries == 0, t.page.c.due_at > t.page.c.created_at)


def take_back(tx: Transaction, page_id: str, now: datetime) -> bool:
    """Take back a call that waits or rings. False for one that is being placed, has been picked up, or is over."""
    this = t.page.c.id == page_id
    return _withdraw(tx, now, this) or _hang_up(tx, now, this)


def hang_up(tx: Transaction, page_id: str, now: datetime) -> None:
    """Stop this call ringing; other calls of the same alarm, decided on later, go on."""
    _hang_up(tx, now, t.page.c.id == page_id)


# Whoever's turn had not come when it was over, or when somebody had it, was not told.
_WAS_TOLD = ~sa.or_(
    sa.and_(t.page.c.tries == 0, t.page.c.state == PageState.WITHDRAWN), sa.and_(_IS_WAITING, _AWAITS_TURN)
)


def of_callouts(
    which: Callable[[sa.ColumnElement[Any]], sa.ColumnElement[bool]], *conditions: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """What reads the pages that rules ask about: those about coming, those that told somebody that they are not needed,
    those of open alarms, and calls that are `under_way`. One whose reader `was_told` was not taken back before."""
    page, open_alarms = t.page.c, sa.select(t.alarm.c.id).where(which(t.alarm.c.callout), t.alarm.c.ended_at.is_(None))
    asked = page.purpose.in_((*ABOUT_COMING, Purpose.STAND_DOWN))
    of_alarm = (page.purpose == Purpose.ALARM) & page.alarm.in_(open_alarms)
    told, under_way = _WAS_TOLD.label("was_told"), _UNDER_WAY.label("under_way")
    return (
        sa.select(page.callout, *(page[name] for name in OF_A_PAGE), told, under_way)
        .where(which(page.callout), asked | _UNDER_WAY | of_alarm, *conditions)
        .order_by(page.id)
    )


def heard_alone(tx: Transaction, alarm: Alarm, people: Sequence[str]) -> list[HeardAlarm]:
    """Which of these `people` were told of an alarm about no call-out. Asked by person: an alarm's pages have no index
    of their own."""
    query = (
        sa.select(t.page.c.person)
        .distinct()
        .where(
            t.page.c.person.in_(list(people)),
            t.page.c.created_at >= alarm.opened_at,
            t.page.c.purpose == Purpose.ALARM,
            t.page.c.alarm == alarm.id,
            _WAS_TOLD,
        )
    )
    return [HeardAlarm(alarm.id, person) for person in sorted(tx.execute(query).scalars())]


def told_of(tx: Transaction, person: str, found: Collection[Alarm], now: datetime) -> dict[str, datetime]:
    """Of which of these alarms this person can have read or heard by `now`, and when the newest of it was written: a
    text that arrived, or that the carrier took a while ago; a call that was picked up."""
    if not found:
        return {}
    page = t.page.c
    taken_at = sa.func.coalesce(page.sent_at, page.tried_at, type_=page.sent_at.type)
    may_have_come = page.state.in_(_ON_THEIR_PHONE) & (taken_at <= now - READ_AFTER)
    read = (page.channel == Channel.SMS) & ((page.state == PageState.DELIVERED) | may_have_come)
    heard = _IS_CALL & page.state.in_((PageState.DELIVERED, PageState.DONE))
    query = sa.select(page.alarm, sa.func.max(page.created_at)).where(
        page.person == person,
        page.created_at >= min(alarm.opened_at for alarm in found),
        page.alarm.in_([alarm.id for alarm in found]),
        read | heard,
    )
    return dict(tuple(row) for row in tx.execute(query.group_by(page.alarm)))


def stop_ringing(tx: Transaction, alarm_id: str, person: str, since: datetime, now: datetime) -> None:
    """Stop a person's phone ringing for an alarm that was opened at `since`; a text that awaits their turn is
    withdrawn."""
    page = t.page.c
    of_it = (page.person == person, page.created_at >= since, page.alarm == alarm_id)
    _withdraw(tx, now, *of_it, _IS_CALL | _AWAITS_TURN)
    _hang_up(tx, now, *of_it, _IS_CALL)


def known_ids(tx: Transaction, carrier_ids: Sequence[str], now: datetime) -> set[str]:
    """Which of the carrier's ids already belong to a page."""
    lately = t.page.c.id >= first_id(now - _LONGEST_WAIT)
    query = sa.select(t.page.c.sid).where(t.page.c.sid.in_(list(carrier_ids)), lately)
    return set(tx.execute(query).scalars()) - {None}


_LONGEST_WAIT = timedelta(days=7)  # from the making of a page to its sending, in the longest outage


# The channel is written into the statement, not given as a parameter: only then is the index on calls used.
_ANOTHER_CALL = (
    sa.select(t.page.c.id)
    .where(
        sa.text("channel = 'voice'"),
        t.page.c.to == sa.bindparam("number"),
        t.page.c.tried_at >= sa.bindparam("since", type_=t.page.c.tried_at.type),
        t.page.c.id != sa.bindparam("page_id"),
        sa.or_(t.page.c.sid.is_(None), t.page.c.tries > 1),
    )
    .limit(1)
)


def another_call_in_doubt(tx: Transaction, page: PageRecord) -> bool:
    """Whether an unknown call at the carrier may have been placed for another page to the same number.

    That is a page tried at about the same time or later whose call is unknown, or that was tried more than once, so
    that perhaps not every call of it is known.
    """
    since = page.tried_since - LEASE  # until its claim ends, a create may reach the carrier
    this = {"number": page.fact.to, "since": since, "page_id": page.fact.id}
    return tx.execute(_ANOTHER_CALL, this).first() is not None


# ---- one phone rings once at a time --------------------------------------------------------------------------------

_numbers = sa.func.json_each(sa.bindparam("numbers", type_=sa.Text)).table_valued("value", name="numbers")


# Whoever pressed a key has answered, and may listen on. The carrier's word that a call is over comes after that, or is
# asked for.
_IS_SAID_TO_BE_OVER = sa.exists().where(
    t.receipt.c.page == t.page.c.id, t.receipt.c.ends_a_call, t.receipt.c.received_at >= t.page.c.ended_at
)
# Looked up by itself: a join may read through what it joins.
_LEG = sa.select(t.phone_call.c.state).where(t.phone_call.c.id == t.page.c.id).scalar_subquery()
_IS_OVER = sa.func.coalesce(_LEG, "") == LegState.OVER
_IS_BEING_HUNG_UP = (t.page.c.state == PageState.WITHDRAWN) & t.page.c.due_at.is_not(None)
_GOES_ON = sa.or_(
    t.page.c.state.in_((PageState.SENDING, PageState.SENT, PageState.DELIVERED)),
    _IS_BEING_HUNG_UP,
    (t.page.c.state == PageState.DONE) & ~_IS_SAID_TO_BE_OVER & ~_IS_OVER,
)


def _to(numbers: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return _FACT.where(
        sa.text("channel = 'voice'"),
        numbers,
        t.page.c.tried_at >= sa.bindparam("since", type_=t.page.c.tried_at.type),
        _GOES_ON,
    ).order_by(t.page.c.tried_at)


_TO_ON_SQLITE = _to(t.page.c.to.in_(sa.select(_numbers.c.value)))
_TO_ON_POSTGRESQL = _to(t.page.c.to == sa.any_(sa.bindparam("numbers", type_=sa.ARRAY(sa.Text))))


def calls_to(tx: Transaction, numbers: Collection[str], since: datetime) -> dict[str, list[Page]]:
    """The calls to each of these numbers that were placed after `since` and are not over, as far as we know. One that
    was answered by key goes on until the carrier says that it is over, one that is withdrawn until it is hung up."""
    found: dict[str, list[Page]] = {number: [] for number in numbers}
    if not found:
        return found
    if tx.dialect.name == "postgresql":
        rows = tx.execute(_TO_ON_POSTGRESQL, {"numbers": list(found), "since": since}).mappings().all()
    else:
        rows = tx.execute(_TO_ON_SQLITE, {"numbers": json.dumps(list(found)), "since": since}).mappings().all()
    for row in rows:
        call = page_fact(row)
        found[call.to].append(replace(call, state=PageState.DELIVERED) if call.state is PageState.DONE else call)
    return found


_OTHER_CALLOUTS = (
    sa.select(sa.func.count(sa.distinct(t.page.c.callout)))
    .join(t.callout, t.callout.c.id == t.page.c.callout)
    .where(
        t.page.c.person == sa.bindparam("whose"),
        t.page.c.created_at > sa.bindparam("since", type_=t.page.c.created_at.type),
        t.page.c.purpose == Purpose.PAGE,
        t.page.c.channel == Channel.SMS,
        t.page.c.tried_at.is_not(None),
        t.page.c.callout != sa.bindparam("but", type_=sa.Text),
        t.callout.c.status == Status.PAGING,
        ~sa.exists().where(t.decline.c.callout == t.page.c.callout, t.decline.c.person == t.page.c.person),
    )
)


def other_callouts(tx: Transaction, person: str, but: str, since: datetime) -> int:
    """How many other call-outs have asked this person since then, which nobody has and they have not declined."""
    return tx.scalar(_OTHER_CALLOUTS, {"whose": person, "but": but, "since": since}) or 0


_IS_HELD = sa.and_(
    t.page.c.held_since.is_not(None),
    t.page.c.to == sa.bindparam("number"),
    t.page.c.state == PageState.WAITING,
)
_FREES = (
    sa.update(t.page)
    .where(_IS_HELD, t.page.c.due_at.is_not(None))
    .values(due_at=sa.bindparam("now", type_=t.page.c.due_at.type))
)


def line_is_free(tx: Transaction, number: str, now: datetime) -> None:
    """A call to this number is over: what waited for it leaves now."""
    tx.execute(_FREES, {"number": number, "now": now})


_HELD = _FACT.where(_IS_HELD).order_by(t.page.c.id)


def held(tx: Transaction, number: str) -> list[Page]:
    """The calls that wait for another one to this number."""
    return [page_fact(row) for row in tx.execute(_HELD, {"number": number}).mappings()]


_TOLD_LATER = (
    sa.select(t.page.c.id)
    .where(
        t.page.c.callout == sa.bindparam("callout"),
        t.page.c.to == sa.bindparam("number"),
        t.page.c.id > sa.bindparam("page_id"),
        t.page.c.purpose == Purpose.OFFICER,
    )
    .limit(1)
)
_SAID_LATER = _TOLD_LATER.where(t.page.c.channel == Channel.VOICE, t.page.c.state == PageState.WAITING)
_OVER_SINCE = sa.select(t.callout.c.id).where(
    t.callout.c.id == sa.bindparam("callout"),
    t.callout.c.arrived_at.is_not(None),
    t.callout.c.ended_at > sa.bindparam("created_at", type_=t.callout.c.ended_at.type),
)


def is_out_of_date(tx: Transaction, page: PageRecord) -> bool:
    """Whether news for an officer, which has waited for the line, is followed by newer news that waits as well."""
    this = {"callout": page.callout, "number": page.fact.to, "page_id": page.fact.id}
    return tx.execute(_SAID_LATER, this).first() is not None


def is_old_news(tx: Transaction, page: PageRecord) -> bool:
    """Whether news for an officer, about a call-out that is over, is followed by the news of its end, or came before an
    end that needs none: somebody had come."""
    this = {"callout": page.callout, "number": page.fact.to, "page_id": page.fact.id}
    if tx.execute(_TOLD_LATER, this).first() is not None:
        return True
    return tx.execute(_OVER_SINCE, {"callout": page.callout, "created_at": page.created_at}).first() is not None


_AGAIN_COLUMNS = tuple(
    name
    for name in t.page.columns.keys()  # noqa: SIM118  # iterating over it yields columns
    if name not in {"id", "state", "due_at", "claim", "claimed_by", "tries", "reconciled", "created_at"}
    and name not in {"tried_at", "sent_at", "ended_at", "sid", "carrier_status", "failure", "held_since"}
)
_OTHERWISE = {"to": "number", "text": "words"}  # on another phone


def _again(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if column.name not in _OTHERWISE:
        return column
    return sa.func.coalesce(sa.bindparam(_OTHERWISE[column.name], type_=sa.Text), column)


_AGAIN = sa.insert(t.page).from_select(
    ["id", "state", "due_at", "tries", "reconciled", "created_at", *_AGAIN_COLUMNS],
    sa.select(
        sa.bindparam("new_id", type_=sa.Text),
        sa.literal(PageState.WAITING.value, sa.Text),
        sa.bindparam("due_at", type_=t.page.c.due_at.type),
        sa.literal(0, sa.Integer),
        sa.literal(0, sa.Integer),
        sa.bindparam("now", type_=t.page.c.created_at.type),
        *(_again(t.page.c[name]) for name in _AGAIN_COLUMNS),
    ).where(t.page.c.id == sa.bindparam("page_id")),
)


def end_for_danger(tx: Transaction, page_id: str, new_id: str, now: datetime, again_at: datetime) -> None:
    """Stop this call ringing, and place it once more at `again_at`: nobody has heard it.

    It is not held: the end of the call that breaks in, or of this one, must not bring it sooner.
    """
    tx.execute(
        _AGAIN, {"page_id": page_id, "new_id": new_id, "now": now, "due_at": again_at, "number": None, "words": None}
    )
    hang_up(tx, page_id, now)


_SENT = _FACT.where(_OF_CALLOUT).order_by(t.page.c.id)


def of_callout(tx: Transaction, callout_id: str) -> list[Page]:
    """Every message of a call-out, in the order in which they were decided."""
    return [page_fact(row) for row in tx.execute(_SENT, {"callout_id": callout_id}).mappings()]


def tests_of(tx: Transaction, person: str, since: datetime) -> list[SentTestPage]:
    """The test pages that were asked for since `since` for a person, sorted by channel."""
    page = t.page.c
    query = (
        sa.select(page.id, page.channel, page.state, page.tries, page.failure)
        .where(page.person == person, page.purpose == Purpose.TEST, page.created_at >= since)
        .order_by(page.channel)
    )
    return [
        SentTestPage(id_, Channel(channel), PageState(state), tries, failure)
        for id_, channel, state, tries, failure in tx.execute(query)
    ]


def is_paged_amid_a_test(tx: Transaction, person: str, since: datetime, tested_since: datetime) -> bool:
    """Whether a page has left for somebody since then who has a test of the minutes before that they have not
    answered."""
    page, test = t.page.alias("asks"), t.page.alias("tests")
    tested = sa.exists().where(
        test.c.person == person,
        test.c.purpose == Purpose.TEST,
        test.c.state.in_([PageState.SENT, PageState.DELIVERED]),
        test.c.created_at < page.c.tried_at,
        test.c.created_at > tested_since,
    )
    query = sa.select(page.c.id).where(
        page.c.person == person, page.c.purpose == Purpose.PAGE, page.c.tried_at > since, tested
    )
    return tx.execute(query.limit(1)).first() is not None


def unanswered_tests(tx: Transaction, person: str, since: datetime) -> list[str]:
    """The ids of the test pages since then that wait for a text of this person, which is what answers a text; where
    they have calls alone, of these. A page that has left since has ended them."""
    page, asks = t.page.c, t.page.alias("asks")
    paged = sa.exists().where(
        asks.c.person == person,
        asks.c.created_at > since,
        asks.c.purpose.in_(_ASKING),
        asks.c.tried_at > page.created_at,
    )
    query = (
        sa.select(page.id, page.channel)
        .where(
            page.person == person,
            page.purpose == Purpose.TEST,
            page.state.in_([PageState.SENDING, PageState.UNKNOWN, PageState.SENT, PageState.DELIVERED]),
            page.created_at > since,
            ~paged,
        )
        .order_by(page.created_at)
    )
    found = tx.execute(query).all()
    return [row.id for row in found if row.channel == Channel.SMS] or [row.id for row in found]
