"""Whose shift begins when, and when that is tested.

The law: whoever comes on call in a rotation that a policy pages is tested as their shift begins; where it begins
between 22:00 and 8:00, in the evening before, while somebody can still be found. Whoever goes on being on call does not
come on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation, Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import on_call, resolve, shifts

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
EVENING = time(19)
WRITTEN_AHEAD = timedelta(minutes=1)
"""How long before its moment a test is written, so that it leaves at that moment, to the second."""
MISSED = timedelta(minutes=30)
"""How late a test is still made: a service that was down tests whoever came on meanwhile."""
_LONGEST_NIGHT = timedelta(hours=14)  # from the evening to 8:00, on a clock that is set back as well


@dataclass(frozen=True, slots=True)
class ComingOn:
    """Somebody's shift in a rotation, and the moment at which they are tested for it."""

    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime
    tested_at: datetime


def moment_of_test(starts_at: datetime) -> datetime:
    """When whoever comes on at this moment is tested. Raises `NaiveMoment`."""
    local = starts_at.astimezone(ZoneInfo(LOCAL))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return starts_at
    day = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    return local_moment(datetime.combine(day, EVENING), LOCAL)


def coming_on(roster: Roster, now: datetime) -> list[ComingOn]:
    """Every shift whose test is due within a minute, or was in the last half hour."""
    since = now - MISSED
    found = []
    for rotation in roster.rotations:
        if rotation.name not in roster.paged_rotations:
            continue
        for shift in shifts(roster, rotation, since, now + _LONGEST_NIGHT):
            moment, person = moment_of_test(shift.starts_at), roster.person(shift.person)
            begins = shift.starts_at > since  # one that begins at the edge of what is looked at goes on from before
            if begins and since < moment <= now + WRITTEN_AHEAD and person is not None and person.is_specialist:
                ends_at = _end(roster, rotation, shift)
                if ends_at > now:  # whoever came in beside somebody may have been let go already
                    found.append(ComingOn(rotation.name, person.id, shift.starts_at, ends_at, moment))
    return found


_HORIZON = timedelta(days=14)


def _end(roster: Roster, rotation: Rotation, begun: Shift) -> datetime:
    """The end of a shift, which lies beyond what was looked at; 14 days for one that has none."""
    whole = shifts(roster, rotation, begun.starts_at, begun.starts_at + _HORIZON)
    return next(one.ends_at for one in whole if one.person == begun.person)


def holds(roster: Roster, rotation: str, person: str, at: datetime) -> bool:
    """Whether this person is on call in the rotation at that moment."""
    return any(one.id == person for one in resolve(roster, Target(TargetKind.ROTATION, rotation), at))


def backup_of(roster: Roster, coming: str, person: str, never: Iterable[str], at: datetime) -> Person | None:
    """Who comes in beside whoever has this shift of the rotation `coming`: the first of the step after the one that
    pages it, in the first policy that does, as it is on call `at` the moment from which somebody is beside them. None
    where no later step has anybody who may; `never` may not."""
    rotation = roster.rotation(coming)
    if rotation is None:
        return None
    wanted = Target(TargetKind.ROTATION, coming)
    left_out = {person, *never, *on_call(roster, rotation, at)}
    for policy in roster.policies:
        pages = [wanted in step.targets for step in policy.steps]
        if True not in pages:
            continue
        later = policy.steps[pages.index(True) + 1 :]
        people = [one for step in later for target in step.targets for one in resolve(roster, target, at)]
        return next((one for one in people if one.is_specialist and one.id not in left_out), None)
    return None
