"""Transactions on an SQLite file: one writer connection in one thread; readers are `query_only`.

Only the service's writer checkpoints. Before SQLite 3.51.3 a checkpoint can corrupt the log if it begins just as
another has ended and somebody starts the log from its beginning (https://sqlite.org/wal.html#walresetbug). A single
connection that checkpoints only right after its own commit is safe: that commit has not been copied yet, and until it
has, nobody can start the log from its beginning. A command that writes beside the service only appends to the log. If
no other connection is left when the command closes, SQLite copies the log.
"""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import stat
import threading
import time
from collections import deque
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dispatch.store.engine.database_errors import DatabaseInUse, DatabaseUnreachable
from dispatch.store.engine.job import MOST_COMPILED, MOST_IN_ONE_COMMIT, Job, T, Work, done_by, put_in, run_all, settle

_log = structlog.get_logger("dispatch.store")

_OWNER_ONLY = 0o600
_READERS = 2
_PATIENCE_SECONDS = 10.0  # for another program that has locked the file
_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's virtual machine, a few milliseconds


class SqliteDatabase:
    """The threads of one file. One process at a time may open it with `alone`; that process checkpoints."""

    def __init__(self, url: sa.URL, *, alone: bool) -> None:
        self._url = url
        self._alone = alone
        self._lock: IO[str] | None = None
        self._writer: _Thread | None = None
        self._readers: list[_Thread] = []
        self._reporter: _Thread | None = None
        self._step = 0

    async def open(self) -> None:
        """Raises `DatabaseInUse`."""
        self.lock()
        self._writer = _Thread(self._url, writes=True, checkpoints=self._alone)
        self._readers = [_Thread(self._url, writes=False) for _ in range(_READERS)]
        self._reporter = _Thread(self._url, writes=False)

    async def close(self) -> None:
        # Readers first: the last connection to close checkpoints, and that must be the writer.
        for thread in (*self._readers, self._reporter, self._writer):
            if thread is not None:
                await asyncio.to_thread(thread.stop)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def lock(self) -> None:
        """Keep every other service off this file until `close`. Raises `DatabaseInUse`."""
        if self._lock is not None or not self._alone or self._url.database in (None, "", ":memory:"):
            return
        handle = os.open(f"{self._url.database}.lock", os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        self._lock = os.fdopen(handle, "w")  # held as long as the database is
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            raise DatabaseInUse(f"another service works on {self._url.database}") from error

    def submit(self, job: Job) -> None:
        """Raises `DatabaseUnreachable` if the database was never opened."""
        _opened(self._writer).submit(job)

    async def read(self, work: Work[T]) -> T:
        self._step += 1
        thread = _opened(self._readers[self._step % _READERS] if self._readers else None)
        return await done_by(thread.submit, work)

    async def report(self, work: Work[T]) -> T:
        return await done_by(_opened(self._reporter).submit, work)

    @staticmethod
    @contextlib.contextmanager
    def ends_in_time(tx: Connection, seconds: float) -> Iterator[None]:
        """SQLite interrupts whatever still runs inside the block after `seconds`."""
        end = time.monotonic() + seconds
        connection = tx.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            connection.set_progress_handler(None, 0)

    @staticmethod
    def was_ended(error: DBAPIError) -> bool:
        """Whether `ends_in_time` caused this error."""
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _opened(thread: "_Thread | None") -> "_Thread":
    if thread is None:
        raise DatabaseUnreachable("the database is closed")
    return thread


class _Thread:
    """One connection in one thread, which runs what is handed to it in the order of arrival."""

    def __init__(self, url: sa.URL, *, writes: bool, checkpoints: bool = False) -> None:
        self._url = url
        self._writes = writes
        self._checkpoints = checkpoints
        self._jobs: deque[Job] = deque()
        self._some = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(
            target=self._run, name="sqlite-writer" if writes else "sqlite-reader", daemon=True
        )
        self._thread.start()

    def submit(self, job: Job) -> None:
        with self._some:
            if self._stopping:
                job.fail(DatabaseUnreachable("the database is closed"))
                return
            put_in(self._jobs, job)
            self._some.notify()

    def stop(self) -> None:
        with self._some:
            self._stopping = True
            self._some.notify()
        self._thread.join()

    def _take(self) -> list[Job]:
        with self._some:
            while not self._jobs and not self._stopping:
                self._some.wait()
            most = MOST_IN_ONE_COMMIT if self._writes else 1
            return [self._jobs.popleft() for _ in range(min(most, len(self._jobs)))]

    def _run(self) -> None:
        engine = sqlite_engine(self._url, writes=self._writes, checkpoints=self._checkpoints)
        try:
            while jobs := self._take():
                self._run_batch(engine, jobs)
        finally:
            engine.dispose()

    def _run_batch(self, engine: sa.Engine, jobs: list[Job]) -> None:
        # Nothing may end this thread, or all work behind it would hang. So every error goes to whoever waits for it.
        try:
            with engine.connect() as connection, connection.begin():
                outcomes = run_all(connection, jobs)
        except Exception as error:
            if isinstance(error, DBAPIError):
                _log.warning("commit failed", error=type(error).__name__)
            outcomes = [(job, None, error) for job in jobs]
        for loop, of_loop in groupby(outcomes, key=lambda outcome: outcome[0].loop):
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody is waiting any more
                loop.call_soon_threadsafe(settle, list(of_loop))


def sqlite_engine(url: sa.URL, *, writes: bool, checkpoints: bool = False) -> sa.Engine:
    """An engine on one SQLite file whose transactions begin as `BEGIN IMMEDIATE`, so a writer never has to upgrade.

    `checkpoints` is for one connection at a time: the service's writer.
    """
    engine = sa.create_engine(
        url.set(drivername="sqlite"),
        poolclass=sa.pool.StaticPool,
        connect_args={"check_same_thread": False, "timeout": _PATIENCE_SECONDS},
        query_cache_size=MOST_COMPILED,
        hide_parameters=True,  # an error's text goes to the log, and statements carry meeting places and numbers
    )

    @sa.event.listens_for(engine, "do_connect")
    def _keep_private(*_: object) -> None:
        if url.database not in (None, "", ":memory:"):
            keep_private(Path(str(url.database)))

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a savepoint
        with _creating:  # of two connections that change it at once, one hears "database is locked" without waiting
            connection.execute("PRAGMA journal_mode=WAL").close()
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            *(() if writes else ("query_only=ON",)),
            *(() if checkpoints else ("wal_autocheckpoint=0",)),
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Every transaction begins with this; on the driver's own cursor it takes a twentieth of the time. So nothing
        # wraps what the driver raises when another program holds the file.
        try:
            connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except sqlite3.OperationalError as error:
            raise DatabaseUnreachable(str(error)) from error

    return engine


_creating = threading.Lock()


def keep_private(file: Path) -> None:
    """Let only the owner read and write a database, its log and its index. A new one is created so.

    SQLite gives the log and the index the mode of the database. A file that is there is not opened: closing it would
    drop the locks that SQLite holds on it for this whole process. So threads create one at a time.
    """
    with _creating:
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
        except FileExistsError:
            for one in (file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm"))):
                with contextlib.suppress(OSError):  # it is not there, or not ours to change
                    if stat.S_IMODE(one.stat().st_mode) & ~_OWNER_ONLY:
                        one.chmod(_OWNER_ONLY)
        except OSError:
            return  # SQLite says what is wrong with the folder
