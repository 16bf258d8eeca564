"""Intake waits while paging is behind; see `rules/overload.py` for the law.

The rounds of this node say how far behind it is. On several nodes the rounds of each say so for all, since the database
is one.
"""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dispatch.actions.desk import Desk
from dispatch.actions.office import Office
from dispatch.rules import overload
from dispatch.store import backlog
from dispatch.store.backlog import Backlog
from dispatch.store.transaction import Transaction

_HOLDS_SECONDS = 3.0
"""For how long what a round has said holds. Where no round ends, paging hangs rather than being slow: what comes in is
kept then, and the alarm about late work rings."""


class Overloaded(RuntimeError):
    """more call-outs come in than can be paged at once, so this one was not opened"""


class Gate:
    """Which requests may open a call-out now."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting, self._most, self._holds_until = 0, 0, -math.inf
        self._inside = 0
        """Requests that are opening a call-out, which no round has counted yet."""
        self._queue: deque[asyncio.Future[None]] = deque()
        self._ahead: Counter[str] = Counter()
        """How many requests of an agency have gone ahead, and are not committed yet."""

    @property
    def _is_closed(self) -> bool:
        is_known = asyncio.get_running_loop().time() < self._holds_until
        return is_known and self._waiting + self._inside >= self._most

    def hear(self, behind: Backlog, *, hangs: bool = False) -> None:
        """A round has seen this backlog. As many as may wait beside it go in, those that have waited longest first.

        `hangs` says that the carrier does.
        """
        self._waiting, self._most = behind.waiting, overload.most(behind.longest, hangs=hangs)
        self._holds_until = asyncio.get_running_loop().time() + _HOLDS_SECONDS
        for _ in range(min(self._most - self._waiting - self._inside, len(self._queue))):
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(None)

    @asynccontextmanager
    async def entered(self, agency: str, key: str | None) -> AsyncIterator[None]:
        """Within the block a call-out of `agency` may be opened. Waits for it a few seconds at most.

        `key` is that of the request, if it has one: what was opened already is only read. Raises `Overloaded`.
        """
        ahead = False
        if self._is_closed or self._queue:
            ahead = await self._goes_ahead(agency, key)
            if not ahead and not await self._turn_comes():
                ahead = await self._goes_ahead(agency, key)  # its pages may be out by now
                if not ahead and self._is_closed:
                    raise Overloaded("more call-outs come in than can be paged at once, so this one was not opened")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if ahead:
                self._ahead[agency] -= 1

    async def _turn_comes(self) -> bool:
        """Whether it came before patience was at its end."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(overload.PATIENCE_SECONDS):
                await turn
                return True
        except TimeoutError:
            return False
        finally:
            if turn in self._queue:
                self._queue.remove(turn)

    async def _goes_ahead(self, agency: str, key: str | None) -> bool:
        """Whether next to nothing of this agency waits to be paged, or the request was answered before."""
        ahead = self._ahead[agency]  # until they are committed, nobody finds them in the database
        if ahead >= overload.NEXT_TO_NOTHING:
            return False
        self._ahead[agency] += 1
        goes = False
        try:
            goes = await self._office.ask(_may_go_ahead, agency, key, ahead)
            return goes
        finally:
            if not goes:
                self._ahead[agency] -= 1


def _may_go_ahead(tx: Transaction, desk: Desk, agency: str, key: str | None, ahead: int) -> bool:
    most = overload.NEXT_TO_NOTHING - ahead
    return backlog.is_known(tx, agency, key) or backlog.of_agency(tx, agency, desk.now, most) < most
