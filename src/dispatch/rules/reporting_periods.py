"""The periods of a report: days, weeks and months as people here count them.

The law: a period begins at local midnight, so a call-out at 23:30 counts for the day on which its officer rang.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
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
    day, end = _FIRST_DAY[period](local_day(first)), local_day(last)
    days = [day]
    while days[-1] <= end:
        days.append(_NEXT[period](days[-1]))
    starts = [datetime.combine(start, time.min, ZoneInfo(LOCAL)) for start in days]  # no clock changes at midnight here
    return list(pairwise(starts))


def local_day(moment: datetime) -> date:
    """The day on which clocks here show `moment`."""
    return moment.astimezone(ZoneInfo(LOCAL)).date()


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
