"""What may be published: how many children were reached in a period, and how fast.

The law: nothing that is published says anything about fewer than `FEWEST`, also not to somebody who knows everything
that was ever published and how it was made.

- Periods are calendar months, quarters and years that are over. A released period rules out every other that shares a
  day with it, so no difference of two releases is a period, and each table is safe if it is safe by itself. It is
  released once: a later correction changes no copy of it.
- A number below `FEWEST`, zero included, is withheld, and others with it until enough values fit each ("complementary
  suppression", as statistical offices do it): `withholding`.
- The number of misses is such a number too, and so are those within the hour: `withheld_misses`. If it is 1 to 4, the
  report may say that it is fewer than five.

The only breakdown is by agency: no week and no specialist is ever shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dispatch.rules.reports.periods import local_day, midnight
from dispatch.rules.reports.withheld_misses import Lateness, MissesShown, misses_shown
from dispatch.rules.reports.withholding import FEWEST, withheld


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
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
        month, year = self.first.month, self.first.year
        return {
            PeriodKind.MONTH: f"{_NAMES[month - 1]} {year}",
            PeriodKind.QUARTER: f"the {_ORDINALS[(month - 1) // 3]} quarter of {year}",
            PeriodKind.YEAR: str(year),
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


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line as it may be shown. None means withheld; instead of `within` the line may say that fewer than five came
    later."""

    name: str
    callouts: int | None
    within: int | None
    few_later: bool  # 1 to 4 came later; no more is said
    median: float | None
    children: int | None
    bags: int | None


ALL = "All agencies"


def table(counts: Sequence[tuple[str, Counts]], total: Counts) -> list[FigureRow]:
    """The rows of `counts` and the total below them, without what must not be shown."""
    callouts = withheld([one.callouts for _, one in counts])
    children = withheld([one.children for _, one in counts])
    bags = withheld([one.bags for _, one in counts])
    shown = _misses_shown([one for _, one in counts], callouts)
    # With one agency, the total would repeat its row.
    rows = [*counts, (ALL, total)] if len(counts) != 1 else counts
    return [
        FigureRow(
            name,
            one.callouts if index not in callouts else None,
            one.callouts - one.missed if shown.get(index) is MissesShown.NUMBER else None,
            shown.get(index) is MissesShown.FEW,
            one.median if shown.get(index, MissesShown.NOTHING) is not MissesShown.NOTHING else None,
            one.children if index not in children else None,
            one.bags if index not in bags else None,
        )
        for index, (name, one) in enumerate(rows)
    ]


def _misses_shown(counts: Sequence[Counts], hidden: set[int]) -> dict[int, MissesShown]:
    """What is shown of the misses of each row by its index; nothing of a row whose call-outs are `hidden`."""
    total = len(counts)
    if total in hidden:
        return {}
    late = [Lateness(one.callouts, one.missed) for one in counts]
    if total == 1:
        return {0: late[0].alone}
    rows = [index for index in range(total) if index not in hidden]
    others = Lateness(sum(late[index].callouts for index in hidden), sum(late[index].missed for index in hidden))
    own, of_all = misses_shown([late[index] for index in rows], others if hidden else None)
    return dict(zip([*rows, total], [*own, of_all], strict=True))


def sentence(period: CalendarPeriod, rows: Sequence[FigureRow]) -> str:
    """What the table says, in one sentence; `rows` are what `table` returned."""
    total = rows[-1] if rows else None
    if total is None or total.callouts is None:
        return f"In {period.name} there were too few call-outs to report on: no figure below {FEWEST} is given."
    children = f"reached {total.children} children on" if total.children is not None else "went out on"
    if total.within == total.callouts:
        hour = "each within the hour"
    elif total.within is not None:
        hour = f"{total.within} of them within the hour"
    elif total.few_later:
        hour = f"all but fewer than {FEWEST} of them within the hour"
    else:
        hour = ""
    return f"In {period.name} we {children} {total.callouts} call-outs{', ' if hour else ''}{hour}."


def within_words(row: FigureRow) -> str:
    """What stands in the column of those within the hour."""
    if row.within is not None:
        return str(row.within)
    return f"all but fewer than {FEWEST}" if row.few_later else WITHHELD


WITHHELD = "not shown"
