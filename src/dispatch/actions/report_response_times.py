"""Response times by period, agency and specialist: first the fraction within target and the 90th percentile."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from dispatch.actions.desk import Desk
from dispatch.rules.response_clock import Response, Summary, summarise
from dispatch.store import reports
from dispatch.store.reports import ResponseRow

LOCAL = "America/Los_Angeles"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # begins on Monday
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. `period` is the first local day of the period; None stands for all."""

    period: str | None
    agency: str | None
    specialist: str | None
    summary: Summary


@dataclass(frozen=True, slots=True)
class Group:
    """What the report is broken down by."""

    period: Period = Period.MONTH
    agency: bool = True
    specialist: bool = False


def report_response_times(
    tx: Connection, desk: Desk, since: datetime | None, until: datetime | None, group: Group
) -> list[Line]:
    """Summaries of the call-outs received from `since` (included) to `until` (not included).

    A cancelled call-out counts only when somebody had arrived or the target had passed: nobody can be late to what was
    called off.
    """
    buckets: dict[tuple[str | None, str | None, str | None], list[Response]] = defaultdict(list)
    for row in reports.responses(tx, since, until):
        response = _response(row, desk.now)
        if response is not None:
            buckets[_key(row, group)].append(response)
    ordered = sorted(buckets.items(), key=lambda item: tuple(part or "" for part in item[0]))
    return [Line(*key, summarise(responses)) for key, responses in ordered]


def _response(row: ResponseRow, now: datetime) -> Response | None:
    if row.arrived_at is not None:
        return Response((row.arrived_at - row.received_at).total_seconds(), row.arrived_at > row.respond_by)
    ended = row.ended_at or now
    if ended <= row.respond_by and row.ended_at is not None:
        return None
    return Response(None, ended > row.respond_by, is_open=row.ended_at is None)


def _key(row: ResponseRow, group: Group) -> tuple[str | None, str | None, str | None]:
    return (
        _first_day(row.received_at, group.period),
        row.agency if group.agency else None,
        (row.specialist or "nobody") if group.specialist else None,
    )


def _first_day(moment: datetime, period: Period) -> str | None:
    day = moment.astimezone(ZoneInfo(LOCAL)).date()
    return _FIRST_DAY[period](day).isoformat() if period is not Period.ALL else None


_FIRST_DAY: dict[Period, Callable[[date], date]] = {
    Period.DAY: lambda day: day,
    Period.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Period.MONTH: lambda day: day.replace(day=1),
}


def _percent(summary: Summary) -> float | None:
    """Of the call-outs whose answer is known: one that is open and still inside the target has none yet."""
    decided = summary.within_target + summary.missed
    return round(100 * summary.within_target / decided, 1) if decided else None


def as_rows(lines: Iterable[Line]) -> list[dict[str, object]]:
    """JSON- and CSV-ready rows; times in minutes."""
    return [
        {
            "period": line.period,
            "agency": line.agency,
            "specialist": line.specialist,
            "n": line.summary.n,
            "within_target": line.summary.within_target,
            "within_target_percent": _percent(line.summary),
            "missed": line.summary.missed,
            "open_past_target": line.summary.open_past_target,
            "median_minutes": line.summary.median_minutes,
            "p90_minutes": line.summary.p90_minutes,
            "worst_minutes": line.summary.worst_minutes,
        }
        for line in lines
    ]
