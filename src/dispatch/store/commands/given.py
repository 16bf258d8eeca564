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
_DIGESTS = sa.select(_done.digest).where(_OF_CALLOUT)


def keep(tx: Transaction, callout_id: str, digest: str, kind: str, by: Actor, at: datetime) -> None:
    """Fails with a `Conflict` when what this preview showed has been done; whoever asks holds the call-out's lock."""
    tx.execute(
        _INSERT,
        {
            "callout": callout_id,
            "digest": digest,
            "kind": kind,
            "at": at,
            "actor_kind": by.kind,
            "actor_id": by.id,
        },
    )


def find(tx: Transaction, callout_id: str, digest: str) -> DoneCommand | None:
    row = tx.execute(_FIND, {"callout_id": callout_id, "which": digest}).mappings().first()
    return DoneCommand(row["kind"], row["at"], Actor(ActorKind(row["actor_kind"]), row["actor_id"])) if row else None


def digests(tx: Transaction, callout_id: str) -> frozenset[str]:
    """Of the previews of all that was done on a call-out."""
    return frozenset(tx.scalars(_DIGESTS, {"callout_id": callout_id}))
