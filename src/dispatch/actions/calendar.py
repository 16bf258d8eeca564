"""The calendar jobs: what is due at a time of day. Each runs once per due time, on whichever node comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

import structlog

from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.actions.our_mistakes import tell_of_mistake
from dispatch.actions.roster.who_is_near import far_tonight
from dispatch.rules.access import sign_in
from dispatch.rules.alarms import watch
from dispatch.rules.roster.local_clock import next_time
from dispatch.store import nodes, purge
from dispatch.store.access import links, sessions, sign_in_delays
from dispatch.store.access.links import BrowserLink, CalendarLink, WallLink, WelcomeLink
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.roster import rests, starts
from dispatch.store.shifts import shift_test_rows
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.calendar")

_AFTER_A_FAULT = timedelta(minutes=10)
_LONGEST_DAY = timedelta(hours=25)  # in autumn
_PURGE = "purge"
_AT_ONCE = 200
"""How many call-outs one transaction forgets. A statement that takes half a minute on PostgreSQL is given up, and all
of it undone: it would be tried again for ever. On SQLite pages wait meanwhile."""


@dataclass(frozen=True, slots=True)
class CalendarJob:
    """Something to do at a local time of day."""

    name: str
    at: time
    do: Callable[[Transaction, Context], None]


def run_calendar(tx: Transaction, context: Context) -> list[str]:
    """Run every calendar job whose time has come; returns their names."""
    due = [
        calendar_job
        for calendar_job in CALENDAR_JOBS
        if nodes.take_job_lock(
            tx, calendar_job.name, context.now, next_time(calendar_job.at, context.now), longest=_LONGEST_DAY
        )
    ]
    return [calendar_job.name for calendar_job in due if _ran(tx, context, calendar_job)]


def _ran(tx: Transaction, context: Context, calendar_job: CalendarJob) -> bool:
    try:
        with apart(tx):
            calendar_job.do(tx, context)
    except InternalError:
        # The jobs after it run all the same, and this one need not wait for tomorrow.
        _log.exception("calendar job failed", job=calendar_job.name)
        nodes.keep_moment(tx, calendar_job.name, context.now + _AFTER_A_FAULT)
        tell_of_mistake(tx, context, None)
        return False
    _log.info("calendar", job=calendar_job.name)
    return True


def warn_of_gaps(tx: Transaction, context: Context) -> None:
    """Tell coordinators days ahead when nobody is on call, and in which areas nobody could be in time tonight."""
    apply_standalone(tx, context, watch.warn_of_gaps(context.roster(tx), context.now))
    apply_standalone(tx, context, watch.warn_of_far(far_tonight(tx, context), context.timings.span("target")))


def forget_details(tx: Transaction, context: Context) -> None:
    """Blank meeting places, names and texts that are old enough, the oldest first; the de-identified timings stay
    (FIELD, privacy)."""
    before = context.now - context.timings.span("keep_details")
    portion = purge.portion(tx, before, _AT_ONCE)
    counted = purge.forget_details(tx, portion)
    if portion < before:
        nodes.keep_moment(tx, _PURGE, context.now)  # more is left for the next look, in seconds
    ended = context.now - sign_in.KEPT_AFTER_THE_END
    sessions.forget(tx, ended)
    links.forget(tx, [WelcomeLink, WallLink, BrowserLink, CalendarLink], ended)
    sign_in_delays.forget(tx, context.now - sign_in.FORGOTTEN_AFTER)
    starts.forget_ended(tx, context.now)  # where somebody slept last month is nobody's business
    rests.forget_ended(tx, context.now)
    shift_test_rows.forget(tx, context.now - context.timings.span("keep_details"))
    _log.info("purged", callouts=counted)


CALENDAR_JOBS = (
    CalendarJob("coverage check", time(9), warn_of_gaps),
    CalendarJob(_PURGE, time(4), forget_details),
)
