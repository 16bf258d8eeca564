"""How soon somebody on call could be in each area tonight. Where nobody could within the hour, that is a gap, though
somebody is on call.

The law: on call is whom a step pages, or who is paged with it because all of it is far away. The rounds after the last
step, which page everybody, are hope and no plan. The time counts from the call, so whoever a later step pages comes
later by that much. An area is a gap when every way to it is known and each is too long: whoever's way is unknown is
taken for neither near nor far. Where nobody is on call, the other gaps say so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.people import DayPart, Person, Role
from dispatch.rules.facts.roster import Area, Policy, Roster
from dispatch.rules.facts.schedule import Absence, is_away
from dispatch.rules.nearer.estimate import MeasuredDrive, estimate, part_of_day
from dispatch.rules.roster.local_clock import next_time
from dispatch.rules.roster.nights import BEGINS, ENDS
from dispatch.rules.roster.on_call import all_shifts, resolve

Drives = Mapping[str, Sequence[MeasuredDrive]]
"""What drives really took, by the code of the area that they led to."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many minutes after a call the first of those on call would be in the `area`, at the worst moment of the
    night, which is `at`; None where nobody is on call, or somebody's way is unknown."""

    area: Area
    at: datetime
    minutes: int | None

    def is_gap(self, target: timedelta) -> bool:
        return self.minutes is not None and timedelta(minutes=self.minutes) > target


def reach_tonight(roster: Roster, drives: Drives, now: datetime, absences: Collection[Absence] = ()) -> list[Reach]:
    """For each area of the roster, in the night that runs or comes, with the `absences` that stand. Raises
    `NaiveMoment`."""
    moments = _changes_tonight(roster, now)
    return [_worst(roster, area, drives.get(area.code, ()), moments, absences) for area in roster.areas]


def out_of_reach(
    roster: Roster, drives: Drives, target: timedelta, now: datetime, absences: Collection[Absence] = ()
) -> list[Reach]:
    """The areas in which nobody on call could be within `target` tonight. Raises `NaiveMoment`."""
    return [reach for reach in reach_tonight(roster, drives, now, absences) if reach.is_gap(target)]


def the_first(ways: Iterable[tuple[timedelta, int | None]]) -> int | None:
    """Whole minutes after the call at which the first of these would be there: how long after it each is asked, and how
    many minutes their way takes. None when there is nobody, or a way is unknown."""
    known = [(after // timedelta(minutes=1), minutes) for after, minutes in ways]
    if not known or any(minutes is None for _, minutes in known):
        return None
    return min(after + minutes for after, minutes in known if minutes is not None)


_MOST_BESIDE = 2


def beside_far_step(
    policy: Policy, in_step: Sequence[Person], others: Iterable[Person], ready: Mapping[str, int]
) -> list[Person]:
    """The two nearest of the `others`, where everybody in a first step needs longer than the policy bears. `ready` are
    minutes by person; where somebody's in the step are unknown, it is not taken for far."""
    known = [ready[person.id] for person in in_step if person.id in ready]
    if not policy.far_minutes or not in_step or len(known) < len(in_step) or min(known) <= policy.far_minutes:
        return []
    nearer = [one for one in others if one not in in_step and ready.get(one.id, min(known)) < min(known)]
    return sorted(nearer, key=lambda person: (ready[person.id], person.id))[:_MOST_BESIDE]


def _worst(
    roster: Roster,
    area: Area,
    measured: Sequence[MeasuredDrive],
    moments: Sequence[datetime],
    absences: Collection[Absence],
) -> Reach:
    found = [
        Reach(area, moment, the_first(_ways(roster, policy, area, measured, moment, absences)))
        for moment in moments
        for policy in dict.fromkeys(roster.policy_of(agency, moment) for agency in roster.callers)
    ]
    return max(found, key=lambda one: one.minutes or 0, default=Reach(area, moments[0], None))


def _ways(
    roster: Roster,
    policy: Policy,
    area: Area,
    measured: Sequence[MeasuredDrive],
    moment: datetime,
    absences: Collection[Absence],
) -> Iterator[tuple[timedelta, int | None]]:
    after = timedelta()
    specialists = roster.with_role(Role.SPECIALIST) if policy.far_minutes else ()
    ready = {one.id: estimate(one, area, roster, measured, moment).minutes for one in specialists}
    known = {person: minutes for person, minutes in ready.items() if minutes is not None}
    for step in policy.steps:
        people = {one.id: one for target in step.targets for one in resolve(roster, target, moment + after)}
        others = (one for one in specialists if one.is_qualified(moment) and not is_away(one.id, absences, moment))
        beside = beside_far_step(policy, [*people.values()], others, known) if not after else []
        for person in [*people.values(), *beside]:
            if person.is_qualified(moment + after):
                yield after, estimate(person, area, roster, measured, moment + after).minutes
        if people:  # a step that pages nobody is skipped
            after += timedelta(seconds=step.wait_seconds)


def _changes_tonight(roster: Roster, now: datetime) -> list[datetime]:
    """When the night begins, which may be now, and every moment in it at which somebody else comes on call."""
    begins = now if part_of_day(now) is DayPart.NIGHT else next_time(BEGINS, now)
    ends = next_time(ENDS, begins)
    edges = {edge for span in all_shifts(roster, begins, ends) for edge in (span.starts_at, span.ends_at)}
    return sorted({begins, *(edge for edge in edges if begins < edge < ends)})
