"""Who is being paged or is out, which call-outs are being paged for, and whose are open."""

from collections.abc import Iterable

import sqlalchemy as sa

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, Purpose
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement, one_of
from dispatch.store.transaction import Transaction

_OPEN = sa.select(t.callout.c.id).where(t.callout.c.open)
_PAGED = sa.select(t.page.c.callout).where(
    t.page.c.person == sa.bindparam("person"),
    t.page.c.purpose == Purpose.PAGE,
    ~one_of(t.page.c.state, sorted(FINAL_PAGE_STATES)),
)
_OUT = sa.select(t.assignment.c.callout).where(
    t.assignment.c.person == sa.bindparam("person"),
    t.assignment.c.released_at.is_(None),
    t.assignment.c.home_at.is_(None),
)
_IS_BUSY = Statement(_OPEN.where(t.callout.c.id.in_(_PAGED.union(_OUT))).limit(1))


def is_busy(tx: Transaction, person: str) -> bool:
    """Whether an open call-out pages this person or has them, until they are home."""
    return _IS_BUSY.first(tx, person=person) is not None


def paged_for(tx: Transaction) -> list[str]:
    """The ids of the call-outs that people are being asked to take."""
    paging = [status for status in Status if status.is_paging]
    query = _OPEN.where(t.callout.c.status.in_(paging)).order_by(t.callout.c.received_at)
    return list(tx.execute(query).scalars())


def open_of_agencies(tx: Transaction, agencies: Iterable[str]) -> dict[str, str]:
    """The code of an open call-out for each of these agencies that has one."""
    c = t.callout.c
    query = sa.select(c.agency, c.code).where(c.open, c.agency.in_(sorted(agencies))).order_by(c.received_at.desc())
    return dict(tuple(row) for row in tx.execute(query))


def busy_people(tx: Transaction) -> frozenset[str]:
    """The ids of all whom an open call-out pages, or has."""
    paged = sa.select(t.page.c.person, t.page.c.callout).where(
        t.page.c.purpose == Purpose.PAGE, ~one_of(t.page.c.state, sorted(FINAL_PAGE_STATES))
    )
    out = sa.select(t.assignment.c.person, t.assignment.c.callout).where(
        t.assignment.c.released_at.is_(None), t.assignment.c.home_at.is_(None)
    )
    either = paged.union(out).subquery()
    query = sa.select(either.c.person).where(either.c.callout.in_(_OPEN)).distinct()
    return frozenset(tx.execute(query).scalars())


def callouts_paging(tx: Transaction, person: str) -> list[tuple[str, str]]:
    """The ids and codes of the open call-outs that are being paged for and have paged this person, the oldest first.

    A page whose call has ended counts, too: its reader may still answer.
    """
    paging = [status for status in Status if status.is_paging]
    paged = sa.select(t.page.c.callout).where(t.page.c.person == person, t.page.c.purpose == Purpose.PAGE)
    query = sa.select(t.callout.c.id, t.callout.c.code).where(
        t.callout.c.open, t.callout.c.status.in_(paging), t.callout.c.id.in_(paged)
    )
    return [(id_, code) for id_, code in tx.execute(query.order_by(t.callout.c.received_at))]


def callouts_with(tx: Transaction, person: str) -> list[str]:
    """The codes of the open call-outs that this person is on, until they are home."""
    query = sa.select(t.callout.c.code).where(t.callout.c.open, t.callout.c.id.in_(_OUT))
    return list(tx.execute(query.order_by(t.callout.c.received_at), {"person": person}).scalars())


def open_codes(tx: Transaction) -> list[str]:
    """The codes of all open call-outs, the oldest first."""
    query = sa.select(t.callout.c.code).where(t.callout.c.open).order_by(t.callout.c.received_at)
    return list(tx.execute(query).scalars())
