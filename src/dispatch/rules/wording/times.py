"""Times as the reader's own clock shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware


def local_time(moment: datetime, tz: str = LOCAL) -> str:
    """The local time, such as 02:45. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M}"


def local_seconds(moment: datetime, tz: str = LOCAL) -> str:
    """To the second, such as 02:45:10. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M:%S}"


def local_day_and_time(moment: datetime, tz: str = LOCAL) -> str:
    """Such as "Sat 14 Mar 02:45", for what is days away. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%a %d %b %H:%M}"


def local_text(moment: datetime) -> str:
    """`moment` as people say it, in the zone that it comes in: Sat 2026-08-01 02:14 PDT."""
    return f"{moment:%a %Y-%m-%d %H:%M %Z}"


_DAY_MINUTES = 24 * 60


def from_now(moment: datetime, now: datetime) -> str:
    """How far away `moment` is, as people say it: "now", "7 min ago", "in 2 h 5 min"; beyond a day whole days.

    Minutes are cut off, never rounded up: a minute that is not over has not passed. `room.js` says the same while a
    page is open.
    """
    seconds = (moment - now).total_seconds()
    minutes = int(abs(seconds) // 60)
    if minutes == 0:
        return "now"
    if minutes < 60:
        span = f"{minutes} min"
    elif minutes < _DAY_MINUTES:
        hours, rest = divmod(minutes, 60)
        span = f"{hours} h {rest} min" if rest else f"{hours} h"
    else:
        days = minutes // _DAY_MINUTES
        span = "1 day" if days == 1 else f"{days} days"
    return f"in {span}" if seconds > 0 else f"{span} ago"
