"""The nodes on this database, and the jobs that one of them does for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dispatch.rules.board.service import NodeHealth
from dispatch.store import tables as t
from dispatch.store.delivery import claims
from dispatch.store.engine.postgresql import APPLICATION
from dispatch.store.transaction import Transaction, columns

DEAD_AFTER = timedelta(seconds=5)  # a node beats every second; after this silence, others take over what it had claimed


@dataclass(frozen=True, slots=True)
class Node:
    """One running process. `name` is machine:port, which no two can have at one time; empty if it is not known."""

    id: str
    name: str
    version: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as the others see it. `claimed` counts the pages it is working on."""

    node: Node
    beat_at: datetime
    claimed: int

    def is_alive(self, now: datetime) -> bool:
        return now - self.beat_at <= DEAD_AFTER


def beat(tx: Transaction, node: Node, now: datetime) -> None:
    """Say that this node is alive."""
    known = tx.execute(sa.update(t.node).where(t.node.c.id == node.id).values(beat_at=now)).rowcount
    if not known:
        tx.execute(sa.insert(t.node), {**columns(node, t.node), "beat_at": now})


def note_carrier(tx: Transaction, node: Node, trouble: str | None, now: datetime) -> None:
    """Write down what this node's check of the carrier found. Another trouble goes on from when the first began."""
    since = sa.func.coalesce(t.node.c.trouble_since, sa.bindparam("now", now, t.node.c.trouble_since.type))
    found = {"carrier_trouble": trouble, "trouble_since": since if trouble is not None else None}
    tx.execute(sa.update(t.node).where(t.node.c.id == node.id).values(found))


def fares(trouble: str | None, since: datetime | None, beat_at: datetime, now: datetime, speed: float) -> NodeHealth:
    """How a node fares with the carrier, and whether it beats. At this `speed` so many seconds of the service's clock
    lie between two beats."""
    return NodeHealth(trouble, since, beat_at if beat_at < now - DEAD_AFTER * max(1.0, speed) else None)


def dead(tx: Transaction, node: Node, now: datetime) -> list[str]:
    """The other nodes whose beat has stopped. Transactions in which they stopped are ended, so their locks are free."""
    stopped = sa.and_(t.node.c.beat_at < now - DEAD_AFTER, t.node.c.id != node.id)
    gone = list(tx.execute(sa.select(t.node.c.id).where(stopped)).scalars())
    if gone and tx.dialect.name == "postgresql":
        tx.execute(_CUT_OFF, {"application": APPLICATION})
    return gone


# A node that stops inside a transaction keeps its locks as long as its connection lasts: until it wakes if it was
# frozen, for hours if it lost power. The node that takes over would wait behind it. The server's own limit on idle
# transactions does not help: halfway through a statement the server waits for its client too, but calls that active.
_CUT_OFF = sa.text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name = :application
    AND xact_start IS NOT NULL AND wait_event = 'ClientRead'
    AND state_change < clock_timestamp() - interval '2 seconds'
""")


def ahead_of(tx: Transaction, node: Node, now: datetime) -> timedelta:
    """How far another node's clock is ahead of ours: its last beat lies in our future. A node whose clock is behind
    ours finds that out itself."""
    newest = tx.execute(sa.select(sa.func.max(t.node.c.beat_at)).where(t.node.c.id != node.id)).scalar()
    return max(timedelta(0), newest - now) if newest is not None else timedelta(0)


def beats(tx: Transaction, node: Node, *, lock: bool = False) -> dict[str, datetime]:
    """When each other node beat last. With `lock`, whoever asks so at the same time waits for us."""
    query = sa.select(t.node.c.id, t.node.c.beat_at).where(t.node.c.id != node.id).order_by(t.node.c.id)
    return {row.id: row.beat_at for row in tx.execute(query.with_for_update() if lock else query)}


def former_selves(tx: Transaction, node: Node) -> list[str]:
    """The nodes that listened at `node`'s address before it: it has the port now, so they are gone."""
    same = sa.and_(t.node.c.name == node.name, t.node.c.name != "", t.node.c.id != node.id)
    return list(tx.execute(sa.select(t.node.c.id).where(same)).scalars())


def forget(tx: Transaction, ids: Sequence[str]) -> None:
    tx.execute(sa.delete(t.node).where(t.node.c.id.in_(list(ids))))


def all_nodes(tx: Transaction, now: datetime) -> list[NodeRecord]:
    """Every node that has not been given up, oldest first."""
    theirs = t.page.c.claimed_by == t.node.c.id
    claimed = sa.select(sa.func.count()).where(theirs, claims.claimed(now)).scalar_subquery()
    query = sa.select(t.node, claimed.label("claimed")).order_by(t.node.c.started_at)
    return [
        NodeRecord(Node(row.id, row.name, row.version, row.started_at), row.beat_at, row.claimed)
        for row in tx.execute(query)
    ]


def moment_of(tx: Transaction, job: str, *, lock: bool = False) -> datetime | None:
    """The moment that is kept for `job`; None when none is. With `lock`, whoever asks so at the same time waits."""
    query = sa.select(t.calendar.c.due_at).where(t.calendar.c.job == job)
    return tx.execute(query.with_for_update() if lock else query).scalar_one_or_none()


def keep_moment(tx: Transaction, job: str, moment: datetime) -> None:
    """Keep a moment for `job`: when it is due, or how far it has come. Where two nodes keep its first, one stands."""
    known = tx.execute(sa.update(t.calendar).where(t.calendar.c.job == job).values(due_at=moment)).rowcount
    if not known:
        _write_first(tx, job, moment)


def _write_first(tx: Transaction, job: str, moment: datetime) -> bool:
    """Whether this node has written the first moment of `job`, and not another node just now."""
    try:
        with tx.begin_nested():
            tx.execute(sa.insert(t.calendar), {"job": job, "due_at": moment})
    except IntegrityError:
        return False
    return True


def take_job_lock(
    tx: Transaction,
    job: str,
    now: datetime,
    next_at: datetime,
    *,
    at_once: bool = False,
    longest: timedelta = timedelta(0),
) -> bool:
    """Whether this node does `job` now: each time it is due, True for exactly one node. It is next due at `next_at`.

    A job that is not in the calendar yet is first due at `next_at`, or now with `at_once`. One that is due long after
    `next_at`, and later than `longest` from now, is due now: a clock was set back since, by the time for which nobody
    would do it. `longest` is for a job whose `next_at` depends on the hour: it is the furthest that any node keeps.
    """
    furthest = max(next_at, now + longest) + DEAD_AFTER  # clocks are a little apart
    is_due = sa.or_(t.calendar.c.due_at <= now, t.calendar.c.due_at > furthest)
    due = sa.and_(t.calendar.c.job == job, is_due)
    if tx.execute(sa.update(t.calendar).where(due).values(due_at=next_at)).rowcount:
        return True
    return moment_of(tx, job) is None and _write_first(tx, job, next_at) and at_once
