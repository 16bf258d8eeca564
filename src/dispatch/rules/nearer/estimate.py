"""When somebody would be there, were they asked now.

The law: an estimate is somebody's turnout and the drive from their area to the meeting place's, by that part of the
day. The drive is known by what drives really took, drawn to the table; or by the table; or by the straight line. The
reason says which. What is not known stays unknown, and is never taken for near or far.

**Night is from 22:00 to 6:00 on the local clock**, as for the nights that an import shows: the roads are empty then and
people are at home; at 6 the morning traffic begins. What counts is the hour in which they would set out. A clock that
skips or repeats an hour does so after midnight, in the middle of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL, require_aware
from dispatch.rules.facts.people import DayPart, Person
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.nearer.meeting_area import kilometres
from dispatch.rules.roster.local_clock import local_day
from dispatch.rules.roster.nights import BEGINS, ENDS

FEWEST_DRIVES = 5
"""Fewer say more about one evening than about the way. It is also the weight of the table: with five drives both count
the same, with twenty the drives count four times as much."""
LONGEST_DRIVE = 180
"""Minutes between leaving and HERE. Beyond this they forgot to write."""

_ROUNDABOUT = 1.4  # roads are longer than the straight line
_KM_PER_MINUTE = 45 / 60
_WITHIN_KM = 2.5  # inside one area somebody still drives: half of it


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes until somebody would be there; None when that is unknown.

    `reason` names the area that they start from, so it is for coordinators and for the person alone.
    """

    minutes: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class MeasuredDrive:
    """What one drive took. It says neither whose it was nor on which call-out; `day` is None once it is old."""

    from_area: str
    to_area: str
    part: DayPart
    minutes: int
    day: date | None = None


def part_of_day(moment: datetime) -> DayPart:
    """Raises `NaiveMoment`."""
    require_aware(moment)
    clock = moment.astimezone(ZoneInfo(LOCAL)).time()
    return DayPart.DAY if ENDS <= clock < BEGINS else DayPart.NIGHT


def area_of(person: Person, roster: Roster, moment: datetime) -> Area | None:
    """Where they start from at that moment: what holds for a while, otherwise what the roster says. Raises
    `NaiveMoment`."""
    usual, said = person.area_code(part_of_day(moment)), roster.start_of(person.id, moment)
    # An area that has left the roster is nowhere: the usual one is a better guess than none.
    return (roster.area(said.area) if said is not None else None) or roster.area(usual)


def turnout(person: Person) -> timedelta:
    """How long after being asked they set out."""
    return timedelta(minutes=max(0, person.turnout_minutes))


def estimate(
    person: Person, to: Area | None, roster: Roster, measured: Sequence[MeasuredDrive], moment: datetime
) -> Estimate:
    """When `person` would be in the area `to`, were they asked at `moment`. `measured` may have drives of other ways.

    Raises `NaiveMoment`.
    """
    leaves = moment + turnout(person)
    part, start = part_of_day(leaves), area_of(person, roster, leaves)
    if to is None:
        return Estimate(None, "unknown: the meeting place is in no area that we know")
    if start is None:
        return Estimate(None, f"unknown: {person.first_name} has no area by {part}")
    drive, told = _drive(roster, start, to, part, measured)
    minutes = max(0, person.turnout_minutes) + drive
    way = f"within {to.name}" if start == to else f"from {start.name}"
    when = "at night" if part is DayPart.NIGHT else "by day"
    reason = f"about {minutes} min: {minutes - drive} to get going, {drive} {way} {when}{told}"
    return Estimate(minutes, reason)


def measured_drive(
    person: Person, to: Area | None, roster: Roster, en_route_at: datetime | None, arrived_at: datetime
) -> MeasuredDrive | None:
    """What is kept of a drive that has ended; None where an area is unknown, or the stamps are no drive.

    Raises `NaiveMoment`.
    """
    if to is None or en_route_at is None or (start := area_of(person, roster, en_route_at)) is None:
        return None
    minutes = round((arrived_at - en_route_at).total_seconds() / 60)
    if not 1 <= minutes <= LONGEST_DRIVE:
        return None
    day = local_day(en_route_at)
    return MeasuredDrive(start.code, to.code, part_of_day(en_route_at), minutes, day)


def _drive(roster: Roster, start: Area, to: Area, part: DayPart, measured: Sequence[MeasuredDrive]) -> tuple[int, str]:
    """Whole minutes, rounded up: a promise errs to the late side; and by what they are known, in words."""
    way = (start.code, to.code, part)
    took = [one.minutes for one in measured if (one.from_area, one.to_area, one.part) == way]
    table = _by_table(roster, start, to, part)
    supposed = table if table is not None else straight_minutes(start, to)
    if len(took) >= FEWEST_DRIVES:
        drawn = (FEWEST_DRIVES * supposed + len(took) * median(took)) / (FEWEST_DRIVES + len(took))
        return math.ceil(drawn), f" by {len(took)} drives"
    if table is not None:
        return table, " by the table"
    return supposed, ", estimated by the straight line"


def _by_table(roster: Roster, start: Area, to: Area, part: DayPart) -> int | None:
    ways = {(drive.from_area, drive.to_area): drive for drive in roster.drives}
    there, back = ways.get((start.code, to.code)), ways.get((to.code, start.code))
    minutes = there.minutes(part) if there is not None else None
    return minutes if minutes is not None or back is None else back.minutes(part)


def straight_minutes(start: Area, to: Area) -> int:
    """Whole minutes by the straight line × 1.4 at 45 km/h."""
    away = max(_WITHIN_KM, kilometres(start.lat, start.lon, to.lat, to.lon))
    return math.ceil(away * _ROUNDABOUT / _KM_PER_MINUTE)
