"""A fair queue: one of those who wait at a time; while others wait, the loop is free between two of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

STRANGERS = "strangers"
_FREE_AFTERWARDS = 4
"""Times as long as the turn took."""
_LONGEST_SECONDS = 0.005
"""What takes longer waits for something else than the loop: a slow reader, a hash, a database that hangs. The next one
does not wait for that."""


class FairQueue:
    """Whoever waits stands in a line; the first ones of all lines take turns. A turn is over after so many seconds as
    `longest` at the latest, and the loop is then free for `free` times as long; strangers' are the shortest."""

    def __init__(self, longest: float | None = None, free: float | None = None) -> None:
        self._longest, self._free = longest, free
        self._firsts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # while anybody stands in the line
        self._turn = asyncio.Lock()
        self._held: asyncio.TimerHandle | None = None
        self._began = 0.0
        self.waiting = 0

    @asynccontextmanager
    async def one(self, line: str = STRANGERS) -> AsyncIterator[None]:
        """The block begins when it is its turn. The next turn comes when the block is over, or takes too long."""
        first = self._firsts.setdefault(line, asyncio.Lock())
        self.waiting += 1
        try:
            async with first:
                await self._turn.acquire()
        finally:
            self.waiting -= 1
        self._began = time.monotonic()  # not the loop's clock, which stands still while a request is served
        held = self._held = asyncio.get_running_loop().call_later(self._longest or _LONGEST_SECONDS, self._pass_on)
        try:
            await asyncio.sleep(0)  # a turn lasts one of the loop's at least: all others who come in it wait
            yield
        finally:
            if self._held is held:
                held.cancel()
                self._pass_on()

    def _pass_on(self) -> None:
        self._held = None
        if self.waiting:
            # A machine may stop for longer.
            took = min(time.monotonic() - self._began, self._longest or _LONGEST_SECONDS)
            asyncio.get_running_loop().call_later((self._free or _FREE_AFTERWARDS) * took, self._turn.release)
        else:
            self._turn.release()
