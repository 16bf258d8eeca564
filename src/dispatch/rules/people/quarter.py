"""The quarter of a year that runs, in which everybody's nights are counted, those behind and those ahead."""

from datetime import date, datetime, timedelta

from dispatch.rules.roster.local_clock import local_day

_DAY = timedelta(days=1)


def bounds(now: datetime) -> tuple[date, date]:
    """The first day of the quarter, and of the next one."""
    today = local_day(now)
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    following = first + 100 * _DAY  # in the next quarter, whichever it is
    return first, date(following.year, following.month - (following.month - 1) % 3, 1)
