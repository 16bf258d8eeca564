"""A calendar feed as text (RFC 5545). The library is loaded with the first calendar that asks."""

import uuid
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from dispatch.actions.schedule.keep_feeds import Feed
from dispatch.rules.facts.moments import LOCAL

_KEYS = uuid.UUID("6f1f0e0e-5d5f-4f5b-9d0c-0a6f6e1d2c11")  # the namespace of our shifts' keys (RFC 9562, 5.5)
_ASK_AGAIN = timedelta(hours=1)
_LOCAL = ZoneInfo(LOCAL)
# What stands in an event until its shift does. No summary has a line's end in it, so none can hold one of these.
_UID, _STARTS, _ENDS = uuid.UUID(int=0), datetime(2000, 1, 1, 1, tzinfo=_LOCAL), datetime(2000, 1, 1, 2, tzinfo=_LOCAL)


def written(feed: Feed) -> bytes:
    """Each shift with its stable UID, the roster's version as its SEQUENCE, and local times with their zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//dispatch//on call//EN")
    calendar.add("version", "2.0")
    name = f"On call: {feed.roster.name_of(feed.person) if feed.person is not None else feed.rotation}"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _ASK_AGAIN)
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_timezone(feed.made_on.astimezone(_LOCAL).year))
    head, end, rest = calendar.to_ical().rpartition(b"END:VCALENDAR")
    return b"".join((head, *_events(feed), end, rest))


def _events(feed: Feed) -> list[bytes]:
    """The library writes an event for each summary, and each shift's own three lines are put in it: to have it write
    the 366 events of a rotation took 400 ms, ten times as long as to find its shifts."""

    @cache
    def alike(summary: str) -> bytes:
        return _event(feed, summary)

    found = []
    for shift in feed.shifts or ():
        summary = f"On call: {shift.rotation}" if feed.person is not None else feed.roster.name_of(shift.person)
        event = alike(summary).replace(_line("UID:", _UID), _line("UID:", uuid.uuid5(_KEYS, shift.key)))
        event = event.replace(_at("DTSTART", _STARTS), _at("DTSTART", shift.starts_at))
        found.append(event.replace(_at("DTEND", _ENDS), _at("DTEND", shift.ends_at)))
    return found


def _event(feed: Feed, summary: str) -> bytes:
    event = Event()
    event.add("dtstamp", feed.made_on)
    event.add("sequence", feed.version)
    event.add("transp", "TRANSPARENT")  # whoever is on call is not busy until somebody calls
    event.add("uid", str(_UID))
    event.add("dtstart", _STARTS)
    event.add("dtend", _ENDS)
    event.add("summary", summary)
    text: bytes = event.to_ical()
    return text


def _at(name: str, moment: datetime) -> bytes:
    return _line(f"{name};TZID={LOCAL}:", f"{moment.astimezone(_LOCAL):%Y%m%dT%H%M%S}")


def _line(name: str, value: object) -> bytes:
    return f"\r\n{name}{value}\r\n".encode()


@lru_cache(maxsize=4)
def _timezone(year: int) -> Timezone:
    """What clocks here do from the year before to two years after. Finding that out takes longer than the shifts."""
    return Timezone.from_tzinfo(_LOCAL, LOCAL, date(year - 1, 1, 1), date(year + 2, 1, 1))
