"""Call-outs that are refused leave a trace: a line in the log, a count, and a text where it happens again and again.

What a stranger causes is bounded: one line in a while says how many there were, and no row is written for them.
"""

import asyncio
from collections import defaultdict, deque
from datetime import datetime, timedelta

import structlog

from dispatch.actions.alarms.tell_of_refusals import tell_of_refusals
from dispatch.actions.runner import Runner
from dispatch.rules.alarms import refusals
from dispatch.rules.alarms.refusals import AGAIN_AND_AGAIN, TOLD_AGAIN, Refusal
from dispatch.store.engine.savepoint import no_panic
from dispatch.worker.metrics import Metrics

_log = structlog.get_logger("dispatch.doors")

STRANGERS_LINE_SECONDS = 10.0
_TRIED_AGAIN = timedelta(seconds=10)
"""In a flood, a refusal that could not be told is not tried again, nor its fault logged, for each request."""


class Refusals:
    """What one node has refused lately."""

    def __init__(self, runner: Runner, metrics: Metrics) -> None:
        self._runner, self._metrics = runner, metrics
        self._lately: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=AGAIN_AND_AGAIN))
        self._quiet_until: dict[str, datetime] = {}
        self._unsaid = 0
        self._last: Refusal | None = None
        self._next_line: asyncio.TimerHandle | None = None

    async def note(self, refusal: Refusal) -> None:
        """A call-out was refused. Raises nothing: its sender has another answer to get."""
        try:
            with no_panic():
                await self._note(refusal)
        except Exception:
            _log.exception("refusal not noted", why=refusal.why)

    async def _note(self, refusal: Refusal) -> None:
        self._metrics.refused(refusal)
        self._say(refusal)
        now, told_as = self._runner.now(), refusal.told_as
        if told_as is None:
            return
        lately = self._lately[told_as]
        lately.append(now)
        quiet_until = self._quiet_until.get(told_as, now)
        if now >= quiet_until and refusals.is_worth_a_text(refusal, lately, now):
            self._quiet_until[told_as] = now + _TRIED_AGAIN
            await self._runner.act(tell_of_refusals, refusal)
            self._quiet_until[told_as] = now + TOLD_AGAIN

    def _say(self, refusal: Refusal) -> None:
        if refusal.proven:
            _log.warning("call-out refused", agency=refusal.agency, why=refusal.why)
            return
        self._unsaid, self._last = self._unsaid + 1, refusal
        if self._next_line is None:
            self._say_and_wait()

    def _say_how_many(self) -> bool:
        """Log one line for all refusals since the last one. Returns whether there were any."""
        if self._last is None:
            return False
        says = self._last.agency or "unknown"
        _log.warning("call-out refused", says_it_is=says, why=self._last.why, times=self._unsaid)
        self._unsaid, self._last = 0, None
        return True

    def _say_and_wait(self) -> None:
        """Refusals that come in the next while are logged at its end, all in one line."""
        said = self._say_how_many()
        wait = asyncio.get_running_loop().call_later
        self._next_line = wait(STRANGERS_LINE_SECONDS, self._say_and_wait) if said else None

    def close(self) -> None:
        """Log now what would be logged in a while."""
        if self._next_line is not None:
            self._next_line.cancel()
            self._next_line = None
        self._say_how_many()
