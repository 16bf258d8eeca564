"""How many pages wait to be sent, and whose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.arrivals import OF_REQUEST
from dispatch.store.due_pages import ASKS_AND_IS_DUE
from dispatch.store.engine.statement import Statement
from dispatch.store.transaction import Transaction

_first = sa.select(t.page.c.due_at).where(*ASKS_AND_IS_DUE).order_by(t.page.c.due_at).limit(sa.bindparam("most"))
_first_due = _first.subquery()
_WAITING = Statement(sa.select(sa.func.count().label("count"), sa.func.min(_first_due.c.due_at).label("since")))
_of_agency = (
    sa.select(t.page.c.id)
    .join(t.callout, t.callout.c.id == t.page.c.callout)
    .where(*ASKS_AND_IS_DUE, t.callout.c.agency == sa.bindparam("agency"))
    .limit(sa.bindparam("most"))
)
_OF_AGENCY = Statement(sa.select(sa.func.count().label("count")).select_from(_of_agency.subquery()))
_IS_KNOWN = Statement(sa.select(sa.select(t.idempotency.c.callout).where(*OF_REQUEST).exists()))


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many pages that ask somebody to come are due and in nobody's hands, and for how long the first of them."""

    waiting: int
    longest: timedelta


NONE = Backlog(0, timedelta(0))


def ask(tx: Transaction, now: datetime, most: int) -> Backlog:
    """`most` is how far it is worth counting."""
    row = _WAITING.first(tx, now=now, most=most)
    if row is None or row["since"] is None:
        return NONE
    return Backlog(row["count"], now - row["since"])


def of_agency(tx: Transaction, agency: str, now: datetime, most: int) -> int:
    """How many of them are about call-outs of this agency; `most` is how far it is worth counting."""
    return int(_OF_AGENCY.scalar(tx, agency=agency, now=now, most=most))


def is_known(tx: Transaction, agency: str, key: str | None) -> bool:
    """Whether the agency's request with this idempotency key has opened its call-out already."""
    return key is not None and bool(_IS_KNOWN.scalar(tx, agency=agency, key=key))
