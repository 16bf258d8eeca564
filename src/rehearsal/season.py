"""A season of rehearsals: many seeds, several at a time, in processes of their own."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from dispatch.store import tables as t
from dispatch.store.schema import upgrade
from rehearsal.events import Event
from rehearsal.rehearse import Failure, SeedOutcome, rehearse
from rehearsal.shrinking import shrink
from rehearsal.story import EVERY_FAMILY, Family, draw
from rehearsal.touched import unwatched

SHRINK_SECONDS = 120.0
_POOLS = 5
# FastAPI remembers every endpoint it has looked at, and through it a whole stage: 120 MB for 500 call-outs.
_SEEDS_A_PROCESS = 4


class NotEmpty(RuntimeError):
    """the database holds somebody's data; a rehearsal wants one of its own, and empties it"""


@dataclass(frozen=True, slots=True)
class Season:
    """What is rehearsed. Without a database each seed gets its own, in memory; with one, they share it in sequence."""

    callouts: int
    families: frozenset[Family] = EVERY_FAMILY
    database_url: str | None = None
    nodes: int = 1
    shrink_seconds: float = SHRINK_SECONDS


@dataclass(frozen=True, slots=True)
class Played:
    """The outcome of one seed. If its story failed, `shrunk` is a short one that fails in the same way."""

    outcome: SeedOutcome
    events: int
    shrunk: tuple[Event, ...] = ()
    shrunk_failure: Failure | None = None


def play(seed: int, plan: Season) -> Played:
    """Rehearse one seed; a story that fails is shrunk."""
    story = draw(seed, plan.callouts, plan.families)
    outcome = _once(seed, story, plan)
    failure = outcome.failure
    if failure is None:
        return Played(outcome, len(story))
    last = failure

    def fails(some: object) -> bool:
        nonlocal last
        assert isinstance(some, list), "a story"
        again = _once(seed, some, plan).failure
        if again is None or again.name != failure.name:
            return False
        last = again
        return True

    told = story[: failure.step] if failure.step < len(story) else story
    shrunk = shrink(told, fails, seconds=plan.shrink_seconds) if plan.shrink_seconds else told
    return Played(outcome, len(story), tuple(shrunk), last)


def _once(seed: int, story: list[Event], plan: Season) -> SeedOutcome:
    if plan.database_url is None:
        return rehearse(seed, story)
    outcome = rehearse(seed, story, database_url=plan.database_url, nodes=plan.nodes)
    asyncio.run(_emptied(plan.database_url))
    return outcome


def season(seeds: Iterable[int], plan: Season, jobs: int) -> Iterator[Played]:
    """Rehearse every seed, `jobs` at a time; yields each when it is done. Raises `NotEmpty`."""
    if plan.database_url is not None:
        prepare(plan.database_url)
        jobs = 1
    if jobs == 1:
        for seed in seeds:
            yield play(seed, plan)
        return
    left = list(seeds)
    for _ in range(_POOLS):
        try:
            for played in _side_by_side(left, plan, jobs):
                left.remove(played.outcome.seed)
                yield played
        except BrokenProcessPool:  # somebody killed one of them: what it left undone is done again
            continue
        return
    raise RuntimeError(f"a process died {_POOLS} times while these were rehearsed: {left[:jobs]}")


def _side_by_side(seeds: list[int], plan: Season, jobs: int) -> Iterator[Played]:
    waiting = iter(list(seeds))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=_SEEDS_A_PROCESS) as processes:
        running: set[Future[Played]] = {processes.submit(play, seed, plan) for seed in islice(waiting, jobs * 2)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            running |= {processes.submit(play, seed, plan) for seed in islice(waiting, 1)}
            yield done.result()


def prepare(url: str) -> None:
    """Bring the tables up to date, and make sure that they are empty. Raises `NotEmpty`."""
    upgrade(url)
    if asyncio.run(_counted(url)):
        raise NotEmpty("the database is not empty: a rehearsal wants one of its own, and empties it")


async def _counted(url: str) -> int:
    engine = create_async_engine(_async_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        found = [
            (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar() or 0
            for table in (t.callout, t.person, t.page)
        ]
    await engine.dispose()
    return sum(found)


async def _emptied(url: str) -> None:
    engine = create_async_engine(_async_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        # The audit lets nobody remove a line, and no call-out depends on it.
        names = ", ".join(f'"{table.name}"' for table in t.metadata.sorted_tables if table is not t.audit)
        await connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        for statement in unwatched():
            await connection.execute(sa.text(statement))
    await engine.dispose()


def _async_url(url: str) -> sa.URL:
    return sa.make_url(url).set(drivername="postgresql+asyncpg")
