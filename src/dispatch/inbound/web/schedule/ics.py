"""A calendar feed as text (RFC 5545). The library is loaded with the first calendar that asks."""

import uuid
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dispatch.actions.schedule.keep_feeds import Feed
from dispatch.rules.facts.moments import LOCAL

if TYPE_CHECKING:
    from icalendar import Timezone

_KEYS = uuid.UUID("6f1f0e0e-5d5f-4f5b-9d0c-0a6f6e1d2c11")  # the namespace of our shifts' keys (RFC 9562, 5.5)
_ASK_AGAIN = timedelta(hours=1)


def written(feed: Feed) -> bytes:
    """Each shift with its stable UID, the roster's version as its SEQUENCE, and local times with their zone."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//dispatch//on call//EN")
    calendar.add("version", "2.0")
    name = f"On call: {feed.roster.name_of(feed.person) if feed.person is not None else feed.rotation}"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _ASK_AGAIN)
    calendar.add("x-published-ttl", "PT1H")
    zone = ZoneInfo(LOCAL)
    calendar.add_component(_timezone(feed.made_on.astimezone(zone).year))
    alike = Event()
    alike.add("dtstamp", feed.made_on)
    alike.add("sequence", feed.version)
    alike.add("transp", "TRANSPARENT")  # whoever is on call is not busy until somebody calls
    for shift in feed.shifts or ():
        event = Event(alike)  # to make what all have in common for each took a third of the time
        event.add("uid", str(uuid.uuid5(_KEYS, shift.key)))
        event.add("dtstart", shift.starts_at.astimezone(zone))
        event.add("dtend", shift.ends_at.astimezone(zone))
        who = f"On call: {shift.rotation}" if feed.person is not None else feed.roster.name_of(shift.person)
        event.add("summary", who)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


@lru_cache(maxsize=4)
def _timezone(year: int) -> "Timezone":
    """What clocks here do from the year before to two years after. Finding that out takes longer than the shifts."""
    from icalendar import Timezone

    return Timezone.from_tzinfo(ZoneInfo(LOCAL), LOCAL, date(year - 1, 1, 1), date(year + 2, 1, 1))
