"""What holds for every call-out at one moment, in one statement: who is away, who came back lately, how nodes fare."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.board.service import NodeHealth
from dispatch.rules.roster.rest import Outing
from dispatch.store import nodes
from dispatch.store import tables as t
from dispatch.store.roster import rests
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction
from dispatch.store.types import Moment


@dataclass(frozen=True, slots=True)
class Tonight:
    """`version` is the roster's; `outings` are those that ended since the moment that was asked for."""

    version: int
    outings: tuple[Outing, ...]
    away: frozenset[str]
    nodes: tuple[NodeHealth, ...]


_ended = rests.LATELY.subquery()
_ASK = sa.union_all(
    sa.select(
        sa.literal_column("'out'", sa.Text).label("part"),
        _ended.c.person.label("name"),
        sa.type_coerce(_ended.c.since, Moment).label("since"),
        sa.type_coerce(_ended.c.until, Moment).label("until"),
        sa.type_coerce(_ended.c.overruled_until, Moment).label("beyond"),
        sa.literal_column("0", sa.BigInteger).label("version"),
    ),
    sa.select(
        sa.literal_column("'away'", sa.Text),
        t.absence.c.person,
        t.absence.c.starts_at,
        sa.null(),
        sa.null(),
        sa.literal_column("0", sa.BigInteger),
    ).where(absences.STANDS, t.absence.c.starts_at <= sa.bindparam("now")),
    sa.select(
        sa.literal_column("'node'", sa.Text),
        t.node.c.carrier_trouble,
        t.node.c.trouble_since,
        t.node.c.beat_at,
        sa.null(),
        sa.literal_column("0", sa.BigInteger),
    ),
    sa.select(
        sa.literal_column("'roster'", sa.Text), sa.null(), sa.null(), sa.null(), sa.null(), t.roster_version.c.version
    ),
)


def ask(tx: Transaction, now: datetime, since: datetime, speed: float) -> Tonight:
    """As it is `now`, with everybody whose call-out was over after `since`; `speed` as in `nodes.fares`."""
    rows = tx.execute(_ASK, {"now": now, "since": since}).all()
    return Tonight(
        next((row.version for row in rows if row.part == "roster"), 0),
        tuple(Outing(row.name, row.since, row.until, row.beyond) for row in rows if row.part == "out"),
        frozenset(row.name for row in rows if row.part == "away"),
        tuple(nodes.fares(row.name, row.since, row.until, now, speed) for row in rows if row.part == "node"),
    )
