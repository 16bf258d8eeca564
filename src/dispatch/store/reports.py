"""What the reports read: counted by the database, so that only the answer leaves it, however long the history is.

The law: nothing is kept that a later change could make wrong. Each count is made from the rows as they are now, through
two indexes on what the database itself works out from the stamps (see `tables.callout`, and ADR 13).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch.rules.facts import AssignmentRole
from dispatch.rules.response_clock import MEDIAN, NINETIETH, Summary, between_ranks
from dispatch.store import tables as t
from dispatch.store.types import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """Call-outs received in [since, until); None is no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The summary of one group; what the report is not broken down by is None."""

    period: datetime | None
    agency: str | None
    specialist: str | None
    summary: Summary


def reach(tx: Connection, span: Span) -> tuple[datetime, datetime] | None:
    """When the first and the last call-out of a span were received; None if there is none."""
    received_at = t.callout.c.received_at
    within = _received(span)
    first = sa.select(sa.func.min(received_at)).where(*within).scalar_subquery()
    last = sa.select(sa.func.max(received_at)).where(*within).scalar_subquery()
    row = tx.execute(sa.select(first, last)).one()
    return None if row[0] is None else (row[0], row[1])


def summaries(
    tx: Connection,
    span: Span,
    now: datetime,
    *,
    periods: Sequence[tuple[datetime, datetime]] | None,
    agency: bool,
    specialist: bool,
) -> list[Counted]:
    """Response times of a span, each call-out once with whoever had it, by agency, specialist and period where asked.

    `periods`, in each of which call-outs are counted by themselves, are known again by their beginnings.
    """
    of_periods = _periods(periods) if periods is not None else None
    group = _Group(t.callout, of_periods, agency=agency, specialist=specialist)
    open_group = _Group(_nobody_there(span), of_periods, agency=agency, specialist=specialist)
    counted = sa.union_all(_decided(group, span), _waiting(open_group, now)).cte("counted")
    keys = [counted.c[name] for name in group.names]
    ranked = sa.select(
        counted,
        _whole(sa.func.sum(counted.c.arrived).over(partition_by=keys, order_by=counted.c.tenths)).label("rank"),
        _whole(sa.func.sum(counted.c.arrived).over(partition_by=keys)).label("all_arrived"),
    ).cte("ranked")
    query = sa.select(
        *(ranked.c[name] for name in group.names),
        *(
            _whole(sa.func.sum(ranked.c[name])).label(name)
            for name in ("n", "within_target", "missed", "open_past_target", "arrived")
        ),
        *_nearest(ranked, MEDIAN, "median"),
        *_nearest(ranked, NINETIETH, "p90"),
        sa.func.max(ranked.c.tenths).label("worst"),
    ).group_by(*(ranked.c[name] for name in group.names))
    return [_counted(row) for row in tx.execute(query).mappings() if row["n"]]


def _periods(periods: Sequence[tuple[datetime, datetime]]) -> sa.CTE:
    return sa.values(sa.column("starts_at", Moment), sa.column("ends_at", Moment)).data(list(periods)).cte("period")


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
            self.keys.append(periods.c.starts_at.label("period"))
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


def _decided(group: _Group, span: Span) -> sa.Select[Any]:
    """The call-outs of which it is known whether they missed the target, by their tenths of a minute."""
    tenths, past = t.callout.c.response_tenths, t.callout.c.past_target
    return (
        sa.select(
            *group.keys,
            tenths.label("tenths"),
            sa.func.count().label("n"),
            sa.func.count(tenths).label("arrived"),
            sa.func.sum(1 - past).label("within_target"),
            sa.func.sum(past).label("missed"),
            sa.literal_column("0").label("open_past_target"),
        )
        .select_from(group.source)
        .where(past.is_not(None), *_received(span))
        .group_by(*group.by, tenths)
    )


def _waiting(group: _Group, now: datetime) -> sa.Select[Any]:
    """The open call-outs with nobody there; those past the target are misses already."""
    past = sa.func.coalesce(sa.func.sum(sa.case((group.callout.c.respond_by < now, 1), else_=0)), 0)
    return (
        sa.select(
            *group.keys,
            sa.cast(sa.null(), sa.Integer).label("tenths"),
            sa.func.count().label("n"),
            sa.literal_column("0").label("arrived"),
            sa.literal_column("0").label("within_target"),
            past.label("missed"),
            past.label("open_past_target"),
        )
        .select_from(group.source)
        .group_by(*group.by)
    )


def _received(span: Span) -> list[sa.ColumnElement[bool]]:
    bounds = []
    if span.since is not None:
        bounds.append(t.callout.c.received_at >= span.since)
    if span.until is not None:
        bounds.append(t.callout.c.received_at < span.until)
    return bounds


def _nearest(ranked: sa.CTE, percentile: int, name: str) -> list[sa.Label[int]]:
    """The two times between which a percentile lies. `rank` says how many are as short as this one, or shorter."""
    way = percentile * (ranked.c.all_arrived - 1)
    low = sa.func.min(ranked.c.tenths).filter(10 * ranked.c.rank > way)
    high = sa.func.min(ranked.c.tenths).filter(10 * (ranked.c.rank - 1) >= way)
    return [low.label(f"{name}_low"), high.label(f"{name}_high")]


def _whole(total: sa.ColumnElement[int]) -> sa.Cast[int]:
    return sa.cast(total, sa.BigInteger)  # PostgreSQL sums bigint up to numeric


def _counted(row: RowMapping) -> Counted:
    arrived = row["arrived"]
    summary = Summary(
        n=row["n"],
        within_target=row["within_target"] or 0,
        missed=row["missed"] or 0,
        open_past_target=row["open_past_target"],
        median_minutes=between_ranks(row["median_low"], row["median_high"], arrived, MEDIAN) if arrived else None,
        p90_minutes=between_ranks(row["p90_low"], row["p90_high"], arrived, NINETIETH) if arrived else None,
        worst_minutes=row["worst"] / 10 if arrived else None,
    )
    return Counted(row.get("period"), row.get("agency"), row.get("specialist"), summary)
