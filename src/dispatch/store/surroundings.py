"""What holds for every call-out at one moment, in one statement: who is away, who came back lately, how nodes fare."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
class Surroundings:
    """`version` is the roster's; `outings` are those that ended since the moment that was asked for."""

    version: int
    outings: tuple[Outing, ...]
    away: frozenset[str]
    nodes: tuple[NodeHealth, ...]


_NONE = sa.literal_column("0", sa.BigInteger)


def _part(name: str, *columns: Any, version: Any = _NONE) -> sa.Select[Any]:
    return sa.select(sa.literal_column(f"'{name}'", sa.Text).label("part"), *columns, version.label("version"))


_ended = rests.LATELY.subquery().c
_moments = (sa.type_coerce(_ended[name], Moment).label(name) for name in ("since", "until", "overruled_until"))
_ASK = sa.union_all(
    _part("out", _ended.person.label("name"), *_moments),
    _part("away", t.absence.c.person, t.absence.c.starts_at, sa.null(), sa.null()).where(
        absences.STANDS, t.absence.c.starts_at <= sa.bindparam("now")
    ),
    _part("node", t.node.c.carrier_trouble, t.node.c.trouble_since, t.node.c.beat_at, sa.null()),
    _part("roster", sa.null(), sa.null(), sa.null(), sa.null(), version=t.roster_version.c.version),
)


def ask(tx: Transaction, now: datetime, since: datetime, speed: float) -> Surroundings:
    """As it is `now`, with everybody whose call-out was over after `since`; `speed` as in `nodes.fares`."""
    rows = tx.execute(_ASK, {"now": now, "since": since}).all()
    return Surroundings(
        next((row.version for row in rows if row.part == "roster"), 0),
        tuple(Outing(row.name, row.since, row.until, row.overruled_until) for row in rows if row.part == "out"),
        frozenset(row.name for row in rows if row.part == "away"),
        tuple(nodes.fares(row.name, row.since, row.until, now, speed) for row in rows if row.part == "node"),
    )
