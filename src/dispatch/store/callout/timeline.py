"""The story of a call-out. Everybody who may read the call-out may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of the story. `kind` and `source` are a `NoteKind` and a `Source` as kept; `by` is who did it, where
    that is kept."""

    at: datetime
    kind: str
    text: str
    person: str | None
    source: str
    by: Actor | None = None


def entries(tx: Transaction, callout_id: str) -> list[TimelineEntry]:
    query = sa.select(t.timeline).where(t.timeline.c.callout == callout_id).order_by(t.timeline.c.id)
    return [TimelineEntry(row.at, row.kind, row.text, row.person, row.source, _by(row)) for row in tx.execute(query)]


_SINCE = (
    sa.select(t.timeline.c.at, t.timeline.c.text)
    .where(
        t.timeline.c.callout == sa.bindparam("callout_id"),
        t.timeline.c.kind == sa.bindparam("kind", type_=sa.Text),
        t.timeline.c.at > sa.bindparam("since", type_=t.timeline.c.at.type),
    )
    .order_by(t.timeline.c.id)
)


def told_since(tx: Transaction, callout_id: str, kind: NoteKind, since: datetime) -> list[tuple[datetime, str]]:
    """When lines of this kind were written after `since`, and their words; the oldest first."""
    lines = tx.execute(_SINCE, {"callout_id": callout_id, "kind": kind, "since": since})
    return [(line.at, line.text) for line in lines]


def _by(row: sa.Row[Any]) -> Actor | None:
    known = {kind.value for kind in ActorKind}
    return Actor(ActorKind(row.actor_kind), row.actor_id) if row.actor_kind in known else None
