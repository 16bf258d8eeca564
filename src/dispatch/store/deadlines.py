"""Deadline rows: what must happen later. A row is gone once it is met; the timeline keeps the story."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.decisions import DeadlineKind
from dispatch.store import tables as t


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


def due(tx: Connection, now: datetime, most: int) -> list[DeadlineRecord]:
    """Due deadlines, the longest due first. They are not locked: `met` tells whether another node was faster."""
    return [
        DeadlineRecord(row.id, row.callout, DeadlineKind(row.kind), row.person, row.attempt, row.due_at)
        for row in tx.execute(_DUE, {"now": now, "most": most})
    ]


def next_due(tx: Connection) -> datetime | None:
    return tx.execute(sa.select(sa.func.min(t.deadline.c.due_at))).scalar()


_INSERT = sa.insert(t.deadline)
_OF_KINDS = sa.and_(
    t.deadline.c.callout == sa.bindparam("callout_id"), t.deadline.c.kind.in_(sa.bindparam("kinds", expanding=True))
)
_DROP = sa.delete(t.deadline).where(_OF_KINDS)
_DROP_OF_PERSON = sa.delete(t.deadline).where(_OF_KINDS, t.deadline.c.person == sa.bindparam("whose"))


def insert(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        tx.execute(_INSERT, list(rows))


def drop(tx: Connection, callout_id: str, kinds: Iterable[DeadlineKind], person: str | None = None) -> None:
    """Drop deadlines of these kinds; with `person`, only theirs."""
    which = {"callout_id": callout_id, "kinds": sorted(kinds)}
    if person is None:
        tx.execute(_DROP, which)
    else:
        tx.execute(_DROP_OF_PERSON, which | {"whose": person})


_MEET = sa.delete(t.deadline).where(t.deadline.c.id == sa.bindparam("deadline_id"))


def met(tx: Connection, deadline_id: int) -> bool:
    """Take a deadline away; False when somebody else has."""
    return bool(tx.execute(_MEET, {"deadline_id": deadline_id}).rowcount)


def put_off(tx: Connection, deadline_id: int, due_at: datetime) -> None:
    tx.execute(sa.update(t.deadline).where(t.deadline.c.id == deadline_id).values(due_at=due_at))
