"""What the reports read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.facts import AssignmentRole
from dispatch.store import tables as t


@dataclass(frozen=True, slots=True)
class ResponseRow:
    agency: str
    specialist: str | None
    received_at: datetime
    respond_by: datetime
    arrived_at: datetime | None
    ended_at: datetime | None


def responses(tx: Connection, since: datetime | None, until: datetime | None) -> Iterator[ResponseRow]:
    """The call-outs received in [since, until), each once, with whoever had it."""
    primary = sa.and_(
        t.assignment.c.callout == t.callout.c.id,
        t.assignment.c.role == AssignmentRole.PRIMARY,
        t.assignment.c.released_at.is_(None),
    )
    query = sa.select(
        t.callout.c.agency,
        t.assignment.c.person,
        t.callout.c.received_at,
        t.callout.c.respond_by,
        t.callout.c.arrived_at,
        t.callout.c.ended_at,
    ).select_from(t.callout.outerjoin(t.assignment, primary))
    if since is not None:
        query = query.where(t.callout.c.received_at >= since)
    if until is not None:
        query = query.where(t.callout.c.received_at < until)
    return (ResponseRow(*row) for row in tx.execute(query))
