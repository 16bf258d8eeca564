"""Days and times that people type, on the clock of Los Angeles."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.local_clock import local_moment


def is_known(day: date) -> bool:
    """Whether it lies in the span that the schedule tells of."""
    return 2000 <= day.year < 2099


def moments_of(text: str) -> list[datetime]:
    """The moments that a local time names: two in the hour that comes twice, one otherwise, none for what is no time of
    this century."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        return []
    if not is_known(wall.date()):
        return []
    if wall.utcoffset() is not None:
        return [wall]
    first = local_moment(wall, LOCAL)
    second = wall.replace(tzinfo=ZoneInfo(LOCAL), fold=1)
    again = second.astimezone(first.tzinfo)
    return (
        [first, again] if again > first and again.astimezone(ZoneInfo(LOCAL)).replace(tzinfo=None) == wall else [first]
    )
