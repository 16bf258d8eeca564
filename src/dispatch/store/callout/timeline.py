"""The story of a call-out. Everybody who may read the call-out may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.decisions import NoteKind
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement, one_of
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


def of(tx: Transaction, callout_id: str) -> list[TimelineEntry]:
    query = sa.select(t.timeline).where(t.timeline.c.callout == callout_id).order_by(t.timeline.c.id)
    return [TimelineEntry(row.at, row.kind, row.text, row.person, row.source, _by(row)) for row in tx.execute(query)]


_SINCE = Statement(
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
    return [(row["at"], row["text"]) for row in _SINCE.rows(tx, callout_id=callout_id, kind=kind, since=since)]


_LAST_OF_MOVE = Statement(
    sa.select(t.timeline.c.kind)
    .where(
        t.timeline.c.callout == sa.bindparam("callout_id"),
        one_of(t.timeline.c.kind, (NoteKind.MOVED, NoteKind.CHANGED, NoteKind.RANG_OFFICER)),
    )
    .order_by(t.timeline.c.id.desc())
    .limit(1)
)


def has_moved(tx: Transaction, callout_id: str) -> bool:
    """Whether the officer has said that they moved, and since then no meeting place was written, nor has a coordinator
    rung them."""
    last: str | None = _LAST_OF_MOVE.scalar(tx, callout_id=callout_id)
    return last == NoteKind.MOVED


_OF_KIND = (
    sa.select(t.timeline.c.id)
    .where(
        t.timeline.c.callout == sa.bindparam("callout_id"),
        t.timeline.c.kind == sa.bindparam("kind", type_=sa.Text),
        t.timeline.c.person == sa.bindparam("person"),
        t.timeline.c.at > sa.bindparam("since", type_=t.timeline.c.at.type),
    )
    .limit(1)
)
_OF_PERSON = Statement(_OF_KIND)
_BY_PERSON = Statement(_OF_KIND.where(t.timeline.c.actor_id == t.timeline.c.person))


def told_of(tx: Transaction, callout_id: str, kind: NoteKind, person: str, since: datetime) -> bool:
    """Whether a line of this kind was written about the person after `since`."""
    return _OF_PERSON.first(tx, callout_id=callout_id, kind=kind, person=person, since=since) is not None


def said_by(tx: Transaction, callout_id: str, kind: NoteKind, person: str, since: datetime) -> bool:
    """As `told_of`, where the person said it themselves."""
    return _BY_PERSON.first(tx, callout_id=callout_id, kind=kind, person=person, since=since) is not None


def _by(row: sa.Row[Any]) -> Actor | None:
    known = {kind.value for kind in ActorKind}
    return Actor(ActorKind(row.actor_kind), row.actor_id) if row.actor_kind in known else None
