"""Shifts as a calendar has them.

The law: an entry keeps its id for as long as the shift is that person's. The id is made of the rotation, the local day
on which the shift begins by the rotation alone, the person, and which of their parts of it this is. It is made of no
end, so a cover that is moved by an hour moves an entry, and no calendar loses one and gains another.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation
from dispatch.rules.roster.on_call import shift_starts, shifts


@dataclass(frozen=True, slots=True)
class FeedShift:
    """One person's unbroken time on call within one shift of the rotation. `key` is the same for as long as that is
    what it is."""

    key: str
    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime


def feed_shifts(
    roster: Roster, rotation: Rotation, start: datetime, end: datetime, person: str | None = None
) -> list[FeedShift]:
    """The shifts that touch [start, end), or those of one `person`: the first is whole, the last may be cut at `end`.

    Raises `NaiveMoment`.
    """
    slots = shift_starts(rotation, start, end)
    begins = min([start.astimezone(UTC), *slots[:1]])
    zone = ZoneInfo(rotation.timezone)
    parts = Counter[tuple[str, str]]()
    found = []
    for shift in shifts(roster, rotation, begins, end):
        if person not in (None, shift.person):
            continue
        inside = slots[bisect_right(slots, shift.starts_at) : bisect_left(slots, shift.ends_at)]
        cuts = [shift.starts_at, *inside, shift.ends_at]
        for starts_at, ends_at in pairwise(cuts):
            place = bisect_right(slots, starts_at)
            day = (slots[place - 1] if place else starts_at).astimezone(zone).date().isoformat()
            parts[shift.person, day] += 1
            key = f"{rotation.name} {day} {shift.person} {parts[shift.person, day]}"
            found.append(FeedShift(key, rotation.name, shift.person, starts_at, ends_at))
    return sorted((one for one in found if one.ends_at > start), key=lambda one: one.starts_at)
