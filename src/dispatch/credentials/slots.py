"""Slots for requests that wait while somebody signs in. The law: a flood uses up only the slots of whoever floods.

Each request that waits, for earlier mistakes or for the identity provider, holds a connection for seconds. So their
number is bounded, of one address more narrowly still, and whoever finds no slot is told at once. But nobody is locked
out, so slots are counted apart for whatever is waited for: each account, all names that nobody has together, the
provider.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_FROM_ONE = 4
"""From one address. Each waits for the one before, so more would only wait longer."""
MOST_IN_ALL = 32
"""From all addresses, for the same thing."""


class TooManyWait(RuntimeError):
    """so many attempts wait that there must be an end: each holds a connection"""


class Slots:
    """Who waits on this node. `full` makes the error that says that no slot is free."""

    def __init__(self, full: Callable[[], Exception] = TooManyWait) -> None:
        self._full = full
        self._waiting: Counter[tuple[str | None, str | None]] = Counter()

    @contextmanager
    def one(self, waits_for: str | None, address: str) -> Iterator[None]:
        """A slot for whoever comes from `address`. Raises what `full` makes."""
        all_of, from_one = (waits_for, None), (waits_for, address)
        if self._waiting[all_of] >= MOST_IN_ALL or self._waiting[from_one] >= MOST_FROM_ONE:
            raise self._full()
        self._waiting.update((all_of, from_one))
        try:
            yield
        finally:
            self._waiting.subtract((all_of, from_one))
            self._waiting = +self._waiting  # forgets whoever waits no longer
