"""Where somebody starts from for a while, said by themselves or by a coordinator (ADR 56).

The law: it ends by itself, at their next hand-off. Whoever is on call says it for the rest of that shift, and whoever
comes on call within twelve hours for the shift that comes; of anybody else it holds for a day. An area is named by its
whole code or its whole name: a wrong one would send for somebody who is far away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Roster, StartsFrom
from dispatch.rules.nearer.estimate import area_of
from dispatch.rules.nearer.meeting_area import plain
from dispatch.rules.roster.on_call import all_shifts

_SOON = timedelta(hours=12)  # "tonight I start from": said at supper of a shift that begins at nine
_A_DAY = timedelta(days=1)
_LONGEST = timedelta(days=14)
"""Of a rotation that hands over to nobody else."""


class StartsNowhere(LookupError):
    """that person or that area is not in the roster; choose again"""


def starting(roster: Roster, person_id: str, code: str, now: datetime) -> StartsFrom:
    """This person starts from the area with this code from now on, until their next hand-off. Raises `StartsNowhere`,
    `NaiveMoment`."""
    if roster.area(code) is None or roster.person(person_id) is None:
        raise StartsNowhere(StartsNowhere.__doc__)
    return StartsFrom(person_id, code, now, _next_handoff(roster, person_id, now))


def _next_handoff(roster: Roster, person_id: str, now: datetime) -> datetime:
    theirs = [
        shift
        for shift in all_shifts(roster, now, now + _LONGEST)
        if shift.person == person_id and shift.starts_at <= now + _SOON
    ]
    running = [shift for shift in theirs if shift.starts_at <= now]
    return min((shift.ends_at for shift in running or theirs), default=now + _A_DAY)


# ---- which area is meant -------------------------------------------------------------------------------------------


def area_called(roster: Roster, said: str) -> Area | None:
    """The area whose code or name this is. Spaces, accents, punctuation and capitals do not matter."""
    wanted = _squeezed(said)
    by_code = (area for area in roster.areas if wanted == _squeezed(area.code))
    by_name = (area for area in roster.areas if wanted == _squeezed(area.name))
    return next(by_code, None) or next(by_name, None) if wanted else None


def _squeezed(text: str) -> str:
    return plain(text).replace(" ", "")


# ---- what is shown of it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartShown:
    """Where somebody starts from now, for coordinators and for the person alone: `until` when that holds, if it is not
    what the roster says, and all the areas to choose from."""

    area: Area | None
    until: datetime | None
    areas: tuple[Area, ...]


def start_shown(roster: Roster, person: Person, now: datetime) -> StartShown:
    """Raises `NaiveMoment`."""
    said = roster.start_of(person.id, now)
    until = said.until if said is not None and roster.area(said.area) is not None else None
    return StartShown(area_of(person, roster, now), until, roster.areas)
