"""Links to the page of one alarm, each for one coordinator. Only a hash is kept, as of the specialists' (`links`)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import Row, Statement, insert_into
from dispatch.store.links import token_hash
from dispatch.store.transaction import Transaction


class AlarmLink(NamedTuple):
    alarm: str
    person: str
    expires_at: datetime


class NewAlarmLink(NamedTuple):
    token: str
    link: AlarmLink


def row(new: NewAlarmLink) -> Row:
    return {"token_hash": token_hash(new.token), **new.link._asdict()}


_INSERT = insert_into(t.alarm_link)
_FIND = Statement(
    sa.select(t.alarm_link.c.alarm, t.alarm_link.c.person, t.alarm_link.c.expires_at).where(
        t.alarm_link.c.token_hash == sa.bindparam("token_hash")
    )
)


def insert(tx: Transaction, links: Iterable[NewAlarmLink]) -> None:
    _INSERT.run_each(tx, [row(one) for one in links])


def find(tx: Transaction, token: str) -> AlarmLink | None:
    found = _FIND.first(tx, token_hash=token_hash(token))
    return AlarmLink(**found) if found else None
