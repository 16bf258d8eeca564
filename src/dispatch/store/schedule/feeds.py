"""The calendar feeds that somebody has made, and the version that each answer is made from."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.access.links import CalendarLink, token_hash
from dispatch.store.transaction import Transaction

_ID_DIGITS = 12
"""Of the token's hash, which opens nothing. Two feeds in ten thousand million share so many."""


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """`person` or `rotation` says whose shifts it has. `id` is for people, who have seen the token once."""

    id: str
    person: str | None
    rotation: str | None
    created_at: datetime


def feed_id(token: str) -> str:
    return token_hash(token)[:_ID_DIGITS]


_link = t.link.c
_WORKS = sa.and_(_link.kind == CalendarLink.kind, _link.ended_at.is_(None))


def all_feeds(tx: Transaction) -> list[KeptFeed]:
    """Those that work, the oldest first."""
    query = sa.select(_link.token_hash, _link.person, _link.rotation, _link.created_at).where(_WORKS)
    rows = tx.execute(query.order_by(_link.created_at, _link.token_hash))
    return [KeptFeed(hash_[:_ID_DIGITS], person, rotation, at) for hash_, person, rotation, at in rows]


def working_feed(tx: Transaction, wanted: str) -> KeptFeed | None:
    """The feed with this id, unless it is unknown or revoked."""
    return next((feed for feed in all_feeds(tx) if feed.id == wanted), None)


def revoke_feed(tx: Transaction, wanted: str, at: datetime) -> bool:
    """Revoke it; False when no feed that works has this id."""
    this = sa.and_(_WORKS, sa.func.substr(_link.token_hash, 1, _ID_DIGITS) == wanted)
    return bool(tx.execute(sa.update(t.link).where(this).values(ended_at=at)).rowcount)
