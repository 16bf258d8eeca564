"""What the response times view reads beside `intervals`: call-outs one by one, and where their minutes went.

The law is that of `intervals`: the database counts, and nothing is kept. What it computes of intervals is the meaning
of `rules/reports/intervals.py` once more, in its own words; a test compares both on random histories.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dispatch.rules.reports.exclusions import Cause, Exclusion, ExclusionCode, Help, Review
from dispatch.rules.reports.headline import CameOf
from dispatch.rules.reports.intervals import Interval, Stamps
from dispatch.rules.reports.responses import Response
from dispatch.store import tables as t
from dispatch.store.reports.counting import Span, named_periods, nobody_there, received_in
from dispatch.store.transaction import Transaction
from dispatch.store.types import microseconds, whole_seconds

_AT_ONCE = 500  # rows
_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

# ---- one by one ----------------------------------------------------------------------------------------------------

_one, _mine, _left_out, _written = t.callout.c, t.assignment.c, t.exclusion.c, t.miss_review.c
_IS_PRIMARY = sa.and_(_mine.callout == _one.id, t.IS_PRIMARY)
_STANDS = sa.and_(_left_out.callout == _one.id, _left_out.refused_at.is_(None))
_SOURCE = (
    t.callout.outerjoin(t.assignment, _IS_PRIMARY)
    .outerjoin(t.exclusion, _STANDS)
    .outerjoin(t.miss_review, _written.callout == _one.id)
)
_RESPONSE = sa.select(
    _one.id,
    _one.code,
    _one.agency,
    _mine.person,
    _one.respond_by,
    _one.received_at,
    _one.first_paged_at,
    _one.acknowledged_at,
    _mine.en_route_at,
    _one.arrived_at,
    _one.ended_at,
    _one.past_target,
    _left_out.code.label("exclusion"),
    _left_out.coded_by,
    _left_out.coded_at,
    _left_out.approved_by,
    _left_out.approved_at,
    _written.cause,
    _written.help,
    _written.line,
).select_from(_SOURCE)
# What counts: a call-out that was called off in time with nobody there does not.
_COUNTS = sa.or_(_one.past_target.is_not(None), _one.open)


def find(tx: Transaction, callout_id: str) -> Response | None:
    """One call-out, also one that does not count."""
    row = tx.execute(_RESPONSE.where(_one.id == callout_id)).one_or_none()
    return None if row is None else _response(row)


def newest(tx: Transaction, span: Span, most: int) -> list[Response]:
    """The call-outs of a span that count, the newest first."""
    return _newest(tx, span, _COUNTS, most)


def misses(tx: Transaction, span: Span, now: datetime, most: int) -> list[Response]:
    """Those that missed their target, the newest first."""
    return _newest(tx, span, _missed(now), most)


def _newest(tx: Transaction, span: Span, condition: sa.ColumnElement[bool], most: int) -> list[Response]:
    # Without a bound, or in an order of more than the index has, SQLite would rather sort the whole history.
    span = replace(span, since=span.since or _THE_BEGINNING)
    found = _RESPONSE.where(condition, *received_in(span)).order_by(_one.received_at.desc()).limit(most)
    rows = [_response(row) for row in tx.execute(found.execution_options(yield_per=_AT_ONCE))]
    return sorted(rows, key=lambda one: (-one.received_at.timestamp(), one.id))


def _missed(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(_one.past_target == 1, sa.and_(_one.past_target.is_(None), _one.open, _one.respond_by < now))


def _response(row: Any) -> Response:
    stamps = Stamps(row.received_at, row.first_paged_at, row.acknowledged_at, row.en_route_at, row.arrived_at)
    exclusion = review = None
    if row.exclusion is not None:
        code = ExclusionCode(row.exclusion)
        exclusion = Exclusion(code, row.coded_by, row.coded_at, row.approved_by, row.approved_at)
    if row.cause is not None:
        review = Review(Cause(row.cause), Help(row.help), row.line)
    past_target = None if row.past_target is None else bool(row.past_target)
    return Response(
        row.id, row.code, row.agency, row.person, row.respond_by, stamps, row.ended_at, past_target, exclusion, review
    )


# ---- what was said about misses, and what came of the call-outs ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaidAboutMisses:
    """Misses with a review, and misses that two people left out."""

    reviewed: int
    excluded: int


def said_about_misses(tx: Transaction, span: Span, now: datetime) -> SaidAboutMisses:
    reviewed = sa.select(_written.callout)
    excluded = sa.select(_left_out.callout).where(_left_out.refused_at.is_(None), _left_out.approved_at.is_not(None))
    return SaidAboutMisses(
        _misses_among(tx, span, now, reviewed, _written.callout),
        _misses_among(tx, span, now, excluded, _left_out.callout),
    )


def reviews_owed(tx: Transaction, since: datetime, now: datetime) -> int:
    """How many call-outs that were received since then and are over were misses that nobody has written about, and
    that two people did not leave out."""
    written = sa.select(_written.callout).where(_written.callout == _one.id).correlate(t.callout).exists()
    stands = sa.and_(_left_out.refused_at.is_(None), _left_out.approved_at.is_not(None), _left_out.callout == _one.id)
    excluded = sa.select(_left_out.callout).where(stands).correlate(t.callout).exists()
    owed = sa.and_(_missed(now), ~_one.open, _one.received_at >= since, ~written, ~excluded)
    number: int = tx.execute(sa.select(sa.func.count()).select_from(t.callout).where(owed)).scalar_one()
    return number


def _misses_among(
    tx: Transaction, span: Span, now: datetime, said: sa.Select[Any], about: sa.ColumnElement[str]
) -> int:
    # Each of the two ways reads the smaller side: the misses of a span, or of everything what was ever said.
    among = _one.id.in_(said) if span.since is None else said.where(about == _one.id).correlate(t.callout).exists()
    counted = sa.select(sa.func.count()).select_from(t.callout).where(_missed(now), among, *received_in(span))
    number: int = tx.execute(counted).scalar_one()
    return number


def came_of(tx: Transaction, span: Span) -> CameOf:
    """What came of the call-outs of a span, where it was noted."""
    came = t.outcome.c
    found = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(came.children_met), 0),
        sa.func.coalesce(sa.func.sum(came.freedom_bags), 0),
    ).select_from(t.outcome.join(t.callout, came.callout == _one.id))
    return CameOf(*tx.execute(found.where(*received_in(span))).one())


def outcomes_by_agency(tx: Transaction, span: Span) -> dict[str, tuple[int, int]]:
    """Children met and Freedom Bags given, of the call-outs of which that is known."""
    came = t.outcome.c
    found = (
        sa.select(
            _one.agency,
            sa.func.coalesce(sa.func.sum(came.children_met), 0),
            sa.func.coalesce(sa.func.sum(came.freedom_bags), 0),
        )
        .select_from(t.outcome.join(t.callout, came.callout == _one.id))
        .where(*received_in(span))
        .group_by(_one.agency)
    )
    return {agency: (children, bags) for agency, children, bags in tx.execute(found)}


# ---- where the minutes went ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spent:
    """The intervals of the call-outs of one period that somebody arrived at: `rank` is its position among the periods
    given. For each interval the microseconds of all together, and each in tenths of a minute, in any order."""

    rank: int
    arrived: int
    microseconds: dict[Interval, int]
    tenths: dict[Interval, list[int]]


def spent(tx: Transaction, span: Span, periods: Sequence[tuple[datetime, datetime]]) -> Iterator[Spent]:
    """Where the minutes of each period went; a period in which nobody arrived is missing."""
    rank = named_periods(periods)
    in_it = sa.and_(_one.received_at >= rank.c.starts_at, _one.received_at < rank.c.ends_at)
    stamps = (
        sa.select(
            rank.c.rank,
            _one.received_at,
            _one.arrived_at,
            _one.acknowledged_at,
            _mine.en_route_at,
            _within(_one.first_paged_at, _one.received_at, _one.arrived_at).label("paged_at"),
        )
        .select_from(rank.join(t.callout, in_it).outerjoin(t.assignment, _IS_PRIMARY))
        .where(_one.arrived_at.is_not(None), *received_in(span))
        .subquery()
    ).c
    since = sa.func.coalesce(stamps.paged_at, stamps.received_at)
    taken_at = _within(stamps.acknowledged_at, since, stamps.arrived_at)
    taken = sa.select(stamps.rank, stamps.received_at, stamps.arrived_at, stamps.paged_at, stamps.en_route_at)
    taken_columns = taken.add_columns(since.label("since"), taken_at.label("taken_at")).subquery().c
    left_at = _within(taken_columns.en_route_at, taken_columns.taken_at, taken_columns.arrived_at)
    one = sa.select(*taken_columns, left_at.label("left_at")).subquery().c
    lengths = {
        Interval.HANDLING: microseconds(tx, one.received_at, one.paged_at),
        Interval.ACKNOWLEDGEMENT: microseconds(tx, one.since, one.taken_at),
        Interval.TURNOUT: microseconds(tx, one.taken_at, one.left_at),
        Interval.TRAVEL: microseconds(tx, one.left_at, one.arrived_at),
        Interval.UNPARTED: sa.case(
            (one.left_at.is_(None), microseconds(tx, sa.func.coalesce(one.taken_at, one.since), one.arrived_at))
        ),
    }
    counted = sa.select(one.rank, sa.func.count())
    for length in lengths.values():
        tenths = sa.cast((length + 3_000_000) // 6_000_000, sa.Text)
        total = sa.cast(sa.func.coalesce(sa.func.sum(length), 0), sa.BigInteger)
        counted = counted.add_columns(total, sa.func.aggregate_strings(tenths, ","))
    for rank_, arrived, *sums in tx.execute(counted.group_by(one.rank).execution_options(yield_per=50)):
        totals, texts = sums[::2], sums[1::2]
        yield Spent(
            rank_,
            arrived,
            dict(zip(lengths, totals, strict=True)),
            {interval: json.loads(f"[{text or ''}]") for interval, text in zip(lengths, texts, strict=True)},
        )


def _within(
    moment: sa.ColumnElement[Any], first: sa.ColumnElement[Any], last: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """A stamp that stands in order; NULL otherwise."""
    return sa.case((sa.and_(moment >= first, moment <= last), moment))


# ---- when they come --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week on clocks here; Monday is 0."""

    weekday: int
    hour: int
    callouts: int
    missed: int


def hours(
    tx: Transaction, span: Span, now: datetime, clocks: Sequence[tuple[datetime, datetime, timedelta]]
) -> list[Hour]:
    """How many came in each hour of the week, and how many of them missed their target. `clocks` are the spans through
    which clocks here keep one offset from UTC: SQLite knows no zones, and two databases may know different ones."""
    found: dict[int, tuple[int, int]] = {}
    ranks = [(starts_at, ends_at) for starts_at, ends_at, _ in clocks]
    rank = named_periods(ranks)
    offset = sa.case(
        {number: int(offset.total_seconds()) for number, (_, _, offset) in enumerate(clocks)}, value=rank.c.rank
    )
    waiting = nobody_there(span)
    past_due = sa.case((waiting.c.respond_by < now, 1), else_=0)
    known = sa.and_(_one.past_target.is_not(None), *received_in(span))
    for source, late, condition in (
        (t.callout, _one.past_target, known),
        (waiting, past_due, sa.true()),
    ):
        received_at = source.c.received_at
        here = sa.and_(received_at >= rank.c.starts_at, received_at < rank.c.ends_at)
        # 1970 began on a Thursday, three days after a Monday.
        hour = (((whole_seconds(tx, received_at) + offset) // 3600 + 72) % 168).label("hour")
        counted = sa.select(hour, sa.func.count(), sa.func.sum(late)).select_from(rank.join(source, here))
        for number, callouts, missed in tx.execute(counted.where(condition).group_by(hour)):
            before = found.get(number, (0, 0))
            found[number] = before[0] + callouts, before[1] + missed
    return [Hour(number // 24, number % 24, *counts) for number, counts in sorted(found.items())]
