"""Does what is on the agenda as it falls due: when it is told to, or in the background."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable
from datetime import datetime

from twilio_simulator.agenda import Agenda, Entry

log = logging.getLogger(__name__)


class Runner:
    """Runs an agenda by the clock `now`, which goes `speed` times as fast as the one on the wall."""

    def __init__(self, agenda: Agenda, now: Callable[[], datetime], speed: float) -> None:
        self._agenda = agenda
        self._now = now
        self._speed = speed
        self._one_run = asyncio.Lock()
        self._woken = asyncio.Event()
        self._background: asyncio.Task[None] | None = None
        self._tails: dict[str, asyncio.Task[None]] = {}
        agenda.on_put = self._woken.set

    async def run_due(self) -> int:
        """Do everything due at `now()`, and what follows from it; returns how much was done."""
        done = 0
        async with self._one_run:
            while (entry := self._agenda.take_due(self._now())) is not None:
                result = entry.act(entry.due)
                if inspect.isawaitable(result):
                    await result
                done += 1
        return done

    def start(self) -> None:
        """Do things as they fall due, until `stop`.

        Entries run at the same time as each other, except those about one subject, which keep their order.
        """
        if self._background is None:
            self._background = asyncio.create_task(self._keep_running(), name="simulated carrier")

    async def stop(self) -> None:
        """Stop running in the background. Harmless when nothing does."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.gather(self._background, *self._tails.values(), return_exceptions=True)
            self._background = None

    async def settle(self, subject: str) -> None:
        """Wait until what is due about `subject` has been done."""
        if self._background is None:
            await self.run_due()
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def arrive(_: datetime) -> None:
            reached.set_result(None)

        # Entries about one subject never overtake each other, so this one comes after all that are there.
        self._agenda.put(self._now(), subject, arrive)
        await asyncio.wait([reached, self._background], return_when=asyncio.FIRST_COMPLETED)

    async def _keep_running(self) -> None:
        while True:
            self._woken.clear()
            while (entry := self._agenda.take_due(self._now())) is not None:
                self._do(entry)
                # A storm must not keep the loop from answering requests.
                await asyncio.sleep(0)
            due = self._agenda.next_due()
            pause = None if due is None else max((due - self._now()).total_seconds() / self._speed, 0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    def _do(self, entry: Entry) -> None:
        try:
            result = entry.act(entry.due)
        except Exception:
            log.exception("something on the simulated carrier's agenda failed (%s)", entry.subject)
            return
        if not inspect.isawaitable(result):
            return
        before = self._tails.get(entry.subject)

        async def in_turn() -> None:
            if before is not None:
                await asyncio.wait([before])
            try:
                await result
            except Exception:
                log.exception("something on the simulated carrier's agenda failed (%s)", entry.subject)
            finally:
                if self._tails.get(entry.subject) is task:
                    del self._tails[entry.subject]

        task = asyncio.create_task(in_turn())
        self._tails[entry.subject] = task
