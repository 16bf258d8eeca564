"""Who is signed in where. Only the hash of a cookie is kept, so the database lets nobody in."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.access.sign_in import OPENING, Session, SessionKind
from dispatch.store import tables as t
from dispatch.store.access.hashes import given, is_given
from dispatch.store.access.links import token_hash
from dispatch.store.transaction import Row, Transaction

_session = t.session.c
_COLUMNS = tuple(column for column in t.session.columns if column.name != "token_hash")
_INSERT = sa.insert(t.session)
_GOES_ON = _session.revoked_at.is_(None)
_OPENS = _session.kind.in_(sorted(OPENING))
_FIND = sa.select(*_COLUMNS).where(_session.token_hash == sa.bindparam("token_hash"))
_ENDS_AT = sa.func.coalesce(_session.revoked_at, _session.expires_at, type_=_session.expires_at.type).label("ends_at")
_EXIST = sa.select(_session.token_hash, _ENDS_AT).where(is_given(_session.token_hash))


def insert(tx: Transaction, token: str, new: Session) -> None:
    tx.execute(_INSERT, {**asdict(new), "token_hash": token_hash(token)})


def find(tx: Transaction, token: str) -> Session | None:
    """Whose cookie this is or was: it may have ended."""
    row = tx.execute(_FIND, {"token_hash": token_hash(token)}).mappings().first()
    return _fact(row) if row else None


def exist(tx: Transaction, hashes: Collection[str]) -> dict[str, datetime]:
    """Those of these hashes that are a cookie's, with when its session ends at the latest, or has ended: its browser is
    one of ours all the same."""
    return {row["token_hash"]: row["ends_at"] for row in tx.execute(_EXIST, given(hashes)).mappings()}


def seen(tx: Transaction, session_id: str, at: datetime) -> None:
    tx.execute(sa.update(t.session).where(_session.id == session_id).values(seen_at=at))


def that_work(tx: Transaction, now: datetime, people: Iterable[str] | None = None) -> list[Session]:
    """Every session that works and opens something, of these people or of all; the one used last first."""
    query = sa.select(*_COLUMNS).where(_session.revoked_at.is_(None), _session.expires_at > now, _OPENS)
    if people is not None:
        query = query.where(_session.person.in_(list(people)))
    rows = tx.execute(query.order_by(_session.seen_at.desc(), _session.id)).mappings()
    return [found for row in rows if (found := _fact(dict(row))).works(now)]


def among(tx: Transaction, session_ids: Collection[str], now: datetime) -> list[Session]:
    """Those of these sessions that work and open something."""
    query = sa.select(*_COLUMNS).where(_session.id.in_(list(session_ids)), _OPENS)
    return [found for row in tx.execute(query).mappings() if (found := _fact(dict(row))).works(now)]


def going_on(tx: Transaction, session_id: str) -> Session | None:
    """The session of this id, unless somebody has ended it."""
    row = tx.execute(sa.select(*_COLUMNS).where(_session.id == session_id, _GOES_ON)).mappings().first()
    return _fact(dict(row)) if row else None


def use(tx: Transaction, session_id: str, at: datetime) -> bool:
    """Use up a half session; False when it has ended, perhaps a moment ago."""
    goes_on = sa.and_(_session.id == session_id, _GOES_ON)
    return bool(tx.execute(sa.update(t.session).where(goes_on).values(revoked_at=at)).rowcount)


def lock(tx: Transaction, people: Collection[str]) -> None:
    """Let nobody else end the sessions of these people, or act in them, before this transaction is over."""
    those = sa.select(_session.id).where(_session.person.in_(list(people)), _GOES_ON)
    tx.execute(those.order_by(_session.id).with_for_update())


def revoke_all(
    tx: Transaction, people: Collection[str], at: datetime, *, only: str | None = None, shut_out: bool = True
) -> int:
    """End every session of these people, or `only` the one with this id; returns how many that were."""
    those = sa.and_(_session.person.in_(list(people)), _GOES_ON)
    if only is not None:
        those = sa.and_(those, _session.id == only)
    return tx.execute(sa.update(t.session).where(those).values(revoked_at=at, shut_out=shut_out)).rowcount


def people_signed_in(tx: Transaction) -> set[str]:
    """Everybody who has a session that nobody has ended."""
    return set(tx.execute(sa.select(_session.person).where(_GOES_ON).distinct()).scalars())


def forget(tx: Transaction, before: datetime) -> None:
    """Delete sessions that ended before `before`."""
    old = sa.or_(_session.expires_at < before, _session.revoked_at < before)
    tx.execute(sa.delete(t.session).where(old))


def _fact(row: Row) -> Session:
    return Session(**{**row, "kind": SessionKind(row["kind"])})
