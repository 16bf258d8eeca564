"""Who is on call, in the slowest and plainest way: each override is asked at each moment. What the sweep is held to.

Only the hand-offs of a rotation are those of the service; tests of the local clock find the faults in them.
"""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from dispatch.rules.facts.schedule import Override, Rotation, Shift
from dispatch.rules.roster.on_call import _handoffs, _holder, _overridden


def on_call(rotation: Rotation, overrides: tuple[Override, ...], at: datetime) -> tuple[str, ...]:
    at = at.astimezone(UTC)
    people = _holder(rotation, at)
    for override in overrides:
        starts_at, ends_at = override.starts_at.astimezone(UTC), override.ends_at.astimezone(UTC)
        if override.rotation == rotation.name and starts_at <= at < ends_at:
            people = _overridden(people, override)
    return tuple(dict.fromkeys(people))


def shifts(rotation: Rotation, overrides: tuple[Override, ...], start: datetime, end: datetime) -> list[Shift]:
    found: list[Shift] = []
    latest: dict[str, int] = {}
    for begins, ends in pairwise(_edges(rotation, overrides, start.astimezone(UTC), end.astimezone(UTC))):
        for person in on_call(rotation, overrides, begins):
            index = latest.get(person)
            if index is not None and found[index].ends_at == begins:
                found[index] = replace(found[index], ends_at=ends)
            else:
                latest[person] = len(found)
                found.append(Shift(rotation.name, person, begins, ends))
    return found


def _edges(rotation: Rotation, overrides: tuple[Override, ...], start: datetime, end: datetime) -> list[datetime]:
    """Every moment of [start, end] at which who is on call can change, sorted; `start` and `end` among them."""
    if start >= end:
        return []
    changes = {start, end, *_handoffs(rotation, start, end)}
    for override in overrides:
        if override.rotation == rotation.name:
            changes.update((override.starts_at.astimezone(UTC), override.ends_at.astimezone(UTC)))
    return sorted(moment for moment in changes if start <= moment <= end)
