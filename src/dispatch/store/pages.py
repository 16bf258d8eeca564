"""Page rows: what is to be sent, what was, and how it went. `due_at` says when the sender has to act next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from dispatch.rules.facts import Channel, Page, PageState, Purpose
from dispatch.store import tables as t
from dispatch.store.callouts import page_fact

# How long a claim holds: longer than the longest call to a carrier (5 s to connect, 10 s to read).
LEASE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page as the sender needs it. `claim` proves that it is still ours; `tried_at` is when a send last began."""

    fact: Page
    callout: str | None
    tries: int
    looks: int
    claim: str | None
    created_at: datetime
    tried_at: datetime | None
    sid: str | None


_INSERT = sa.insert(t.page)


def insert(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        tx.execute(_INSERT, list(rows))


_DUE = (
    sa.select(t.page)
    .where(t.page.c.due_at <= sa.bindparam("now"))
    .order_by(t.page.c.due_at, t.page.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    sa.update(t.page)
    .where(t.page.c.id == sa.bindparam("page_id"))
    .values({name: sa.bindparam(name) for name in ("state", "claim", "claimed_by", "due_at", "tries", "tried_at")})
)


def due(tx: Connection, now: datetime, most: int) -> list[PageRecord]:
    """Due pages, the longest due first, held by this transaction; what another node holds is passed over."""
    return [_record(row) for row in tx.execute(_DUE, {"now": now, "most": most}).mappings()]


def claim(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        tx.execute(_CLAIM, list(rows))


def next_due(tx: Connection) -> datetime | None:
    return tx.execute(sa.select(sa.func.min(t.page.c.due_at)).where(t.page.c.due_at.is_not(None))).scalar()


_BY_ID = sa.select(t.page).where(t.page.c.id == sa.bindparam("id"))
_BY_ID_LOCKED = _BY_ID.with_for_update()


def find(tx: Connection, page_id: str) -> PageRecord | None:
    row = tx.execute(_BY_ID, {"id": page_id}).mappings().first()
    return _record(row) if row else None


def lock(tx: Connection, page_id: str) -> PageRecord | None:
    row = tx.execute(_BY_ID_LOCKED, {"id": page_id}).mappings().first()
    return _record(row) if row else None


def _record(row: RowMapping) -> PageRecord:
    return PageRecord(
        fact=page_fact(row),
        callout=row["callout"],
        tries=row["tries"],
        looks=row["looks"],
        claim=row["claim"],
        created_at=row["created_at"],
        tried_at=row["tried_at"],
        sid=row["sid"],
    )


def update(tx: Connection, page_id: str, values: Mapping[str, Any]) -> None:
    tx.execute(sa.update(t.page).where(t.page.c.id == page_id).values(**values))


def hurry(tx: Connection, page_id: str, now: datetime) -> None:
    """Make a page that waits for later due now."""
    waits = sa.and_(t.page.c.id == page_id, t.page.c.state == PageState.WAITING, t.page.c.due_at > now)
    tx.execute(sa.update(t.page).where(waits).values(due_at=now))


def withdraw(tx: Connection, callout_id: str, person: str | None, now: datetime) -> None:
    """Take back what asks somebody to take the call-out, or reminds them of it, and is not under way yet."""
    which = sa.and_(
        t.page.c.callout == callout_id,
        t.page.c.purpose.in_([Purpose.PAGE, Purpose.REMINDER]),
        t.page.c.state == PageState.WAITING,
        *((t.page.c.person == person,) if person is not None else ()),
    )
    tx.execute(sa.update(t.page).where(which).values(state=PageState.WITHDRAWN, due_at=None, ended_at=now))


def call_off(tx: Connection, callout_id: str, person: str | None, now: datetime) -> None:
    """Let the phones that ring now stop ringing: a withdrawn page that is due is hung up."""
    rings = sa.and_(
        t.page.c.callout == callout_id,
        t.page.c.purpose == Purpose.PAGE,
        t.page.c.channel == Channel.VOICE,
        t.page.c.state == PageState.SENT,
        t.page.c.sid.is_not(None),
        *((t.page.c.person == person,) if person is not None else ()),
    )
    tx.execute(sa.update(t.page).where(rings).values(state=PageState.WITHDRAWN, due_at=now, ended_at=now))


def orphan_claims(tx: Connection, now: datetime) -> int:
    """Make every claimed page due now: for the only node of a database, when it starts; nobody else can hold one."""
    return tx.execute(sa.update(t.page).where(claimed(now)).values(due_at=now)).rowcount


def release_claims(tx: Connection, nodes: Sequence[str], now: datetime) -> int:
    """Make due now what these nodes had claimed; for nodes that are gone."""
    theirs = claimed(now) & t.page.c.claimed_by.in_(list(nodes))
    return tx.execute(sa.update(t.page).where(theirs).values(due_at=now)).rowcount


def claimed(now: datetime) -> sa.ColumnElement[bool]:
    """That a page is being sent, looked for or hung up."""
    # A claim's due_at lies within its lease, so the index on due_at finds the few there are.
    return sa.and_(
        t.page.c.due_at > now,
        t.page.c.due_at <= now + LEASE,
        t.page.c.state.in_([PageState.SENDING, PageState.UNKNOWN, PageState.WITHDRAWN]),
        t.page.c.claim.is_not(None),
    )


def known_sids(tx: Connection, sids: Sequence[str]) -> set[str]:
    """Which of `sids` belong to a page already."""
    return set(tx.execute(sa.select(t.page.c.sid).where(t.page.c.sid.in_(list(sids)))).scalars()) - {None}


def latest_test(tx: Connection, person: str) -> str | None:
    """The newest test page of a person that nobody has answered yet."""
    query = (
        sa.select(t.page.c.id)
        .where(
            t.page.c.person == person,
            t.page.c.purpose == Purpose.TEST,
            t.page.c.state.in_([PageState.SENDING, PageState.UNKNOWN, PageState.SENT, PageState.DELIVERED]),
        )
        .order_by(t.page.c.created_at.desc())
        .limit(1)
    )
    return tx.execute(query).scalar()


# ---- what the carrier told us --------------------------------------------------------------------------------------


def keep_receipt(tx: Connection, page_id: str, sid: str, status: str, detail: str, at: datetime) -> bool:
    """Keep a status callback; False when this very one is known already. Call it with the page locked."""
    key = {"page": page_id, "sid": sid, "status": status, "detail": detail}
    known = sa.select(t.receipt.c.received_at).where(*(t.receipt.c[name] == value for name, value in key.items()))
    if tx.execute(known).first():
        return False
    tx.execute(sa.insert(t.receipt), {**key, "received_at": at})
    return True


def keep_inbound_text(tx: Connection, row: Mapping[str, Any]) -> None:
    tx.execute(sa.insert(t.inbound_text), dict(row))


def knows_inbound_text(tx: Connection, sid: str) -> bool:
    return tx.execute(sa.select(t.inbound_text.c.sid).where(t.inbound_text.c.sid == sid)).first() is not None


def heard_from(tx: Connection, sender: str, since: datetime) -> bool:
    """Whether this number has texted us after `since`."""
    query = sa.select(t.inbound_text.c.sid).where(
        t.inbound_text.c["from"] == sender, t.inbound_text.c.received_at > since
    )
    return tx.execute(query.limit(1)).first() is not None
