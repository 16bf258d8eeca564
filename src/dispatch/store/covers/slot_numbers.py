"""The numbers by which people take slots in a text. One is given when a slot is first named, and stays that slot's."""

from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement
from dispatch.store.transaction import Transaction
from dispatch.store.types import Moment

_slot = t.slot_number.c
_THIS = sa.and_(_slot.rotation == sa.bindparam("whose"), _slot.begins == sa.bindparam("at"))
_NUMBER = Statement(sa.select(_slot.number).where(_THIS))
_LOCK = Statement(sa.select(_slot.number).where(_THIS).with_for_update())
_FIND = Statement(sa.select(_slot.rotation, _slot.begins).where(_slot.number == sa.bindparam("which")))
# Both databases write it so, and SQLAlchemy has a word of its own for each.
_GIVE = sa.text(
    "INSERT INTO slot_number (rotation, begins) VALUES (:whose, :at) ON CONFLICT (rotation, begins) DO NOTHING"
).bindparams(sa.bindparam("at", type_=Moment))


def number_of(tx: Transaction, rotation: str, begins: datetime) -> int:
    number = _NUMBER.scalar(tx, whose=rotation, at=begins)
    if number is None:
        tx.execute(_GIVE, {"whose": rotation, "at": begins})
        number = _NUMBER.scalar(tx, whose=rotation, at=begins)
    return int(number)


def lock(tx: Transaction, rotation: str, begins: datetime) -> int:
    """Its number. Until this transaction ends nobody else takes this slot: of thirty yeses one comes first."""
    number_of(tx, rotation, begins)
    return int(_LOCK.scalar(tx, whose=rotation, at=begins))


def find(tx: Transaction, number: int) -> tuple[str, datetime] | None:
    """The rotation of the slot of this number, and when it begins."""
    row = _FIND.first(tx, which=number)
    return (row["rotation"], row["begins"]) if row else None
