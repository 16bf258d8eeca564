"""Days and times that people type, and that a field shows, on the clock of Los Angeles."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.local_clock import moments_at


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
    return list(moments_at(wall, LOCAL))


def on_the_clock(moment: datetime) -> str:
    """A moment as a field for day and time has it: the organisation's own clock, to the minute."""
    return moment.astimezone(ZoneInfo(LOCAL)).strftime("%Y-%m-%dT%H:%M")
