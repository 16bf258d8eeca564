"""Which numbers are withheld from a published table, so that nobody works one out.

The law: at least `POSSIBLE` values of each withheld number fit what was published, also for somebody who knows this
rule.

It is public, and tells more than the sums do. "LAPD not shown, LASD 6, LBPD not shown, total 16" leaves ten for two,
which has eleven ways. But one of the two must be below five, and the other the smallest beside it, thus at most 6: it
was 6, and 4.

So each step asks what the numbers may be in all tables that would look the same. If that is too little, all of these go
on to the next step and withhold more. What a step decides follows from what it shows, so the tables that reach the next
one are counted from those that failed before, without trying every table.
"""

from collections.abc import Sequence
from functools import lru_cache

FEWEST = 5
"""The smallest number that is shown."""

POSSIBLE = 3
"""How many values fit a withheld number at least."""

Bounds = tuple[int, int]  # the least and the most that a number may be


def withheld(parts: Sequence[int]) -> set[int]:
    """The indices of the numbers to withhold from a column; the total's follows the last.

    Those below `FEWEST` are withheld, then the next smallest and its equals, until what was withheld holds. The total
    is withheld only if it is too small itself: without any of its parts it always holds, since all of it may be one's.
    """
    total = sum(parts)
    if total < FEWEST:
        return {*range(len(parts) + 1)}
    bound = FEWEST
    while True:
        hidden = {index for index, number in enumerate(parts) if number < bound}
        smallest = min((number for number in parts if number >= bound), default=total + 1)
        if not hidden or _holds(len(hidden), sum(parts[index] for index in hidden), smallest):
            return hidden
        bound = smallest + 1


def _holds(count: int, total: int, below: int) -> bool:
    return total >= FEWEST and len(_values(count, total, below)) >= POSSIBLE


@lru_cache(maxsize=10_000)
def _values(count: int, total: int, below: int) -> frozenset[int]:
    """What a withheld number may be if `count` of them add up to `total`, each `below` the smallest that is shown.

    Any of them may be what one of them may be: they are withheld by size alone. Either all are small, or the largest
    were withheld last, because what was withheld before did not hold. It stops when there are values enough.
    """
    small = spread([(0, FEWEST - 1)] * count, total)
    found = set(small[0]) if small else set()
    if count == 1:
        return frozenset(found)
    # One is small and the others are no larger than the largest: with less at the top they would not reach the total.
    least = max(FEWEST, -((FEWEST - 1 - total) // (count - 1)))
    for top in range(min(below - 1, total), least - 1, -1):
        for times in range(1, min(count - 1, total // top) + 1):
            before = count - times, total - times * top, top
            if (values := _values(*before)) and not _holds(*before):
                found |= {top, *values}
            if len(found) >= POSSIBLE:
                return frozenset(found)
    return frozenset(found)


def spread(cells: Sequence[Bounds], total: int) -> list[range] | None:
    """What each cell may be if all add up to `total`; None if they cannot."""
    least, most = sum(low for low, _ in cells), sum(high for _, high in cells)
    if not least <= total <= most:
        return None
    return [range(max(low, total - most + high), min(high, total - least + low) + 1) for low, high in cells]
