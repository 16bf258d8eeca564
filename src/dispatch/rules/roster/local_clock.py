"""Times on the local clock, as moments in UTC.

The law: a time of day comes once a day, even in a night in which clocks skip an hour or show it twice.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL


def local_moment(wall: datetime, timezone: str) -> datetime:
    """The first moment, in UTC, at which clocks in `timezone` show `wall` (a datetime without offset) or later."""
    zone = ZoneInfo(timezone)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return first
    # PEP 495: only if the time is skipped is the reading with fold=1 the earlier one; the clocks jump between the two.
    begin = second.replace(microsecond=0)

    def reached(seconds: int) -> bool:
        return (begin + timedelta(seconds=seconds)).astimezone(zone).replace(tzinfo=None) >= wall

    span = range(int((first - begin).total_seconds()) + 1)
    return begin + timedelta(seconds=bisect_left(span, True, key=reached))


def midnight(day: date) -> datetime:
    """The moment at which `day` begins here, in UTC."""
    return local_moment(datetime.combine(day, time.min), LOCAL)


def local_day(moment: datetime) -> date:
    """The day on which clocks here show `moment`."""
    return moment.astimezone(ZoneInfo(LOCAL)).date()


def moments_at(wall: datetime, timezone: str) -> tuple[datetime, ...]:
    """The moments, in UTC, at which clocks in `timezone` show `wall`: two in the hour that comes twice, the earlier one
    first; otherwise that of `local_moment`."""
    first = local_moment(wall, timezone)
    again = wall.replace(tzinfo=ZoneInfo(timezone), fold=1).astimezone(UTC)
    return (first, again) if again > first else (first,)


def next_shown(at: time, now: datetime) -> datetime:
    """As `next_time`, for a moment that a person means: be it the second time that night."""
    today = local_day(now)
    walls = (datetime.combine(today + timedelta(days=days), at) for days in range(3))
    return next(moment for wall in walls for moment in moments_at(wall, LOCAL) if moment > now)


def next_time(at: time, now: datetime) -> datetime:
    """The next moment after `now` at which local clocks show `at`."""
    today = local_day(now)
    moments = (local_moment(datetime.combine(today + timedelta(days=days), at), LOCAL) for days in range(3))
    return next(moment for moment in moments if moment > now)
