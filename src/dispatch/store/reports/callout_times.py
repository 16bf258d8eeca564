"""What the response times view reads: call-outs one by one, what was said about them, and what came of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.reports.exclusions import Cause, Exclusion, ExclusionCode, Help, Review
from dispatch.rules.reports.headline import CameOf
from dispatch.rules.reports.intervals import Stamps
from dispatch.rules.reports.responses import Response
from dispatch.store import tables as t
from dispatch.store.reports.counting import Span, received_in
from dispatch.store.transaction import Transaction

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


def came_of(tx: Transaction, span: Span) -> dict[str, CameOf]:
    """What came of the call-outs of a span, by agency, where it was noted."""
    came = t.outcome.c
    found = (
        sa.select(
            _one.agency,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(came.children_met), 0),
            sa.func.coalesce(sa.func.sum(came.freedom_bags), 0),
        )
        .select_from(t.outcome.join(t.callout, came.callout == _one.id))
        .where(*received_in(span))
        .group_by(_one.agency)
    )
    return {agency: CameOf(*counts) for agency, *counts in tx.execute(found)}
