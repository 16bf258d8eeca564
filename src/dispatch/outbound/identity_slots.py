"""Slots for requests that wait for the identity provider. The law: while it hangs, nobody waits but whoever asked it.

Anybody may set out for the provider and come back, as often as they like, and each who waits for it holds a connection.
So few may wait, of one address fewer still, and none of them holds anything else that others need. Whoever finds no
slot is told at once.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dispatch.outbound.identity_trouble import ProviderTrouble

MOST_ASK_FROM_ONE = 4
MOST_ASK = 32


class IdentitySlots:
    """Who waits for the provider on this node."""

    def __init__(self) -> None:
        self._asking: Counter[str] = Counter()

    @contextmanager
    def one(self, asker: str) -> Iterator[None]:
        """A slot for an address. Raises `ProviderTrouble`."""
        if self._asking.total() >= MOST_ASK or self._asking[asker] >= MOST_ASK_FROM_ONE:
            raise ProviderTrouble("too many are waiting for it; try again in ten seconds")
        self._asking[asker] += 1
        try:
            yield
        finally:
            self._asking[asker] -= 1
            self._asking = +self._asking  # forgets whoever waits no longer
