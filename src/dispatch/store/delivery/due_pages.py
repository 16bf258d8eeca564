"""Which pages are due, in the order in which they are claimed (`claims.py`)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple, assert_never

import sqlalchemy as sa

from dispatch.rules import admission
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.delivery.pages import COLUMNS, Lane, PageRecord, page_record
from dispatch.store.engine.savepoint import no_panic
from dispatch.store.transaction import Row, Transaction


def in_lane(lane: Lane) -> sa.ColumnElement[bool]:
    """Whether a page belongs to `lane`."""
    is_webhook, is_standalone = (
        t.page.c.channel == Channel.WEBHOOK,
        sa.literal_column(f"({t.IS_STANDALONE})", sa.Boolean),
    )
    match lane:
        case Lane.WEBHOOKS:
            return is_webhook
        case Lane.STANDALONE:
            return sa.and_(~is_webhook, is_standalone)
        case Lane.CARRIER:
            return sa.and_(~is_webhook, ~is_standalone)
        case _:
            assert_never(lane)


Lanes = tuple[Lane, ...]
"""In the order in which `Lane` has them."""
_ALL: Lanes = tuple(Lane)
_SOME = [lanes for most in range(len(_ALL)) for lanes in combinations(_ALL, most + 1)]


def _among(lanes: Lanes) -> sa.ColumnElement[bool]:
    """Whether a page belongs to one of `lanes`; true without asking when these are all lanes."""
    return sa.true() if lanes == _ALL else sa.or_(sa.false(), *map(in_lane, lanes))


# Asked once for all pages of a round.
_OTHERS_OPEN = sa.select(t.callout.c.id).where(t.callout.c.open).limit(1).offset(1).exists().label("others_open")
_ASKS_WORDS = f"purpose = '{Purpose.PAGE}' AND {t.IS_TO_BE_SENT}"
_asks = sa.text(_ASKS_WORDS)
_WHOLE = sa.select(
    *(t.page.c[name] for name in COLUMNS),
    _OTHERS_OPEN,
    sa.literal_column(f"({_ASKS_WORDS})", sa.Boolean).label("pages"),
)


def _oldest(pages: sa.Select[Any], *conditions: sa.ColumnElement[bool] | sa.TextClause) -> sa.Select[Any]:
    """The first due pages that meet `conditions`, locked; `most` is how many."""
    return (
        pages.where(t.page.c.due_at <= sa.bindparam("now"), *conditions)
        .order_by(t.page.c.due_at, t.page.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
    )


def _oldest_ids(*conditions: sa.ColumnElement[bool] | sa.TextClause) -> sa.Select[Any]:
    """The same, but only what their order needs: most of them have been read already, or are not taken in the end."""
    return _oldest(sa.select(t.page.c.id, t.page.c.due_at), *conditions)


_DUE = {lanes: _oldest(_WHOLE, _among(lanes)) for lanes in _SOME}
_ids = sa.func.json_each(sa.bindparam("ids", type_=sa.Text)).table_valued("value", name="ids")
_THESE_ON_SQLITE = _WHOLE.where(t.page.c.id.in_(sa.select(_ids.c.value)))
_THESE_ON_POSTGRESQL = _WHOLE.where(t.page.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))))
_FIRST = _oldest_ids(sa.text(t.CANNOT_WAIT), in_lane(Lane.CARRIER))
ASKS_AND_IS_DUE = (t.page.c.due_at <= sa.bindparam("now"), _asks)
"""Whether a page asks somebody to come, and is to be sent now. In the words of the partial indexes, so that nothing
else that is due is read."""
_ASKS = _oldest_ids(_asks, sa.text(t.CANNOT_WAIT))  # before what tells our own people of this and that
_OF_AGENCY = _oldest_ids(_asks, t.page.c.agency == sa.bindparam("agency"))
# From one agency to the next: there are few, and each may have thousands.
_waits = sa.and_(t.page.c.due_at.is_not(None), _asks)
_agency = sa.select(sa.func.min(t.page.c.agency).label("agency")).where(_waits).cte("agency", recursive=True)
_next = sa.select(sa.func.min(t.page.c.agency)).where(_waits, t.page.c.agency > _agency.c.agency).scalar_subquery()
_agency = _agency.union_all(sa.select(_next).where(_agency.c.agency.is_not(None)))
_AGENCIES = sa.select(_agency.c.agency).where(_agency.c.agency.is_not(None))


class DuePage(NamedTuple):
    """A due page, its lane, and whether more than one call-out is open at this moment."""

    page: PageRecord
    lane: Lane
    others_open: bool


Failed = Callable[[Row], None]
"""Called inside the exception handler, for a due page whose row we fail to read by our own mistake."""


UnderWay = Mapping[str | None, int]
"""For each agency, how many lines to the carrier ask somebody to come to a call-out of theirs."""
NOTHING_UNDER_WAY: UnderWay = {}


def due(
    tx: Transaction,
    now: datetime,
    most: int,
    lanes: Lanes = _ALL,
    *,
    lines: int | None = None,
    under_way: UnderWay = NOTHING_UNDER_WAY,
    failed: Failed | None = None,
) -> list[DuePage]:
    """Due pages, the longest overdue first, locked by this transaction; what another node has locked is skipped.

    When more is due than `most`, or more for the carrier than it has `lines`, what asks somebody to come goes
    first, then what cannot wait, then what only informs, and answers to strangers last: behind a storm of texts a
    specialist would be paged a minute late. Once paging is late, there is fair queueing among agencies
    (`rules/admission.py`); `under_way` is how many lines each has.
    """
    lines = most if lines is None else lines
    oldest = tx.execute(_DUE[lanes], {"now": now, "most": most}).mappings().all()
    found = _read(oldest, failed)
    carried = sum(due.lane is Lane.CARRIER for due in found.values())
    if Lane.CARRIER in lanes and (len(oldest) == most or carried > lines):
        ahead = _ahead(tx, now, oldest, lines, under_way)
        known = {row["id"] for row in oldest}
        found |= _read(_these(tx, [id_ for id_ in ahead if id_ not in known]), failed)
        found = {id_: found[id_] for id_ in ahead if id_ in found} | found
    return sorted(found.values(), key=lambda due: due.lane is Lane.STANDALONE)


def _read(rows: Sequence[Row], failed: Failed | None) -> dict[str, DuePage]:
    """The pages by id. One that cannot be read holds up no other."""
    try:
        with no_panic():
            return {row["id"]: _due_page(row) for row in rows}
    except Exception:
        if failed is None:
            raise
        if len(rows) == 1:
            failed(rows[0])
            return {}
    return {id_: page for row in rows for id_, page in _read([row], failed).items()}


def _due_page(row: Row) -> DuePage:
    page = page_record(row)
    return DuePage(page, page.lane, bool(row["others_open"]))


def _these(tx: Transaction, ids: Sequence[str]) -> Sequence[Row]:
    """These pages, in any order."""
    if not ids:
        return ()
    if tx.dialect.name == "postgresql":
        return tx.execute(_THESE_ON_POSTGRESQL, {"ids": list(ids)}).mappings().all()
    return tx.execute(_THESE_ON_SQLITE, {"ids": json.dumps(ids)}).mappings().all()


def _ahead(tx: Transaction, now: datetime, oldest: Sequence[Row], lines: int, under_way: UnderWay) -> list[str]:
    """The ids of what goes before everything else, in the order in which it leaves: enough for `lines` if possible.

    Pages that ask somebody to come are nearly always enough, and then nothing else is queried. When enough of them are
    among the `oldest` pages of these lanes, as in a storm, those are taken.
    """
    asking = _asking(tx, now, oldest, lines, under_way)
    behind = tx.execute(_FIRST, {"now": now, "most": lines}).mappings() if len(asking) < lines else ()
    return list(dict.fromkeys(row["id"] for row in (*asking, *behind)))


def _asking(tx: Transaction, now: datetime, oldest: Sequence[Row], lines: int, under_way: UnderWay) -> Sequence[Row]:
    """The pages that ask somebody to come, in the order in which they leave."""
    rows: Sequence[Row] = [row for row in oldest if row["pages"]][:lines]
    if len(rows) < lines:
        rows = tx.execute(_ASKS, {"now": now, "most": lines}).mappings().all()
    if not rows or len(rows) < lines or not admission.queue_fairly(now - rows[0]["due_at"]):
        return rows
    agencies = tx.scalars(_AGENCIES).all()
    return [*_fairly(tx, now, lines, agencies, under_way), *rows] if len(agencies) > 1 else rows


def _fairly(tx: Transaction, now: datetime, lines: int, agencies: Iterable[str], under_way: UnderWay) -> Sequence[Row]:
    """Fair queueing: next is the agency with the fewest pages under way, as if each had as many lines to the carrier.

    One short query for each agency: of all that are due, one agency may have ten thousand before the first of another.
    """
    queued = [
        (under_way.get(agency, 0) + step, row["due_at"], row["id"], row)
        for agency in agencies
        for step, row in enumerate(tx.execute(_OF_AGENCY, {"now": now, "agency": agency, "most": lines}).mappings())
    ]
    return [row for *_, row in sorted(queued, key=lambda step: step[:3])[:lines]]


_NEXT_DUE = {
    lanes: sa.select(sa.func.min(t.page.c.due_at)).where(t.page.c.due_at.is_not(None), _among(lanes)) for lanes in _SOME
}
_LONGEST_DUE = {
    lane: (sa.select(sa.func.min(t.page.c.due_at)).where(t.page.c.due_at <= sa.bindparam("now"), in_lane(lane)))
    for lane in Lane
}


def next_due(tx: Transaction, lanes: Lanes = _ALL) -> datetime | None:
    """When the next page of these lanes is due; None if none ever is."""
    due_at: datetime | None = tx.scalar(_NEXT_DUE[lanes]) if lanes else None
    return due_at


def longest_due(tx: Transaction, now: datetime, lane: Lane) -> datetime | None:
    """When the page of this lane that has been due the longest became due; None if none is due."""
    due_at: datetime | None = tx.scalar(_LONGEST_DUE[lane], {"now": now})
    return due_at
