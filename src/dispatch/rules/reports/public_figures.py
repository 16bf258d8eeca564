"""What may be published: how many children were reached in a period, and how fast.

The law: nothing that is published says a number from 1 to 9, and nobody can subtract their way to one.

- A table by agency is published for a whole calendar quarter only, and only if each of its cells is 0 or `FEWEST` at
  least, those that came late and those that came in time among them. So it has no gap to fill in, and any sum or
  difference of agencies is made of numbers that anybody may read.
- Otherwise the total alone is published, if it is `FEWEST` at least, with those of its cells that may be said. Without
  rows there is nothing to subtract from it: neither all agencies but one, nor the misses of one. One to nine that came
  late are "fewer than 10", and no more is said.
- Periods are calendar months, quarters and years that are over. A released period rules out every other that shares a
  day with it: a quarter less two of its months would be the third. So no difference of two releases is a period.
- A period is released once, and its file is kept: an entry that is corrected later changes no copy, or a second file
  less the first would be one child.
- A median stands only where it is known that `FEWEST` at least came in time: otherwise it may be that of a few, or say
  on which side of the hour half of them were.

An agency knows its own number. With two agencies, each can subtract its own from a total; no rule helps against that.
The only breakdown is by agency: no week and no specialist is ever shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dispatch.rules.roster.local_clock import local_day, midnight

FEWEST = 10
"""The smallest number that is published, but for zero."""


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_ORDINALS = ("first", "second", "third", "fourth")


class NoSuchPeriod(LookupError):
    """a period is a month (2026-10), a quarter (2026-Q3) or a year (2026)"""


class NotOver(ValueError):
    """this period is not over yet; what is still to come would change its figures"""


class Overlaps(ValueError):
    """a period that shares days with this one has left the house already"""


class LeftAlready(ValueError):
    """these figures have left the house already; the file is there to be had again"""


@dataclass(frozen=True, slots=True, order=True)
class CalendarPeriod:
    """A month, a quarter or a year; `first` is its first day."""

    first: date
    kind: PeriodKind

    @property
    def after(self) -> date:
        """The first day of the next period."""
        months = self.first.month - 1 + _MONTHS[self.kind]
        return date(self.first.year + months // 12, months % 12 + 1, 1)

    @property
    def key(self) -> str:
        """As in an address: 2026-10, 2026-Q4 or 2026."""
        year, month, _ = self.first.isoformat().split("-")
        return {
            PeriodKind.MONTH: f"{year}-{month}",
            PeriodKind.QUARTER: f"{year}-Q{(int(month) + 2) // 3}",
            PeriodKind.YEAR: year,
        }[self.kind]

    @property
    def name(self) -> str:
        return {
            PeriodKind.MONTH: f"{self.first:%B %Y}",
            PeriodKind.QUARTER: f"the {_ORDINALS[(self.first.month - 1) // 3]} quarter of {self.first.year}",
            PeriodKind.YEAR: str(self.first.year),
        }[self.kind]

    @property
    def short_name(self) -> str:
        """The name beside others of the same year: "October", "fourth quarter", or the year itself."""
        if self.kind is PeriodKind.YEAR:
            return self.name
        return self.name.rpartition(" ")[0].removesuffix(" of").removeprefix("the ")

    @property
    def span(self) -> tuple[datetime, datetime]:
        return midnight(self.first), midnight(self.after)

    def is_over(self, now: datetime) -> bool:
        return local_day(now) >= self.after

    def overlaps(self, other: "CalendarPeriod") -> bool:
        return self.first < other.after and other.first < self.after


def containing(day: date, kind: PeriodKind) -> CalendarPeriod:
    """The period of this kind that contains `day`."""
    months = _MONTHS[kind]
    return CalendarPeriod(date(day.year, (day.month - 1) // months * months + 1, 1), kind)


# Of this century: behind the last year of the calendar there is no day at which it would be over.
_KEY = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?")


def named(key: str) -> CalendarPeriod:
    """The period whose key this is. Raises `NoSuchPeriod`."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise NoSuchPeriod(NoSuchPeriod.__doc__)
    year, month, quarter = found.groups()
    kind = PeriodKind.MONTH if month else PeriodKind.QUARTER if quarter else PeriodKind.YEAR
    return CalendarPeriod(date(int(year), int(month or int(quarter or 1) * 3 - 2), 1), kind)


def offered(first: date, now: datetime) -> list[CalendarPeriod]:
    """Every period that is over and ends after `first`, the newest first; a year stands before its quarters."""
    last = local_day(now)
    found: set[CalendarPeriod] = set()
    day = first.replace(day=1)
    while day <= last:
        found |= {one for kind in PeriodKind if (one := containing(day, kind)).is_over(now)}
        day = (day + timedelta(days=31)).replace(day=1)
    return sorted(found, key=lambda one: (one.after, _MONTHS[one.kind]), reverse=True)


def check_release(period: CalendarPeriod, released: Iterable[CalendarPeriod], now: datetime) -> None:
    """Raise `NotOver`, `LeftAlready` or `Overlaps` unless the figures of `period` may be released now."""
    if not period.is_over(now):
        raise NotOver(NotOver.__doc__)
    for other in released:
        if other == period:
            raise LeftAlready(LeftAlready.__doc__)
        if other.overlaps(period):
            inside = period.first <= other.first and other.after <= period.after
            remedy = "release what is left of it in shorter periods" if inside else "it is counted there"
            raise Overlaps(
                f"{other.name} has left the house already and shares days with {period.name}: what lies between them "
                f"could be subtracted; {remedy}"
            )


# ---- the table -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of one agency, or of all. `callouts` are those whose result is known; the median is in
    minutes."""

    callouts: int = 0
    missed: int = 0
    median: float | None = None
    children: int = 0
    bags: int = 0

    @property
    def within(self) -> int:
        return self.callouts - self.missed

    @property
    def are_publishable(self) -> bool:
        cells = (self.callouts, self.missed, self.within, self.children, self.bags)
        return all(_may_be_said(cell) for cell in cells)


def _may_be_said(cell: int) -> bool:
    return cell == 0 or cell >= FEWEST


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line as it may be shown. None means not shown; instead of `within` the line may say that few came later."""

    name: str
    callouts: int
    within: int | None
    few_later: bool  # 1 to 9 came later; no more is said
    median: float | None
    children: int | None
    bags: int | None


ALL = "All agencies"


def table(kind: PeriodKind, counts: Sequence[tuple[str, Counts]], total: Counts) -> list[FigureRow]:
    """What may be published: the row of each agency and the total below them, the total alone, or nothing."""
    if total.callouts < FEWEST:
        return []
    by_agency = kind is PeriodKind.QUARTER and all(one.are_publishable for _, one in counts)
    return [_row(name, one) for name, one in (*(counts if by_agency else ()), (ALL, total))]


def _row(name: str, one: Counts) -> FigureRow:
    tells = _may_be_said(one.missed) and _may_be_said(one.within)
    # Of fewer than 19 it is not said: few might be late and few in time, and which of the two would tell the number.
    few = 0 < one.missed < FEWEST and one.callouts >= 2 * FEWEST - 1
    median = one.median if (tells or few) and one.within >= FEWEST else None
    children, bags = (cell if _may_be_said(cell) else None for cell in (one.children, one.bags))
    return FigureRow(name, one.callouts, one.within if tells else None, few, median, children, bags)


def sentence(period: CalendarPeriod, rows: Sequence[FigureRow]) -> str:
    """What the table says, in one sentence; `rows` are what `table` returned."""
    if not rows:
        return f"In {period.name} there were fewer than {FEWEST} call-outs: no figure is published."
    total = rows[-1]
    children = f"reached {total.children} children on" if total.children else "went out on"
    if total.within == total.callouts:
        hour = ", each within the hour"
    elif total.within is not None:
        hour = f", {total.within} of them within the hour"
    else:
        hour = f", {within_words(total)} of them within the hour" if total.few_later else ""
    return f"In {period.name} we {children} {total.callouts} call-outs{hour}."


def why_total_alone(period: CalendarPeriod, rows: Sequence[FigureRow]) -> str:
    """Why agencies are missing, and what to ask for instead; empty if they are there, or nothing is."""
    if len(rows) != 1:
        return ""
    if period.kind is PeriodKind.QUARTER:
        return (
            f"The total alone: a figure of some agency is from 1 to {FEWEST - 1}, and fewer than {FEWEST} are never "
            f"published. No other period says more of this quarter."
        )
    instead = quarters_of(period)[0].name if period.kind is PeriodKind.MONTH else "its quarters"
    return f"The total alone: figures by agency are published for whole calendar quarters. Ask for {instead} instead."


def quarters_of(period: CalendarPeriod) -> list[CalendarPeriod]:
    """The quarters that share days with a period."""
    found = [containing(period.first, PeriodKind.QUARTER)]
    while found[-1].after < period.after:
        found.append(containing(found[-1].after, PeriodKind.QUARTER))
    return found


def within_words(row: FigureRow) -> str:
    """What stands in the column of those within the hour."""
    if row.within is not None:
        return str(row.within)
    return f"all but fewer than {FEWEST}" if row.few_later else WITHHELD


WITHHELD = "not shown"
