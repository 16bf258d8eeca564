"""The heartbeat: does the work that is due, and wakes up for what comes next.

Every commit wakes the heartbeat, and it knows when the next row is due. APScheduler's beat is the safety net: when a
wake-up was lost, the next beat still finds the work, since only the database remembers what is due.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from dispatch.store.engine.savepoint import no_panic

_log = structlog.get_logger("dispatch.heartbeat")

BEAT_SECONDS = 1.0
_AFTER_A_FAULT_SECONDS = 0.5
_NOT_TAKEN_SECONDS = 0.02
_APART_SECONDS = 0.01  # a round costs as much for one page as for ten, so in a storm pages may gather for the next one
_LAST_ROUND_SECONDS = 2.0  # a round takes milliseconds, unless the database hangs
_HANGS_SECONDS = 300.0  # the longest job asks the carrier for a list, page after page, with ten seconds for each
_SET_BACK_SECONDS = 2.0  # a clock that is kept in step is corrected by less


class Heartbeat:
    """Runs `run_due` whenever something may be due; `run_due` returns how much it did. `speed` is how many times faster
    `now` runs than the wall clock. `make_up_for` is told by how much `now` was set back.
    """

    def __init__(
        self,
        run_due: Callable[[], Awaitable[int]],
        next_due: Callable[[], Awaitable[datetime | None]],
        make_up_for: Callable[[timedelta], Awaitable[object]],
        *,
        now: Callable[[], datetime],
        speed: float = 1.0,
    ) -> None:
        self._run_due, self._next_due, self._make_up_for = run_due, next_due, make_up_for
        self._now, self._speed = now, speed
        self._looked_at: tuple[datetime, float] | None = None
        self._woken = asyncio.Event()
        self._last_beat = float("-inf")
        self.first_round = asyncio.Event()
        """Set when the first round of work has ended without an error."""
        # misfire_grace_time: its default of 1 s silently drops a job after a stall of the loop.
        self._scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True})
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    def wake(self) -> None:
        """Look for due work now. This is cheap: call it after every commit."""
        self._woken.set()

    def is_late(self) -> bool:
        """Whether the last round of work ended more than two beats ago, or none has ended yet."""
        return self.age() > 2 * BEAT_SECONDS

    def age(self) -> float:
        """Seconds since the last round of work ended; infinite when none has ended yet."""
        return asyncio.get_running_loop().time() - self._last_beat

    def every(self, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
        """Run `job` every `seconds` of the wall clock. A run that fails or hangs is logged, and the next one comes all
        the same."""

        async def guarded() -> None:
            try:
                async with asyncio.timeout(
                    _HANGS_SECONDS
                ):  # APScheduler begins no run while the last one still goes on
                    await job()
            except asyncio.CancelledError:
                return  # the scheduler is stopping; otherwise it would log an error of the job
            except Exception:
                _log.exception("job failed", job=getattr(job, "__name__", repr(job)))

        self._scheduler.add_job(guarded, "interval", seconds=seconds)

    def start(self) -> None:
        self._scheduler.add_job(self._beat, "interval", seconds=BEAT_SECONDS)
        self._scheduler.start()
        self._task = asyncio.create_task(self._beat_forever())

    async def _beat(self) -> None:
        """In the loop: what is not `async` the scheduler runs in a thread, from which an event must not be set."""
        self.wake()

    async def stop(self) -> None:
        """Begin no more rounds, and let the current one end. A round that was broken off still claimed pages after its
        node had left: 32 of them went unsent until their lease ended, 20 seconds later."""
        if self._task is not None:
            self._ending = True
            self.wake()
            await asyncio.wait({self._task}, timeout=_LAST_ROUND_SECONDS)
            await self.drop()

    async def drop(self) -> None:
        """Cancel whatever is under way."""
        if self._task is not None:
            self._scheduler.pause()
            await asyncio.sleep(0)  # a job that was already handed over begins, and can then be cancelled quietly
            self._scheduler.shutdown(wait=False)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _beat_forever(self) -> None:
        loop = asyncio.get_running_loop()
        in_vain = 0
        while not self._ending:
            self._woken.clear()
            began = loop.time()
            try:
                with no_panic():
                    await self._look_at_the_clock()
                    in_vain = 0 if await self._run_due() else in_vain + 1
                    self._last_beat = loop.time()
                    self.first_round.set()
                    wait = await self._seconds_to_next()
                if in_vain > 1 and wait == 0.0:
                    # Work is due that we cannot take: our capacity is used up, or another node is working on it.
                    wait = _NOT_TAKEN_SECONDS
            except Exception as error:
                # A lost database must not end the heartbeat: only the heartbeat resumes work when the database is back.
                _log.error("heartbeat failed", error=repr(error))
                wait = _AFTER_A_FAULT_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            await asyncio.sleep(began + _APART_SECONDS - loop.time())

    async def _look_at_the_clock(self) -> None:
        """Notice a clock that was set back. Due times follow that clock, so an hour back is an hour of silence."""
        now, steady = self._now(), asyncio.get_running_loop().time()
        before, steadily = self._looked_at or (now, steady)
        if now < before:
            set_back = before - now + timedelta(seconds=(steady - steadily) * self._speed)
            if set_back.total_seconds() >= _SET_BACK_SECONDS * max(1.0, self._speed):
                await self._make_up_for(set_back)
        self._looked_at = now, steady

    async def _seconds_to_next(self) -> float:
        due_at = await self._next_due()
        if due_at is None:
            return BEAT_SECONDS
        return max(0.0, min(BEAT_SECONDS, (due_at - self._now()).total_seconds() / self._speed))
