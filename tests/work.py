"""How much a piece of code does, in calls: the same number on every machine, however busy it is.

What one call does inside C is not seen, nor what other threads do: a search in a list, or a long addition to a text.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Work:
    calls: int = 0
    """Of functions, those that are written in C as well: a loop that looks at each character makes one for each."""


@contextmanager
def counted() -> Iterator[Work]:
    """Count what this thread does while the block runs."""
    work = Work()

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        work.calls += event in ("call", "c_call")

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # whoever watches the garbage collector would be counted whenever it happens to run
    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
