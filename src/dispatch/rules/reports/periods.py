"""The periods of a report: days, weeks and months as people in Los Angeles count them.

The law: a period begins at local midnight, so a call-out at 23:30 counts for the day on which its officer rang.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # begins on Monday
    MONTH = "month"
    ALL = "all"


def periods(first: datetime, last: datetime, period: Period) -> list[tuple[datetime, datetime]] | None:
    """The start of each period and of the one after it, from the period of `first` to that of `last`.

    None for `Period.ALL`, which has neither a start nor an end.
    """
    if period is Period.ALL:
        return None
    day, end = first_day(first, period), local_day(last)
    days = [day]
    while days[-1] <= end:
        days.append(_NEXT[period](days[-1]))
    starts = [datetime.combine(start, time.min, ZoneInfo(LOCAL)) for start in days]  # no clock changes at midnight here
    return list(pairwise(starts))


def local_day(moment: datetime) -> date:
    """The day on which clocks here show `moment`."""
    return moment.astimezone(ZoneInfo(LOCAL)).date()


def first_day(moment: datetime, period: Period) -> date:
    """The first day of the period in which `moment` lies; not of `Period.ALL`."""
    return _FIRST_DAY[period](local_day(moment))


_FIRST_DAY: dict[Period, Callable[[date], date]] = {
    Period.DAY: lambda day: day,
    Period.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Period.MONTH: lambda day: day.replace(day=1),
}
_NEXT: dict[Period, Callable[[date], date]] = {
    Period.DAY: lambda day: day + timedelta(days=1),
    Period.WEEK: lambda day: day + timedelta(days=7),
    Period.MONTH: lambda day: (day + timedelta(days=31)).replace(day=1),
}


# ---- what a person asks for ----------------------------------------------------------------------------------------


class Lately(StrEnum):
    """The periods that a view offers. Weeks are whole weeks from Monday, including the current one."""

    WEEKS_4 = "4-weeks"
    WEEKS_13 = "13-weeks"
    WEEKS_52 = "52-weeks"
    ALL = "all"
    DAYS = "days"  # from one day to another

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: dict[Lately, str] = {
    Lately.WEEKS_4: "Last 4 weeks",
    Lately.WEEKS_13: "Last 13 weeks",
    Lately.WEEKS_52: "Last 52 weeks",
    Lately.ALL: "Everything",
    Lately.DAYS: "From day to day",
}
_WEEKS = {Lately.WEEKS_4: 4, Lately.WEEKS_13: 13, Lately.WEEKS_52: 52}


def asked_span(
    lately: Lately, first: date | None, last: date | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """From when (included) until when (not included); None if there is no bound.

    `first` and `last` are local days, both included, and count for `Lately.DAYS` only.
    """
    if lately is Lately.DAYS:
        return asked_days(first, last)
    if lately is Lately.ALL:
        return None, None
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())
    return midnight(monday - timedelta(weeks=_WEEKS[lately] - 1)), None


def asked_days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The same, from one local day to another, both included. No day follows the last one of the calendar, so that one
    is no bound."""
    after = last + timedelta(days=1) if last is not None and last < date.max else None
    return midnight(first) if first else None, midnight(after) if after else None


def midnight(day: date) -> datetime:
    """The moment at which `day` begins here, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(LOCAL)).astimezone(UTC)  # no clock changes at midnight here
