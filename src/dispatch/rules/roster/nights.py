"""Who is on call in the coming nights, for somebody who reads a new roster before it takes effect.

The law: a night is from 22:00 to 6:00 on the clock of its rotation. The reader sees every hand-off in between, and at a
glance where nobody is on call. The resolver that pages also answers this: somebody who is not a specialist is paged
like anybody else in the rotation, so they are named, and marked. A night of the past is told as it was: by the
rotations that held then, and with the ids of people who have left.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation
from dispatch.rules.roster.local_clock import local_day, local_moment
from dispatch.rules.roster.on_call import lapses, on_call, shifts
from dispatch.rules.roster.qualified import not_covering
from dispatch.rules.wording.times import local_time

BEGINS, ENDS = time(22), time(6)
NIGHTS = 14


def tonight(now: datetime) -> date:
    """The day whose night is going on, or comes next. Raises `NaiveMoment`."""
    require_aware(now)
    here = now.astimezone(ZoneInfo(LOCAL))
    return here.date() if here.time() >= ENDS else here.date() - timedelta(days=1)


def span_of(day: date, timezone: str = LOCAL) -> tuple[datetime, datetime, datetime]:
    """When a day begins at 6:00, when its night does, and when both end."""
    begins = local_moment(datetime.combine(day, ENDS), timezone)
    night = local_moment(datetime.combine(day, BEGINS), timezone)
    return begins, night, local_moment(datetime.combine(day + timedelta(days=1), ENDS), timezone)


def nights_touched(starts_at: datetime, ends_at: datetime) -> Iterator[date]:
    """The nights, by the day on which they begin, of which the span has a moment."""
    day = local_day(starts_at) - timedelta(days=1)
    while (night := span_of(day))[1] < ends_at:
        if night[2] > starts_at:
            yield day
        day += timedelta(days=1)


def nights_of_each(roster: Roster, first: date, following: date) -> Counter[str]:
    """How many of the nights from `first` on until before `following` each person has a moment of: each counts once,
    however many rotations put them on call."""
    nights = {
        (shift.person, night)
        for rotation in roster.all_rotations
        for shift in shifts(roster, rotation, span_of(first)[1], span_of(following)[0])
        for night in nights_touched(shift.starts_at, shift.ends_at)
        if first <= night < following
    }
    return Counter(person for person, _ in nights)


@dataclass(frozen=True, slots=True)
class Night:
    """`on_call` has a line for each rotation that holds then, in the roster's order: whom it puts on call, in words."""

    begins_on: date
    on_call: tuple[tuple[str, str], ...]


def coming(roster: Roster, at: datetime, now: datetime | None = None) -> list[Night]:
    """The nights from `at` on, including the one that is going on then. Whoever the roster does not know is named in
    what is past `now` (`at`, where nothing else is said): they have left since. Nobody is to come who has no number.
    Raises `NaiveMoment`."""
    now, first = now or at, tonight(at)
    days = [first + timedelta(days=number) for number in range(NIGHTS)]
    return [
        Night(day, tuple((one.name, _told(roster, one, day, now)) for one in roster.all_rotations if _holds(one, day)))
        for day in days
    ]


def _holds(rotation: Rotation, day: date) -> bool:
    """Whether there is such a rotation as the night begins, or as it ends."""
    return any(map(rotation.at, span_of(day, rotation.timezone)[1:]))


def _told(roster: Roster, rotation: Rotation, day: date, now: datetime) -> str:
    """Who is on call at the beginning, and each change with its time."""
    zone, (_, begins, ends) = rotation.timezone, span_of(day, rotation.timezone)
    spans = shifts(roster, rotation, begins, ends)
    edges = {edge for span in spans for edge in (span.starts_at, span.ends_at) if edge < ends}
    moments = sorted({begins, *edges, *lapses(roster, spans)})
    told = []
    for moment in moments:
        people = [one for one in on_call(roster, rotation, moment) if moment < now or roster.person(one) is not None]
        names = " and ".join(_named(roster, rotation, person, moment) for person in people) or "NOBODY"
        told.append(names if moment == begins else f"from {local_time(moment, zone)} {names}")
    return ", ".join(told)


def _named(roster: Roster, rotation: Rotation, person_id: str, at: datetime) -> str:
    name, person = roster.short_name_of(person_id), roster.person(person_id)
    why_not = not_covering(roster, rotation.name, person, at) if person is not None else ""
    return f"{name} ({why_not})" if why_not else name
