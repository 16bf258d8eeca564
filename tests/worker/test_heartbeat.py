"""The heartbeat by itself, on a clock that the test moves."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from dispatch import logs
from dispatch.worker.heartbeat import _LAST_ROUND_SECONDS, Heartbeat
from tests.conftest import Later

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
_GATHER_MILLISECONDS = 10
"""At most one round begins in so many."""


async def _nobody(_: timedelta) -> None:
    raise AssertionError("the clock was not set back")


async def _nothing_to_do() -> int:
    return 0


async def _due() -> datetime:
    return NIGHT


async def _never() -> None:
    return None


async def _pass(later: Later, milliseconds: int) -> None:
    for _ in range(milliseconds):
        await later(0.001)


async def _stop(heartbeat: Heartbeat, later: Later) -> None:
    await asyncio.gather(heartbeat.stop(), later(1))


async def test_what_is_due_and_cannot_be_taken_is_not_asked_for_without_end(later: Later) -> None:
    """When there is no room for what is due, or another node has it in hand, the heartbeat looks again, but does not
    spin: when a carrier hung, a node once took a whole core."""
    rounds = 0

    async def nothing_to_take() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    heartbeat = Heartbeat(nothing_to_take, _due, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await _pass(later, 300)
    assert 2 < rounds < 300 / _GATHER_MILLISECONDS
    await _stop(heartbeat, later)


async def test_a_beat_wakes_in_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler ran it in a thread: the event was changed under those who waited for it, and the beat was lost."""
    woken = asyncio.Event()
    woke_in: list[threading.Thread] = []

    def wake(_: Heartbeat) -> None:
        woke_in.append(threading.current_thread())
        loop.call_soon_threadsafe(woken.set)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr("dispatch.worker.heartbeat.BEAT_SECONDS", 0.01)
    monkeypatch.setattr(Heartbeat, "wake", wake)
    heartbeat = Heartbeat(_nothing_to_do, _never, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await woken.wait()
    await heartbeat.drop()
    assert {*woke_in} == {threading.main_thread()}


async def test_rounds_are_let_gather(later: Later) -> None:
    """However often it is woken, at most one round begins each 10 ms: ten pages then cost what one page did."""
    rounds = 0

    async def woken_again() -> int:
        nonlocal rounds
        rounds += 1
        heartbeat.wake()
        return 1

    heartbeat = Heartbeat(woken_again, _never, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await _pass(later, 300)
    assert 2 < rounds <= 300 / _GATHER_MILLISECONDS + 1
    await _stop(heartbeat, later)


async def test_a_round_that_has_begun_is_let_end(later: Later) -> None:
    """A node that was told to stop broke off while it claimed pages. It had left when they were committed, so nobody
    sent them until their lease ended, 20 seconds later."""
    begun, ended, claims, committed = 0, 0, asyncio.Event(), asyncio.Event()

    async def claim() -> int:
        nonlocal begun, ended
        begun += 1
        claims.set()
        await committed.wait()
        ended += 1
        return 1

    heartbeat = Heartbeat(claim, _due, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await claims.wait()
    stopping = asyncio.create_task(heartbeat.stop())
    await later(1)
    assert not stopping.done()
    committed.set()
    await later(0.5)
    await stopping
    assert (begun, ended) == (1, 1)
    await later(60)
    assert begun == 1


async def test_a_round_that_does_not_end_is_waited_for_no_longer_than_it_may_take(later: Later) -> None:
    """A database that hangs must not keep a node from stopping."""
    hangs = asyncio.Event()

    async def hang() -> int:
        hangs.set()
        await asyncio.sleep(3600)
        return 0

    heartbeat = Heartbeat(hang, _due, _nobody, now=lambda: NIGHT)
    heartbeat.start()
    await hangs.wait()
    stopping = asyncio.create_task(heartbeat.stop())
    await later(0)
    await later(_LAST_ROUND_SECONDS - 0.1)
    assert not stopping.done()
    await later(0.1)
    await stopping


@pytest.mark.parametrize("speed", [1.0, 60.0])
async def test_a_clock_that_is_set_back_is_made_up_for(later: Later, speed: float) -> None:
    """Once, by as much as was lost; again when that could not be recorded; and not for less than two seconds."""
    told: list[timedelta] = []
    clock = {"offset": timedelta(0)}
    loop = asyncio.get_running_loop()
    began = loop.time()

    def now() -> datetime:
        return NIGHT + timedelta(seconds=(loop.time() - began) * speed) + clock["offset"]

    async def due() -> datetime:
        return now() + timedelta(seconds=0.01 * speed)

    async def make_up_for(set_back: timedelta) -> None:
        told.append(set_back)
        if len(told) == 1:
            raise ConnectionError("the database is away")

    heartbeat = Heartbeat(_nothing_to_do, due, make_up_for, now=now, speed=speed)
    heartbeat.start()
    await _pass(later, 100)
    clock["offset"] -= timedelta(seconds=1)
    await _pass(later, 100)
    assert not told
    clock["offset"] -= timedelta(hours=1)
    await _pass(later, 1000)
    clock["offset"] += timedelta(hours=2)
    await _pass(later, 100)
    await _stop(heartbeat, later)
    assert len(told) == 2, "once in vain, once well"
    assert told[1].total_seconds() == pytest.approx(3600, abs=0.1)


async def test_a_job_that_the_end_breaks_off_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """A service that ends in good order logs no error, whatever it was just doing, or about to do."""

    async def long_job() -> None:
        await asyncio.sleep(60)

    async def short_job() -> None:
        await asyncio.sleep(0)

    for turn in range(20):
        heartbeat = Heartbeat(_nothing_to_do, _never, _nobody, now=lambda: NIGHT)
        for job in (long_job, *[short_job] * 20):
            heartbeat.every(0.001, job)
        heartbeat.start()
        await asyncio.sleep(0.02 + turn / 10_000)
        await heartbeat.stop()
        await asyncio.sleep(0.01)
    assert not [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.usefixtures("own_logging")
async def test_a_job_that_hangs_is_cut_off_and_comes_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only that is logged: not every run that was left out meanwhile."""
    logs.configure("INFO")
    monkeypatch.setattr("dispatch.worker.heartbeat._HANGS_SECONDS", 0.1)
    again = asyncio.Event()
    runs = 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs > 1:
            again.set()
        else:
            await asyncio.Event().wait()

    heartbeat = Heartbeat(_nothing_to_do, _never, _nobody, now=lambda: NIGHT)
    heartbeat.every(0.005, job)
    heartbeat.start()
    async with asyncio.timeout(10):
        await again.wait()
    await heartbeat.stop()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"], line["job"]) for line in lines] == [("job failed", "error", "job")]
