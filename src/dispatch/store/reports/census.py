"""Counts what there is now: due work, open call-outs, nodes, and how the newest call-outs went.

The law: the count is taken every few seconds, while everybody else waits for the same database. So it reads what an
index finds (due rows, open call-outs, the newest few) and never the history.
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
NEWEST = 100  # call-outs: a 90th percentile wants a rolling hundred (FIELD, reporting)
NEWEST_WITHIN = timedelta(days=30)
HOTLINE_WITHIN = timedelta(hours=24)
_MOST_CALLS = 1_000
_HOLDS_AT_MOST = timedelta(hours=1)  # if nobody told us of its end, it is off the line by then
_MOST_MISSED = 2_000
_MISSED_WITHIN = timedelta(days=2)  # longer than the longest target that may be set


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
class Course:
    """How one call-out went so far."""

    received_at: datetime
    first_paged_at: datetime | None
    acknowledged_at: datetime | None
    arrived_at: datetime | None
    missed: bool


@dataclass(frozen=True, slots=True)
class HotlineCalls:
    """Calls on the hotline: the newest within `HOTLINE_WITHIN`, and how things stand now.

    `undecided` counts those that nobody has decided, within `NEWEST_WITHIN`. `to_first_page` has the seconds from each
    call to its first page.
    """

    on_hold: int
    undecided: int
    to_first_page: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Census:
    """`newest` lists call-outs newest first; `missed` are the ids of those of the last days that missed."""

    taken_at: datetime
    pages: DueWork
    standalone: DueWork
    webhooks: DueWork
    deadlines: DueWork
    claimed_pages: int
    open: OpenCallOuts
    nodes_alive: int
    newest: tuple[Course, ...]
    missed: frozenset[str]
    hotline: HotlineCalls


def take(tx: Transaction, now: datetime, late: timedelta) -> Census:
    """Count; work is late once it has been due for `late`."""
    alive = sa.select(sa.func.count()).select_from(t.node).where(t.node.c.beat_at >= now - DEAD_AFTER)
    claimed = sa.select(sa.func.count()).select_from(t.page).where(claims.claimed(now))
    return Census(
        taken_at=now,
        pages=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.CARRIER)),
        standalone=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.STANDALONE)),
        webhooks=_backlog(tx, t.page.c.due_at, now, late, due_pages.in_lane(Lane.WEBHOOKS)),
        deadlines=_backlog(tx, t.deadline.c.due_at, now, late),
        claimed_pages=tx.execute(claimed).scalar_one(),
        open=_open_callouts(tx, now),
        nodes_alive=tx.execute(alive).scalar_one(),
        newest=_newest(tx, now),
        missed=_missed(tx, now),
        hotline=_hotline(tx, now),
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
        without_next_move=_without_next_move(tx),
    )


def _without_next_move(tx: Transaction) -> int:
    """How many call-outs `callouts.without_next_move` would list."""
    query = sa.select(sa.func.count()).select_from(t.callout).where(callouts.is_without_next_move())
    return tx.execute(query).scalar_one()


def _newest(tx: Transaction, now: datetime) -> tuple[Course, ...]:
    query = (
        sa.select(
            t.callout.c.received_at,
            t.callout.c.first_paged_at,
            t.callout.c.acknowledged_at,
            t.callout.c.arrived_at,
            t.callout.c.missed,
        )
        .where(t.callout.c.received_at > now - NEWEST_WITHIN)
        .order_by(t.callout.c.received_at.desc())
        .limit(NEWEST)
    )
    return tuple(Course(*row) for row in tx.execute(query))


def _hotline(tx: Transaction, now: datetime) -> HotlineCalls:
    call, callout = t.hotline_call.c, t.callout.c
    query = (
        sa.select(call.again, call.called_at, call.held_since, call.ended_at, callout.first_paged_at)
        .select_from(t.hotline_call.outerjoin(t.callout, callout.id == call.callout))
        .where(call.called_at > now - HOTLINE_WITHIN)
        .order_by(call.called_at.desc())
        .limit(_MOST_CALLS)
    )
    rows = tx.execute(query).all()
    undecided = sa.and_(call.called_at > now - NEWEST_WITHIN, UNDECIDED)
    holding = [row for row in rows if row.held_since is not None and row.ended_at is None]
    return HotlineCalls(
        on_hold=sum(row.held_since > now - _HOLDS_AT_MOST for row in holding),
        undecided=tx.execute(sa.select(sa.func.count()).select_from(t.hotline_call).where(undecided)).scalar_one(),
        to_first_page=tuple(
            (row.first_paged_at - row.called_at).total_seconds()
            for row in rows
            if row.first_paged_at is not None and not row.again
        ),
    )


def _missed(tx: Transaction, now: datetime) -> frozenset[str]:
    lately = t.callout.c.received_at > now - _MISSED_WITHIN
    found = sa.select(t.callout.c.id).where(lately, t.callout.c.missed).order_by(t.callout.c.received_at.desc())
    return frozenset(tx.scalars(found.limit(_MOST_MISSED)))
