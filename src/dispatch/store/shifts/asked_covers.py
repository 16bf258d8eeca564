"""The covers that are asked for, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.shifts.cover import Cover, CoverState, WantedCover
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction

_cover, _asked = t.cover.c, t.cover_asked.c
_IS_OPEN = sa.text("state = 'open'")  # as its index writes it, or SQLite would not use that
_THIS = _cover.number == sa.bindparam("which")
_LOCK_HOLDERS = sa.select(t.person.c.id).order_by(t.person.c.id).with_for_update()
_OPEN = sa.select(t.cover).where(_IS_OPEN).order_by(_cover.starts_at, _cover.number)
_FIND = sa.select(t.cover).where(_THIS)
_LOCK = sa.select(t.cover).where(_THIS).with_for_update()
_DUE = (
    sa.select(t.cover)
    .where(
        _IS_OPEN,
        sa.or_(
            _cover.ask_at <= sa.bindparam("now"),
            _cover.warn_at <= sa.bindparam("now"),
            _cover.ends_at <= sa.bindparam("now"),
        ),
    )
    .order_by(_cover.starts_at, _cover.number)
    .with_for_update(skip_locked=True)
)
_BY_END = sa.select(t.cover).where(_cover.ends_at > sa.bindparam("since")).order_by(_cover.ends_at, _cover.number)
_LATEST = _BY_END.limit(sa.bindparam("most"))


def lock_holders(tx: Transaction, holders: Iterable[str]) -> None:
    """Whoever asks for them at another node at this moment waits, and then sees what this transaction asked for."""
    tx.execute(_LOCK_HOLDERS.where(t.person.c.id.in_(sorted(holders)))).all()


def ask_for(tx: Transaction, wanted: WantedCover, at: datetime) -> Cover:
    row = {name: getattr(wanted, name) for name in WantedCover.__slots__}
    written = sa.insert(t.cover).values(**row, asked_at=at, state=CoverState.OPEN)
    number: int = tx.execute(written.returning(_cover.number)).scalar_one()
    return Cover(number, wanted, asked_at=at)


def open_covers(tx: Transaction) -> list[Cover]:
    """By the beginning of their shifts."""
    return _read(tx, tx.execute(_OPEN).mappings().all())


def latest(tx: Transaction, since: datetime, most: int) -> list[Cover]:
    """Those whose shift ends after `since`, whatever became of them, by its end."""
    return _read(tx, tx.execute(_LATEST, {"since": since, "most": most}).mappings().all())


def find(tx: Transaction, number: int, *, lock: bool = False) -> Cover | None:
    """Whoever will take it locks it, so that of thirty yeses one comes first."""
    found = tx.execute(_LOCK if lock else _FIND, {"which": number}).mappings().first()
    return _read(tx, [found])[0] if found else None


def due(tx: Transaction, now: datetime) -> list[Cover]:
    """Those for which something is to be done, locked; without those that somebody is just taking."""
    return _read(tx, tx.execute(_DUE, {"now": now}).mappings().all())


def put_off(tx: Transaction, number: int, ask_at: datetime | None, warn_at: datetime | None) -> None:
    _change(tx, number, ask_at=ask_at, warn_at=warn_at)


def asked(tx: Transaction, pairs: Iterable[tuple[int, str]], at: datetime) -> None:
    if rows := [{"cover": number, "person": person, "at": at} for number, person in pairs]:
        tx.execute(sa.insert(t.cover_asked), rows)


def end(
    tx: Transaction,
    number: int,
    state: CoverState,
    at: datetime,
    *,
    taker: str | None = None,
    version: int | None = None,
) -> None:
    _change(tx, number, state=state, taker=taker, ended_at=at, version=version)


def _change(tx: Transaction, number: int, **values: object) -> None:
    tx.execute(sa.update(t.cover).where(_cover.number == number).values(**values))


_TAKEN = _BY_END.where(sa.text("state = 'taken'"))
_LAPSED = sa.select(t.cover).where(
    _cover.ended_at >= sa.bindparam("since"), _cover.ends_at > sa.bindparam("now"), sa.text("state = 'lapsed'")
)


def taken(tx: Transaction, now: datetime) -> list[Cover]:
    """Those that somebody took and whose shift is not over, by its end."""
    return _read(tx, tx.execute(_TAKEN, {"since": now}).mappings().all())


def lapsed(tx: Transaction, holders: Iterable[str], since: datetime, now: datetime) -> list[Cover]:
    """Those that these people had asked for, that lapsed `since` then, and whose shift is not over."""
    found = tx.execute(_LAPSED.where(_cover.holder.in_(sorted(holders))), {"since": since, "now": now}).mappings()
    return _read(tx, found.all())


def give_back(tx: Transaction, number: int, at: datetime) -> None:
    """It is its holder's again; the version by which it was taken stays, as the log has that change."""
    _change(tx, number, state=CoverState.WITHDRAWN, taker=None, ended_at=at)


def open_again(tx: Transaction, number: int, ask_at: datetime | None, warn_at: datetime | None) -> None:
    """As if nobody had been asked: all of them have heard that it is taken."""
    _change(tx, number, state=CoverState.OPEN, only=None, taker=None, ended_at=None, ask_at=ask_at, warn_at=warn_at)
    tx.execute(sa.delete(t.cover_asked).where(_asked.cover == number))


def _read(tx: Transaction, rows: Sequence[Row]) -> list[Cover]:
    numbers = [row["number"] for row in rows]
    people = defaultdict[int, set[str]](set)
    if numbers:
        query = sa.select(_asked.cover, _asked.person).where(_asked.cover.in_(numbers))
        for number, person in tx.execute(query):
            people[number].add(person)
    return [replace(_cover_of(row), asked=frozenset(people[row["number"]])) for row in rows]


def _cover_of(row: Row) -> Cover:
    wanted = WantedCover(**{name: row[name] for name in WantedCover.__slots__})
    return Cover(row["number"], wanted, CoverState(row["state"]), row["taker"], frozenset(), row["asked_at"])
