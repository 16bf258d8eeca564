"""Shrinks a story that failed: leaves out whatever it can while the same thing still goes wrong."""

import time
from collections.abc import Callable, Sequence

from rehearsal.events import Event

Fails = Callable[[Sequence[Event]], bool]


def shrink(story: Sequence[Event], fails: Fails, *, seconds: float) -> list[Event]:
    """The shortest story found within `seconds` for which `fails` holds, as it does for `story`.

    First it leaves out whole call-outs, then events: halves, quarters and so on (Zeller's ddmin).
    """
    end = time.monotonic() + seconds
    kept = list(story)
    groups = _by_callout(kept)
    kept = [event for group in _least(groups, lambda some: fails(_flat(some)), end) for event in group]
    kept.sort(key=lambda event: event.at)
    return [event for (event,) in _least([[event] for event in kept], lambda some: fails(_flat(some)), end)]


def _by_callout(story: Sequence[Event]) -> list[list[Event]]:
    groups: dict[object, list[Event]] = {}
    for place, event in enumerate(story):
        groups.setdefault(getattr(event.act, "number", f"alone {place}"), []).append(event)
    return list(groups.values())


def _flat(groups: Sequence[Sequence[Event]]) -> list[Event]:
    return sorted((event for group in groups for event in group), key=lambda event: event.at)


def _least(
    groups: list[list[Event]], fails: Callable[[Sequence[Sequence[Event]]], bool], end: float
) -> list[list[Event]]:
    chunk = max(1, len(groups) // 2)
    while groups:
        place = 0
        while place < len(groups):
            if time.monotonic() > end:
                return groups
            without = groups[:place] + groups[place + chunk :]
            if without and fails(without):
                groups = without
            else:
                place += chunk
        if chunk == 1:
            return groups
        chunk = max(1, chunk // 2)
    return groups
