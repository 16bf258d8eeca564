"""Who read or changed something. The law: rows are only ever added, in the transaction of the event itself.

Nothing here or elsewhere changes or removes one, and both databases refuse it (ADR 35).
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_INSERT = sa.insert(t.audit)


def write(
    tx: Transaction,
    at: datetime,
    by: Actor,
    source: Source,
    did: AuditEvent,
    callout_id: str | None = None,
    *,
    detail: str | None = None,
) -> None:
    """Somebody did something, and we heard of it through `source`.

    `detail` says exactly what was done, in words for people; it names no child, no meeting place and no number.
    """
    tx.execute(_INSERT, row(at, by, source, did, callout_id, detail))


def row(
    at: datetime, by: Actor, source: Source, did: AuditEvent, callout_id: str | None, detail: str | None = None
) -> dict[str, Any]:
    """The line as `write` writes it."""
    return {
        "at": at,
        "who": str(by),  # the same in one column
        "did": did,
        "callout": callout_id,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "detail": detail,
        "source": source,
    }
