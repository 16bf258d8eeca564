"""One-time links for specialists. Only a hash is kept, so the database gives nobody a working link."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement, insert_into
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Link:
    callout: str
    person: str
    expires_at: datetime


def token_hash(token: str) -> str:
    """Tokens have 128 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


_INSERT = insert_into(t.link)
_FIND = Statement(
    sa.select(t.link.c.callout, t.link.c.person, t.link.c.expires_at).where(
        t.link.c.token_hash == sa.bindparam("token_hash")
    )
)


def insert(tx: Transaction, token: str, link: Link) -> None:
    _INSERT.run(tx, token_hash=token_hash(token), callout=link.callout, person=link.person, expires_at=link.expires_at)


def find(tx: Transaction, token: str) -> Link | None:
    row = _FIND.first(tx, token_hash=token_hash(token))
    return Link(**row) if row else None
