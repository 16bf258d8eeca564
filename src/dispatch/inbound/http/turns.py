"""What anybody can bring about for next to nothing is done a few in a turn of the loop: signatures are checked, it is
said that the process lives, and what there is no place for is refused.

The laws: **a request that the loop can do at once waits for a turn all the same**, or five thousand that arrive
together are one turn of a second for everybody. Whatever goes first by its `Urgency` overtakes all others, then **what
is as short as a text of the carrier's**, and of these **the newest**: a key press waits neither for forged signatures
over long bodies nor for those that came before it. Whether the process lives is said in every turn, a few times only.
"""

import asyncio
import heapq
import itertools
import time
from enum import IntEnum

_AT_ONCE = 8
_OF_THESE_LIVES = 2
_LONG_BYTES = 20 * 1024
"""Nothing of the carrier's is as long: a text has 1,600 letters, each nine bytes of a form at most."""
_ROOM_BYTES = 8 * 1024 * 1024
_LONGEST_SECONDS = 0.02
"""A machine may stop for longer, and nobody gains from our waiting as long once more."""


class Urgency(IntEnum):
    """Whose turn comes first."""

    FIRST = 0
    """A signature that opens, says or presses something."""
    RECEIPT = 1
    REFUSAL = 2
    LIVES = 3
    """The question whether the process lives, which anybody may ask: without an answer the proxy takes the node out."""


class Turns:
    def __init__(self) -> None:
        self._waiting: list[tuple[Urgency, bool, int, asyncio.Future[None]]] = []
        self._lives: list[asyncio.Future[None]] = []
        self._numbers = itertools.count(0, -1)  # the newest is the least
        self._held = 0
        self._passing: asyncio.Task[None] | None = None

    async def come(self, urgency: Urgency, cost: int = 0) -> bool:
        """Return when it is the caller's turn, which lasts until it waits for something. `cost` is how many bytes are
        looked at then. False, at once, for what is long where as much waits as may."""
        is_long = cost > _LONG_BYTES
        if is_long and self._held + cost > _ROOM_BYTES:
            return False
        self._held += cost
        mine = asyncio.get_running_loop().create_future()
        if urgency is Urgency.LIVES:
            self._lives.append(mine)
        else:
            heapq.heappush(self._waiting, (urgency, is_long, next(self._numbers), mine))
        if self._passing is None:
            self._passing = asyncio.create_task(self._pass())
        try:
            await mine
        finally:
            self._held -= cost
        return True

    async def _pass(self) -> None:
        """A few at a time; while others wait, the loop is then free for as long as they took."""
        while self._waiting or self._lives:
            began = time.monotonic()
            firsts = [self._lives.pop() for _ in range(min(_OF_THESE_LIVES, len(self._lives)))]
            while self._waiting and len(firsts) < _AT_ONCE:
                firsts.append(heapq.heappop(self._waiting)[-1])
            for first in firsts:
                if not first.done():
                    first.set_result(None)
            await asyncio.sleep(0)
            if self._waiting or self._lives:
                await asyncio.sleep(min(time.monotonic() - began, _LONGEST_SECONDS))
        self._passing = None
