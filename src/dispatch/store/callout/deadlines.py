"""Deadline rows: what must happen later. A row is deleted once it is met; the timeline keeps the story."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.decisions import NOT_A_NEXT_MOVE, DeadlineKind, SetDeadline
from dispatch.store import tables as t
from dispatch.store.engine.log_lines import add, code_of
from dispatch.store.transaction import Row, Transaction


def moves_it(kind: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a deadline of this `kind` is a next move of its call-out: one that only rings people is not."""
    return kind.not_in(sorted(NOT_A_NEXT_MOVE))


@dataclass(frozen=True, slots=True)
class DeadlineRecord:
    id: int
    callout: str
    kind: DeadlineKind
    person: str | None
    attempt: int
    due_at: datetime


_DUE = (
    sa.select(t.deadline)
    .where(t.deadline.c.due_at <= sa.bindparam("now"))
    .order_by(t.deadline.c.due_at, t.deadline.c.id)
    .limit(sa.bindparam("most"))
)


def due(tx: Transaction, now: datetime, most: int) -> list[DeadlineRecord]:
    """Due deadlines, the longest due first. They are not locked: `meet` tells whether another node was faster."""
    return [_record(row) for row in tx.execute(_DUE, {"now": now, "most": most}).mappings()]


_OF_CALLOUT = (
    sa.select(t.deadline.c.kind, t.deadline.c.due_at, t.deadline.c.person, t.deadline.c.attempt)
    .where(t.deadline.c.callout == sa.bindparam("callout_id"))
    .order_by(t.deadline.c.due_at, t.deadline.c.id)
)


_HAVE = sa.select(t.alarm.c.owner).where(
    t.alarm.c.callout == sa.bindparam("callout_id"), t.alarm.c.ended_at.is_(None), t.alarm.c.owner.is_not(None)
)
_STOP_WATCHING = sa.delete(t.deadline).where(
    t.deadline.c.callout == sa.bindparam("callout_id"),
    t.deadline.c.kind == DeadlineKind.ALARM_LAPSES,
    t.deadline.c.person.not_in(_HAVE),
)


def stop_watching(tx: Transaction, callout_id: str) -> None:
    """Ask nobody whether they are still at an alarm of this call-out, of whom none is left."""
    tx.execute(_STOP_WATCHING, {"callout_id": callout_id})


def of_callout(tx: Transaction, callout_id: str) -> list[SetDeadline]:
    """What waits for a call-out, the nearest first."""
    rows = tx.execute(_OF_CALLOUT, {"callout_id": callout_id}).mappings()
    return [SetDeadline(DeadlineKind(row["kind"]), row["due_at"], row["person"], row["attempt"]) for row in rows]


_NEXT_DUE = sa.select(sa.func.min(t.deadline.c.due_at))


def next_due(tx: Transaction) -> datetime | None:
    """When the first deadline is due, past or to come; None where there is none."""
    due_at: datetime | None = tx.scalar(_NEXT_DUE)
    return due_at


_OF_KINDS = t.deadline.c.kind.in_(sa.bindparam("kinds", expanding=True))
_OF_NOBODY = t.deadline.c.kind.in_(sa.bindparam("of_nobody", expanding=True)) & t.deadline.c.person.is_(None)
_DROP = sa.delete(t.deadline).where(t.deadline.c.callout == sa.bindparam("callout_id"), _OF_KINDS | _OF_NOBODY)
_DROP_OF = sa.delete(t.deadline).where(
    t.deadline.c.callout == sa.bindparam("callout_id"), _OF_KINDS, t.deadline.c.person == sa.bindparam("whose")
)


def drop(
    tx: Transaction, callout_id: str, kinds: Collection[DeadlineKind], of_nobody: Collection[DeadlineKind] = ()
) -> None:
    """Drop deadlines of these kinds, whoever they are set for; those `of_nobody` only where they are set for nobody:
    of two people who cry for help, each has a deadline, and the officer's is set for nobody."""
    if kinds or of_nobody:
        tx.execute(_DROP, {"callout_id": callout_id, "kinds": sorted(kinds), "of_nobody": sorted(of_nobody)})


def drop_of(tx: Transaction, callout_id: str, kinds: Collection[DeadlineKind], person: str) -> None:
    """Drop this person's deadlines of these kinds."""
    if kinds:
        tx.execute(_DROP_OF, {"callout_id": callout_id, "kinds": sorted(kinds), "whose": person})


_MEET = (
    sa.delete(t.deadline)
    .where(
        t.deadline.c.id == sa.bindparam("deadline_id"),
        t.deadline.c.callout == sa.bindparam("callout_id"),
        t.deadline.c.due_at <= sa.bindparam("now"),
    )
    .returning(t.deadline, code_of(t.deadline))
)


def meet(tx: Transaction, found: DeadlineRecord, now: datetime) -> DeadlineRecord | None:
    """Delete a deadline that was `found` due, and return it as it is by now; None when it is gone.

    Another node may have met it, or a deadline before it may have dropped it. SQLite gives its number to the next row,
    so the row with this number may now be another deadline, not due or of another call-out.
    """
    row = tx.execute(_MEET, {"deadline_id": found.id, "callout_id": found.callout, "now": now}).mappings().first()
    if row is None:
        return None
    add(tx, "deadline came", code=row["code"], kind=row["kind"], person=row["person"], attempt=row["attempt"])
    return _record(row)


def _record(row: Row) -> DeadlineRecord:
    kind = DeadlineKind(row["kind"])
    return DeadlineRecord(row["id"], row["callout"], kind, row["person"], row["attempt"], row["due_at"])


def put_off(tx: Transaction, deadline_id: int, due_at: datetime) -> None:
    tx.execute(sa.update(t.deadline).where(t.deadline.c.id == deadline_id).values(due_at=due_at))
