"""Times as the reader's own clock shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware


def local_time(moment: datetime, tz: str = LOCAL) -> str:
    """The local time, such as 02:45. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M}"


def local_day_and_time(moment: datetime, tz: str = LOCAL) -> str:
    """Such as "Sat 14 Mar 02:45", for what is days away. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%a %d %b %H:%M}"


def local_text(moment: datetime) -> str:
    """`moment` as people say it, in the zone that it comes in: Sat 2026-08-01 02:14 PDT."""
    return f"{moment:%a %Y-%m-%d %H:%M %Z}"
