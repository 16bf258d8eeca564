"""What the reports read. The database does the counting, so that call-outs need not leave it to be counted.

The law: nothing is kept that a later change could make wrong. Each count is made from the rows as they are now, through
two indexes on what the database itself computes from the stamps (see `tables.callout`, and ADR 13).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.callout.response_clock import Tally
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from dispatch.store.types import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """Call-outs received in [since, until); None means no bound. Only those of an agency, or of a specialist, where
    they are named."""

    since: datetime | None = None
    until: datetime | None = None
    agency: str | None = None
    specialist: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One group and what was counted of it. What the report is not broken down by is None. `period` is a position among
    the periods."""

    tally: Tally
    period: int | None = None
    agency: str | None = None
    specialist: str | None = None


def reach(tx: Transaction, span: Span) -> tuple[datetime, datetime] | None:
    """When the first and the last call-out of a span were received; None if there is none."""
    received_at = t.callout.c.received_at
    within = received_in(span)
    first = sa.select(sa.func.min(received_at)).where(*within).scalar_subquery()
    last = sa.select(sa.func.max(received_at)).where(*within).scalar_subquery()
    row = tx.execute(sa.select(first, last)).one()
    return None if row[0] is None else (row[0], row[1])


def tallies(
    tx: Transaction,
    span: Span,
    now: datetime,
    *,
    periods: Sequence[tuple[datetime, datetime]] | None,
    agency: bool,
    specialist: bool,
) -> Iterator[Counted]:
    """Response times of a span, by agency, specialist and period where asked; each call-out once, with whoever had it.

    Each of `periods` is counted by itself, and identified by its position among them. Groups come a few at a time: on
    PostgreSQL the service's own loop works on them, and goes on with call-outs in between.
    """
    of_periods = named_periods(periods) if periods is not None else None
    group = _Group(nobody_there(span), of_periods, agency=agency, specialist=specialist)
    nobody = {tuple(key): (count, past) for *key, count, past in tx.execute(_waiting(group, now))}
    group = _Group(t.callout, of_periods, agency=agency, specialist=specialist)
    for *key, count, missed, text in tx.execute(_decided(group, span).execution_options(yield_per=_AT_ONCE)):
        tally = Tally(count, missed, json.loads(f"[{text or ''}]"), *nobody.pop(tuple(key), ()))
        if tally.known or tally.waiting:  # a report without a breakdown is one group even with no call-out
            yield group.counted(key, tally)
    for left, counts in nobody.items():
        yield group.counted(left, Tally(0, 0, (), *counts))


def named_periods(periods: Sequence[tuple[datetime, datetime]]) -> sa.CTE:
    columns = sa.column("rank", sa.Integer), sa.column("starts_at", Moment), sa.column("ends_at", Moment)
    return sa.values(*columns).data([(rank, *period) for rank, period in enumerate(periods)]).cte("period")


def nobody_there(span: Span) -> sa.CTE:
    """The open call-outs that nobody has reached. Found first: SQLite would otherwise read every call-out to join."""
    callout = t.callout.c
    waiting = sa.select(callout.id, callout.agency, callout.received_at, callout.respond_by)
    return (
        waiting.where(callout.open, callout.past_target.is_(None), *received_in(span))
        .cte("nobody")
        .prefix_with("MATERIALIZED")
    )


class _Group:
    """What call-outs are counted by, and what they are read from."""

    def __init__(self, callout: sa.FromClause, periods: sa.CTE | None, *, agency: bool, specialist: bool) -> None:
        self.callout = callout
        self.source = callout
        self.keys: list[sa.Label[Any]] = []
        if periods is not None:
            received_at = callout.c.received_at
            here = sa.and_(received_at >= periods.c.starts_at, received_at < periods.c.ends_at)
            self.source = periods.join(callout, here)
            self.keys.append(periods.c.rank.label("period"))
        if agency:
            self.keys.append(callout.c.agency.label("agency"))
        if specialist:
            primary = sa.and_(t.assignment.c.callout == callout.c.id, t.IS_PRIMARY)
            self.source = self.source.outerjoin(t.assignment, primary)
            self.keys.append(sa.func.coalesce(t.assignment.c.person, sa.literal_column("'nobody'")).label("specialist"))
        self.names = [key.name for key in self.keys]
        self.by = [key.element for key in self.keys]

    def counted(self, key: Iterable[Any], tally: Tally) -> Counted:
        return Counted(tally, **dict(zip(self.names, key, strict=True)))


_AT_ONCE = 50  # groups, a few milliseconds of work


def are_more(tx: Transaction, span: Span, than: int) -> bool:
    """Whether more call-outs than this were received in `span`."""
    some = sa.select(t.callout.c.received_at).where(*received_in(span)).limit(than + 1).subquery()
    return bool(tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > than)


def _decided(group: _Group, span: Span) -> sa.Select[Any]:
    """How many call-outs of each group are known to have met or missed the target, how many missed it, and their times
    as one text, such as `523,611,523`: a row for each would cost more than all the database's own work."""
    missed = sa.func.coalesce(sa.func.sum(t.callout.c.past_target), 0)
    times = sa.func.aggregate_strings(sa.cast(t.callout.c.response_tenths, sa.Text), ",")
    source = sa.select(*group.keys, sa.func.count(), missed, times).select_from(group.source)
    return source.where(t.callout.c.past_target.is_not(None), *received_in(span)).group_by(*group.by)


def _waiting(group: _Group, now: datetime) -> sa.Select[Any]:
    """The open call-outs with nobody there; those past the target already count as missed."""
    past = sa.func.coalesce(sa.func.sum(sa.case((group.callout.c.respond_by < now, 1), else_=0)), 0)
    return sa.select(*group.keys, sa.func.count(), past).select_from(group.source).group_by(*group.by)


def received_in(span: Span) -> list[sa.ColumnElement[bool]]:
    """The conditions by which `span` chooses among call-outs."""
    bounds = []
    if span.since is not None:
        bounds.append(t.callout.c.received_at >= span.since)
    if span.until is not None:
        bounds.append(t.callout.c.received_at < span.until)
    if span.agency is not None:
        bounds.append(t.callout.c.agency == span.agency)
    if span.specialist is not None:
        # Asked of each call-out of the span. As a list of theirs, SQLite would first read everything they ever had.
        mine = t.assignment.c
        theirs = sa.select(mine.id).where(mine.callout == t.callout.c.id, t.IS_PRIMARY, mine.person == span.specialist)
        bounds.append(theirs.correlate(t.callout).exists())
    return bounds
