"""Response times by period, agency and specialist: first the fraction within target and the 90th percentile."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from dispatch.actions.context import Context
from dispatch.rules.callout.response_clock import Summary
from dispatch.rules.reports.periods import Period, local_day, periods
from dispatch.store.reports import counting
from dispatch.store.reports.counting import Span
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


class NoneStandsAlone(ValueError):
    """a breakdown by nothing and by something at once"""


def grouped(period: Period, by: Collection[str]) -> Group:
    """A breakdown by what `by` names: agency, specialist, or none. Raises `NoneStandsAlone`."""
    if "none" in by and len(by) > 1:
        raise NoneStandsAlone("by: none stands alone")
    return Group(period, "agency" in by, "specialist" in by)


def report_response_times(
    tx: Transaction, context: Context, since: datetime | None, until: datetime | None, group: Group
) -> list[ReportLine]:
    """Summaries of the call-outs received from `since` (included) to `until` (not included).

    A cancelled call-out counts only when somebody had arrived or the target had passed: nobody can be late to what was
    called off.
    """
    span = Span(since, until)
    reached = counting.reach(tx, span)
    if reached is None:
        return []
    spans = periods(*reached, group.period)
    counted = counting.tallies(tx, span, context.now, periods=spans, agency=group.agency, specialist=group.specialist)
    days = [local_day(starts_at).isoformat() for starts_at, _ in spans or ()]
    lines = [
        ReportLine(None if row.period is None else days[row.period], row.agency, row.specialist, row.tally.summary())
        for row in counted
    ]
    return sorted(lines, key=lambda line: (line.period or "", line.agency or "", line.specialist or ""))


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One line. `period` is its first local day. A column that is not in the breakdown is null. Times in minutes."""

    period: str | None
    agency: str | None
    specialist: str | None
    n: int
    within_target: int
    within_target_percent: float | None
    missed: int
    open_past_target: int
    median_minutes: float | None
    p90_minutes: float | None
    worst_minutes: float | None


def as_lines(report: Iterable[ReportLine]) -> list[FigureLine]:
    """The report as it leaves the house, as JSON or CSV."""
    return [
        FigureLine(
            line.period,
            line.agency,
            line.specialist,
            within_target_percent=line.summary.within_target_percent,
            **asdict(line.summary),
        )
        for line in report
    ]
