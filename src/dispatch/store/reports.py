"""What the reports read: counted by the database, so that call-outs need not leave it to be counted.

The law: nothing is kept that a later change could make wrong. Each count is made from the rows as they are now, through
two indexes on what the database itself works out from the stamps (see `tables.callout`, and ADR 13).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.facts import AssignmentRole
from dispatch.rules.response_clock import Tally
from dispatch.store import tables as t
from dispatch.store.statement import Statement
from dispatch.store.types import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """Call-outs received in [since, until); None is no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One group, and what was counted of it; what the report is not broken down by is None. `period` is its place."""

    period: int | None
    agency: str | None
    specialist: str | None
    tally: Tally


def reach(tx: Connection, span: Span) -> tuple[datetime, datetime] | None:
    """When the first and the last call-out of a span were received; None if there is none."""
    received_at = t.callout.c.received_at
    within = _received(span)
    first = sa.select(sa.func.min(received_at)).where(*within).scalar_subquery()
    last = sa.select(sa.func.max(received_at)).where(*within).scalar_subquery()
    row = tx.execute(sa.select(first, last)).one()
    return None if row[0] is None else (row[0], row[1])


def tallies(
    tx: Connection,
    span: Span,
    now: datetime,
    *,
    periods: Sequence[tuple[datetime, datetime]] | None,
    agency: bool,
    specialist: bool,
) -> list[Counted]:
    """Response times of a span, each call-out once with whoever had it, by agency, specialist and period where asked.

    Each of `periods` is counted by itself, and known again by its place among them.
    """
    of_periods = _periods(periods) if periods is not None else None
    group = _Group(t.callout, of_periods, agency=agency, specialist=specialist)
    keys = len(group.names)
    counted: dict[tuple[Any, ...], list[Sequence[Any]]] = defaultdict(list)
    decided = _each(group, span) if _are_few(tx, span) else _decided(group, span)
    for row in Statement(decided).places(tx):
        counted[tuple(row[:keys])].append(row)
    tally = defaultdict(Tally, {key: Tally.of(times) for key, times in counted.items()})
    group = _Group(_nobody_there(span), of_periods, agency=agency, specialist=specialist)
    for *key, count, past in tx.execute(_waiting(group, now)):
        tally[tuple(key)].add_open(count, past)
    return [_counted(dict(zip(group.names, key, strict=True)), counts) for key, counts in tally.items() if counts.n]


def _counted(key: Mapping[str, Any], counts: Tally) -> Counted:
    return Counted(key.get("period"), key.get("agency"), key.get("specialist"), counts)


def _periods(periods: Sequence[tuple[datetime, datetime]]) -> sa.CTE:
    columns = sa.column("place", sa.Integer), sa.column("starts_at", Moment), sa.column("ends_at", Moment)
    return sa.values(*columns).data([(place, *one) for place, one in enumerate(periods)]).cte("period")


def _nobody_there(span: Span) -> sa.CTE:
    """The open call-outs that nobody has reached; found before anything else, since SQLite would read all to join."""
    one = t.callout.c
    waiting = sa.select(one.id, one.agency, one.received_at, one.respond_by)
    return (
        waiting.where(one.open, one.past_target.is_(None), *_received(span)).cte("nobody").prefix_with("MATERIALIZED")
    )


class _Group:
    """What call-outs are counted by, and from where."""

    def __init__(self, callout: sa.FromClause, periods: sa.CTE | None, *, agency: bool, specialist: bool) -> None:
        self.callout = callout
        self.source = callout
        self.keys: list[sa.Label[Any]] = []
        if periods is not None:
            received_at = callout.c.received_at
            here = sa.and_(received_at >= periods.c.starts_at, received_at < periods.c.ends_at)
            self.source = periods.join(callout, here)
            self.keys.append(periods.c.place.label("period"))
        if agency:
            self.keys.append(callout.c.agency.label("agency"))
        if specialist:
            primary = sa.and_(
                t.assignment.c.callout == callout.c.id,
                t.assignment.c.role == AssignmentRole.PRIMARY,
                t.assignment.c.released_at.is_(None),
            )
            self.source = self.source.outerjoin(t.assignment, primary)
            self.keys.append(sa.func.coalesce(t.assignment.c.person, sa.literal_column("'nobody'")).label("specialist"))
        self.names = [key.name for key in self.keys]
        self.by = [key.element for key in self.keys]


_FEW = 100_000  # so many are sorted into their groups sooner here than by the database


def _are_few(tx: Connection, span: Span) -> bool:
    some = sa.select(t.callout.c.received_at).where(*_received(span)).limit(_FEW + 1).subquery()
    return tx.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= _FEW


def _each(group: _Group, span: Span) -> sa.Select[Any]:
    """The call-outs of which it is known whether they missed the target, each with its tenths of a minute."""
    return _known(group, span, t.callout.c.response_tenths, sa.literal_column("1", sa.Integer), t.callout.c.past_target)


def _decided(group: _Group, span: Span) -> sa.Select[Any]:
    """The same call-outs, those that took equally long counted together."""
    tenths, past = t.callout.c.response_tenths, t.callout.c.past_target
    return _known(group, span, tenths, sa.func.count(), sa.func.sum(past)).group_by(*group.by, tenths)


def _known(group: _Group, span: Span, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    source = sa.select(*group.keys, *columns).select_from(group.source)
    return source.where(t.callout.c.past_target.is_not(None), *_received(span))


def _waiting(group: _Group, now: datetime) -> sa.Select[Any]:
    """The open call-outs with nobody there; those past the target are misses already."""
    past = sa.func.coalesce(sa.func.sum(sa.case((group.callout.c.respond_by < now, 1), else_=0)), 0)
    return sa.select(*group.keys, sa.func.count(), past).select_from(group.source).group_by(*group.by)


def _received(span: Span) -> list[sa.ColumnElement[bool]]:
    bounds = []
    if span.since is not None:
        bounds.append(t.callout.c.received_at >= span.since)
    if span.until is not None:
        bounds.append(t.callout.c.received_at < span.until)
    return bounds
