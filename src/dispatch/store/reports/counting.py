"""What the reports read. The database does the counting, so that call-outs need not leave it to be counted.

The law: nothing is kept that a later change could make wrong. Each count is made from the rows as they are now, through
two indexes on what the database itself computes from the stamps (see `tables.callout`, and ADR 13).
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.callout.response_clock import Tally
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_row = t.callout.c


@dataclass(frozen=True, slots=True)
class Span:
    """Call-outs received in [since, until); None means no bound. Only those of an agency, or of a specialist, where
    they are named."""

    since: datetime | None = None
    until: datetime | None = None
    agency: str | None = None
    specialist: str | None = None


def reach(tx: Transaction, span: Span) -> tuple[datetime, datetime] | None:
    """When the first and the last call-out of a span were received; None if there is none."""
    within = received_in(span)
    first = sa.select(sa.func.min(_row.received_at)).where(*within).scalar_subquery()
    last = sa.select(sa.func.max(_row.received_at)).where(*within).scalar_subquery()
    row = tx.execute(sa.select(first, last)).one()
    return None if row[0] is None else (row[0], row[1])


def tallies(tx: Transaction, span: Span, now: datetime) -> dict[str, Tally]:
    """Response times of a span, by agency; each call-out once."""
    are_past = defaultdict[str, list[bool]](list)
    for agency, respond_by in tx.execute(_nobody_there(span)):
        are_past[agency].append(respond_by < now)
    waiting = {agency: (len(each), sum(each)) for agency, each in are_past.items()}
    found = {agency: Tally(0, 0, (), *counts) for agency, counts in waiting.items()}
    for agency, count, missed, times in tx.execute(_decided(span)):
        found[agency] = Tally(count, missed, json.loads(f"[{times or ''}]"), *waiting.get(agency, ()))
    return found


def _decided(span: Span) -> sa.Select[Any]:
    """How many call-outs of each agency are known to have met or missed the target, how many missed it, and their times
    as one text, such as `523,611,523`: a row for each would cost more than all the database's own work."""
    missed = sa.func.sum(_row.past_target)
    times = sa.func.aggregate_strings(sa.cast(_row.response_tenths, sa.Text), ",")
    source = sa.select(_row.agency, sa.func.count(), missed, times).select_from(t.callout)
    return source.where(_row.past_target.is_not(None), *received_in(span)).group_by(_row.agency)


def _nobody_there(span: Span) -> sa.Select[Any]:
    """The open call-outs that nobody has reached, one by one: to group them, SQLite would read the whole history."""
    source = sa.select(_row.agency, _row.respond_by)
    return source.where(_row.open, _row.past_target.is_(None), *received_in(span))


def are_more(tx: Transaction, span: Span, than: int) -> bool:
    """Whether more call-outs than this were received in `span`."""
    some = sa.select(_row.received_at).where(*received_in(span)).limit(than + 1).subquery()
    return bool(tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > than)


def received_in(span: Span) -> list[sa.ColumnElement[bool]]:
    """The conditions by which `span` chooses among call-outs."""
    bounds = []
    if span.since is not None:
        bounds.append(_row.received_at >= span.since)
    if span.until is not None:
        bounds.append(_row.received_at < span.until)
    if span.agency is not None:
        bounds.append(_row.agency == span.agency)
    if span.specialist is not None:
        # Asked of each call-out of the span. As a list of theirs, SQLite would first read everything they ever had.
        mine = t.assignment.c
        theirs = sa.select(mine.id).where(mine.callout == _row.id, t.IS_PRIMARY, mine.person == span.specialist)
        bounds.append(theirs.correlate(t.callout).exists())
    return bounds
