"""What would happen if a call came in from an area: who would be paged, when, and by when they would be there.

The law: the ladder is the one that pages, and `estimate` alone says how long a way takes; here they are put together.
It is for coordinators, since it says from which area each of our people starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from dispatch.rules.board.ladder import Rung, ladders
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer.estimate import Estimate, MeasuredDrive, estimate
from dispatch.rules.nearer.nearby import nearby
from dispatch.rules.nearer.paged_first import AHEAD
from dispatch.rules.nearer.reach import the_first
from dispatch.rules.roster.reachable import Reachability
from dispatch.rules.roster.rest import still


@dataclass(frozen=True, slots=True)
class Way:
    """One person's way to the area. `there` is how long after the call they would be there, asked when their step
    begins and saying yes at once; None where that is unknown. `rests_until`: paging passes over them until then, while
    anybody else is left. `reachable`: whether they are tonight, where the plan is for tonight. `later`: they
    are paged a minute after the others of their step. `away`: they have said so, and are asked only where a step has
    them."""

    person: Person
    estimate: Estimate
    there: timedelta | None
    in_time: bool
    rests_until: datetime | None = None
    reachable: Reachability | None = None
    later: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class PlannedStep:
    rung: Rung
    ways: tuple[Way, ...]

    @property
    def first(self) -> Way | None:
        """Who of them would be there first, as far as that is known."""
        known = [way for way in self.ways if way.there is not None]
        return min(known, key=_nearest_first, default=None)


@dataclass(frozen=True, slots=True)
class PlannedLadder:
    """`late` is how many minutes after the call the first of those on call would be there, if that is too late."""

    agencies: tuple[str, ...]
    steps: tuple[PlannedStep, ...]
    late: int | None


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """`within` are all who could make it in time, were they asked at once, the nearest first; `beyond` are those who
    could not, and at the end those whose way is unknown. Whoever is out on a call-out is in neither."""

    area: Area
    at: datetime
    target: timedelta
    ladders: tuple[PlannedLadder, ...]
    within: tuple[Way, ...]
    beyond: tuple[Way, ...]


def area_plan(
    roster: Roster,
    area: Area,
    measured: Sequence[MeasuredDrive],
    out: frozenset[str],
    resting: Mapping[str, datetime],
    target: timedelta,
    at: datetime,
    reachable: Mapping[str, Reachability] = MappingProxyType({}),
    away: frozenset[str] = frozenset(),
) -> AreaPlan:
    """`out` are the people out on call-outs, `resting` says until when others rest, `measured` are the drives to the
    area, `reachable` says who is reachable tonight, and `away` are those who are away then. Raises `NaiveMoment`."""

    def way(person: Person, after: timedelta) -> Way:
        found = estimate(person, area, roster, measured, at + after)
        there = None if found.minutes is None else after + timedelta(minutes=found.minutes)
        in_time = there is not None and there <= target
        rests = still(resting, person.id, at + after)
        return Way(
            person,
            found,
            there,
            in_time=in_time,
            rests_until=rests,
            reachable=reachable.get(person.id),
            away=person.id in away,
        )

    def step(rung: Rung) -> PlannedStep:
        return PlannedStep(rung, tuple(way_in(rung, person) for person in rung.people))

    def where(callout: CallOut, moment: datetime) -> Nearby:
        return nearby(roster, callout, area, measured, 0, moment, away)

    def way_in(rung: Rung, person: Person) -> Way:
        later = person.id in rung.later
        return replace(way(person, rung.after + (AHEAD if later else timedelta())), later=later)

    free = [person for person in roster.people if person.is_qualified(at) and person.id not in out]
    near = sorted((way(person, timedelta()) for person in free), key=_nearest_first)
    planned = [(one.agencies, tuple(map(step, one.rungs))) for one in ladders(roster, out, resting, at, where)]
    return AreaPlan(
        area,
        at,
        target,
        tuple(PlannedLadder(agencies, steps, _late(steps, target, at)) for agencies, steps in planned),
        within=tuple(one for one in near if one.in_time),
        beyond=tuple(one for one in near if not one.in_time),
    )


def _late(steps: Sequence[PlannedStep], target: timedelta, at: datetime) -> int | None:
    on_call = [
        (one.rung.after, way.estimate.minutes)
        for one in steps
        for way in one.ways
        if not one.rung.everyone and way.person.is_qualified(at + one.rung.after)
    ]
    first = the_first(on_call)
    return first if first is not None and timedelta(minutes=first) > target else None


def _nearest_first(way: Way) -> tuple[bool, timedelta]:
    return way.there is None, way.there or timedelta()
