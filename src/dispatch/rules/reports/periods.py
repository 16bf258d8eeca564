"""The periods of a report: weeks and months as people in Los Angeles count them.

The law: a period begins at local midnight, so a call-out at 23:30 counts for the day on which its officer rang.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from dispatch.rules.roster.local_clock import local_day, midnight


class Period(StrEnum):
    WEEK = "week"  # begins on Monday
    MONTH = "month"


def first_days(first: datetime, last: datetime, period: Period) -> list[date]:
    """The first day of each period, from the period of `first` to that of `last`."""
    days = [first_day(first, period)]
    while (following := _day_after(days[-1], period)) <= local_day(last):
        days.append(following)
    return days


def first_day(moment: datetime, period: Period) -> date:
    """The first day of the period in which `moment` lies."""
    day = local_day(moment)
    return day - timedelta(days=day.weekday()) if period is Period.WEEK else day.replace(day=1)


def _day_after(first: date, period: Period) -> date:
    """The first day of the period after the one that begins on `first`."""
    return first + timedelta(days=7) if period is Period.WEEK else (first + timedelta(days=31)).replace(day=1)


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
