"""Edits of the roster: what somebody wants, and the roster that it lists then. Each class has what the `log` calls it.

The law: whatever a browser, a script, a text or a file changes in the roster is one of these, and `edited` alone makes
the next roster of what one lists. So the past never moves, by whichever door an edit comes in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, assert_never

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Agency, Area, Drive, Policy, Roster, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, Shift
from dispatch.rules.roster.edited import edited, with_keys
from dispatch.rules.roster.local_clock import local_day, midnight
from dispatch.rules.roster.on_call import all_shifts, shifts
from dispatch.rules.wording.times import local_day_and_time

RosterItem = Person | Rotation | Override | Policy | Agency | Area | Drive


class RosterPart(StrEnum):
    """The parts of a roster, as its file calls them."""

    PEOPLE = "people"
    ROTATIONS = "rotations"
    OVERRIDES = "overrides"
    POLICIES = "policies"
    AGENCIES = "agencies"
    AREAS = "areas"
    DRIVES = "drives"


PART_OF: Mapping[type[RosterItem], RosterPart] = {
    Person: RosterPart.PEOPLE,
    Rotation: RosterPart.ROTATIONS,
    Override: RosterPart.OVERRIDES,
    Policy: RosterPart.POLICIES,
    Agency: RosterPart.AGENCIES,
    Area: RosterPart.AREAS,
    Drive: RosterPart.DRIVES,
}


class EditRefused(ValueError):
    """the roster cannot be changed like this"""


class NotInRoster(LookupError):
    """the roster has nothing of this name any more"""


@dataclass(frozen=True, slots=True)
class AddOverride:
    """One without a key is named after its rotation and its start."""

    override: Override
    log: ClassVar = "added an override"


@dataclass(frozen=True, slots=True)
class EndOverride:
    """One that runs ends now; one that is ahead never begins."""

    key: str
    log: ClassVar = "ended an override"


@dataclass(frozen=True, slots=True)
class ExchangeShifts:
    """Each has the other's shift, or what is left of it. They are given as the resolver shows them."""

    one: Shift
    other: Shift
    log: ClassVar = "exchanged two shifts"


@dataclass(frozen=True, slots=True)
class ComeInFor:
    """From now `until` then `by` has whatever `person` has, in every rotation: somebody is sick. Of the coordinators'
    own `alarms_by` has it, where that is somebody: a specialist takes no alarms."""

    person: str
    by: str
    until: datetime
    alarms_by: str | None = None
    log: ClassVar = "put somebody in for another"


@dataclass(frozen=True, slots=True)
class PauseRotation:
    rotation: str
    pause: Pause
    log: ClassVar = "paused a rotation"


@dataclass(frozen=True, slots=True)
class Put:
    """A new thing, or the one of this name as it is to be from now on: another order of members, another number. A
    rotation changes at its next hand-off, or `at_once`."""

    thing: RosterItem
    at_once: bool = False
    log: ClassVar = "changed"


@dataclass(frozen=True, slots=True)
class Remove:
    """With a person goes every place that they have in rotations, policies and overrides; with a rotation its
    overrides, and its place in policies."""

    part: RosterPart
    name: str
    log: ClassVar = "removed"


@dataclass(frozen=True, slots=True)
class SetDrives:
    """What is written of some ways. One without minutes is written no more."""

    drives: tuple[Drive, ...]
    log: ClassVar = "wrote drives"


@dataclass(frozen=True, slots=True)
class ImportRoster:
    """Replace everything by what a file lists."""

    roster: Roster
    at_once: bool = False
    log: ClassVar = "imported a file"


@dataclass(frozen=True, slots=True)
class UndoChange:
    """The opposite of the change that made this version (`undo.opposite`): the roster lists this then."""

    version: int
    listed: Roster
    log: ClassVar = "undid"


Edit = (
    AddOverride
    | EndOverride
    | ExchangeShifts
    | ComeInFor
    | PauseRotation
    | Put
    | Remove
    | SetDrives
    | ImportRoster
    | UndoChange
)


def after(roster: Roster, edit: Edit, now: datetime) -> Roster:
    """The roster once `edit` is made at `now`, with its past. Raises `EditRefused`, a sentence for whoever edits."""
    listed = _listed(roster, edit, now)
    if not isinstance(edit, ImportRoster):  # a file is read with all its contradictions
        stood = set(_contradictions(roster))
        if found := [line for line in _contradictions(listed) if line not in stood]:
            raise EditRefused(found[0])
    if isinstance(edit, UndoChange):
        roster = _held_again(roster, listed, now)
    return edited(roster, _with_stops(roster, listed), now, at_once=_at_once(edit, now))


def _with_stops(roster: Roster, listed: Roster) -> Roster:
    """Whether a phone that is known has opted out, its own STOP or START decides: the carrier has not forgotten. What
    is listed speaks of new phones alone."""
    known = {person.phone: person.opted_out for person in roster.people}
    people = (replace(one, opted_out=known.get(one.phone, one.opted_out)) for one in listed.people)
    return replace(listed, people=tuple(people))


def _at_once(edit: Edit, now: datetime) -> bool | dict[str, datetime]:
    match edit:
        case Put() | ImportRoster():
            return edit.at_once
        case UndoChange(listed=listed):  # what waited for a hand-off waits for it again; the rest is taken back now
            return {one.name: max(one.holds_from or now, now) for one in listed.rotations}
        case _:
            return False


def _held_again(roster: Roster, listed: Roster, now: datetime) -> Roster:
    """What held while an order waited holds from now on, where the order is to wait again: a mistake that was made "at
    once" would run until the hand-off. `listed` is what an undo gives back."""
    holding = {one.name: held.as_listed for one in roster.rotations if (held := one.at(now))}
    waited = [one for one in listed.rotations if one.holds_from and one.holds_from > now and one.earlier]
    back = {one.name: held for one in waited if holding.get(one.name) != (held := one.earlier[-1].as_listed)}
    if not back:
        return roster
    rotations = (*(one for one in roster.rotations if one.name not in back), *back.values())
    return edited(roster, replace(roster, rotations=rotations), now, at_once=dict.fromkeys(back, now))


def _listed(roster: Roster, edit: Edit, now: datetime) -> Roster:
    match edit:
        case AddOverride(override):
            return _with_overrides(roster, _checked(override, now))
        case EndOverride(key):
            return _without_override(roster, key, now)
        case ExchangeShifts(one, other):
            return _with_overrides(
                roster, _taken(roster, one, other.person, now), _taken(roster, other, one.person, now)
            )
        case ComeInFor():
            return _with_overrides(roster, *_all_of(roster, edit, now))
        case PauseRotation(name, pause):
            return _paused(roster, name, pause, now)
        case Put(thing):
            return _put(roster, thing)
        case Remove(part, name):
            return _removed(roster, part, name)
        case SetDrives(drives):
            return _driven(roster, drives)
        case ImportRoster(listed):
            return listed
        case UndoChange(listed=listed):
            return listed
        case _:
            assert_never(edit)


# ---- overrides and pauses ------------------------------------------------------------------------------------------


def _checked(override: Override, now: datetime) -> Override:
    if override.ends_at <= override.starts_at:
        raise EditRefused("it ends before it begins; correct its times")
    if override.ends_at <= now:
        raise EditRefused("it is over already, and the past does not change")
    if override.kind is not OverrideKind.REMOVE and override.person is None:
        raise EditRefused("nobody comes in; say who")
    if override.kind is not OverrideKind.ADD and override.person and override.person == override.replaces:
        raise EditRefused(f"{override.person} cannot come in for themselves")
    return override


def _with_overrides(roster: Roster, *new: Override) -> Roster:
    return replace(roster, overrides=with_keys((*roster.listed_overrides, *new)))


def _without_override(roster: Roster, key: str, now: datetime) -> Roster:
    override = next((one for one in roster.listed_overrides if one.key == key), None)
    if override is None:
        known = ", ".join(repr(one.key) for one in roster.listed_overrides if one.over > now) or "none"
        raise EditRefused(f"there is no override {key!r}, or it was ended before; ahead are: {known}")
    if override.over <= now:
        raise EditRefused(f"the override {key!r} is over already, and the past does not change")
    return replace(roster, overrides=tuple(one for one in roster.listed_overrides if one.key != key))


def _taken(roster: Roster, shift: Shift, by: str, now: datetime) -> Override:
    """`shift`, or what is left of it, by somebody else."""
    rotation, starts_at = _rotation(roster, shift.rotation), max(shift.starts_at, now)
    if shift.ends_at <= starts_at:
        raise EditRefused(f"{roster.short_name_of(shift.person)}'s shift is over already, and the past does not change")
    if shift.person == by:
        raise EditRefused("both shifts are the same person's; choose two people")
    theirs = [one for one in shifts(roster, rotation, starts_at, shift.ends_at) if one.person == shift.person]
    if [(one.starts_at, one.ends_at) for one in theirs] != [(starts_at, shift.ends_at)]:
        whose, begins = roster.short_name_of(shift.person), local_day_and_time(shift.starts_at)
        raise EditRefused(f"{whose} no longer has all of the shift from {begins}; look again")
    return Override(shift.rotation, OverrideKind.REPLACE, shift.starts_at, shift.ends_at, by, shift.person)


def _all_of(roster: Roster, edit: ComeInFor, now: datetime) -> list[Override]:
    person, until = edit.person, edit.until
    if person in (edit.by, edit.alarms_by):
        raise EditRefused(f"{roster.short_name_of(person)} cannot come in for themselves")
    # From the day's beginning on, so that what runs already is named alike from one minute to the next.
    day = midnight(local_day(now))

    def by(name: str) -> str:
        return (roster.takes_alarms(name) and edit.alarms_by) or edit.by

    theirs = [
        Override(shift.rotation, OverrideKind.REPLACE, shift.starts_at, shift.ends_at, by(shift.rotation), person)
        for shift in all_shifts(roster, day, until)
        if shift.person == person and shift.ends_at > now
    ]
    if not theirs:
        raise EditRefused(f"{roster.short_name_of(person)} is not on call before {local_day_and_time(until)}")
    return theirs


def _paused(roster: Roster, name: str, pause: Pause, now: datetime) -> Roster:
    rotation = _rotation(roster, name)
    if pause.ends_at <= pause.starts_at:
        raise EditRefused("the pause ends before it begins; correct its times")
    if pause.starts_at < now:
        raise EditRefused("a pause begins now or later; the past does not change")
    if any(one.touches(pause.starts_at, pause.ends_at) for one in rotation.pauses):
        raise EditRefused(f"{name} is paused within this span already")
    pauses = tuple(sorted((*rotation.pauses, pause), key=lambda one: one.starts_at))
    return _put(roster, replace(rotation, pauses=pauses))


# ---- one thing of a part -------------------------------------------------------------------------------------------


def name_of(thing: RosterItem) -> str:
    """What the roster calls it; a name is used once in a part."""
    match thing:
        case Person(id=id_):
            return id_
        case Rotation(name=name) | Policy(name=name):
            return name
        case Override(key=key):
            return key
        case Agency(code=code) | Area(code=code):
            return code
        case Drive(from_area, to_area):
            return f"{from_area} to {to_area}"
        case _:
            assert_never(thing)


T = TypeVar("T", bound=RosterItem)


def _with(things: Iterable[T], thing: T) -> tuple[T, ...]:
    """In the place of the one of its name, otherwise at the end."""
    things, name = tuple(things), name_of(thing)
    if any(name_of(one) == name for one in things):
        return tuple(thing if name_of(one) == name else one for one in things)
    return (*things, thing)


def _put(roster: Roster, thing: RosterItem) -> Roster:
    part = PART_OF[type(thing)]
    return listing(roster, part, _with(things(roster, part), thing))


def _driven(roster: Roster, drives: Iterable[Drive]) -> Roster:
    after = roster.drives
    for drive in drives:
        after = _with(after, drive)
    return replace(roster, drives=tuple(one for one in after if (one.night, one.day) != (None, None)))


def things(roster: Roster, part: RosterPart) -> tuple[RosterItem, ...]:
    """What the roster's file lists in this part."""
    if part is RosterPart.OVERRIDES:
        return tuple(one.as_listed for one in with_keys(roster.listed_overrides))
    found: tuple[RosterItem, ...] = getattr(roster, part)
    return tuple(one.as_listed if isinstance(one, Rotation | Policy) else one for one in found)


def listing(roster: Roster, part: RosterPart, items: Iterable[RosterItem]) -> Roster:
    """The roster that lists these in this part, which has the name of its field."""
    listed: dict[str, Any] = {part.value: tuple(items)}
    return replace(roster, **listed)


def _removed(roster: Roster, part: RosterPart, name: str) -> Roster:
    if name not in map(name_of, things(roster, part)):
        raise EditRefused(f"{part}: there is no {name!r}")
    without = listing(roster, part, (one for one in things(roster, part) if name_of(one) != name))
    match part:
        case RosterPart.PEOPLE:
            return _without_person(without, name)
        case RosterPart.ROTATIONS:
            return _unpaged(_keeping(without, lambda one: one.rotation != name), TargetKind.ROTATION, name)
        case _:
            return without


def _without_person(roster: Roster, id_: str) -> Roster:
    rotations = tuple(
        replace(one, members=tuple(member for member in one.members if member != id_)) if id_ in one.members else one
        for one in roster.rotations
    )
    if empty := next((one for one in rotations if not one.members), None):
        raise EditRefused(f"{id_} is the only member of {empty.name}; put somebody else into it first")
    left = _keeping(replace(roster, rotations=rotations), lambda one: id_ not in (one.person, one.replaces))
    return _unpaged(left, TargetKind.PERSON, id_)


def _keeping(roster: Roster, stays: Callable[[Override], bool]) -> Roster:
    return replace(roster, overrides=tuple(one for one in roster.listed_overrides if stays(one)))


def _unpaged(roster: Roster, kind: TargetKind, name: str) -> Roster:
    policies = []
    for policy in roster.policies:
        steps = tuple(
            replace(step, targets=tuple(one for one in step.targets if (one.kind, one.name) != (kind, name)))
            for step in policy.steps
        )
        steps = tuple(step for step in steps if step.targets)
        if policy.steps and not steps:
            raise EditRefused(f"the policy {policy.name} would page nobody; change it first")
        policies.append(replace(policy, steps=steps) if steps != policy.steps else policy)
    return replace(roster, policies=tuple(policies))


# ---- what cannot be ------------------------------------------------------------------------------------------------


def _contradictions(listed: Roster) -> Iterator[str]:
    """What would leave a name that nobody has, or make two people one. The file's own messages say the rest, at the
    doors."""
    people, rotations = {one.id for one in listed.people}, {one.name for one in listed.rotations}
    policies, areas = {one.name for one in listed.policies}, {one.code for one in listed.areas}
    for rotation in listed.rotations:
        yield from _unknown(f"rotation {rotation.name}", "nobody", rotation.members, people)
    for override in listed.listed_overrides:
        about = f"override {override.key}"
        yield from _unknown(about, "no rotation", (override.rotation,), rotations)
        yield from _unknown(about, "nobody", (override.person, override.replaces), people)
    for policy in listed.policies:
        for target in (target for step in policy.steps for target in step.targets):
            if target.kind is TargetKind.ROTATION:
                yield from _unknown(f"policy {policy.name}", "no rotation", (target.name,), rotations)
            if target.kind is TargetKind.PERSON:
                yield from _unknown(f"policy {policy.name}", "nobody", (target.name,), people)
    for agency in listed.agencies:
        yield from _unknown(f"agency {agency.code}", "no policy", (agency.policy,), policies)
    for drive in listed.drives:
        yield from _unknown("a drive", "no area", (drive.from_area, drive.to_area), areas)
    whose: dict[str, str] = {}
    for person in listed.people:
        if (owner := whose.setdefault(person.phone, person.id)) != person.id:
            yield f"{person.id} has the phone of {owner}; a reply must say who it is from"


def _unknown(about: str, nothing: str, names: Iterable[str | None], known: set[str]) -> Iterator[str]:
    for name in names:
        if name is not None and name not in known:
            yield f"{about}: {nothing} is called {name!r}"


def _rotation(roster: Roster, name: str) -> Rotation:
    found = next((one for one in roster.rotations if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in roster.rotations) or "none"
        raise EditRefused(f"there is no rotation {name!r}; there are: {known}")
    return found
