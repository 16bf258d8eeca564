"""The story of a call-out. Everybody who may read the call-out may read it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of the story. `kind` and `source` are a `NoteKind` and a `Source`, unless a newer node wrote it."""

    at: datetime
    kind: str
    text: str
    person: str | None
    source: str


def of(tx: Transaction, callout_id: str) -> list[TimelineEntry]:
    query = sa.select(t.timeline).where(t.timeline.c.callout == callout_id).order_by(t.timeline.c.id)
    return [TimelineEntry(row.at, row.kind, row.text, row.person, row.source) for row in tx.execute(query)]
