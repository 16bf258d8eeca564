"""Numbers that are being verified, and how those of the last months ended."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.people import Person
from dispatch.rules.people.new_number import NewNumber, NumberEnd
from dispatch.store import tables as t
from dispatch.store.roster.roster import fact_from
from dispatch.store.transaction import Row, Transaction
from dispatch.store.types import adapter

_number = t.new_number.c
_NAMES = tuple(field.name for field in fields(NewNumber))
_INSERT = sa.insert(t.new_number)
_NOT_ENDED = _number.ended_at.is_(None)
_OF_PERSON = sa.select(t.new_number).where(_number.person == sa.bindparam("person"))
_FIND = _OF_PERSON.order_by(_number.asked_at.desc(), _number.id.desc()).limit(1)
_LOCK = _FIND.with_for_update()
_AT = sa.select(t.new_number).where(_number.phone == sa.bindparam("phone"), _NOT_ENDED)


def insert(tx: Transaction, number: NewNumber) -> None:
    """Fails with a `Conflict` when another transaction has just asked for the same person, or the same number."""
    tx.execute(_INSERT, _row(number))


def save(tx: Transaction, number: NewNumber) -> None:
    tx.execute(sa.update(t.new_number).where(_number.id == number.id).values(_row(number)))


def newest_of(tx: Transaction, person: str, *, lock: bool = False) -> NewNumber | None:
    """The one that was asked for last for this person, ended or not."""
    row = tx.execute(_LOCK if lock else _FIND, {"person": person}).mappings().first()
    return _read(row) if row else None


def at(tx: Transaction, phone: str) -> NewNumber | None:
    """The one that has not ended at this number; it may have expired."""
    row = tx.execute(_AT, {"phone": phone}).mappings().first()
    return _read(row) if row else None


def not_ended(tx: Transaction) -> list[NewNumber]:
    """The oldest first; they may have expired."""
    found = tx.execute(sa.select(t.new_number).where(_NOT_ENDED).order_by(_number.asked_at, _number.id)).mappings()
    return [_read(dict(row)) for row in found]


def last_ended(tx: Transaction, people: Iterable[str]) -> dict[str, NewNumber]:
    """How the last number of each of these people was verified or vouched for."""
    shown = (NumberEnd.VERIFIED, NumberEnd.VOUCHED)
    query = (
        sa.select(t.new_number)
        .where(_number.person.in_(list(people)), _number.ending.in_(shown))
        .order_by(_number.ended_at, _number.id)
    )
    return {row["person"]: _read(dict(row)) for row in tx.execute(query).mappings()}


def forget(tx: Transaction, before: datetime) -> None:
    """Those that were over before."""
    tx.execute(sa.delete(t.new_number).where(sa.func.coalesce(_number.ended_at, _number.expires_at) < before))


def _row(number: NewNumber) -> dict[str, Any]:
    row = {name: getattr(number, name) for name in _NAMES}
    newcomer = number.newcomer
    return row | {"newcomer": None if newcomer is None else adapter(Person).dump_python(newcomer, mode="json")}


def _read(row: Row) -> NewNumber:
    newcomer, ending = row["newcomer"], row["ending"]
    known = {name: row[name] for name in _NAMES}
    known["newcomer"] = None if newcomer is None else fact_from(Person, newcomer)
    return NewNumber(**known | {"ending": None if ending is None else NumberEnd(ending)})
