"""Transactions on PostgreSQL: asyncpg connections, which run the same functions through SQLAlchemy's `run_sync`."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.engine.job import MOST_COMPILED, MOST_IN_ONE_COMMIT, Job, T, Work, put_in, run_all, settle
from dispatch.store.engine.savepoint import is_passing, loses_all

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

APPLICATION = "dispatch"  # what PostgreSQL calls our connections

_WRITERS = 4  # with three a storm is answered a tenth sooner, and a lasting load is worked off a fifth slower
_READERS = 4
_TRIES = 5
# SQLAlchemy never uses a connection again whose statement timed out, or was cancelled. Nobody knows what it would do: a
# BEGIN that timed out is carried out once a frozen server wakes, and asyncpg takes every later transaction for a part
# of that one. Their commits do nothing, and their locks stay.
_COMMAND_SECONDS = 30.0
# A firewall on the way may forget a connection that nobody uses, and tells nobody: the first statement on it would wait
# for `_COMMAND_SECONDS`. The connection that was used last is taken first, so on a quiet night the others are idle.
_UNUSED_SECONDS = 120.0
_IDLE_SECONDS = 60  # inside a transaction; the server then ends it, since its node has probably left it behind
# Whoever reads sees everything as of one moment, as on SQLite. Otherwise a call-out answered between two queries would
# stand on a board as paging and taken, and count twice in a report, or not at all.
_READS = "REPEATABLE READ"
# A report leaves the other cores to the call-outs, and is planned for its own span.
_REPORT_SETTINGS = (
    "max_parallel_workers_per_gather = 0",
    "plan_cache_mode = force_custom_plan",
    "enable_seqscan = on",
    # Its default suits spinning disks: to join the stamps of a quarter, PostgreSQL read a history of a million instead.
    "random_page_cost = 1.1",
)


class PostgresDatabase:
    """Some connections that run the waiting jobs, some that read, and one for reports."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url
        self._engine: AsyncEngine | None = None
        self._jobs: deque[Job] = deque()
        self._idle: list[asyncio.Event] = []
        self._flushers: list[asyncio.Task[None]] = []
        self._reading = asyncio.Semaphore(_READERS)
        self._reporting = asyncio.Semaphore(1)

    async def open(self) -> None:
        # Imported only for PostgreSQL: without it, a service on SQLite starts a tenth sooner.
        from sqlalchemy.ext.asyncio import create_async_engine

        self._engine = create_async_engine(
            self._url.set(drivername="postgresql+asyncpg"),
            pool_size=_WRITERS + _READERS + 1,  # and one for reports
            max_overflow=0,
            pool_use_lifo=True,  # the connection that was used last has most plans
            pool_timeout=10,
            connect_args={
                "timeout": 10,
                "command_timeout": _COMMAND_SECONDS,
                "server_settings": {
                    "application_name": APPLICATION,
                    # One plan for a statement, whatever its values. Left to itself, PostgreSQL planned the query of
                    # an opening again at each run as soon as it had statistics: 480 µs of its time for a query that
                    # takes 30. That no statement needs its values to find its index is what test_plans.py holds.
                    "plan_cache_mode": "force_generic_plan",
                    # That plan is kept until the server has counted the rows, which it does once a minute. Made while
                    # the tables were nearly empty, it read them through: the 10,000th call-out of a first storm took
                    # four times as long as the first.
                    "enable_seqscan": "off",
                    "jit": "off",  # up to PostgreSQL 17 a table read through all the same would count as a long query
                    "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS * 1000}",
                },
            },
            query_cache_size=MOST_COMPILED,
            hide_parameters=True,
        )
        _hand_out_no_dead_connection(self._engine.sync_engine)
        self._flushers = [asyncio.create_task(self._flush_forever(self._engine)) for _ in range(_WRITERS)]

    async def close(self) -> None:
        for flusher in self._flushers:
            flusher.cancel()
        await asyncio.gather(*self._flushers, return_exceptions=True)
        self._flushers, self._idle = [], []
        for job in self._jobs:
            job.fail(DatabaseUnreachable("the database is closed"))
        if self._engine is not None:
            await self._engine.dispose()

    def lock(self) -> None:
        """Does nothing: any number of services may work on one PostgreSQL database."""

    def submit(self, job: Job) -> None:
        """Raises `DatabaseUnreachable` while the database is not open."""
        if not self._flushers:
            raise DatabaseUnreachable("the database is closed")
        put_in(self._jobs, job)
        self._wake_one()

    def _wake_one(self) -> None:
        """Wake the flusher that worked last, whose connection has most plans. All four used to wake for each job, and
        took turns: four connections were made where one at a time has work."""
        if self._idle:
            self._idle.pop().set()

    async def read(self, work: Work[T]) -> T:
        async with self._reading:
            return await self._read(work)

    async def report(self, work: Work[T]) -> T:
        async with self._reporting:
            return await self._read(work)

    @staticmethod
    @contextmanager
    def ends_in_time(tx: Connection, seconds: float) -> Iterator[None]:
        """The server cancels a statement inside the block that takes longer than `seconds`."""
        for setting in (f"statement_timeout = {int(seconds * 1000)}", *_REPORT_SETTINGS):
            tx.exec_driver_sql(f"SET LOCAL {setting}")
        yield

    @staticmethod
    def was_ended(error: DBAPIError) -> bool:
        """Whether `ends_in_time` caused this error: query_canceled."""
        return getattr(error.orig, "sqlstate", None) == "57014"

    async def _read(self, work: Work[T]) -> T:
        if self._engine is None:
            raise DatabaseUnreachable("the database is closed")
        try:
            return await _read_once(self._engine, work)
        except sa.exc.InterfaceError:
            # The connection had died while it waited in the pool, as all of them do when the server restarts.
            return await _read_once(self._engine, work)

    async def _flush_forever(self, engine: "AsyncEngine") -> None:
        while True:
            while not self._jobs:
                self._idle.append(some := asyncio.Event())
                await some.wait()
            # Nothing is awaited from here to the flush: jobs in hand must never wait for jobs that may not come.
            jobs = [self._jobs.popleft()]
            while jobs[0].together and self._jobs and self._jobs[0].together and len(jobs) < MOST_IN_ONE_COMMIT:
                jobs.append(self._jobs.popleft())
            await self._flush(jobs, engine)

    async def _flush(self, jobs: list[Job], engine: "AsyncEngine") -> None:
        try:
            async with engine.begin() as connection:
                outcomes = await connection.run_sync(run_all, jobs)
        except Exception as error:
            self._again(jobs, error)
            return
        except BaseException:  # we are told to stop, in whatever way: nobody must wait for ever
            for job in jobs:
                job.fail(DatabaseUnreachable("the database is closed"))
            raise
        settle(outcomes)

    def _again(self, jobs: list[Job], error: Exception) -> None:
        """A commit failed as a whole: run each job again by itself where that may help; otherwise fail it."""
        passing = isinstance(error, DBAPIError) and is_passing(error)
        # The pool's TimeoutError is none of Python's: no connection came free.
        of_one = isinstance(error, IntegrityError) or not isinstance(error, DBAPIError | OSError | sa.exc.TimeoutError)
        for job in jobs:
            job.tries += 1
            job.together = False  # a job that failed in a shared commit may succeed alone
            if (passing and job.tries < _TRIES) or (of_one and len(jobs) > 1):
                self._jobs.append(job)
                self._wake_one()
            elif of_one:
                job.fail(error)
            else:
                job.fail(DatabaseUnreachable(str(error)))


def _hand_out_no_dead_connection(engine: sa.Engine) -> None:
    """For one that the server has closed while nobody used it, the pool makes another, and so for all that are as old:
    the server has probably restarted. It makes another as well for one that nobody has used for long. What is lost in
    use SQLAlchemy finds out by itself."""

    @sa.event.listens_for(engine, "checkin")
    def _given_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["unused_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        driver: Any = connection.driver_connection
        if driver.is_closed():
            raise InvalidatePoolError("closed by the server")
        since = record.info.get("unused_since")  # a new one has none
        if since is not None and time.monotonic() - since > _UNUSED_SECONDS:
            raise DisconnectionError("unused for long")


async def _read_once(engine: "AsyncEngine", work: Work[T]) -> T:
    import asyncpg

    try:
        async with engine.connect() as connected:
            connection = await connected.execution_options(isolation_level=_READS)
            return await connection.run_sync(work)
    except (OSError, sa.exc.TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(str(error)) from error
    except DBAPIError as error:
        if isinstance(error, sa.exc.InterfaceError) or not loses_all(error):
            raise
        raise DatabaseUnreachable(str(error)) from error
