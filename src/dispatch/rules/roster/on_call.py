"""Who is on call when. The law of this module:

1. A hand-off is a time on the **local** clock of its rotation. It happens at the first moment at which that clock shows
   the hand-off time or later. So 09:00 stays 09:00 through daylight saving, and a shift of one local day lasts 23, 24
   or 25 real hours. A time that the spring night skips is the moment at which the skipped hour ends; a time that the
   autumn night shows twice is the first of the two.
2. Shift 0 begins on `starts_on` and is `members[0]`'s; the members follow in order, then start over. Before shift 0
   nobody is on call. In a pause nobody is either, and the order resumes after it where it stood. Each moment is told by
   the version of the rotation that holds at it.
3. Overrides are applied to the shift's holder in the order in which they are listed, so a later one has the last word.
   An override that lacks a name it needs changes nothing: an unfinished entry must not take anyone off call.
4. There is one answer to "who is on call". `on_call` gives it for a moment and `shifts` for a span; everything else
   asks one of the two, and both put the same overrides over the same holder. A moment finds its overrides by bisect; a
   span is walked once, from one hand-off, start or end of an override to the next, with those in force at hand. To ask
   each of 2,000 overrides at each moment took 8 seconds for a year.

Spans include their start and not their end. Moments are aware; they may come in any zone and are returned in UTC.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from typing import TypeVar
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import (
    CoverageGap,
    Override,
    OverrideKind,
    Pause,
    Rotation,
    RotationUnit,
    Shift,
    Spanning,
)
from dispatch.rules.roster.local_clock import local_moment

# ---- one rotation --------------------------------------------------------------------------------------------------


def on_call(roster: Roster, rotation: Rotation, at: datetime) -> tuple[str, ...]:
    """The ids of the people whom `rotation` puts on call at `at`, the shift's holder first, nobody twice.

    Raises `NaiveMoment` when `at` has no offset.
    """
    at = _in_utc(at)
    return _each_once(reduce(_overridden, roster.overrides_of(rotation.name).at(at), _holder(rotation, at)))


def shifts(roster: Roster, rotation: Rotation, start: datetime, end: datetime) -> list[Shift]:
    """Every shift of `rotation` in [start, end), clipped to it and sorted by its start.

    One person's unbroken time on call is one shift here, across hand-offs and overrides. Raises `NaiveMoment`.
    """
    start, end = _in_utc(start), _in_utc(end)
    return _shifts(rotation, roster.overrides_of(rotation.name).between(start, end), start, end)


def all_shifts(roster: Roster, start: datetime, end: datetime) -> list[Shift]:
    """The same of every rotation, one after another. Raises `NaiveMoment`."""
    return [shift for rotation in roster.rotations for shift in shifts(roster, rotation, start, end)]


def shift_starts(rotation: Rotation, start: datetime, end: datetime) -> list[datetime]:
    """When the shifts of [start, end) begin by the rotation alone, the first of them at `start` or before it.

    A version that holds from the middle of a shift begins one. Raises `NaiveMoment`.
    """
    start, end = _in_utc(start), _in_utc(end)
    found: list[datetime] = []
    following = (*(version.holds_from for version in rotation.versions[1:]), None)
    for version, next_holds_from in zip(rotation.versions, following, strict=True):
        ends = min(end, next_holds_from or end, version.ended_at or end)
        shift_number = max(0, _shift_at(version, max(start, version.holds_from or start)))
        while (moment := max(_handoff(version, shift_number), version.holds_from or _handoff(version, 0))) < ends:
            found.append(moment)
            shift_number += 1
    begun = [moment for moment in found if moment <= start]
    return [*begun[-1:], *(moment for moment in found if moment > start)]


def has_effect(roster: Roster, rotation: Rotation, override: Override, since: datetime) -> bool:
    """Whether anybody's shift from `since` on is another because of `override`. Raises `NaiveMoment`."""
    start, end = max(_in_utc(since), override.begins), override.over
    standing = roster.overrides_of(rotation.name).between(start, end)
    others = [one for one in standing if one is not override]
    return _shifts(rotation, others, start, end) != _shifts(rotation, standing, start, end)


# ---- the whole roster ----------------------------------------------------------------------------------------------


def resolve(roster: Roster, target: Target, at: datetime) -> tuple[Person, ...]:
    """Whom `target` means at `at`. People, rotations and ids that the roster does not know are left out.

    Raises `NaiveMoment`.
    """
    require_aware(at)
    if target.kind is TargetKind.EVERYONE:
        return roster.with_role(Role.SPECIALIST)
    if target.kind is TargetKind.PERSON:
        return _known(roster, (target.name,))
    rotation = roster.rotation_ever(target.name)
    return _known(roster, on_call(roster, rotation, at)) if rotation else ()


def coverage_gaps(roster: Roster, start: datetime, end: datetime) -> list[CoverageGap]:
    """The spans of [start, end) in which a rotation yields nobody qualified whom the roster knows, by
    their start.

    A rotation that a policy pages and that does not exist is one gap from start to end. Raises `NaiveMoment`.
    """
    start, end = _in_utc(start), _in_utc(end)
    covered = {name: _qualified_shifts(roster, name, start, end) for name in _rotation_names(roster)}
    gaps = [gap for name, found in covered.items() for gap in uncovered(CoverageGap(name, start, end), found)]
    return sorted(gaps, key=lambda gap: gap.starts_at)


def is_manned(roster: Roster, rotation: str, at: datetime) -> bool:
    """Whether somebody of the right role is on call, their training over or not: then a gap has somebody, who is paged
    and covers nothing. Raises `NaiveMoment`."""
    on_it = resolve(roster, Target(TargetKind.ROTATION, rotation), at)
    return any(one.is_coordinator if roster.takes_alarms(rotation) else one.is_specialist for one in on_it)


def _in_utc(moment: datetime) -> datetime:
    # Python compares two datetimes of one zone by their wall time, which is wrong in the night that has an hour twice.
    require_aware(moment)
    return moment.astimezone(UTC)


# ---- shifts --------------------------------------------------------------------------------------------------------


def _shift_days(rotation: Rotation) -> int:
    return rotation.length * (7 if rotation.unit is RotationUnit.WEEKS else 1)


def _handoff(rotation: Rotation, shift_number: int) -> datetime:
    day = rotation.starts_on + timedelta(days=shift_number * _shift_days(rotation))
    return _kept_moment(datetime.combine(day, rotation.handoff), rotation.timezone)


@lru_cache(maxsize=1024)  # the time zone's rules cost more than everything else in deciding on a page
def _kept_moment(wall: datetime, timezone: str) -> datetime:
    return local_moment(wall, timezone)


def _shift_at(rotation: Rotation, at: datetime) -> int:
    """The number of the shift that contains `at`; negative before the rotation starts."""
    day = at.astimezone(ZoneInfo(rotation.timezone)).date()
    # Start with one too many: where clocks go back over midnight, tomorrow's hand-off can already be behind us.
    shift_number = (day - rotation.starts_on).days // _shift_days(rotation) + 1
    while _handoff(rotation, shift_number) > at:
        shift_number -= 1
    return shift_number


def _holder(rotation: Rotation, at: datetime) -> tuple[str, ...]:
    version = rotation.at(at)
    if version is None or not version.members or _is_paused(version, at):
        return ()
    shift_number = _shift_at(version, at)
    if shift_number < 0:
        return ()
    # The first shift of all is not lost in a pause: it begins when the pause ends.
    counted = max(0, shift_number - sum(_handoffs_in(version, one) for one in version.pauses if one.starts_at <= at))
    return (version.members[counted % len(version.members)],)


def _is_paused(rotation: Rotation, at: datetime) -> bool:
    return any(_in_utc(pause.starts_at) <= at < _in_utc(pause.ends_at) for pause in rotation.pauses)


def _handoffs_in(rotation: Rotation, pause: Pause) -> int:
    """How many hand-offs fall into the pause."""
    return _first_handoff(rotation, pause.ends_at) - _first_handoff(rotation, pause.starts_at)


def _first_handoff(rotation: Rotation, since: datetime) -> int:
    """The number of the first hand-off at `since` or later."""
    since = _in_utc(since)
    shift_number = _shift_at(rotation, since)
    return max(0, shift_number if _handoff(rotation, shift_number) == since else shift_number + 1)


def running_shift(rotation: Rotation, at: datetime) -> tuple[str, datetime] | None:
    """Whose shift runs at `at` by the rotation alone, and the hand-off that ends it. None when it is nobody's."""
    version, holder = rotation.at(at), _holder(rotation, at)
    return (holder[0], _handoff(version, _shift_at(version, at) + 1)) if version and holder else None


def _overridden(people: tuple[str, ...], override: Override) -> tuple[str, ...]:
    # Not a `match` on the parts of an override: with a dozen in force, that was two thirds of the time of a year.
    kind, person, replaced = override.kind, override.person, override.replaces
    if kind is OverrideKind.REMOVE:
        return () if replaced is None else tuple([holder for holder in people if holder != replaced])
    if person is None:
        return people
    if kind is OverrideKind.ADD:
        return (*people, person)
    if replaced is None:
        return (person,)
    return tuple([person if holder == replaced else holder for holder in people]) if replaced in people else people


def _each_once(people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people)) if len(people) > 1 else people


def _shifts(rotation: Rotation, overrides: Sequence[Override], start: datetime, end: datetime) -> list[Shift]:
    """The shifts of [start, end), given the overrides that touch it in the order in which they are listed."""
    found: list[Shift] = []
    running: dict[str, int] = {}
    for moment, people in _walk(rotation, overrides, start, end):
        for person in [person for person in running if person not in people]:
            index = running.pop(person)
            found[index] = Shift(rotation.name, person, found[index].starts_at, moment)
        for person in people:
            if person not in running:
                running[person] = len(found)
                found.append(Shift(rotation.name, person, moment, end))
    return found


def _walk(
    rotation: Rotation, overrides: Sequence[Override], start: datetime, end: datetime
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Who is on call from each moment of [start, end) on at which that can change, the first at `start`."""
    if start >= end:
        return
    begin, over = defaultdict[datetime, list[int]](list), defaultdict[datetime, list[int]](list)
    for rank, override in enumerate(overrides):
        begin[max(start, override.begins)].append(rank)
        over[override.over].append(rank)
    handoffs = set(_handoffs(rotation, start, end))
    holder: tuple[str, ...] = ()
    in_force: list[int] = []  # by rank: a later override has the last word, whenever it began
    people: list[tuple[str, ...]] = []  # after each of those; what lies before a change is not worked out again
    for moment in sorted({*handoffs, *begin, *over}):
        if not start <= moment < end:
            continue
        if moment in handoffs:
            holder = _holder(rotation, moment)
            people.clear()
        for rank in over.get(moment, ()):
            index = bisect_left(in_force, rank)
            del in_force[index], people[index:]
        for rank in begin.get(moment, ()):
            index = bisect_left(in_force, rank)
            in_force.insert(index, rank)
            del people[index:]
        for rank in in_force[len(people) :]:
            people.append(_overridden(people[-1] if people else holder, overrides[rank]))
        yield moment, _each_once(people[-1] if people else holder)


def _handoffs(rotation: Rotation, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment of [start, end) at which the holder can be another, `start` among them, and some outside it."""
    yield start
    for version, begins, ends in rotation.holding(start, end):
        yield from (begins, ends)
        for pause in version.pauses:
            yield from (_in_utc(pause.starts_at), _in_utc(pause.ends_at))
        shift_number = max(0, _shift_at(version, begins))
        while (moment := _handoff(version, shift_number)) < ends:
            yield moment
            shift_number += 1


# ---- people and gaps -----------------------------------------------------------------------------------------------


def _rotation_names(roster: Roster) -> tuple[str, ...]:
    """Every rotation that exists, then every one that a policy names but that does not exist."""
    existing = [rotation.name for rotation in roster.rotations]
    paged = [
        target.name
        for policy in roster.policies
        for step in policy.steps
        for target in step.targets
        if target.kind is TargetKind.ROTATION
    ]
    return tuple(dict.fromkeys(existing + paged))


def _known(roster: Roster, ids: tuple[str, ...]) -> tuple[Person, ...]:
    people = (roster.person(id_) for id_ in ids)
    return tuple(person for person in people if person is not None)


def _qualified_shifts(roster: Roster, name: str, start: datetime, end: datetime) -> list[Shift]:
    rotation = roster.rotation_ever(name)
    if rotation is None:
        return []
    if rotation.takes_alarms:
        lapses = {person.id: end for person in roster.with_role(Role.COORDINATOR)}
    else:
        lapses = {person.id: person.qualified_before or end for person in roster.with_role(Role.SPECIALIST)}
    return [
        replace(shift, ends_at=min(shift.ends_at, lapses[shift.person]))
        for shift in shifts(roster, rotation, start, end)
        if shift.person in lapses and shift.starts_at < lapses[shift.person]
    ]


def lapses(roster: Roster, of: Iterable[Shift]) -> Iterator[datetime]:
    """The moments within these shifts at which whoever has one is qualified no longer."""
    for shift in of:
        person = roster.person(shift.person)
        lapse = person.qualified_before if person is not None else None
        if lapse is not None and shift.starts_at < lapse < shift.ends_at:
            yield lapse


AnySpan = TypeVar("AnySpan", Shift, CoverageGap)


def uncovered(span: AnySpan, by: Iterable[Spanning]) -> Iterator[AnySpan]:
    """The parts of `span` that lie in none of these."""
    since = span.starts_at
    for one in sorted(by, key=lambda one: one.starts_at):
        if since < (begins := min(one.starts_at, span.ends_at)):
            yield replace(span, starts_at=since, ends_at=begins)
        since = max(since, one.ends_at)
    if since < span.ends_at:
        yield replace(span, starts_at=since)
