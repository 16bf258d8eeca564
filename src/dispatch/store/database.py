"""One way to run a transaction, on SQLite and on PostgreSQL.

An action is an ordinary function whose first argument is a connection: `def act(tx, …)`. `write(action)` runs it in
a transaction and returns once that is committed; an exception rolls it back. Actions that wait at the same moment
may share one commit, each behind its own savepoint, since a commit costs an fsync: that is what makes intake fast on
an ordinary disk. So an action may be run again on another connection (a deadlock, a lost database connection before the
commit) and must have no effect outside its transaction.

SQLite has one writer connection in one thread; readers are `query_only`. Only the service's writer checkpoints. Before
SQLite 3.51.3 a log may be corrupted by a checkpoint that begins just as another has ended and somebody starts the log
afresh (https://sqlite.org/wal.html#walresetbug). Who alone checkpoints, and only right after a commit of its own, is
safe: that commit is not copied yet, so nobody can start the log afresh before it is. A command that writes beside the
service only adds to the log; when it is the last to close, nobody else being there, SQLite copies it. PostgreSQL runs
the same functions on asyncpg connections through SQLAlchemy's `run_sync`.
"""

import asyncio
import fcntl
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from dispatch.store.savepoint import is_passing, savepoint

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
Work = Callable[[Connection], T]

_log = structlog.get_logger("dispatch.store")

APPLICATION = "dispatch"  # what PostgreSQL calls our connections

_MOST_IN_ONE_COMMIT = 64
_POSTGRES_WRITERS = 4
_POSTGRES_READERS = 4
_SQLITE_READERS = 2
# A report may neither hang nor take the cores that call-outs need. It sees everything at one moment, as on SQLite: else
# a call-out that somebody reaches between two of its questions would count twice, or not at all.
REPORT_SECONDS = 20.0
_REPORT_SETTINGS = ("transaction_isolation = 'repeatable read'", "max_parallel_workers_per_gather = 0", "jit = off")
_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine, a few milliseconds
_TRIES = 5


class ReportTooLong(RuntimeError):
    """a report was ended because it took longer than a report may"""


class DatabaseUnreachable(RuntimeError):
    """the database does not answer"""


class DatabaseInUse(RuntimeError):
    """another service works on this SQLite file; two would take over each other's pages"""


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    together: bool = False
    tries: int = 0

    def resolve(self, result: object) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


def _run_all(tx: Connection, jobs: list[_Job]) -> list[tuple[_Job, object, BaseException | None]]:
    """Run each job in `tx`, which is inside a transaction; a failing one among several undoes itself alone.

    Not so on PostgreSQL, where a savepoint is two more questions for each job: there it raises, and each is run alone.
    """
    if len(jobs) == 1 or tx.dialect.name == "postgresql":
        return [(job, job.work(tx), None) for job in jobs]
    outcomes: list[tuple[_Job, object, BaseException | None]] = []
    for job in jobs:
        try:
            with savepoint(tx):
                result = job.work(tx)
        except Exception as error:
            if isinstance(error, DBAPIError) and (error.connection_invalidated or is_passing(error)):
                raise
            outcomes.append((job, None, error))
        else:
            outcomes.append((job, result, None))
    return outcomes


class _SqliteThread:
    """One connection in one thread, which runs what is handed to it in the order of arrival."""

    def __init__(self, url: sa.URL, *, writes: bool, checkpoints: bool = False) -> None:
        self._url = url
        self._writes = writes
        self._checkpoints = checkpoints
        self._jobs: deque[_Job] = deque()
        self._some = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(
            target=self._run, name="sqlite-writer" if writes else "sqlite-reader", daemon=True
        )
        self._thread.start()

    def submit(self, job: _Job) -> None:
        with self._some:
            if self._stopping:
                job.fail(DatabaseUnreachable("the database is closed"))
                return
            self._jobs.append(job)
            self._some.notify()

    def stop(self) -> None:
        with self._some:
            self._stopping = True
            self._some.notify()
        self._thread.join()

    def _take(self) -> list[_Job]:
        with self._some:
            while not self._jobs and not self._stopping:
                self._some.wait()
            most = _MOST_IN_ONE_COMMIT if self._writes else 1
            return [self._jobs.popleft() for _ in range(min(most, len(self._jobs)))]

    def _run(self) -> None:
        engine = sqlite_engine(self._url, writes=self._writes, checkpoints=self._checkpoints)
        try:
            while jobs := self._take():
                self._run_batch(engine, jobs)
        finally:
            engine.dispose()

    def _run_batch(self, engine: sa.Engine, jobs: list[_Job]) -> None:
        # Nothing may end this thread: everything behind it would hang. So every error goes to whoever waits.
        try:
            with engine.connect() as connection, connection.begin():
                outcomes = _run_all(connection, jobs)
        except Exception as error:
            if isinstance(error, DBAPIError):
                _log.warning("commit failed", error=type(error).__name__)
            outcomes = [(job, None, error) for job in jobs]
        for job, result, failure in outcomes:
            try:
                if failure is None:
                    job.loop.call_soon_threadsafe(job.resolve, result)
                else:
                    job.loop.call_soon_threadsafe(job.fail, failure)
            except RuntimeError:  # that loop is closed: nobody waits any more
                continue


async def _done_by(thread: _SqliteThread, work: Work[T]) -> T:
    loop = asyncio.get_running_loop()
    job = _Job(work, loop.create_future(), loop)
    thread.submit(job)
    return await job.done  # type: ignore[no-any-return]  # a future cannot carry T through the queue


@contextmanager
def _ends_in_time(tx: Connection) -> Iterator[None]:
    """Whatever runs inside the block is ended by the database itself after `REPORT_SECONDS`."""
    if tx.dialect.name == "postgresql":
        for setting in (f"statement_timeout = {int(REPORT_SECONDS * 1000)}", *_REPORT_SETTINGS):
            tx.exec_driver_sql(f"SET LOCAL {setting}")
        yield
        return
    end = time.monotonic() + REPORT_SECONDS
    connection = tx.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _was_ended(error: DBAPIError) -> bool:
    """Whether the database ended it for its length: PostgreSQL's query_canceled, SQLite's interrupt."""
    return (
        getattr(error.orig, "sqlstate", None) == "57014"
        or getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    )


def sqlite_engine(url: sa.URL, *, writes: bool, checkpoints: bool = False) -> sa.Engine:
    """An engine on one SQLite file whose transactions begin as `BEGIN IMMEDIATE`, so a writer never has to upgrade.

    `checkpoints`: for one connection at a time, the service's writer.
    """
    engine = sa.create_engine(
        url.set(drivername="sqlite"),
        poolclass=sa.pool.StaticPool,
        connect_args={"check_same_thread": False, "timeout": 10},
        hide_parameters=True,  # an error's text goes to the log, and statements carry places and numbers
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a savepoint
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            *(() if writes else ("query_only=ON",)),
            *(() if checkpoints else ("wal_autocheckpoint=0",)),
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # On the driver's own cursor, since there is one for every transaction: a twentieth of the time.
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class _KeptConnection:
    """One of the pool's connections, kept from one transaction to the next until something goes wrong with it.

    To fetch one for each transaction and give it back took 110 µs of processor time, as long as three statements.
    """

    def __init__(self, engine: "AsyncEngine") -> None:
        self._engine = engine
        self._kept: AsyncConnection | None = None
        self._is_closed: Callable[[], bool] = lambda: True

    async def transact(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own."""
        try:
            if self._kept is None or self._is_closed():  # by the server, while nobody used it
                await self.aclose()
                self._kept = await self._engine.connect()
                driver: Any = (await self._kept.get_raw_connection()).driver_connection
                self._is_closed = driver.is_closed
            return await self._kept.run_sync(_in_transaction, work)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Give it back."""
        kept, self._kept = self._kept, None
        if kept is not None:
            await kept.close()


def _in_transaction(tx: Connection, work: Work[T]) -> T:
    with tx.begin():
        return work(tx)


class Database:
    """Transactions on the database that `url` names. Open it inside a running loop; close it before the loop ends."""

    def __init__(self, url: str, *, alone: bool = False) -> None:
        """`alone`: of all who open an SQLite file so, only one at a time may, and it checkpoints; the service does."""
        self._alone = alone
        self._lock: IO[str] | None = None
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer: _SqliteThread | None = None
        self._readers: list[_SqliteThread] = []
        self._turn = 0
        self._engine: AsyncEngine | None = None
        self._jobs: deque[_Job] = deque()
        self._some = asyncio.Event()
        self._flushers: list[asyncio.Task[None]] = []
        self._reading = asyncio.Semaphore(_POSTGRES_READERS)
        self._reporter: _SqliteThread | None = None
        self._reporting = asyncio.Semaphore(1)

    async def open(self) -> None:
        """Raises `DatabaseInUse`."""
        if self.is_sqlite:
            self.lock()
            self._writer = _SqliteThread(self.url, writes=True, checkpoints=self._alone)
            self._readers = [_SqliteThread(self.url, writes=False) for _ in range(_SQLITE_READERS)]
            self._reporter = _SqliteThread(self.url, writes=False)
            return
        # Imported where there is a PostgreSQL: a service on SQLite would start a tenth later for it.
        from sqlalchemy.ext.asyncio import create_async_engine

        self._engine = create_async_engine(
            self.url.set(drivername="postgresql+asyncpg"),
            pool_size=_POSTGRES_WRITERS + _POSTGRES_READERS + 1,  # and one for reports
            max_overflow=0,
            pool_timeout=10,
            connect_args={
                "timeout": 10,
                "command_timeout": 30,
                "server_settings": {"application_name": APPLICATION},
            },
            hide_parameters=True,
        )
        self._flushers = [asyncio.create_task(self._flush_forever()) for _ in range(_POSTGRES_WRITERS)]

    async def close(self) -> None:
        for flusher in self._flushers:
            flusher.cancel()
        await asyncio.gather(*self._flushers, return_exceptions=True)
        self._flushers = []
        for job in self._jobs:
            job.fail(DatabaseUnreachable("the database is closed"))
        if self._engine is not None:
            await self._engine.dispose()
        # Readers first: the last connection to close checkpoints, and that must be the writer.
        for thread in (*self._readers, self._reporter, self._writer):
            if thread is not None:
                await asyncio.to_thread(thread.stop)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def lock(self) -> None:
        """Keep every other service off this SQLite file until the close; `open` does it, if it was not done before.

        Raises `DatabaseInUse`.
        """
        if self._lock is not None or not self._alone or self.url.database in (None, "", ":memory:"):
            return
        self._lock = Path(f"{self.url.database}.lock").open("w")  # noqa: SIM115  # held as long as the database is
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            raise DatabaseInUse(f"another service works on {self.url.database}") from error

    async def write(self, work: Work[T], *, together: bool = False) -> T:
        """Run `work` in a transaction; return its result once that is committed.

        `together` lets it share a PostgreSQL commit: only for work that locks nothing that others lock, since several
        pieces of work in one transaction hold their locks until all are done. (On SQLite all share, being in a row
        anyway.) Raises whatever `work` raises, its changes undone, and `DatabaseUnreachable` when the database does
        not answer.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop, together)
        if self._writer is not None:
            self._writer.submit(job)
        elif self._flushers:
            self._jobs.append(job)
            self._some.set()
        else:
            raise DatabaseUnreachable("the database is closed")
        return await job.done  # type: ignore[no-any-return]  # a future cannot carry T through the queue

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that only reads."""
        if self._readers:
            self._turn += 1
            return await _done_by(self._readers[self._turn % len(self._readers)], work)
        async with self._reading:
            return await self._read(work)

    async def report(self, work: Work[T]) -> T:
        """As `read`, for work that may take long: one at a time, and never before what a call-out waits for.

        Raises `ReportTooLong` after `REPORT_SECONDS`.
        """

        def bounded(tx: Connection) -> T:
            try:
                with _ends_in_time(tx):
                    return work(tx)
            except DBAPIError as error:
                if _was_ended(error):
                    raise ReportTooLong from error
                raise

        if self._reporter is not None:
            return await _done_by(self._reporter, bounded)
        async with self._reporting:
            return await self._read(bounded)

    async def _read(self, work: Work[T]) -> T:
        assert self._engine is not None
        try:
            return await self._read_once(self._engine, work)
        except sa.exc.InterfaceError:
            # The connection had died while it waited in the pool, as all do when the server restarts.
            return await self._read_once(self._engine, work)

    @staticmethod
    async def _read_once(engine: "AsyncEngine", work: Work[T]) -> T:
        import asyncpg

        try:
            async with engine.connect() as connection:
                return await connection.run_sync(work)
        except (OSError, sa.exc.TimeoutError, asyncpg.PostgresError) as error:
            raise DatabaseUnreachable(str(error)) from error
        except DBAPIError as error:
            if isinstance(error, sa.exc.InterfaceError) or not (error.connection_invalidated or is_passing(error)):
                raise
            raise DatabaseUnreachable(str(error)) from error

    async def _flush_forever(self) -> None:
        assert self._engine is not None
        async with aclosing(_KeptConnection(self._engine)) as connection:
            while True:
                while not self._jobs:
                    self._some.clear()
                    await self._some.wait()
                # From here to the flush nothing waits: jobs in hand must never wait for jobs that may not come.
                jobs = [self._jobs.popleft()]
                while jobs[0].together and self._jobs and self._jobs[0].together and len(jobs) < _MOST_IN_ONE_COMMIT:
                    jobs.append(self._jobs.popleft())
                await self._flush(jobs, connection)

    async def _flush(self, jobs: list[_Job], connection: "_KeptConnection") -> None:
        try:
            outcomes = await connection.transact(lambda tx: _run_all(tx, jobs))
        except asyncio.CancelledError:
            for job in jobs:
                job.fail(DatabaseUnreachable("the database is closed"))
            raise
        except Exception as error:
            self._again(jobs, error)
            return
        for job, result, failure in outcomes:
            if failure is None:
                job.resolve(result)
            else:
                job.fail(failure)

    def _again(self, jobs: list[_Job], error: Exception) -> None:
        """A commit that failed as a whole: run each job again by itself where that may help, else say so."""
        passing = isinstance(error, DBAPIError) and is_passing(error)
        of_one = isinstance(error, IntegrityError) or not isinstance(error, DBAPIError | OSError)
        for job in jobs:
            job.tries += 1
            job.together = False  # what failed in company may succeed alone
            if (passing and job.tries < _TRIES) or (of_one and len(jobs) > 1):
                self._jobs.append(job)
                self._some.set()
            elif of_one:
                job.fail(error)
            else:
                job.fail(DatabaseUnreachable(str(error)))
