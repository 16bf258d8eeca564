"""Readers for one value of the file: each returns its meaning, or raises a ValueError that says what is wrong."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo

from dispatch.phone_numbers import e164
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Target, TargetKind
from dispatch.rules.roster.local_clock import local_moment

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_SHIFT = 366

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DURATION = re.compile(r"(\d{1,6})([smh])")
_PIN = re.compile(r"[0-9]{6,10}")
_UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{shown(value)} is not a text; write it in "quotes"')
    if not value.strip():
        raise ValueError("is empty")
    if not value.isprintable():
        raise ValueError(f"{value!r} has a line break or another character that cannot be printed")
    return value


def some(value: object) -> object:
    if value == []:
        raise ValueError("is empty")
    return value


def phone(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{shown(value)} is not a phone number; write it in quotes, like "+15625550101"')
    return e164(value)


def pin(value: object) -> str:
    """Digits as a text: a number would lose its leading zeros."""
    if not isinstance(value, str) or not _PIN.fullmatch(value):
        raise ValueError(f'{shown(value)} is no PIN; write 6 to 10 digits in "quotes"')
    return value


def seconds(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match:
            seconds = int(match[1]) * _UNIT_SECONDS[match[2]]
        elif isinstance(value, int) and not isinstance(value, bool):
            seconds = value
        elif isinstance(value, str) and value.strip().isdecimal():
            raise ValueError(f'{shown(value)} has no unit; write "{value.strip()}m" for minutes, "s" for seconds')
        else:
            raise ValueError(f'{shown(value)} is not a length of time; write it like "90s", "5m" or "1h"')
        if not least <= seconds <= most:
            bounds = f"is not between {duration(least)} and {duration(most)}"
            if isinstance(value, int) and least <= value * 60 <= most:
                raise ValueError(f'{value} is {value} seconds, which {bounds}; did you mean "{value}m"?')
            raise ValueError(f"{shown(value)} {bounds}")
        return seconds

    return read


def minutes(least: int, most: int) -> Callable[[object], int]:
    return _whole(least, most, "a whole number of minutes")


def count(least: int, most: int) -> Callable[[object], int]:
    return _whole(least, most, "a whole number")


def _whole(least: int, most: int, what: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"{shown(value)} is not {what} from {least} to {most}")
        return value

    return read


def degrees(most: int, wanted: str) -> Callable[[object], float]:
    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
            raise ValueError(f"{shown(value)} is not a {wanted}")
        return float(value)

    return read


def clock_time(value: object) -> time:
    if isinstance(value, time) and not value.microsecond:
        return value
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise ValueError(f'{shown(value)} is not a time of day; write it like "09:00"')
    return time.fromisoformat(value)


def clock_text(at: time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


def day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise ValueError(f"{shown(value)} is not a date; write it like 2026-01-05") from None


def last_day(value: object) -> date:
    """A day that the clock still shows the end of."""
    read = day(value)
    if not 2000 <= read.year < 2100:
        raise ValueError(f"{read.isoformat()} lies outside this century; write it like 2027-06-30")
    return read


def weekday(value: object) -> int:
    if not isinstance(value, str) or value.lower() not in WEEKDAYS:
        advice = did_you_mean(value, WEEKDAYS) or "; write monday, tuesday and so on"
        raise ValueError(f"{shown(value)} is not a weekday{advice}")
    return WEEKDAYS.index(value.lower())


def zone(value: object) -> str:
    if isinstance(value, str) and value in _WINTER_ONLY:
        raise ValueError(f"{shown(value)} has no summer time; write {_WINTER_ONLY[value]}")
    if not isinstance(value, str) or value not in _zone_names():
        meant = _ZONE_CALLED.get(value.strip().casefold()) if isinstance(value, str) else None
        # Never a zone that names no city: it would be hours off, like "UTC" for "UTC-8".
        guess = did_you_mean(value, (name for name in _zone_names() if "/" in name))
        advice = f"; write {meant}" if meant else guess or f"; write it like {LOCAL}"
        raise ValueError(f"{shown(value)} is not a time zone{advice}")
    return value


# These are valid zones, but an hour off in summer for whoever means the clock on the wall.
_WINTER_ONLY = {"EST": "America/New_York", "MST": "America/Denver, or America/Phoenix for Arizona"}
# What people call a zone. The letters name one half of the year only, and a rotation needs both.
_ZONE_CALLED = {
    called: zone
    for zone, names in {
        LOCAL: ("pst", "pdt", "pt", "pacific", "pacific time", "los angeles", "california", "la"),
        "America/Denver": ("mdt", "mt", "mountain", "mountain time", "denver"),
        "America/Chicago": ("cst", "cdt", "ct", "central", "central time", "chicago"),
        "America/New_York": ("edt", "et", "eastern", "eastern time", "new york"),
    }.items()
    for called in names
}


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


Zones = dict[str, str]
"""The zones of the rotations that were read before: an override's times are local to its rotation."""
OWN_ZONE = ""
"""In `Zones`, that of the rotation which is being read: its pauses' times are local to it. No rotation is called so."""


def moment(value: object, info: ValidationInfo[Zones]) -> datetime:
    """A moment with its offset from UTC, or in local time."""
    complaint = ValueError(f'{shown(value)} is not a day and time; write it like "2026-12-24 18:00"')
    # A time is required: "until the 26th" could mean either midnight.
    if isinstance(value, str) and ":" in value:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise complaint from None
    if not isinstance(value, datetime):
        raise complaint
    zone = info.context.get(info.data.get("rotation", OWN_ZONE), LOCAL)
    try:
        read = value.astimezone(UTC) if value.tzinfo else local_moment(value, zone)
        for clock in (zone, LOCAL):  # every view shows it on one of them
            read.astimezone(ZoneInfo(clock))
    except OverflowError:  # 9999-12-31, written to mean "forever", falls into the year 10000 in UTC
        raise complaint from None
    return read


def target(value: object) -> Target:
    words = text(value)
    kind, _, name = words.partition(":")
    if words == TargetKind.EVERYONE:
        return Target(TargetKind.EVERYONE)
    if kind in (TargetKind.ROTATION, TargetKind.PERSON) and name:
        return Target(TargetKind(kind), name)
    raise ValueError(f'{words!r} is not a target; write "rotation:NAME", "person:ID" or "everyone"')


def target_text(target: Target) -> str:
    return str(target.kind) if target.kind is TargetKind.EVERYONE else f"{target.kind}:{target.name}"


def shown(value: object) -> str:
    """A value nearly as it stands in the file."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return repr(value)
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    close = get_close_matches(str(word), sorted(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def duration(seconds: int) -> str:
    """Seconds in the largest unit that divides them evenly: 300 is 5m, 90 is 90s."""
    unit = next(unit for unit, size in _UNIT_SECONDS.items() if seconds % size == 0 and (seconds or unit == "s"))
    return f"{seconds // _UNIT_SECONDS[unit]}{unit}"
