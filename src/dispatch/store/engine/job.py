"""A piece of work that waits for its transaction."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from dispatch.store.engine.log_lines import Gathering, LogLine, say
from dispatch.store.engine.savepoint import loses_all, no_panic, savepoint

T = TypeVar("T")
Work = Callable[[Connection], T]

MOST_IN_ONE_COMMIT = 64
MOST_COMPILED = 1_000
"""Statements that an engine keeps compiled. The store has some five hundred, and an update is one for each choice of
columns; compiling one again takes a hundred times as long as running it."""


@dataclass(slots=True)
class Job:
    """`together`: it may share a commit with others. `ahead`: it goes before all that has not begun; `behind`: after
    all of that. `tries` counts the failed commits that it was part of. `lines` are what its last run has to say once it
    is committed."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    together: bool = False
    ahead: bool = False
    behind: bool = False
    tries: int = 0
    lines: list[LogLine] = field(default_factory=list)

    def run(self, tx: Connection) -> Any:
        """Do the work in `tx`, and keep what it has to say. Raises what the work raises, and `BrokeOff`."""
        gathering = Gathering(tx)
        self.lines = gathering.lines
        try:
            with no_panic():  # it would end the writer, and all work behind it would wait for ever
                return self.work(tx)
        finally:
            gathering.end()

    def resolve(self, result: object) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


JobOutcome = tuple[Job, object, BaseException | None]
"""A job, and what came of it: its result, or why it failed."""


def settle(outcomes: Sequence[JobOutcome]) -> None:
    """Tell these jobs of the running loop what came of them; what succeeded is committed.

    Whoever waits for a job goes on before its lines are logged. They are logged even if nobody waits any more.
    """
    lines: list[LogLine] = []
    for job, result, failure in outcomes:
        if failure is None:
            job.resolve(result)
            lines += job.lines
        else:
            job.fail(failure)
    if lines:
        asyncio.get_running_loop().call_soon(say, lines)


async def done_by(
    submit: Callable[[Job], None], work: Work[T], *, together: bool = False, ahead: bool = False, behind: bool = False
) -> T:
    """Hand `work` to the queue behind `submit`, and wait for its result."""
    loop = asyncio.get_running_loop()
    job = Job(work, loop.create_future(), loop, together, ahead, behind)
    submit(job)
    return await job.done  # type: ignore[no-any-return]  # a future cannot carry T through the queue


def put_in(queue: deque[Job], job: Job) -> None:
    """At the end, or before everybody else. Whatever is `behind` stays last."""
    if job.ahead:
        queue.appendleft(job)
    elif queue and queue[-1].behind:
        queue.insert(len(queue) - 1, job)
    else:
        queue.append(job)


def run_all(tx: Connection, jobs: list[Job]) -> list[JobOutcome]:
    """Run each job in `tx`, which is inside a transaction. If one of several fails, only that one is undone.

    Hardly ever does one fail, so they are first run behind one savepoint for all of them; with one for each, a storm
    took two more statements for each call-out. On PostgreSQL, where a savepoint costs two round trips, there is none:
    the first failure raises, and the caller runs each job again by itself.
    """
    if len(jobs) == 1 or tx.dialect.name == "postgresql":
        return [(job, job.run(tx), None) for job in jobs]
    try:
        with savepoint(tx):
            return [(job, job.run(tx), None) for job in jobs]
    except Exception as error:
        if loses_all(error) or not _is_open(tx):
            raise
    outcomes: list[JobOutcome] = []
    for job in jobs:
        try:
            with savepoint(tx):
                result = job.run(tx)
        except Exception as error:
            if loses_all(error):
                raise
            outcomes.append((job, None, error))
        else:
            outcomes.append((job, result, None))
    return outcomes


def _is_open(tx: Connection) -> bool:
    """Whether SQLite still has the transaction: when the disk is full, it ends all of it by itself."""
    connection = tx.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection.in_transaction
