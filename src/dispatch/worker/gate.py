"""Intake waits while paging is behind; see `rules/overload.py` for the law.

The rounds of this node say how far behind it is. On several nodes the rounds of each say so for all, since the database
is one.
"""

import asyncio
from collections import deque
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
        self._closed_until = float("-inf")
        self._queue: deque[asyncio.Future[None]] = deque()
        self._ahead: set[str] = set()
        """Agencies of which a request has gone ahead, and is not committed yet."""

    @property
    def is_closed(self) -> bool:
        return asyncio.get_running_loop().time() < self._closed_until

    def hear(self, behind: Backlog) -> None:
        """A round has seen this backlog. As long as it is short, the longest waiting go in, some at a time: a thousand
        at once would be the next overload."""
        now = asyncio.get_running_loop().time()
        if overload.is_behind(behind.waiting, behind.longest):
            self._closed_until = now + _HOLDS_SECONDS
            return
        self._closed_until = now
        for _ in range(min(overload.MANY, len(self._queue))):
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(None)

    @asynccontextmanager
    async def entered(self, agency: str, key: str | None) -> AsyncIterator[None]:
        """Within the block a call-out of `agency` may be opened. Waits for it a few seconds at most.

        `key` is that of the request, if it has one: what was opened already is only read. Raises `Overloaded`.
        """
        if not self.is_closed and not self._queue:
            yield
            return
        ahead = await self._goes_ahead(agency, key)
        if not ahead and not await self._turn_comes():
            ahead = await self._goes_ahead(agency, key)  # its pages may be out by now
            if not ahead and self.is_closed:
                raise Overloaded("more call-outs come in than can be paged at once, so this one was not opened")
        try:
            yield
        finally:
            if ahead:
                self._ahead.discard(agency)

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
        """Whether nobody waits to be paged for this agency, or the request was answered before. One at a time goes
        ahead for an agency: until it is committed, none of the others can know of it."""
        if agency in self._ahead:
            return False
        self._ahead.add(agency)
        goes = False
        try:
            goes = await self._office.ask(_may_go_ahead, agency, key)
            return goes
        finally:
            if not goes:
                self._ahead.discard(agency)


def _may_go_ahead(tx: Transaction, desk: Desk, agency: str, key: str | None) -> bool:
    return backlog.is_known(tx, agency, key) or not backlog.has_waiting(tx, agency, desk.now)
