"""Who is being paged or is out, which call-outs are being paged for, and whose are open."""

from collections.abc import Iterable

import sqlalchemy as sa

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, Purpose
from dispatch.store import tables as t
from dispatch.store.callout import involvements, others
from dispatch.store.transaction import Row, Transaction

# All of it is asked of what is open, which is little: people are paged thousands of times in years.
_callout, _page, _assignment = t.callout.c, t.page.c, t.assignment.c
_IS_WAITED_FOR = sa.and_(_page.purpose == Purpose.PAGE, ~_page.state.in_(sorted(FINAL_PAGE_STATES)))
_IS_OUT = sa.and_(_assignment.released_at.is_(None), _assignment.home_at.is_(None))
_OF_THIS = (_page.callout == _callout.id, _page.person == sa.bindparam("person"))


def _all_of(column: sa.Column[str], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    return sa.select(others.together(column)).where(*conditions).scalar_subquery()


_IS_BUSY = (
    sa.select(_callout.id)
    .where(_callout.open, involvements.there_is(_page.callout, *_OF_THIS, _IS_WAITED_FOR) | involvements.HAS_THEM)
    .limit(1)
)
_BUSY = sa.select(
    _all_of(_page.person, _page.callout == _callout.id, _IS_WAITED_FOR).label("paged"),
    _all_of(_assignment.person, _assignment.callout == _callout.id, _IS_OUT).label("out"),
).where(_callout.open)
_ALL_PAGING = sa.select(_callout.id, _callout.code, _callout.received_at).where(
    _callout.open, _callout.status.in_([status for status in Status if status.is_paging])
)
_PAGING_THEM = _ALL_PAGING.where(involvements.there_is(_page.callout, *_OF_THIS, _page.purpose == Purpose.PAGE))
_WITH = sa.select(_callout.code, _callout.received_at).where(_callout.open, involvements.HAS_THEM)
_CODES = sa.select(_callout.code, _callout.received_at).where(_callout.open)


def is_busy(tx: Transaction, person: str) -> bool:
    """Whether an open call-out pages this person or has them, until they are home."""
    return tx.execute(_IS_BUSY, {"person": person}).first() is not None


def busy_people(tx: Transaction) -> frozenset[str]:
    """The ids of all whom an open call-out pages, or has."""
    return frozenset(id_ for row in tx.execute(_BUSY).mappings() for ids in row.values() for id_ in others.people(ids))


def paged_for(tx: Transaction) -> list[str]:
    """The ids of the call-outs that people are being asked to take, the oldest first."""
    return [row["id"] for row in _by_age(tx.execute(_ALL_PAGING).mappings())]


def codes_paging(tx: Transaction) -> list[str]:
    """The codes of the call-outs that people are being asked to take, the oldest first."""
    return [row["code"] for row in _by_age(tx.execute(_ALL_PAGING).mappings())]


def callouts_paging(tx: Transaction, person: str) -> list[tuple[str, str]]:
    """The ids and codes of the open call-outs that are being paged for and have paged this person, the oldest first.

    A page whose call has ended counts, too: its reader may still answer.
    """
    return [(row["id"], row["code"]) for row in _by_age(tx.execute(_PAGING_THEM, {"person": person}).mappings())]


def callouts_with(tx: Transaction, person: str) -> list[str]:
    """The codes of the open call-outs that this person is on, until they are home, the oldest first."""
    return [row["code"] for row in _by_age(tx.execute(_WITH, {"person": person}).mappings())]


def open_codes(tx: Transaction) -> list[str]:
    """The codes of all open call-outs, the oldest first."""
    return [row["code"] for row in _by_age(tx.execute(_CODES).mappings())]


def _by_age(rows: Iterable[Row]) -> list[Row]:
    # Sorted here: asked for an order, SQLite walks through all call-outs there ever were.
    return sorted(rows, key=lambda row: row["received_at"])


def open_of_agencies(tx: Transaction, agencies: Iterable[str]) -> dict[str, str]:
    """The code of an open call-out for each of these agencies that has one."""
    query = sa.select(_callout.agency, _callout.code).where(_callout.open, _callout.agency.in_(sorted(agencies)))
    return dict(tuple(row) for row in tx.execute(query.order_by(_callout.received_at.desc())))
