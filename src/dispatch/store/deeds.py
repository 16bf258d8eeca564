"""Deeds of coordinators that were done, each by the digest of the preview that they had seen."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.deeds import DeedKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement, insert_into
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DoneDeed:
    kind: str
    at: datetime
    by: Actor


_INSERT = insert_into(t.deed)
_OF_CALLOUT = t.deed.c.callout == sa.bindparam("callout_id")
_FIND = Statement(
    sa.select(t.deed.c.kind, t.deed.c.at, t.deed.c.actor_kind, t.deed.c.actor_id).where(
        _OF_CALLOUT, t.deed.c.digest == sa.bindparam("which")
    )
)
_COUNT = Statement(
    sa.select(sa.func.count()).select_from(t.deed).where(_OF_CALLOUT, t.deed.c.wish == sa.bindparam("wished"))
)


def keep(tx: Transaction, callout_id: str, digest: str, wish: str, kind: DeedKind, by: Actor, at: datetime) -> None:
    """Fails with a `Conflict` when the deed of this preview has been done; whoever asks holds the call-out's lock."""
    _INSERT.run(tx, callout=callout_id, digest=digest, wish=wish, kind=kind, at=at, actor_kind=by.kind, actor_id=by.id)


def find(tx: Transaction, callout_id: str, digest: str) -> DoneDeed | None:
    row = _FIND.first(tx, callout_id=callout_id, which=digest)
    return DoneDeed(row["kind"], row["at"], Actor(ActorKind(row["actor_kind"]), row["actor_id"])) if row else None


def how_often(tx: Transaction, callout_id: str, wish: str) -> int:
    """How often this same deed has been done on a call-out."""
    return int(_COUNT.scalar(tx, callout_id=callout_id, wished=wish) or 0)
