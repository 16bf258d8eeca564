"""Who has read their two weeks, and when."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import one_of
from dispatch.store.transaction import Transaction

_told = t.sunday_told.c


def told_since(tx: Transaction, since: datetime) -> frozenset[str]:
    return frozenset(tx.execute(sa.select(_told.person).where(_told.at >= since)).scalars())


def keep(tx: Transaction, people: Sequence[str], at: datetime) -> None:
    if people:
        tx.execute(sa.delete(t.sunday_told).where(one_of(_told.person, people)))
        tx.execute(sa.insert(t.sunday_told), [{"person": person, "at": at} for person in people])


def forget(tx: Transaction, before: datetime) -> None:
    tx.execute(sa.delete(t.sunday_told).where(_told.at < before))
