"""What coordinators wrote to a specialist or the officer of a call-out."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class CoordinatorWords:
    """`person` is the specialist; None for the officer."""

    at: datetime
    person: str | None
    words: str
    by: Actor


_INSERT = sa.insert(t.coordinator_words)
_SELECT = sa.select(
    *(t.coordinator_words.c[name] for name in ("at", "person", "words", "actor_kind", "actor_id"))
).order_by(t.coordinator_words.c.id)
_OF_CALLOUT = t.coordinator_words.c.callout == sa.bindparam("callout_id")
_OF = _SELECT.where(_OF_CALLOUT)
_TO = _SELECT.where(_OF_CALLOUT, t.coordinator_words.c.person == sa.bindparam("whose"))


def keep(tx: Transaction, callout_id: str, person: str | None, words: str, by: Actor, at: datetime) -> None:
    tx.execute(
        _INSERT,
        {"callout": callout_id, "person": person, "words": words, "at": at, "actor_kind": by.kind, "actor_id": by.id},
    )


def of_callout(tx: Transaction, callout_id: str) -> list[CoordinatorWords]:
    """The oldest first."""
    return [_fact(row) for row in tx.execute(_OF, {"callout_id": callout_id}).mappings()]


def to_person(tx: Transaction, callout_id: str, person: str) -> list[CoordinatorWords]:
    """What was written to one specialist, the oldest first."""
    return [_fact(row) for row in tx.execute(_TO, {"callout_id": callout_id, "whose": person}).mappings()]


def _fact(row: Row) -> CoordinatorWords:
    by = Actor(ActorKind(row["actor_kind"]), row["actor_id"])
    return CoordinatorWords(row["at"], row["person"], row["words"], by)
