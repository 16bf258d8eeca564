"""What may leave the house: the figures of a calendar period, and their release."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.actions.context import Context
from dispatch.rules.callout.response_clock import Tally, total
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.reports.headline import CameOf, minutes
from dispatch.rules.reports.public_figures import (
    WITHHELD,
    CalendarPeriod,
    Counts,
    FigureRow,
    NotOver,
    check_release,
    offered,
    sentence,
    table,
    why_total_alone,
    within_words,
)
from dispatch.rules.roster.local_clock import local_day
from dispatch.store.access import audit
from dispatch.store.reports import callout_times, counting, releases
from dispatch.store.reports.counting import Span
from dispatch.store.reports.releases import PublicRelease
from dispatch.store.transaction import Transaction


class NothingReleased(LookupError):
    """no figures of this period have left the house"""


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """The figures of one period. `remark` is why agencies are missing. `release` is how they left, if they have;
    `hindrance` is why they cannot leave now."""

    period: CalendarPeriod
    sentence: str
    remark: str
    rows: list[FigureRow]
    release: PublicRelease | None
    hindrance: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """The periods that are over, the newest first, and those that have left."""

    periods: list[CalendarPeriod]
    released: list[PublicRelease]


def offer_periods(tx: Transaction, context: Context) -> Offer:
    reached = counting.reach(tx, Span())
    periods = offered(local_day(reached[0]), context.now) if reached else []
    return Offer(periods, releases.all_released(tx))


def public_figures(tx: Transaction, context: Context, period: CalendarPeriod) -> PublicFigures:
    """The figures as they may be shown now. Raises `NotOver`."""
    if not period.is_over(context.now):
        raise NotOver(NotOver.__doc__)
    rows = _rows(tx, context, period)
    released = releases.all_released(tx)
    try:
        check_release(period, (one.period for one in released), context.now)
        hindrance = None
    except ValueError as error:
        hindrance = str(error)
    release = next((one for one in released if one.period == period), None)
    return PublicFigures(period, sentence(period, rows), why_total_alone(period, rows), rows, release, hindrance)


def release_figures(tx: Transaction, context: Context, period: CalendarPeriod, by: Actor) -> PublicRelease:
    """Release the figures of a period, as a file, once and for good. Raises `NotOver`, `LeftAlready` and `Overlaps`."""
    context.let_sleep()
    releases.lock_only(tx)
    check_release(period, (one.period for one in releases.all_released(tx)), context.now)
    assert by.id is not None, "whoever has signed in is somebody of the roster"
    release = PublicRelease(period, _file(period, _rows(tx, context, period)), by.id, context.now)
    releases.insert(tx, release)
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.RELEASED_FIGURES, detail=period.name)
    return release


def released_file(tx: Transaction, context: Context, period: CalendarPeriod) -> str:
    """The file that left. Raises `NothingReleased`."""
    release = releases.find(tx, period)
    if release is None:
        raise NothingReleased(f"no figures of {period.name} have left the house")
    return release.file


def _rows(tx: Transaction, context: Context, period: CalendarPeriod) -> list[FigureRow]:
    span = Span(*period.span)
    came = callout_times.came_of(tx, span)
    tallies = counting.tallies(tx, span, context.now)
    callers = {agency.code for agency in context.roster(tx).callers}
    names = sorted({*callers, *tallies, *came})
    counts = [(name, _counts(tallies.get(name, Tally()), came.get(name, CameOf()))) for name in names]
    return table(period.kind, counts, _counts(total(tallies.values()), sum(came.values(), CameOf())))


def _counts(tally: Tally, came: CameOf) -> Counts:
    summary = tally.summary()
    callouts = summary.within_target + summary.missed
    return Counts(callouts, summary.missed, summary.median_minutes, came.children_met, came.freedom_bags)


def _file(period: CalendarPeriod, rows: Sequence[FigureRow]) -> str:
    """The sentence, then the table, as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([sentence(period, rows)])
    writer.writerow(["agency", "children reached", "call-outs", "within the hour", "median minutes", "Freedom Bags"])
    for row in rows:
        writer.writerow(cells(row))
    return text.getvalue()


def cells(row: FigureRow) -> list[str]:
    """A row as it is shown, in words."""
    children, bags = (WITHHELD if number is None else str(number) for number in (row.children, row.bags))
    median = WITHHELD if row.median is None else minutes(row.median)
    return [row.name, children, str(row.callouts), within_words(row), median, bags]
