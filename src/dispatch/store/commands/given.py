"""Commands of coordinators that were done, each by the digest of the preview that they had seen."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DoneCommand:
    kind: str
    at: datetime
    by: Actor


_INSERT = sa.insert(t.done_command)
_done = t.done_command.c
_OF_CALLOUT = _done.callout == sa.bindparam("callout_id")
_FIND = sa.select(_done.kind, _done.at, _done.actor_kind, _done.actor_id).where(
    _OF_CALLOUT, _done.digest == sa.bindparam("which")
)
_COUNT = sa.select(sa.func.count()).select_from(t.done_command).where(_OF_CALLOUT, _done.wish == sa.bindparam("wished"))


def keep(tx: Transaction, callout_id: str, digest: str, wish: str, kind: str, by: Actor, at: datetime) -> None:
    """Fails with a `Conflict` when what this preview showed has been done; whoever asks holds the call-out's lock."""
    tx.execute(
        _INSERT,
        {
            "callout": callout_id,
            "digest": digest,
            "wish": wish,
            "kind": kind,
            "at": at,
            "actor_kind": by.kind,
            "actor_id": by.id,
        },
    )


def find(tx: Transaction, callout_id: str, digest: str) -> DoneCommand | None:
    row = tx.execute(_FIND, {"callout_id": callout_id, "which": digest}).mappings().first()
    return DoneCommand(row["kind"], row["at"], Actor(ActorKind(row["actor_kind"]), row["actor_id"])) if row else None


def how_often(tx: Transaction, callout_id: str, wish: str) -> int:
    """How often this same command has been given on a call-out."""
    return int(tx.scalar(_COUNT, {"callout_id": callout_id, "wished": wish}) or 0)
