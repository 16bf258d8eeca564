"""Call-outs wait at admission while paging is behind; see `rules/admission.py` for the law.

The rounds of this node say how far behind paging is. With several nodes, each node's own rounds say it for all of them,
since they share one database.
"""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.rules import admission
from dispatch.store import backlog
from dispatch.store.backlog import Backlog
from dispatch.store.transaction import Transaction

_HOLDS_SECONDS = 3.0
"""How long a round's report counts. If no round ends, paging hangs rather than being slow: then whatever comes in is
let in, and the alarm about late work rings."""


class Overloaded(RuntimeError):
    """more call-outs come in than can be paged at once, so this one was not opened"""


class _Waiting(NamedTuple):
    """A request that waits. `comes` resolves when it is let in: true if it goes ahead of the others, because its agency
    has next to nothing waiting."""

    agency: str
    comes: asyncio.Future[bool]


class Admission:
    """Which requests may open a call-out now."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._behind, self._hangs, self._holds_until = backlog.NO_BACKLOG, False, -math.inf
        self._inside = 0
        """Requests that are opening a call-out, which no round may have counted yet."""
        self._queue: deque[_Waiting] = deque()
        self._ahead: Counter[str] = Counter()
        """For each agency, how many requests have gone ahead and are not committed yet."""

    @property
    def agencies(self) -> frozenset[str]:
        """The agencies whose requests wait."""
        return frozenset(queued.agency for queued in self._queue)

    def hear(self, behind: Backlog, *, hangs: bool = False) -> None:
        """A round has seen this backlog; `hangs` says that the carrier answers nothing.

        Requests of agencies with next to nothing waiting are let in. Beside them go as many others as may wait to be
        paged, the longest waiting first.
        """
        self._behind, self._hangs = behind, hangs
        self._holds_until = asyncio.get_running_loop().time() + _HOLDS_SECONDS
        left = deque[_Waiting]()
        for queued in (queued for queued in self._queue if not queued.comes.done()):
            waiting = behind.of.get(queued.agency)
            if waiting is not None and admission.is_let_in(waiting + self._ahead[queued.agency], hangs=hangs):
                self._ahead[queued.agency] += 1
                queued.comes.set_result(True)
            else:
                left.append(queued)
        for _ in range(min(self._capacity, len(left))):
            left.popleft().comes.set_result(False)
        self._queue = left

    @property
    def _capacity(self) -> int:
        """How many more call-outs may wait to be paged, beside those that wait already and those that are being
        opened."""
        may_wait = admission.may_wait(self._behind.longest, hangs=self._hangs)
        return may_wait - self._behind.waiting - self._inside

    @property
    def _is_closed(self) -> bool:
        return asyncio.get_running_loop().time() < self._holds_until and self._capacity <= 0

    @asynccontextmanager
    async def entered(self, agency: str, key: str | None) -> AsyncIterator[None]:
        """Within the block a call-out of `agency` may be opened. Waits a few seconds at most until it may.

        `key` is the request's idempotency key, if it has one: a request that has already opened its call-out only reads
        it, so it goes ahead. Raises `Overloaded`.
        """
        ahead = False
        if self._is_closed or self._queue:
            ahead = await self._goes_ahead(agency, key) or await self._is_let_in_later(agency)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if ahead:
                self._ahead[agency] -= 1

    async def _is_let_in_later(self, agency: str) -> bool:
        """Wait to be let in; whether this request goes ahead. Raises `Overloaded` if patience ends first."""
        queued, ahead = _Waiting(agency, asyncio.get_running_loop().create_future()), False
        self._queue.append(queued)
        try:
            async with asyncio.timeout(admission.PATIENCE_SECONDS):
                ahead = await queued.comes
        except TimeoutError:
            if self._is_closed:
                raise Overloaded from None
        finally:
            if queued in self._queue:
                self._queue.remove(queued)
            elif not ahead and not queued.comes.cancelled() and queued.comes.result():
                self._ahead[agency] -= 1  # it was let in ahead at the very moment it gave up
        return ahead

    async def _goes_ahead(self, agency: str, key: str | None) -> bool:
        """Whether next to nothing of this agency waits to be paged, or the request was answered before."""
        ahead = self._ahead[agency]  # until they commit, the database does not show them
        if not admission.is_let_in(ahead, hangs=self._hangs):
            return False
        self._ahead[agency] += 1
        goes = False
        try:
            goes = await self._runner.ask(_may_go_ahead, agency, key, ahead, hangs=self._hangs)
            return goes
        finally:
            if not goes:
                self._ahead[agency] -= 1


def _may_go_ahead(tx: Transaction, context: Context, agency: str, key: str | None, ahead: int, *, hangs: bool) -> bool:
    waiting = backlog.of_agency(tx, agency, context.now, admission.A_FEW)
    return admission.is_let_in(waiting + ahead, hangs=hangs) or backlog.is_known(tx, agency, key)
