"""Which exchange each call is at, hotline calls and pages alike, and what was last said on it."""

from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.people import Language
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.phone.exchanges import Exchange
from dispatch.store import tables as t
from dispatch.store.transaction import Row, Transaction

_exchange = t.call_exchange.c
_FIND = sa.select(_exchange.number).where(_exchange.id == sa.bindparam("call"))
_LOCK = sa.select(_exchange.number, _exchange.heard).where(_exchange.id == sa.bindparam("call")).with_for_update()
_OF_HEARD = tuple(field.name for field in fields(SpokenReply))
_INSERT = sa.insert(t.call_exchange)


def number(tx: Transaction, call: str) -> int:
    """Which exchange this call is at; `call` is the id of its page, or of the hotline call."""
    return tx.scalar(_FIND, {"call": call}) or 0


def lock(tx: Transaction, call: str, at: datetime) -> Exchange:
    """The exchange, locked until this transaction ends, before any other row: requests about one call come one after
    the other. Fails with a `Conflict` when another transaction has just answered the first one."""
    row = tx.execute(_LOCK, {"call": call}).mappings().first()
    if row is not None:
        return Exchange(row["number"], _heard(row["heard"]))
    tx.execute(_INSERT, {"id": call, "number": 0, "heard": None, "at": at})
    return Exchange()


def answered(tx: Transaction, call: str, number: int, heard: SpokenReply, at: datetime) -> None:
    """The call is at this exchange now, and `heard` began it."""
    words = {name: getattr(heard, name) for name in _OF_HEARD} | {"say": [str(said) for said in heard.say]}
    tx.execute(sa.update(t.call_exchange).where(_exchange.id == call).values(number=number, heard=words, at=at))


def _heard(row: Row | None) -> SpokenReply | None:
    if row is None:
        return None
    return SpokenReply(**{**row, "say": tuple(row["say"]), "language": Language(row["language"])})
