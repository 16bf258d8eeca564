"""Counts what there is now: due work, open call-outs, nodes, callers on the hotline.

The law: the count is taken every few seconds, while everybody else waits for the same database. So it reads what an
index finds (due rows, open call-outs, the newest calls) and never the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch.rules.facts.callout import Status
from dispatch.store import tables as t
from dispatch.store.callout import callouts
from dispatch.store.delivery import claims, due_pages
from dispatch.store.delivery.pages import Lane
from dispatch.store.hotline.hotline_calls import UNDECIDED
from dispatch.store.nodes import DEAD_AFTER
from dispatch.store.transaction import Transaction

MOST_DUE = 10_000  # counted no further: by then it is trouble enough
_UNDECIDED_WITHIN = timedelta(days=30)
_CALLED_WITHIN = timedelta(days=1)  # by an index: when somebody began to hold has none
_HOLDS_AT_MOST = timedelta(hours=1)  # if nobody told us of its end, it is off the line by then


@dataclass(frozen=True, slots=True)
class DueWork:
    """Work of one kind. `due` counts what is due, `late` what has been due for too long."""

    due: int
    late: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenCallOuts:
    """`past_target` counts those whose target has passed without an arrival.

    `unanswered_since` is when the call-out that has waited longest for an answer was received.
    """

    by_status: Mapping[Status, int]
    past_target: int
    unanswered_since: datetime | None
    without_next_move: int


@dataclass(frozen=True, slots=True)
class Census:
    """`undecided_calls` are those of the last month that nobody has decided."""

    taken_at: datetime
    pages: DueWork
    standalone: DueWork
    webhooks: DueWork
    deadlines: DueWork
    claimed_pages: int
    open: OpenCallOuts
    nodes_alive: int
    callers_on_hold: int
    undecided_calls: int


def take(tx: Transaction, now: datetime, late: timedelta) -> Census:
    """Count; work is late once it has been due for `late`."""
    call = t.hotline_call.c
    return Census(
        taken_at=now,
        pages=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.CARRIER)),
        standalone=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.STANDALONE)),
        webhooks=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.WEBHOOKS)),
        deadlines=_backlog(tx, t.deadline.c.due_at, now, late),
        claimed_pages=_count(tx, t.page, claims.claimed(now)),
        open=_open_callouts(tx, now),
        nodes_alive=_count(tx, t.node, t.node.c.beat_at >= now - DEAD_AFTER),
        callers_on_hold=_count(
            tx,
            t.hotline_call,
            call.called_at > now - _CALLED_WITHIN,
            call.held_since > now - _HOLDS_AT_MOST,
            call.ended_at.is_(None),
        ),
        undecided_calls=_count(tx, t.hotline_call, call.called_at > now - _UNDECIDED_WITHIN, UNDECIDED),
    )


def _backlog(
    tx: Transaction, due_at: sa.Column[datetime], now: datetime, late: timedelta, *which: sa.ColumnElement[bool]
) -> DueWork:
    due = sa.select(due_at).where(due_at <= now, *which).order_by(due_at).limit(MOST_DUE).subquery()
    is_late = sa.case((due.c.due_at <= now - late, 1), else_=0)
    row = tx.execute(sa.select(sa.func.count(), sa.func.sum(is_late), sa.func.min(due.c.due_at)).select_from(due)).one()
    return DueWork(row[0], row[1] or 0, row[2])


def _open_callouts(tx: Transaction, now: datetime) -> OpenCallOuts:
    past = sa.case((sa.and_(t.callout.c.respond_by < now, t.callout.c.arrived_at.is_(None)), 1), else_=0)
    query = (
        sa.select(t.callout.c.status, sa.func.count(), sa.func.sum(past), sa.func.min(t.callout.c.received_at))
        .where(t.callout.c.open)
        .group_by(t.callout.c.status)
    )
    rows = {Status(status): (count, past, since) for status, count, past, since in tx.execute(query)}
    return OpenCallOuts(
        by_status={status: count for status, (count, _, _) in rows.items()},
        past_target=sum(past for _, past, _ in rows.values()),
        unanswered_since=rows[Status.PAGING][2] if Status.PAGING in rows else None,
        without_next_move=_count(tx, t.callout, callouts.is_without_next_move()),
    )


def _count(tx: Transaction, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    return tx.execute(sa.select(sa.func.count()).select_from(table).where(*which)).scalar_one()
