"""Which pages are due, in the order in which they are claimed (`claims.py`)."""

from datetime import datetime
from itertools import combinations
from typing import NamedTuple, assert_never

import sqlalchemy as sa

from dispatch.rules import overload
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement
from dispatch.store.newer import DUE_PAGE_KNOWN
from dispatch.store.pages import COLUMNS, LEASE, Lane, PageRecord, page_record
from dispatch.store.transaction import Transaction


def in_lane(lane: Lane) -> sa.ColumnElement[bool]:
    """That a page belongs to `lane`."""
    is_webhook, is_stray = t.page.c.channel == Channel.WEBHOOK, sa.literal_column(f"({t.IS_STRAY})", sa.Boolean)
    match lane:
        case Lane.WEBHOOKS:
            return is_webhook
        case Lane.STRAYS:
            return sa.and_(~is_webhook, is_stray)
        case Lane.CARRIER:
            return sa.and_(~is_webhook, ~is_stray)
        case _:
            assert_never(lane)


Lanes = tuple[Lane, ...]
"""In the order in which `Lane` has them."""
_ALL: Lanes = tuple(Lane)
_SOME = [lanes for most in range(len(_ALL)) for lanes in combinations(_ALL, most + 1)]


def _among(lanes: Lanes) -> sa.ColumnElement[bool]:
    """That a page belongs to one of `lanes`; not asked where all of them will do."""
    return sa.true() if lanes == _ALL else sa.or_(*map(in_lane, lanes))


# Asked once for all pages of a round.
_OTHERS_OPEN = sa.select(t.callout.c.id).where(t.callout.c.open).limit(1).offset(1).exists().label("others_open")
_DUE = {
    lanes: Statement(
        sa.select(*(t.page.c[name] for name in COLUMNS), _OTHERS_OPEN)
        .where(t.page.c.due_at <= sa.bindparam("now"), _among(lanes), DUE_PAGE_KNOWN)
        .order_by(t.page.c.due_at, t.page.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    for lanes in _SOME
}
_FIRST = Statement(
    sa.select(*(t.page.c[name] for name in COLUMNS), _OTHERS_OPEN)
    .where(t.page.c.due_at <= sa.bindparam("now"), sa.text(t.CANNOT_WAIT), in_lane(Lane.CARRIER), DUE_PAGE_KNOWN)
    .order_by(t.page.c.due_at, t.page.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
ASKS_AND_IS_DUE = (
    t.page.c.due_at <= sa.bindparam("now"),
    sa.text(f"purpose = '{Purpose.PAGE}' AND {t.CANNOT_WAIT}"),
    DUE_PAGE_KNOWN,
)
"""That a page asks somebody to come, and is due. In the words of the partial index `ix_page_first`, so that nothing
else that is due is read."""
# These go before what tells our own people of this and that.
_ASKS = Statement(
    sa.select(*(t.page.c[name] for name in COLUMNS), _OTHERS_OPEN)
    .where(*ASKS_AND_IS_DUE)
    .order_by(t.page.c.due_at, t.page.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LOOKS_AT = 2 * overload.A_STORM
_oldest = (
    sa.select(t.page.c.id, t.page.c.due_at, t.callout.c.agency)
    .join(t.callout, t.callout.c.id == t.page.c.callout)
    .where(*ASKS_AND_IS_DUE)
    .order_by(t.page.c.due_at, t.page.c.id)
    .limit(sa.literal_column(str(_LOOKS_AT)))
    .subquery()
)
_turn = sa.select(
    _oldest.c.id,
    _oldest.c.agency,
    sa.func.row_number().over(partition_by=_oldest.c.agency, order_by=(_oldest.c.due_at, _oldest.c.id)).label("turn"),
).subquery()
_in_hand = (
    sa.select(t.callout.c.agency, sa.func.count().label("count"))
    .select_from(t.page)
    .join(t.callout, t.callout.c.id == t.page.c.callout)
    .where(
        t.page.c.due_at > sa.bindparam("now"),
        t.page.c.due_at <= sa.bindparam("lease_ends"),
        sa.literal_column(f"page.state = '{PageState.SENDING}' AND page.purpose = '{Purpose.PAGE}'", sa.Boolean),
    )
    .group_by(t.callout.c.agency)
    .subquery()
)
# The next page is that of the agency which has the fewest under way, as if each had as many lines to the carrier.
_TURNS = Statement(
    sa.select(*(t.page.c[name] for name in COLUMNS), _OTHERS_OPEN)
    .join(_turn, _turn.c.id == t.page.c.id)
    .outerjoin(_in_hand, _in_hand.c.agency == _turn.c.agency)
    .where(*ASKS_AND_IS_DUE)
    .order_by(_turn.c.turn + sa.func.coalesce(_in_hand.c.count, 0), t.page.c.due_at, t.page.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True, of=t.page)
)


class DuePage(NamedTuple):
    """A due page, and whether more than one call-out is open at this moment."""

    page: PageRecord
    others_open: bool


def due(tx: Transaction, now: datetime, most: int, lanes: Lanes = _ALL, *, lines: int | None = None) -> list[DuePage]:
    """Due pages, the longest overdue first, locked by this transaction; what another node has locked is skipped.

    What a newer release has written is left to its nodes. When more is due than `most`, or more for the carrier than
    has `lines` to it, what asks somebody to come is first, then what cannot wait, then what only informs, and answers
    to strangers last: behind a storm of texts a specialist would be paged a minute late. Once paging is late, agencies
    take turns: see `rules/overload.py`.
    """
    lines = most if lines is None else lines
    found = {row["id"]: _due_page(row) for row in _DUE[lanes].rows(tx, now=now, most=most)}
    carried = sum(due.page.lane is Lane.CARRIER for due in found.values())
    if Lane.CARRIER in lanes and (len(found) == most or carried > lines):
        ahead = [*_asking(tx, now, most, lines), *_FIRST.rows(tx, now=now, most=most)]
        found = {row["id"]: found.get(row["id"]) or _due_page(row) for row in ahead} | found
    return sorted(found.values(), key=lambda due: due.page.is_stray)


def _due_page(row: Row) -> DuePage:
    return DuePage(page_record(row), bool(row["others_open"]))


def _asking(tx: Transaction, now: datetime, most: int, lines: int) -> list[Row]:
    """What asks somebody to come. What another node has locked is not in its agency's turn, but may still follow."""
    rows = _ASKS.rows(tx, now=now, most=most)
    if len(rows) >= lines and rows and overload.take_turns(now - rows[0]["due_at"]):
        return [*_TURNS.rows(tx, now=now, lease_ends=now + LEASE, most=most), *rows]
    return rows


_NEXT_DUE = {
    lanes: Statement(
        sa.select(sa.func.min(t.page.c.due_at)).where(t.page.c.due_at.is_not(None), _among(lanes), DUE_PAGE_KNOWN)
    )
    for lanes in _SOME
}
_LONGEST_DUE = {
    lane: Statement(
        sa.select(sa.func.min(t.page.c.due_at)).where(t.page.c.due_at <= sa.bindparam("now"), in_lane(lane))
    )
    for lane in Lane
}


def next_due(tx: Transaction, lanes: Lanes = _ALL) -> datetime | None:
    """When the next page of these lanes is due; None if none ever is."""
    due_at: datetime | None = _NEXT_DUE[lanes].scalar(tx) if lanes else None
    return due_at


def longest_due(tx: Transaction, now: datetime, lane: Lane) -> datetime | None:
    """When the page of this lane that has been due the longest became due; None if none is due."""
    due_at: datetime | None = _LONGEST_DUE[lane].scalar(tx, now=now)
    return due_at
