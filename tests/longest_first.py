"""In which order tests run in several processes: the longest begin first.

A test that takes half a minute and begins last keeps a run waiting that long while every other core is idle. How long
one takes, its marks say: `slow(seconds)`, or what it `costs`.
"""

from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def seconds_of(item: pytest.Item) -> float:
    """What its marks say; 0 for an ordinary test."""
    marks = (item.get_closest_marker(name) for name in ("slow", "costs"))
    return max((float(mark.args[0]) for mark in marks if mark is not None and mark.args), default=0.0)


def longest_first(tests: list[T], seconds: Callable[[T], float], workers: int) -> list[T]:
    """xdist gives each worker a share of neighbours, and whoever is done takes from the ends of the others' shares. So
    the long ones are dealt out in turn, and each share begins with its own; all others stay as they were."""
    long = sorted(filter(seconds, tests), key=seconds, reverse=True)
    others = [test for test in tests if not seconds(test)]
    dealt: list[T] = []
    for worker in range(workers):
        mine = long[worker::workers]
        share = (len(tests) - len(dealt)) // (workers - worker)  # as xdist counts
        more = max(0, share - len(mine))
        dealt += mine + others[:more]
        del others[:more]
    return dealt
