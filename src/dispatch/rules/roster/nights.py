"""Who is on call in the coming nights, for somebody who reads a new roster before it takes effect.

The law: a night is from 22:00 to 6:00 on the clock of its rotation. The reader sees every hand-off in between, and at a
glance where nobody is on call. The resolver that pages also answers this: somebody who is not a specialist is paged
like anybody else in the rotation, so they are named, and marked.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import lapses, resolve, shifts
from dispatch.rules.roster.qualified import not_covering
from dispatch.rules.wording.times import local_time

BEGINS, ENDS = time(22), time(6)
NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Night:
    """`on_call` has a line for each rotation, in the roster's order: whom it puts on call, in words."""

    begins_on: date
    on_call: tuple[tuple[str, str], ...]


def coming(roster: Roster, now: datetime) -> list[Night]:
    """The next nights, including the one that is going on. Raises `NaiveMoment`."""
    require_aware(now)
    today = now.astimezone(ZoneInfo(LOCAL))
    first = today.date() if today.time() >= ENDS else today.date() - timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(NIGHTS)]
    return [
        Night(day, tuple((rotation.name, _told(roster, rotation, day)) for rotation in roster.rotations))
        for day in days
    ]


def _told(roster: Roster, rotation: Rotation, day: date) -> str:
    """Who is on call at the beginning, and each change with its time."""
    zone = rotation.timezone
    begins = local_moment(datetime.combine(day, BEGINS), zone)
    ends = local_moment(datetime.combine(day + timedelta(days=1), ENDS), zone)
    spans = shifts(roster, rotation, begins, ends)
    edges = {edge for span in spans for edge in (span.starts_at, span.ends_at) if edge < ends}
    moments = sorted({begins, *edges, *lapses(roster, spans)})
    told = []
    for moment in moments:
        people = resolve(roster, Target(TargetKind.ROTATION, rotation.name), moment)
        names = " and ".join(_named(roster, rotation, person, moment) for person in people) or "NOBODY"
        told.append(names if moment == begins else f"from {local_time(moment, zone)} {names}")
    return ", ".join(told)


def _named(roster: Roster, rotation: Rotation, person: Person, at: datetime) -> str:
    why_not = not_covering(roster, rotation.name, person, at)
    return f"{person.first_name} ({why_not})" if why_not else person.first_name
