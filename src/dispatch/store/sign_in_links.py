"""One-time links for signing in. Only hashes are kept, so the database gives nobody a working one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.links import token_hash
from dispatch.store.transaction import Transaction


class LinkKind(StrEnum):
    WELCOME = "welcome"  # choose a password, enrol for codes
    WALL = "wall"  # make this screen a wall


@dataclass(frozen=True, slots=True)
class SignInLink:
    """`password_hash` and `seed` (encrypted) are what a welcome link has led to so far."""

    person: str
    kind: LinkKind
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    password_hash: str | None = None
    seed: str | None = None


_link = t.sign_in_link.c


def insert(tx: Transaction, token: str, new: SignInLink) -> None:
    values = {name: getattr(new, name) for name in new.__slots__}
    tx.execute(sa.insert(t.sign_in_link), {"token_hash": token_hash(token), **values})


def find(tx: Transaction, token: str, kind: LinkKind, now: datetime, *, lock: bool = False) -> SignInLink | None:
    """What the link is for, while it works. Whoever will use it locks it, so that of two at once one comes second."""
    mine = sa.and_(_link.token_hash == token_hash(token), _link.kind == kind)
    works = sa.and_(mine, _link.used_at.is_(None), _link.expires_at > now)
    columns = [column for column in t.sign_in_link.columns if column.name != "token_hash"]
    query = sa.select(*columns).where(works)
    row = tx.execute(query.with_for_update() if lock else query).mappings().first()
    return SignInLink(**{**row, "kind": LinkKind(row["kind"])}) if row else None


def choose(tx: Transaction, token: str, *, password_hash: str, seed: str) -> None:
    """Keep what was chosen with this link; it is in force once a code has proven the seed."""
    mine = _link.token_hash == token_hash(token)
    tx.execute(sa.update(t.sign_in_link).where(mine).values(password_hash=password_hash, seed=seed))


def use(tx: Transaction, token: str, at: datetime) -> None:
    """The link has done its work. Nothing of what was chosen with it stays here."""
    mine = _link.token_hash == token_hash(token)
    tx.execute(sa.update(t.sign_in_link).where(mine).values(used_at=at, password_hash=None, seed=None))


def withdraw(tx: Transaction, person: str, kind: LinkKind, at: datetime) -> None:
    """Links of this person that were not used yet work no more: a newer one takes their place."""
    theirs = sa.and_(_link.person == person, _link.kind == kind, _link.used_at.is_(None))
    tx.execute(sa.update(t.sign_in_link).where(theirs).values(used_at=at, password_hash=None, seed=None))


def forget(tx: Transaction, before: datetime) -> None:
    """Delete links that ended before `before`."""
    tx.execute(sa.delete(t.sign_in_link).where(_link.expires_at < before))
