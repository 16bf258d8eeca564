"""The heartbeat by itself, under the wall clock."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.worker.heartbeat import Heartbeat

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
_GATHER_SECONDS = 0.01
"""At most one round begins in so many seconds."""


async def _nobody(_: timedelta) -> None:
    raise AssertionError("the clock was not set back")


async def _beating(heartbeat: Heartbeat, seen: Callable[[], bool]) -> float:
    """Let it beat until that is seen, and for 0.3 seconds at least; returns the seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    heartbeat.start()
    async with asyncio.timeout(20):
        while not seen() or loop.time() < began + 0.3:  # noqa: ASYNC110  # the heart knows nothing of the test
            await asyncio.sleep(0.01)
    await heartbeat.stop()
    return loop.time() - began


async def test_what_is_due_and_cannot_be_taken_is_not_asked_for_without_end() -> None:
    """When there is no room for what is due, or another node has it in hand, the heartbeat looks again, but does not
    spin: when a carrier hung, a node once took a whole core."""
    rounds = 0

    async def nothing_to_take() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    async def due() -> datetime:
        return NIGHT

    seconds = await _beating(Heartbeat(nothing_to_take, due, _nobody, now=lambda: NIGHT), lambda: rounds > 2)
    assert rounds < seconds / _GATHER_SECONDS


async def test_rounds_are_let_gather() -> None:
    """However often it is woken, at most one round begins each 10 ms: ten pages then cost what one page did."""
    rounds = 0

    async def woken_again() -> int:
        nonlocal rounds
        rounds += 1
        heartbeat.wake()
        return 1

    async def nothing_due() -> None:
        return None

    heartbeat = Heartbeat(woken_again, nothing_due, _nobody, now=lambda: NIGHT)
    seconds = await _beating(heartbeat, lambda: rounds > 2)
    assert rounds <= seconds / _GATHER_SECONDS + 1


async def test_a_round_that_has_begun_is_let_end() -> None:
    """A node that was told to stop broke off while it claimed pages. It had left when they were committed, so nobody
    sent them until their lease ended, 20 seconds later."""
    begun, ended, claims = 0, 0, asyncio.Event()

    async def claim() -> int:
        nonlocal begun, ended
        begun += 1
        claims.set()
        await asyncio.sleep(0.1)
        ended += 1
        return 1

    async def due() -> datetime:
        return NIGHT

    heartbeat = Heartbeat(claim, due, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await claims.wait()
    await heartbeat.stop()
    assert (begun, ended) == (1, 1)
    await asyncio.sleep(0.15)
    assert begun == 1


async def test_a_round_that_does_not_end_is_waited_for_no_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database that hangs must not keep a node from stopping."""
    monkeypatch.setattr("dispatch.worker.heartbeat._LAST_ROUND_SECONDS", 0.1)

    async def hang() -> int:
        await asyncio.sleep(3600)
        return 0

    async def due() -> datetime:
        return NIGHT

    heartbeat = Heartbeat(hang, due, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await heartbeat.stop()


@pytest.mark.parametrize("speed", [1.0, 60.0])
async def test_a_clock_that_is_set_back_is_made_up_for(speed: float) -> None:
    """Once, by as much as was lost; again when that could not be recorded; and not for less than two seconds."""
    told: list[timedelta] = []
    clock = {"offset": timedelta(0)}
    loop = asyncio.get_running_loop()
    began = loop.time()

    def now() -> datetime:
        return NIGHT + timedelta(seconds=(loop.time() - began) * speed) + clock["offset"]

    async def due() -> datetime:
        return now() + timedelta(seconds=0.01 * speed)

    async def nothing() -> int:
        return 0

    async def make_up_for(set_back: timedelta) -> None:
        told.append(set_back)
        if len(told) == 1:
            raise ConnectionError("the database is away")

    heartbeat = Heartbeat(nothing, due, make_up_for, now=now, speed=speed)
    heartbeat.start()
    await asyncio.sleep(0.1)
    clock["offset"] -= timedelta(seconds=1)
    await asyncio.sleep(0.1)
    assert not told
    clock["offset"] -= timedelta(hours=1)
    async with asyncio.timeout(20):
        while len(told) < 2:  # noqa: ASYNC110  # the heart knows nothing of the test
            await asyncio.sleep(0.01)
    clock["offset"] += timedelta(hours=2)
    await asyncio.sleep(0.1)
    await heartbeat.stop()
    assert len(told) == 2, "once in vain, once well"
    assert told[1].total_seconds() == pytest.approx(3600, abs=0.2 * speed)


async def test_a_job_that_the_end_breaks_off_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """A service that ends in good order logs no error, whatever it was just doing, or about to do."""

    async def long_job() -> None:
        await asyncio.sleep(60)

    async def short_job() -> None:
        await asyncio.sleep(0)

    async def nothing() -> int:
        return 0

    async def due() -> None:
        return None

    for turn in range(20):
        heartbeat = Heartbeat(nothing, due, _nobody, now=lambda: NIGHT)
        for job in (long_job, *[short_job] * 20):
            heartbeat.every(0.001, job)
        heartbeat.start()
        await asyncio.sleep(0.02 + turn / 10_000)
        await heartbeat.stop()
        await asyncio.sleep(0.01)
    assert not [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
