"""Makes a story that failed as short as it can be, and still fail in the same way."""

import time
from collections.abc import Callable, Sequence

from dispatch.simulation.rehearsal.deeds import Event


def shrink(story: Sequence[Event], fails: Callable[[Sequence[Event]], bool], *, seconds: float) -> list[Event]:
    """A story that still fails when no piece of it can be left out; or the shortest found in `seconds` of wall time.

    Delta debugging: leave out halves, then quarters, and so on, and keep whatever still fails.
    """
    began = time.perf_counter()
    kept, pieces = list(story), 2
    while len(kept) > 1:
        size = max(1, len(kept) // pieces)
        for start in range(0, len(kept), size):
            if time.perf_counter() - began > seconds:
                return kept
            shorter = kept[:start] + kept[start + size :]
            if shorter and fails(shorter):
                kept, pieces = shorter, max(2, pieces - 1)
                break
        else:
            if size == 1:
                return kept
            pieces = min(len(kept), pieces * 2)
    return kept
