"""Forgets what need not be kept: who called, from where, about whom, and what anybody wrote.

The law: of a call-out that ended long ago these stay: its agency, its specialists, how many children, its stamps with
their sources, its status, and reasons that are codes. The reports need no more. Everything else goes. Whoever adds a
column that a person or another program may write lets it go here, or names in `tests/store/what_stays.py` the closed
set that stays in it (ADR 40).
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import AlarmLink, NumberLink, OfficerLink, OwnLink, SpecialistLink
from dispatch.store.people import new_numbers
from dispatch.store.schedule import roster_changes
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction
from dispatch.store.types import earlier

GONE = "(deleted)"

_SAID = (
    *("unit", "officer_name", "officer_badge", "reference"),
    *("place_address", "place_lat", "place_lon", "place_note", "place_unconfirmed"),
    *("age_band", "languages", "medical_need", "scene_safe", "officer_leaves_at", "probable_duplicate_of"),
)
"""What a caller said, but for the number of children, and for the moments around the call, which are stamps."""
_BLANK = dict.fromkeys(_SAID, sa.null())  # of a JSON column, too: None would be the word null there
_STAMPS_SAID = ("recovered_at", "hotline_called_at")
_NEAR = timedelta(days=7)
"""How far from the call a moment that a caller names is still a stamp of it. What is further is something else, such as
a date of birth in the wrong field, and goes."""


def forget_details(tx: Transaction, before: datetime) -> int:
    """Forget the details of call-outs that ended before `before`, and what was sent and written about them until then.

    Returns how many call-outs that were.
    """
    long_over = sa.select(t.callout.c.id).where(t.callout.c.ended_at < before)
    _forget_stories(tx, before)
    ended = _forget_what_was_said(tx, before)
    tx.execute(sa.delete(t.idempotency).where(t.idempotency.c.callout.in_(long_over)))
    _forget_messages(tx, before)
    _forget_calls(tx, before, long_over)
    _forget_what_people_wrote(tx, before)
    _forget_days_of_drives(tx, before)
    roster_changes.forget(tx, before)
    absences.forget(tx, before)
    new_numbers.forget(tx, before)
    links.forget(tx, (SpecialistLink, AlarmLink, NumberLink, OwnLink), before)
    tx.execute(sa.delete(t.link).where(t.link.c.kind == OfficerLink.kind, t.link.c.callout.in_(long_over)))
    return ended


def portion(tx: Transaction, before: datetime, most: int) -> datetime:
    """The moment up to which `forget_details` forgets `most` call-outs, the oldest, and any that ended in the same
    moment as the last; `before` where fewer are left.

    Whatever else is forgotten goes by its own age, so an earlier moment leaves it to a later portion.
    """
    ended = sa.select(t.callout.c.ended_at).where(_old(tx, before)).order_by(t.callout.c.ended_at)
    last: datetime | None = tx.execute(ended.offset(most - 1).limit(1)).scalar_one_or_none()
    return min(before, last + timedelta(microseconds=1)) if last is not None else before


def _old(tx: Transaction, before: datetime) -> sa.ColumnElement[bool]:
    """The call-outs that have something left to forget, also those of which an older version forgot less."""
    said = (t.callout.c[name].is_not(None) for name in _SAID)
    no_stamps = (_is_no_stamp(tx, t.callout.c[name]) for name in _STAMPS_SAID)
    return sa.and_(t.callout.c.ended_at < before, sa.or_(t.callout.c.officer_phone != GONE, *said, *no_stamps))


def _is_no_stamp(tx: Transaction, moment: sa.Column[datetime]) -> sa.ColumnElement[bool]:
    called = t.callout.c.received_at
    return sa.or_(moment < earlier(tx, called, _NEAR), called < earlier(tx, moment, _NEAR))


def _forget_stories(tx: Transaction, before: datetime) -> None:
    """The timeline quotes what people texted, why somebody cancelled, and why a stamp was corrected, which may be long
    after the end. It goes first: once the rest is forgotten, nothing finds these call-outs again."""
    corrected = sa.select(t.stamp_change.c.callout).where(_late_reasons(before))
    told = t.timeline.c.callout.in_(sa.select(t.callout.c.id).where(_old(tx, before)))
    told_late = sa.and_(t.timeline.c.callout.in_(corrected), t.timeline.c.at < before)
    for lines in (told, told_late):
        tx.execute(sa.update(t.timeline).where(lines, t.timeline.c.text != GONE).values(text=GONE))


def _late_reasons(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(t.stamp_change.c.at < before, t.stamp_change.c.reason.is_not(None))


def _forget_what_was_said(tx: Transaction, before: datetime) -> int:
    moments = {name: t.callout.c[name] for name in _STAMPS_SAID}
    stamps = {name: sa.case((_is_no_stamp(tx, at), sa.null()), else_=at) for name, at in moments.items()}
    said = sa.update(t.callout).where(_old(tx, before)).values(officer_phone=GONE, **_BLANK, **stamps)
    return tx.execute(said).rowcount


def _forget_messages(tx: Transaction, before: datetime) -> None:
    """What we sent, and what we were sent. The carrier's ids go as well, since they lead to the numbers and words that
    the carrier keeps; so does its own word for what became of a page, which may be any word."""
    page = t.page.c
    theirs = dict.fromkeys(("sid", "carrier_status", "failure", "text_if_others"))
    held = sa.or_(page.text != GONE, *(page[name].is_not(None) for name in theirs))
    pages = sa.and_(page.created_at < before, page.due_at.is_(None), held)
    tx.execute(sa.update(t.page).where(pages).values(text=GONE, to=GONE, **theirs))
    tx.execute(sa.delete(t.receipt).where(t.receipt.c.received_at < before))
    tx.execute(sa.delete(t.inbound_text).where(t.inbound_text.c.received_at < before))
    alarms = sa.and_(t.alarm.c.told_at < before, t.alarm.c.text != GONE)
    over = sa.func.coalesce(t.alarm.c.ended_at, t.alarm.c.told_at)  # nothing else ends one about no call-out
    tx.execute(sa.update(t.alarm).where(alarms).values(text=GONE, call_back=None, ended_at=over))


def _forget_calls(tx: Transaction, before: datetime, long_over: sa.Select[tuple[str]]) -> None:
    """A call that nobody has decided is kept as it is: somebody still has to ring back."""
    called = t.hotline_call.c
    rung_back = sa.and_(called.calls_back, called.callout.is_(None), called.due_at.is_(None), called.called_at < before)
    decided = sa.or_(called.dismissed_at < before, called.callout.in_(long_over), rung_back)
    held = sa.or_(called.phone.is_(None), called.phone != GONE)
    gone = {"phone": GONE, "carrier_id": called.id}
    tx.execute(sa.update(t.hotline_call).where(decided, held).values(gone))
    tx.execute(sa.delete(t.phone_call).where(t.phone_call.c.since < before))
    tx.execute(sa.delete(t.call_exchange).where(t.call_exchange.c.at < before))


def _forget_days_of_drives(tx: Transaction, before: datetime) -> None:
    """Beside the stamps that stay, the day of a drive would say in which area the child of a call-out was."""
    old = sa.and_(t.measured_drive.c.day.is_not(None), t.measured_drive.c.day < before.date())
    tx.execute(sa.update(t.measured_drive).where(old).values(day=None))


def _forget_what_people_wrote(tx: Transaction, before: datetime) -> None:
    """By its own age, since a coordinator may write it long after the end."""
    tx.execute(sa.update(t.stamp_change).where(_late_reasons(before)).values(reason=None))
    case_numbers = dict.fromkeys(("dcfs_reference", "probation_reference"))
    tx.execute(sa.update(t.outcome).where(t.outcome.c.noted_at < before).values(case_numbers))
    tx.execute(sa.delete(t.coordinator_words).where(t.coordinator_words.c.at < before))
    tx.execute(sa.delete(t.done_command).where(t.done_command.c.at < before))  # a digest of few words gives them away
    reviews = sa.and_(t.miss_review.c.written_at < before, t.miss_review.c.line != "")
    tx.execute(sa.update(t.miss_review).where(reviews).values(line=""))
