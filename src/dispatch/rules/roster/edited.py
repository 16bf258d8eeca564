"""What an import makes of what stands.

The law: the past never moves. What has been in force stays as it was, in its order; an edit ends it, and its next
version holds from the moment of the edit on. So a report says of last March what it said in March.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override


def edited(before: Roster, listed: Roster, now: datetime) -> Roster:
    """The roster, with its past, once an import lists `listed`."""
    founded = frozenset(rotation.name for rotation in listed.rotations) - {one.name for one in before.rotations}
    overrides = edited_overrides(before.overrides, with_keys(listed.listed_overrides), founded, now)
    return replace(listed, overrides=overrides)


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
        named.append(replace(override, key=key))
    return tuple(named)


def edited_overrides(
    before: Sequence[Override], listed: Iterable[Override], founded: frozenset[str], now: datetime
) -> tuple[Override, ...]:
    """All overrides, the ended ones among them, once an import lists `listed`, each with its key.

    One that has begun ends when it is listed otherwise, elsewhere or not at all. `founded` are the names of rotations
    that this import brings: they have no past that could move.
    """
    wanted = {override.key: override.as_listed for override in listed}
    stands = {override.key: number for number, override in enumerate(before) if override.ended_at is None}
    latest = {override.key: override.version for override in before}
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
