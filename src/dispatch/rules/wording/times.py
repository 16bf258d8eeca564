"""Times as the reader's own clock shows them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware


def local_time(moment: datetime, tz: str = LOCAL) -> str:
    """The local time, such as 02:45. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M}"


def local_time_of_two(moment: datetime) -> str:
    """As `local_time`; in the hour that comes twice, with which of the two it is: 01:12 PST. Raises `NaiveMoment`."""
    local = moment.astimezone(ZoneInfo(LOCAL))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local_time(moment)} {local:%Z}" if twice else local_time(moment)


def minutes_past(moment: datetime, limit: datetime) -> int:
    """By how many minutes a clock that shows no seconds is past `limit` then: what is said fits what is read."""
    return (moment.replace(second=0, microsecond=0) - limit.replace(second=0, microsecond=0)) // timedelta(minutes=1)


def local_seconds(moment: datetime) -> str:
    """To the second, such as 02:45:10. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(LOCAL)):%H:%M:%S}"


def local_day_and_time(moment: datetime, tz: str = LOCAL) -> str:
    """Such as "Sat 4 Mar 02:45", for what is days away. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    local = moment.astimezone(ZoneInfo(tz))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def local_weekday_and_time(moment: datetime) -> str:
    """Such as "Sat 02:45", for what was within the week. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(LOCAL)):%a %H:%M}"


def local_day(moment: datetime) -> str:
    """Such as "Sat 4 Mar". Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    local = moment.astimezone(ZoneInfo(LOCAL))
    return f"{local:%a} {local.day} {local:%b}"


def local_iso(moment: datetime) -> str:
    """For programs: the local time with its offset, to the second. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return moment.astimezone(ZoneInfo(LOCAL)).isoformat(timespec="seconds")


def utc_iso(moment: datetime | None) -> str | None:
    """For other people's programs: UTC with a Z, and None, which is null there, for what has not happened. Raises
    `NaiveMoment` for a moment without a zone."""
    if moment is None:
        return None
    require_aware(moment)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def local_text(moment: datetime) -> str:
    """`moment` as people say it, in the zone that it comes in: Sat 2026-08-01 02:14 PDT."""
    return f"{moment:%a %Y-%m-%d %H:%M %Z}"


_DAY_MINUTES = 24 * 60
_CLOCKS_APART_SECONDS = 5  # beyond this coordinators are alarmed


def minutes_left(moment: datetime, now: datetime) -> tuple[int, str]:
    """Whole minutes to `moment` or past it, and the words behind them. Half a minute too late is "0 min over"."""
    seconds = (moment - now).total_seconds()
    return int(abs(seconds) // 60), "min left" if seconds >= 0 else "min over"


def from_now(moment: datetime, now: datetime) -> str:
    """How far away `moment` is, as people say it: "now", "7 min ago", "in 2 h 5 min"; beyond a day whole days.

    Minutes are cut off, never rounded up: a minute that is not over has not passed. What comes within the minute is
    "in under 1 min". But the clocks of two nodes may be seconds apart, and what has come is never said to be still
    ahead: within five seconds it is "now". `ui.js` says the same while a view is open.
    """
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 60:
        return "in under 1 min" if seconds > _CLOCKS_APART_SECONDS else "now"
    return f"in {_span(abs(seconds))}" if seconds > 0 else f"{_span(abs(seconds))} ago"


def how_long(since: datetime, now: datetime) -> str:
    """How long something has been so: "under 1 min", "4 min", "2 h 5 min". `ui.js` says the same."""
    seconds = (now - since).total_seconds()
    return "under 1 min" if seconds < 60 else _span(seconds)


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < _DAY_MINUTES:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = minutes // _DAY_MINUTES
    return "1 day" if days == 1 else f"{days} days"


SECONDS_MATTER = timedelta(minutes=15)
"""With less than this left, a time that runs out is shown to the second."""


def time_left(until: datetime, now: datetime) -> tuple[str, str]:
    """What is left until a target, for one very large number, and the small words after it: ("58", "min left of"),
    ("12:23", "min left of"), and once it is over ("3:05", "min over") or ("1:03:05", "h over"). `ui.js` says the
    same."""
    seconds = (until - now).total_seconds()
    if seconds <= 0:
        return minutes_and_seconds(-seconds), "h over" if seconds <= -3600 else "min over"
    if seconds < SECONDS_MATTER.total_seconds():
        return minutes_and_seconds(seconds), "min left of"
    return str(int(seconds // 60)), "min left of"


def minutes_and_seconds(seconds: float) -> str:
    """Such as 3:05; from an hour on 1:03:05."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
