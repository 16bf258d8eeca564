"""Who is signed in where. Only the hash of a cookie is kept, so the database lets nobody in."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.access.sign_in import Session, SessionKind
from dispatch.store import tables as t
from dispatch.store.access.hashes import given, is_given
from dispatch.store.access.links import token_hash
from dispatch.store.engine.statement import Row, Statement, insert_into
from dispatch.store.transaction import Transaction

_session = t.session.c
_COLUMNS = tuple(column for column in t.session.columns if column.name != "token_hash")
_INSERT = insert_into(t.session)
_FIND = Statement(sa.select(*_COLUMNS).where(_session.token_hash == sa.bindparam("token_hash")))
_EXIST = Statement(sa.select(_session.token_hash).where(is_given(_session.token_hash)))


def insert(tx: Transaction, token: str, new: Session) -> None:
    _INSERT.run(
        tx,
        id=new.id,
        token_hash=token_hash(token),
        person=new.person,
        kind=new.kind,
        agent=new.agent,
        created_at=new.created_at,
        seen_at=new.seen_at,
        expires_at=new.expires_at,
    )


def find(tx: Transaction, token: str) -> Session | None:
    """Whose cookie this is or was: it may have ended."""
    row = _FIND.first(tx, token_hash=token_hash(token))
    return _fact(row) if row else None


def exist(tx: Transaction, hashes: Collection[str]) -> dict[str, bool]:
    """Those of these hashes that are a cookie's, also one whose session has ended: its browser is one of ours."""
    return dict.fromkeys(_EXIST.scalars(tx, **given(hashes)), True)


def seen(tx: Transaction, session_id: str, at: datetime) -> None:
    tx.execute(sa.update(t.session).where(_session.id == session_id).values(seen_at=at))


def that_work(tx: Transaction, now: datetime, people: Iterable[str] | None = None) -> list[Session]:
    """Every session that works, of these people or of all; the one used last first. Not the half ones."""
    query = sa.select(*_COLUMNS).where(
        _session.revoked_at.is_(None), _session.expires_at > now, _session.kind != SessionKind.HALF
    )
    if people is not None:
        query = query.where(_session.person.in_(list(people)))
    rows = tx.execute(query.order_by(_session.seen_at.desc(), _session.id)).mappings()
    return [found for row in rows if (found := _fact(dict(row))).works(now)]


def among(tx: Transaction, session_ids: Collection[str], now: datetime) -> list[Session]:
    """Those of these sessions that work. Not the half ones."""
    query = sa.select(*_COLUMNS).where(_session.id.in_(list(session_ids)), _session.kind != SessionKind.HALF)
    return [found for row in tx.execute(query).mappings() if (found := _fact(dict(row))).works(now)]


def revoke(tx: Transaction, session_id: str, at: datetime, *, of: str | None = None) -> Session | None:
    """End a session, if it is that of the person `of`; None when none that goes on has this id."""
    goes_on = sa.and_(_session.id == session_id, _session.revoked_at.is_(None))
    if of is not None:
        goes_on = sa.and_(goes_on, _session.person == of)
    row = tx.execute(sa.select(*_COLUMNS).where(goes_on)).mappings().first()
    if row is None:
        return None
    tx.execute(sa.update(t.session).where(goes_on).values(revoked_at=at))
    return _fact(dict(row))


def revoke_all(tx: Transaction, people: Iterable[str], at: datetime, *, but: str | None = None) -> int:
    """End every session of these people, except for the one with the id `but`; returns how many that were."""
    those = sa.and_(_session.person.in_(list(people)), _session.revoked_at.is_(None))
    if but is not None:
        those = sa.and_(those, _session.id != but)
    return tx.execute(sa.update(t.session).where(those).values(revoked_at=at)).rowcount


def people_signed_in(tx: Transaction) -> set[str]:
    """Everybody who has a session that nobody has ended."""
    return set(tx.execute(sa.select(_session.person).where(_session.revoked_at.is_(None)).distinct()).scalars())


def forget(tx: Transaction, before: datetime) -> None:
    """Delete sessions that ended before `before`."""
    old = sa.or_(_session.expires_at < before, _session.revoked_at < before)
    tx.execute(sa.delete(t.session).where(old))


def _fact(row: Row) -> Session:
    return Session(**{**row, "kind": SessionKind(row["kind"])})
