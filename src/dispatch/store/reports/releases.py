"""Figures that left the house, as the files that they left in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.reports.public_figures import CalendarPeriod, named
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PublicRelease:
    period: CalendarPeriod
    file: str
    by: str
    at: datetime


_row = t.figures_release.c


def lock_only(tx: Transaction) -> None:
    """Let nobody else release before this transaction ends: two periods that share days must not both leave."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.text("LOCK TABLE figures_release IN SHARE ROW EXCLUSIVE MODE"))  # SQLite writes one by one anyhow


def all_released(tx: Transaction) -> list[PublicRelease]:
    """The newest period first."""
    found = [PublicRelease(named(row.period), row.file, row.released_by, row.released_at) for row in tx.execute(_ALL)]
    return sorted(found, key=lambda one: one.period, reverse=True)


_ALL = sa.select(_row.period, _row.file, _row.released_by, _row.released_at)


def find(tx: Transaction, period: CalendarPeriod) -> PublicRelease | None:
    row = tx.execute(_ALL.where(_row.period == period.key)).one_or_none()
    return None if row is None else PublicRelease(period, row.file, row.released_by, row.released_at)


def insert(tx: Transaction, release: PublicRelease) -> None:
    values = {"period": release.period.key, "file": release.file}
    tx.execute(sa.insert(t.figures_release), values | {"released_by": release.by, "released_at": release.at})
