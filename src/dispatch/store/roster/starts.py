"""The rows of where people start from for a while. A newer word replaces the older one: what was is kept nowhere."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.roster import StartsFrom
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction, columns

_row = t.starts_from.c


def read_starts(tx: Transaction) -> tuple[StartsFrom, ...]:
    rows = tx.execute(sa.select(t.starts_from).order_by(_row.person)).mappings()
    return tuple(StartsFrom(row["person"], row["area"], row["since"], row["until"]) for row in rows)


def keep(tx: Transaction, start: StartsFrom) -> None:
    end(tx, start.person)
    tx.execute(sa.insert(t.starts_from).values(columns(start, t.starts_from)))


def end(tx: Transaction, person_id: str) -> bool:
    """Whether there was one."""
    return tx.execute(sa.delete(t.starts_from).where(_row.person == person_id)).rowcount > 0


def forget_ended(tx: Transaction, now: datetime) -> None:
    tx.execute(sa.delete(t.starts_from).where(_row.until <= now))
