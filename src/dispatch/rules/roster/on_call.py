"""Who is on call when. The law of this module:

1. A hand-off is a time on the **local** clock of its rotation. It happens at the first moment at which that clock shows
   the hand-off time or later. So 09:00 stays 09:00 through daylight saving, and a shift of one local day lasts 23, 24
   or 25 real hours. A time that the spring night skips is the moment at which the skipped hour ends; a time that the
   autumn night shows twice is the first of the two.
2. Shift 0 begins on `starts_on` and is `members[0]`'s; the members follow in order, then start over. Before shift 0
   nobody is on call.
3. Overrides are applied to the shift's holder in the order in which they are listed, so a later one has the last word.
   An override that lacks a name it needs changes nothing: an unfinished entry must not take anyone off call.
4. There is one answer to "who is on call": `shifts`, `coverage_gaps` and `resolve` all ask `on_call`.

Spans include their start and not their end. Moments are aware; they may come in any zone and are returned in UTC.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import CoverageGap, Override, OverrideKind, Rotation, RotationUnit, Shift
from dispatch.rules.roster.local_clock import local_moment

# ---- one rotation --------------------------------------------------------------------------------------------------


def on_call(rotation: Rotation, overrides: tuple[Override, ...], at: datetime) -> tuple[str, ...]:
    """The ids of the people whom `rotation` puts on call at `at`, the shift's holder first, nobody twice.

    Raises `NaiveMoment` when `at` has no offset.
    """
    at = _in_utc(at)
    people = _holder(rotation, at)
    for override in overrides:
        if override.rotation == rotation.name and _in_utc(override.starts_at) <= at < _in_utc(override.ends_at):
            people = _overridden(people, override)
    return tuple(dict.fromkeys(people))


def shifts(rotation: Rotation, overrides: tuple[Override, ...], start: datetime, end: datetime) -> list[Shift]:
    """Every shift of `rotation` in [start, end), clipped to it and sorted by its start.

    One person's unbroken time on call is one shift here, across hand-offs and overrides. Raises `NaiveMoment`.
    """
    found: list[Shift] = []
    latest: dict[str, int] = {}
    for begins, ends in pairwise(_edges(rotation, overrides, _in_utc(start), _in_utc(end))):
        for person in on_call(rotation, overrides, begins):
            index = latest.get(person)
            if index is not None and found[index].ends_at == begins:
                found[index] = replace(found[index], ends_at=ends)
            else:
                latest[person] = len(found)
                found.append(Shift(rotation.name, person, begins, ends))
    return found


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
    rotation = _rotation(roster, target.name)
    return _known(roster, on_call(rotation, roster.overrides, at)) if rotation else ()


def on_call_until(
    roster: Roster, rotation: Rotation, at: datetime, horizon: timedelta
) -> list[tuple[Person, datetime | None]]:
    """Whom `rotation` puts on call at `at`, and until when; None for whoever is still on call at the end of the
    `horizon`.

    Raises `NaiveMoment`.
    """
    end = at + horizon
    return [
        (person, shift.ends_at if shift.ends_at < end else None)
        for shift in shifts(rotation, roster.overrides, at, end)
        if shift.starts_at <= at and (person := roster.person(shift.person)) is not None
    ]


def coverage_gaps(roster: Roster, start: datetime, end: datetime) -> list[CoverageGap]:
    """The spans of [start, end) in which a rotation yields no specialist whom the roster knows, sorted by their start.

    A rotation that a policy pages and that does not exist is one gap from start to end. Raises `NaiveMoment`.
    """
    start, end = _in_utc(start), _in_utc(end)
    gaps = [
        CoverageGap(name, begins, ends)
        for name in _rotation_names(roster)
        for begins, ends in _uncovered(_specialist_shifts(roster, name, start, end), start, end)
    ]
    return sorted(gaps, key=lambda gap: gap.starts_at)


def _in_utc(moment: datetime) -> datetime:
    # Python compares two datetimes of one zone by their wall time, which is wrong in the night that has an hour twice.
    require_aware(moment)
    return moment.astimezone(UTC)


# ---- shifts --------------------------------------------------------------------------------------------------------


def _shift_days(rotation: Rotation) -> int:
    return rotation.length * (7 if rotation.unit is RotationUnit.WEEKS else 1)


@lru_cache(maxsize=1024)  # the time zone's rules cost more than everything else in deciding on a page
def _handoff(rotation: Rotation, shift_number: int) -> datetime:
    day = rotation.starts_on + timedelta(days=shift_number * _shift_days(rotation))
    return local_moment(datetime.combine(day, rotation.handoff), rotation.timezone)


def _shift_at(rotation: Rotation, at: datetime) -> int:
    """The number of the shift that contains `at`; negative before the rotation starts."""
    day = at.astimezone(ZoneInfo(rotation.timezone)).date()
    # Start with one too many: where clocks go back over midnight, tomorrow's hand-off can already be behind us.
    shift_number = (day - rotation.starts_on).days // _shift_days(rotation) + 1
    while _handoff(rotation, shift_number) > at:
        shift_number -= 1
    return shift_number


def _holder(rotation: Rotation, at: datetime) -> tuple[str, ...]:
    shift_number = _shift_at(rotation, at)
    if shift_number < 0 or not rotation.members:
        return ()
    return (rotation.members[shift_number % len(rotation.members)],)


def _overridden(people: tuple[str, ...], override: Override) -> tuple[str, ...]:
    match override:
        case Override(kind=OverrideKind.ADD, person=str(person)):
            return (*people, person)
        case Override(kind=OverrideKind.REPLACE, person=str(person), replaces=None):
            return (person,)
        case Override(kind=OverrideKind.REPLACE, person=str(person), replaces=replaced):
            return tuple(person if holder == replaced else holder for holder in people)
        case Override(kind=OverrideKind.REMOVE, replaces=None):
            return ()
        case Override(kind=OverrideKind.REMOVE, replaces=removed):
            return tuple(holder for holder in people if holder != removed)
        case _:
            return people


def _edges(rotation: Rotation, overrides: tuple[Override, ...], start: datetime, end: datetime) -> list[datetime]:
    """Every moment of [start, end] at which who is on call can change, sorted; `start` and `end` among them."""
    if start >= end:
        return []
    changes = {start, end, *_handoffs(rotation, start, end)}
    for override in overrides:
        if override.rotation == rotation.name:
            changes.update((_in_utc(override.starts_at), _in_utc(override.ends_at)))
    return sorted(moment for moment in changes if start <= moment <= end)


def _handoffs(rotation: Rotation, start: datetime, end: datetime) -> Iterator[datetime]:
    shift_number = max(0, _shift_at(rotation, start))
    while (moment := _handoff(rotation, shift_number)) < end:
        yield moment
        shift_number += 1


# ---- people and gaps -----------------------------------------------------------------------------------------------


def _rotation(roster: Roster, name: str) -> Rotation | None:
    return next((rotation for rotation in roster.rotations if rotation.name == name), None)


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


def _specialist_shifts(roster: Roster, name: str, start: datetime, end: datetime) -> list[Shift]:
    rotation = _rotation(roster, name)
    if rotation is None:
        return []
    specialists = {person.id for person in roster.with_role(Role.SPECIALIST)}
    return [shift for shift in shifts(rotation, roster.overrides, start, end) if shift.person in specialists]


def _uncovered(covered: list[Shift], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans of [start, end) outside all shifts of `covered`, which are sorted by start."""
    reached = start
    for shift in covered:
        if shift.starts_at > reached:
            yield reached, shift.starts_at
        reached = max(reached, shift.ends_at)
    if reached < end:
        yield reached, end
