"""Slots for attempts to sign in that wait on this node. The law: a flood uses up only the slots of whoever floods.

Each attempt that waits holds a connection for up to 15 seconds, so their number is bounded. But nobody is locked out,
so slots are counted apart: for each account, for all names that nobody has together, and in each of these for each
address.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_FROM_ONE = 4
"""From one address. Each waits for the one before, so more would only wait longer."""
MOST_IN_ALL = 32
"""From all addresses, under one account or under all names that nobody has."""


class TooManyWait(RuntimeError):
    """so many attempts wait that there must be an end: each holds a connection"""


class SignInSlots:
    """Who waits on this node."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[str | None, str | None]] = Counter()

    @contextmanager
    def one(self, account: str | None, network: str) -> Iterator[None]:
        """A slot for an attempt under `account`, None for a name that nobody has. Raises `TooManyWait`."""
        all_of, from_one = (account, None), (account, network)
        if self._waiting[all_of] >= MOST_IN_ALL or self._waiting[from_one] >= MOST_FROM_ONE:
            raise TooManyWait
        self._waiting.update((all_of, from_one))
        try:
            yield
        finally:
            self._waiting.subtract((all_of, from_one))
            self._waiting = +self._waiting  # forgets whoever waits no longer
