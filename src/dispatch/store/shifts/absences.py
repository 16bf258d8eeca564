"""Who is away, and from when until when."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.schedule import Absence
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction

_away = t.absence.c
STANDS = sa.and_(_away.ended_at.is_(None), _away.ends_at > sa.bindparam("now"))
_STANDING = sa.select(t.absence).where(STANDS).order_by(_away.starts_at, _away.id)
_END = sa.update(t.absence).where(STANDS).values(ended_at=sa.bindparam("now"))


def keep(tx: Transaction, absence: Absence, at: datetime, by: str | None) -> None:
    """`by` is the coordinator who said it for them, if one did."""
    tx.execute(sa.insert(t.absence), {**asdict(absence), "said_at": at, "said_by": by})


def standing(tx: Transaction, now: datetime) -> list[Absence]:
    """Those that run or are ahead, by their beginning."""
    return [_read(row) for row in tx.execute(_STANDING, {"now": now}).mappings()]


def away_at(tx: Transaction, now: datetime) -> frozenset[str]:
    """The ids of those who are away at this moment."""
    return frozenset(one.person for one in standing(tx, now) if one.starts_at <= now)


def end(tx: Transaction, id_: str, now: datetime) -> bool:
    """Whether it stood until now."""
    return tx.execute(_END.where(_away.id == id_), {"now": now}).rowcount > 0


def end_of(tx: Transaction, people: Collection[str], now: datetime) -> None:
    tx.execute(_END.where(_away.person.in_(sorted(people))), {"now": now})


def ended_with(tx: Transaction, people: Collection[str], at: datetime, now: datetime) -> list[Absence]:
    """Those of these people that ended at this very moment, and would stand `now`."""
    theirs = sa.select(t.absence).where(_away.person.in_(sorted(people)))
    ended = theirs.where(_away.ended_at == at, _away.ends_at > now)
    return [_read(row) for row in tx.execute(ended).mappings()]


def stand_again(tx: Transaction, id_: str) -> None:
    tx.execute(sa.update(t.absence).where(_away.id == id_).values(ended_at=None))


def _read(row: Row) -> Absence:
    return Absence(row["id"], row["person"], row["starts_at"], row["ends_at"])


def forget(tx: Transaction, before: datetime) -> None:
    """Whether somebody was away last winter is nobody's business. The covers that it asked for stay."""
    old = sa.select(_away.id).where(_away.ends_at < before)
    tx.execute(sa.update(t.cover).where(t.cover.c.absence.in_(old)).values(absence=None))
    tx.execute(sa.delete(t.absence).where(_away.ends_at < before))
