"""Response times by period, agency and specialist: first the fraction within target and the 90th percentile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.desk import Desk
from dispatch.rules.reporting_periods import Period, local_day, periods
from dispatch.rules.response_clock import Summary
from dispatch.store import reports
from dispatch.store.reports import Span
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReportLine:
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
    tx: Transaction, desk: Desk, since: datetime | None, until: datetime | None, group: Group
) -> list[ReportLine]:
    """Summaries of the call-outs received from `since` (included) to `until` (not included).

    A cancelled call-out counts only when somebody had arrived or the target had passed: nobody can be late to what was
    called off.
    """
    span = Span(since, until)
    reached = reports.reach(tx, span)
    if reached is None:
        return []
    spans = periods(*reached, group.period)
    counted = reports.tallies(tx, span, desk.now, periods=spans, agency=group.agency, specialist=group.specialist)
    days = [local_day(starts_at).isoformat() for starts_at, _ in spans or ()]
    lines = [
        ReportLine(None if row.period is None else days[row.period], row.agency, row.specialist, row.tally.summary())
        for row in counted
    ]
    return sorted(lines, key=lambda line: (line.period or "", line.agency or "", line.specialist or ""))


def as_rows(lines: Iterable[ReportLine]) -> list[dict[str, object]]:
    """JSON- and CSV-ready rows; times in minutes."""
    return [
        {
            "period": line.period,
            "agency": line.agency,
            "specialist": line.specialist,
            "n": line.summary.n,
            "within_target": line.summary.within_target,
            "within_target_percent": line.summary.within_target_percent,
            "missed": line.summary.missed,
            "open_past_target": line.summary.open_past_target,
            "median_minutes": line.summary.median_minutes,
            "p90_minutes": line.summary.p90_minutes,
            "worst_minutes": line.summary.worst_minutes,
        }
        for line in lines
    ]
