"""When somebody says they will be there. The law: no officer is told a time that nobody can have meant."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware

FEWEST_MINUTES = 3  # 1 and 2 are keys
MOST_MINUTES = 360

# A clock time outside these is past, or half a day off.
_SOONEST = timedelta(minutes=3)
_LATEST = timedelta(minutes=180)

# An exact time that has passed by less than this was meant as now.
_JUST_PAST = timedelta(minutes=60)

_HALF_A_DAY = 12


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day as somebody said it. Up to 12:59 it may be in either half of the day, unless it is `exact`."""

    hour: int
    minute: int
    exact: bool = False


Eta = int | ClockTime  # minutes from now, or a time of day


def eta_minutes(amount: int) -> int | None:
    """A plausible ETA, 3 to 360 minutes, or None: 1 and 2 are keys."""
    return amount if FEWEST_MINUTES <= amount <= MOST_MINUTES else None


def eta_at(eta: Eta | None, now: datetime) -> datetime | None:
    """The moment that is meant, or None where no moment makes sense: a clock time is 3 to 180 minutes ahead.

    A time of day is read on the local clock. Raises `NaiveMoment`.
    """
    require_aware(now)
    if eta is None:
        return None
    if not isinstance(eta, ClockTime):
        return now + timedelta(minutes=eta)
    zone = ZoneInfo(LOCAL)
    today = now.astimezone(zone).date()
    hours = {eta.hour} if eta.exact or eta.hour > _HALF_A_DAY else {eta.hour, (eta.hour + _HALF_A_DAY) % 24}
    moments = [
        # In autumn one hour comes twice; in spring one is skipped, and is read as the next.
        datetime.combine(today + timedelta(days=day), time(hour, eta.minute, fold=fold), zone).astimezone(now.tzinfo)
        for day in (0, 1)
        for hour in hours
        for fold in (0, 1)
    ]
    return min((moment for moment in moments if _SOONEST <= moment - now <= _LATEST), default=None)


def is_far_off(eta: Eta | None, now: datetime) -> bool:
    """Whether an unambiguous time of day is hours away: "I can at 6 am", said at two."""
    if not isinstance(eta, ClockTime) or not (eta.exact or eta.hour > _HALF_A_DAY):
        return False
    return eta_at(eta, now) is None and all(_is_far(eta, now, day) for day in (-1, 0, 1))


def _is_far(eta: ClockTime, now: datetime, day: int) -> bool:
    zone = ZoneInfo(LOCAL)
    date = now.astimezone(zone).date() + timedelta(days=day)
    moment = datetime.combine(date, time(eta.hour, eta.minute), zone).astimezone(now.tzinfo)
    return not -_JUST_PAST <= moment - now <= _LATEST
