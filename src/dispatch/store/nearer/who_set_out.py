"""Who has set out lately, and how many call-outs wait: what is asked before somebody is woken to go along."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.rules.facts.callout import Status
from dispatch.store import tables as t
from dispatch.store.callout.others import OFFERS
from dispatch.store.engine.statement import Statement, one_of
from dispatch.store.transaction import Transaction

_OPEN_FOR = timedelta(hours=12)
"""How long before somebody set out their call-out may have come in. An index leads to what came in lately."""

_SET_OUT = Statement(
    sa.select(t.assignment.c.person, t.assignment.c.en_route_at)
    .join(t.callout, t.callout.c.id == t.assignment.c.callout)
    .where(
        t.callout.c.received_at > sa.bindparam("received_since", type_=t.callout.c.received_at.type),
        t.callout.c.id != sa.bindparam("but", type_=sa.Text),
        t.assignment.c.en_route_at > sa.bindparam("since", type_=t.assignment.c.en_route_at.type),
        sa.not_(one_of(t.assignment.c.role, OFFERS)),
    )
)


def set_out_since(tx: Transaction, since: datetime, but: str) -> list[tuple[str, datetime]]:
    """Everybody who has left for another call-out than `but` since then, and when."""
    rows = _SET_OUT.rows(tx, since=since, received_since=since - _OPEN_FOR, but=but)
    return [(row["person"], row["en_route_at"]) for row in rows]


_WAITING = Statement(
    sa.select(sa.func.count()).select_from(t.callout).where(t.callout.c.open, t.callout.c.status == Status.PAGING)
)


def waiting(tx: Transaction) -> int:
    """How many call-outs nobody has."""
    return int(_WAITING.scalar(tx))
