"""Who is away, and from when until when."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.schedule import Absence
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction

_away = t.absence.c
_INSERT = sa.insert(t.absence)
_STANDS = sa.and_(_away.ended_at.is_(None), _away.ends_at > sa.bindparam("now"))
_STANDING = sa.select(t.absence).where(_STANDS).order_by(_away.starts_at, _away.id)
_END = sa.update(t.absence).where(_STANDS, _away.id == sa.bindparam("which")).values(ended_at=sa.bindparam("at"))


_END_OF = sa.update(t.absence).where(_STANDS).values(ended_at=sa.bindparam("at"))


def keep(tx: Transaction, absence: Absence, at: datetime, by: str | None) -> None:
    """`by` is the coordinator who said it for them, if one did."""
    tx.execute(
        _INSERT,
        {
            "id": absence.id,
            "person": absence.person,
            "starts_at": absence.starts_at,
            "ends_at": absence.ends_at,
            "said_at": at,
            "said_by": by,
            "ended_at": None,
        },
    )


def standing(tx: Transaction, now: datetime) -> list[Absence]:
    """Those that run or are ahead, by their beginning."""
    return [_read(row) for row in tx.execute(_STANDING, {"now": now}).mappings()]


def away_at(tx: Transaction, now: datetime) -> frozenset[str]:
    """The ids of those who are away at this moment."""
    return frozenset(one.person for one in standing(tx, now) if one.starts_at <= now)


def end(tx: Transaction, id_: str, now: datetime) -> bool:
    """Whether it stood until now."""
    return tx.execute(_END, {"which": id_, "now": now, "at": now}).rowcount > 0


def end_of(tx: Transaction, people: Collection[str], now: datetime) -> None:
    tx.execute(_END_OF.where(_away.person.in_(sorted(people))), {"now": now, "at": now})


_ENDED = sa.select(t.absence).where(_away.ended_at == sa.bindparam("ended_at"), _away.ends_at > sa.bindparam("now"))
_STAND_AGAIN = sa.update(t.absence).where(_away.id == sa.bindparam("which")).values(ended_at=None)


def ended_with(tx: Transaction, people: Collection[str], at: datetime, now: datetime) -> list[Absence]:
    """Those of these people that ended at this very moment, and would stand `now`."""
    rows = tx.execute(_ENDED.where(_away.person.in_(sorted(people))), {"ended_at": at, "now": now}).mappings()
    return [_read(dict(row)) for row in rows]


def stand_again(tx: Transaction, id_: str) -> None:
    tx.execute(_STAND_AGAIN, {"which": id_})


def _read(row: Row) -> Absence:
    return Absence(row["id"], row["person"], row["starts_at"], row["ends_at"])


def forget(tx: Transaction, before: datetime) -> None:
    """Whether somebody was away last winter is nobody's business. The covers that it asked for stay."""
    old = sa.select(_away.id).where(_away.ends_at < before)
    tx.execute(sa.update(t.cover).where(t.cover.c.absence.in_(old)).values(absence=None))
    tx.execute(sa.delete(t.absence).where(_away.ends_at < before))
