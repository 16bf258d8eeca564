"""How many nights each person has in the quarter of a year that runs, those behind and those ahead.

The law: the resolver that pages is asked. A night is somebody's if they are on call in any moment of it, once, however
many rotations put them on call.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.nights import BEGINS, ENDS
from dispatch.rules.roster.on_call import shifts

_DAY = timedelta(days=1)


def bounds(now: datetime) -> tuple[date, date]:
    """The first day of the quarter, and of the next one."""
    today = now.astimezone(ZoneInfo(LOCAL)).date()
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    following = first + 100 * _DAY  # in the next quarter, whichever it is
    return first, date(following.year, following.month - (following.month - 1) % 3, 1)


def nights(roster: Roster, now: datetime) -> Counter[str]:
    """By person, the nights that begin in this quarter."""
    first, following = bounds(now)
    start = local_moment(datetime.combine(first, BEGINS), LOCAL)
    end = local_moment(datetime.combine(following, ENDS), LOCAL)
    taken = {
        (shift.person, night)
        for rotation in (*roster.rotations, *roster.former_rotations)
        for shift in shifts(roster, rotation, start, end)
        for night in _nights(shift.starts_at, shift.ends_at)
        if first <= night < following
    }
    return Counter(person for person, _ in taken)


def _nights(starts_at: datetime, ends_at: datetime) -> list[date]:
    """By the day on which they begin."""
    zone = ZoneInfo(LOCAL)
    local = starts_at.astimezone(zone)
    night = local.date() if local.time() >= ENDS else local.date() - _DAY
    found = []
    while local_moment(datetime.combine(night, BEGINS), LOCAL) < ends_at:
        found.append(night)
        night += _DAY
    return found
