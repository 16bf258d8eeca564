"""What anybody can bring about for next to nothing is done a few in a turn of the loop: signatures are checked, it is
said that the process lives, and what there is no place for is refused.

The laws: **a request that the loop can do at once waits for a turn all the same**, or five thousand that arrive
together are one turn of a second for everybody. **The newest goes first**: beside five thousand forged signatures a key
press waits for the few that came with it, and not for the flood. Whatever goes first by its `Urgency` overtakes all
others.
"""

import asyncio
import time
from enum import IntEnum

_AT_ONCE = 8
_LONGEST_SECONDS = 0.02
"""A machine may stop for longer, and nobody gains from our waiting as long once more."""


class Urgency(IntEnum):
    """Whose turn comes first."""

    FIRST = 0
    """A signature that opens, says or presses something, and the question whether the process lives."""
    RECEIPT = 1
    REFUSAL = 2


class Turns:
    def __init__(self) -> None:
        self._waiting: tuple[list[asyncio.Future[None]], ...] = tuple([] for _ in Urgency)
        self._passing: asyncio.Task[None] | None = None

    async def come(self, urgency: Urgency) -> None:
        """Return when it is the caller's turn, which lasts until it waits for something."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting[urgency].append(mine)
        if self._passing is None:
            self._passing = asyncio.create_task(self._pass())
        await mine

    async def _pass(self) -> None:
        """A few at a time; while others wait, the loop is then free for as long as they took."""
        while any(self._waiting):
            began = time.monotonic()
            for _ in range(_AT_ONCE):
                if (line := next(filter(None, self._waiting), None)) is None:
                    break
                if not (first := line.pop()).done():
                    first.set_result(None)
            await asyncio.sleep(0)
            if any(self._waiting):
                await asyncio.sleep(min(time.monotonic() - began, _LONGEST_SECONDS))
        self._passing = None
