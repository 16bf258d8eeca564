"""What stood in place of a stamp before a person set it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.decisions import OverwriteStamp, StampKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StampChange:
    """`before` is None for a stamp that was not set until then."""

    person: str
    stamp: StampKind
    before: datetime | None
    after: datetime
    at: datetime
    by: Actor
    reason: str | None


_INSERT = sa.insert(t.stamp_change)
_OF = (
    sa.select(t.stamp_change)
    .where(t.stamp_change.c.callout == sa.bindparam("callout_id"))
    .order_by(t.stamp_change.c.id)
)


def keep(tx: Transaction, callout_id: str, stamp: OverwriteStamp, by: Actor, at: datetime) -> None:
    tx.execute(
        _INSERT,
        {
            "callout": callout_id,
            "person": stamp.person,
            "stamp": stamp.kind,
            "before": stamp.before,
            "after": stamp.at,
            "at": at,
            "actor_kind": by.kind,
            "actor_id": by.id,
            "reason": stamp.reason,
        },
    )


def of_callout(tx: Transaction, callout_id: str) -> list[StampChange]:
    """The oldest first."""
    return [
        StampChange(
            row["person"],
            StampKind(row["stamp"]),
            row["before"],
            row["after"],
            row["at"],
            Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
            row["reason"],
        )
        for row in tx.execute(_OF, {"callout_id": callout_id}).mappings()
    ]
