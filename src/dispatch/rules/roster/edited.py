"""What an import makes of what stands.

The law: the past never moves. What has been in force stays as it was, in its order; an edit ends it, and its next
version holds from the moment of the edit on. So a report says of last March what it said in March.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from dispatch.rules.facts.roster import Policy, Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.rules.roster.on_call import running_shift


def edited(before: Roster, listed: Roster, now: datetime, *, at_once: bool | Mapping[str, datetime] = False) -> Roster:
    """The roster, with its past, once an import lists `listed`.

    A rotation that is new holds from now on: nobody has been on call by it. One that differs goes on as it was until
    its next hand-off, so that nobody's running shift ends early. It changes now `at_once` (or at the moment that this
    has for its name), when whoever has the shift is no specialist of the roster any more, and when only its pauses
    differ. Where an order waits for its hand-off and only its pauses differ, they hold now and the order waits on. A
    policy changes now: call-outs that are open keep the one they opened with.
    """

    def next_handoff(was: Rotation, wanted: Rotation) -> datetime:
        holding = was.at(now)
        if holding and _moves_no_shift(holding, wanted):
            return now
        running = running_shift(was, now)
        holder = running and listed.person(running[0])
        if not isinstance(at_once, bool) and was.name in at_once:
            return at_once[was.name]
        has_it = holder and (holder.is_coordinator if was.takes_alarms else holder.is_specialist)
        if at_once is True or (running and not has_it):
            return now
        if was.holds_from and was.holds_from > now and _moves_no_shift(was, wanted):
            return was.holds_from
        return running[1] if running else now

    def meanwhile(was: Rotation, wanted: Rotation, holds_from: datetime) -> Rotation:
        """Until an order that waits holds, the one before it has its pauses: else one would hold after it alone."""
        if not (was.earlier and was.holds_from and now < was.holds_from == holds_from and _moves_no_shift(was, wanted)):
            return was
        *earlier, holding = was.earlier
        paused = replace(holding.as_listed, pauses=wanted.pauses, takes_alarms=wanted.takes_alarms)
        return _next_version(replace(holding, earlier=tuple(earlier)), paused, now, now)

    stood = before.all_rotations
    rotations, former_rotations = _edited_by_name(stood, listed.rotations, now, next_handoff, meanwhile)
    if stood:  # a deployment that is being set up tells of its past in its first file; later on, nobody rewrites it
        known = {rotation.name for rotation in stood}
        rotations = tuple(one if one.name in known else replace(one, holds_from=now) for one in rotations)
    policies, former_policies = _edited_by_name(
        (*before.policies, *before.former_policies), listed.policies, now, lambda _, __: now, lambda was, _, __: was
    )
    founded = frozenset(rotation.name for rotation in rotations) if not stood else frozenset[str]()
    return replace(
        listed,
        rotations=rotations,
        former_rotations=former_rotations,
        overrides=edited_overrides(before.overrides, with_keys(listed.listed_overrides), founded, now),
        policies=policies,
        former_policies=former_policies,
    )


def _moves_no_shift(was: Rotation, wanted: Rotation) -> bool:
    """A pause names its own moments, and who hears alarms first moves no shift."""
    return replace(was.as_listed, pauses=wanted.pauses, takes_alarms=wanted.takes_alarms) == wanted


T = TypeVar("T", Rotation, Policy)


def _edited_by_name(
    stood: Iterable[T],
    listed: Iterable[T],
    now: datetime,
    holds_from: Callable[[T, T], datetime],
    meanwhile: Callable[[T, T, datetime], T],
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What the file lists, with its earlier versions, and what it has no longer. `meanwhile` is what a thing is until
    its next version holds."""
    left = {one.name: one for one in stood}
    after = []
    for one in listed:
        was = left.pop(one.name, None)
        if was is None:
            after.append(one.as_listed)
        elif was.ended_at is None and was.as_listed == one.as_listed:
            after.append(was)
        else:
            moment = now if was.ended_at else holds_from(was, one.as_listed)
            after.append(_next_version(meanwhile(was, one.as_listed, moment), one.as_listed, now, moment))
    return tuple(after), tuple(_ended(one, now) for one in left.values())


def _next_version(was: T, listed: T, now: datetime, holds_from: datetime) -> T:
    begun = was.holds_from
    # One that was to hold from this very moment on holds until the next does.
    if was.ended_at is None and begun is not None and (begun > now or begun == holds_from):
        return replace(listed, version=was.version, holds_from=holds_from, earlier=was.earlier)  # `was` has never held
    earlier = (*was.earlier, replace(was, earlier=()))
    return replace(listed, version=was.version + 1, holds_from=holds_from, earlier=earlier)


def _ended(was: T, now: datetime) -> T:
    if was.ended_at is not None:
        return was
    # One that was to hold from its next hand-off on ends before it does, and the one before it ends with it.
    return replace(was, holds_from=was.holds_from and min(was.holds_from, now), ended_at=now)


def with_keys(overrides: Iterable[Override]) -> tuple[Override, ...]:
    """Each with a key of its own. One without is named after its rotation and its start, so that a file that says the
    same again names the same."""
    overrides = tuple(overrides)
    taken = {override.key for override in overrides}
    named = []
    for override in overrides:
        key = name = override.key or f"{override.rotation} {override.starts_at.astimezone(UTC):%Y-%m-%d %H:%M}Z"
        number = 1
        while not override.key and key in taken:
            number += 1
            key = f"{name} ({number})"
        taken.add(key)
        named.append(override if override.key else replace(override, key=key))
    return tuple(named)


def edited_overrides(
    before: Sequence[Override], listed: Iterable[Override], founded: frozenset[str], now: datetime
) -> tuple[Override, ...]:
    """All overrides, the ended ones among them, once an import lists `listed`, each with its key.

    One that has begun ends when it is listed otherwise, elsewhere or not at all. `founded` are the names of rotations
    of a first file: they have no past that could move.
    """
    wanted = {override.key: override.as_listed for override in listed}
    stands = {override.key: number for number, override in enumerate(before) if override.ended_at is None}
    latest = {override.key: override.version for override in sorted(before, key=lambda one: one.version)}
    past = [number for number, override in enumerate(before) if override.begins < now]
    place = {number: index for index, number in enumerate(past)}
    after: list[Override] = []
    told = 0  # how many of the past have their place; their order among themselves says who had the last word

    def as_it_was(number: int) -> Override:
        """One whose turn in the file is another, or that the file has no longer."""
        was = before[number]
        stays = was.ended_at is not None or (was.over <= now and was.as_listed == wanted.get(was.key))
        return was if stays else replace(was, ended_at=now)

    for override in wanted.values():
        number = stands.get(override.key)
        was = None if number is None else before[number]
        holds_from = now if override.starts_at < now and override.rotation not in founded else None
        if number is None or was is None:
            after.append(replace(override, version=latest.get(override.key, 0) + 1, holds_from=holds_from))
        elif was.begins >= now:
            same = was.as_listed == override
            after.append(was if same else replace(override, version=was.version, holds_from=holds_from))
        elif was.as_listed == override and place[number] >= told:
            after += [*map(as_it_was, past[told : place[number]]), was]
            told = place[number] + 1
        elif was.as_listed != override or was.over > now:
            after.append(replace(override, version=was.version + 1, holds_from=holds_from))
    left_out = [number for key, number in stands.items() if key not in wanted and before[number].begins >= now]
    never = [number for number, override in enumerate(before) if override.ended_at and override.begins >= now]
    return (*after, *map(as_it_was, past[told:]), *map(as_it_was, sorted([*left_out, *never])))
