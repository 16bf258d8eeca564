"""What came of call-outs."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.callout import Outcome
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NotedOutcome:
    """With who noted it, and when."""

    outcome: Outcome
    at: datetime
    by: Actor


_INSERT = sa.insert(t.outcome)
_FIELDS = tuple(field.name for field in fields(Outcome))
_FIND = sa.select(t.outcome).where(t.outcome.c.callout == sa.bindparam("callout_id"))
_DROP = sa.delete(t.outcome).where(t.outcome.c.callout == sa.bindparam("callout_id"))


def keep(tx: Transaction, callout_id: str, outcome: Outcome, by: Actor, at: datetime) -> None:
    """Keep it in place of what was noted before; whoever decides on it holds the call-out's lock."""
    tx.execute(_DROP, {"callout_id": callout_id})
    tx.execute(
        _INSERT, {"callout": callout_id, **asdict(outcome), "noted_at": at, "actor_kind": by.kind, "actor_id": by.id}
    )


def find(tx: Transaction, callout_id: str) -> NotedOutcome | None:
    row = tx.execute(_FIND, {"callout_id": callout_id}).mappings().first()
    if row is None:
        return None
    by = Actor(ActorKind(row["actor_kind"]), row["actor_id"])
    return NotedOutcome(Outcome(**{name: row[name] for name in _FIELDS}), row["noted_at"], by)
