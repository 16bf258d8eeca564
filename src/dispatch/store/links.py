"""One-time links for specialists. Only a hash is kept, so the database gives nobody a working link."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.store import tables as t


@dataclass(frozen=True, slots=True)
class Link:
    callout: str
    person: str
    expires_at: datetime


def token_hash(token: str) -> str:
    """Tokens have 128 random bits, so a plain hash cannot be searched backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def insert(tx: Connection, token: str, link: Link) -> None:
    row = {"callout": link.callout, "person": link.person, "expires_at": link.expires_at}
    tx.execute(sa.insert(t.link), {"token_hash": token_hash(token), **row})


def find(tx: Connection, token: str) -> Link | None:
    row = tx.execute(sa.select(t.link).where(t.link.c.token_hash == token_hash(token))).first()
    return Link(row.callout, row.person, row.expires_at) if row else None
