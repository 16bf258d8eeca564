"""The jobs that fall on a time of day. Each runs once per due time, whichever node comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from dispatch.actions.desk import Desk
from dispatch.actions.stray import alarm_stray
from dispatch.rules.roster import coverage_gaps, local_moment
from dispatch.rules.wording import alarms, times
from dispatch.store import nodes, purge
from dispatch.store.transaction import Transaction

_log = structlog.get_logger("dispatch.calendar")

_LOOK_AHEAD = timedelta(days=7)
_MOST_GAPS = 3  # more would only bury the nearest


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at a local time of day."""

    name: str
    at: time
    do: Callable[[Transaction, Desk], None]


def run_calendar(tx: Transaction, desk: Desk) -> list[str]:
    """Do every job whose time has come; returns which."""
    due = [job for job in JOBS if nodes.take_turn(tx, job.name, desk.now, next_time(job.at, desk.now))]
    for job in due:
        job.do(tx, desk)
        _log.info("calendar", job=job.name)
    return [job.name for job in due]


def next_time(at: time, now: datetime, timezone: str = times.LOCAL) -> datetime:
    """The next moment after `now` at which clocks in `timezone` show `at`."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    moments = (local_moment(datetime.combine(today + timedelta(days=days), at), timezone) for days in range(3))
    return next(moment for moment in moments if moment > now)


def warn_of_gaps(tx: Transaction, desk: Desk) -> None:
    """Tell coordinators days ahead when nobody is on call."""
    for gap in coverage_gaps(desk.roster(tx), desk.now, desk.now + _LOOK_AHEAD)[:_MOST_GAPS]:
        alarm_stray(tx, desk, alarms.coverage_gap(gap.rotation, gap.starts_at))


def forget_details(tx: Transaction, desk: Desk) -> None:
    """Places, names and texts go after their time; the de-identified timings stay (FIELD, privacy)."""
    counted = purge.forget_details(tx, desk.now - desk.timings.span("keep_details"))
    _log.info("purged", callouts=counted)


JOBS = (
    Job("coverage check", time(9), warn_of_gaps),
    Job("purge", time(4), forget_details),
)
