"""One way to run a transaction, on SQLite and on PostgreSQL.

An action is an ordinary function whose first argument is a connection: `def act(tx, …)`. `write(action)` runs it in
a transaction and returns once that is committed; an exception rolls it back. Actions that wait at the same moment
may share one commit, since a commit costs an fsync: that is what makes intake fast on an ordinary disk. One that fails
undoes only itself. So an action may be run again (beside one that failed, after a deadlock or a lost connection) and
must have no effect outside its transaction.
"""

import asyncio
from collections.abc import Awaitable

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dispatch.store.engine.database_errors import DatabaseUnreachable, ReportTooLong, fault_behind
from dispatch.store.engine.job import T, Work, done_by
from dispatch.store.engine.postgresql import PostgresDatabase
from dispatch.store.engine.sqlite import SqliteDatabase

REPORT_SECONDS = 20.0  # a report may neither hang nor take the cores that call-outs need


class Database:
    """Transactions on the database that `url` names. Open it inside a running loop; close it before the loop ends."""

    def __init__(self, url: str, *, alone: bool = False) -> None:
        """`alone` is for the service: one process at a time may open an SQLite file this way, and it checkpoints."""
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._transactions: SqliteDatabase | PostgresDatabase = (
            SqliteDatabase(self.url, alone=alone) if self.is_sqlite else PostgresDatabase(self.url)
        )

    async def open(self) -> None:
        """Raises `DatabaseInUse`."""
        await self._transactions.open()

    async def close(self) -> None:
        await self._transactions.close()

    def lock(self) -> None:
        """Keep every other service off this SQLite file until the close; `open` does so too.

        Raises `DatabaseInUse`.
        """
        self._transactions.lock()

    async def write(self, work: Work[T], *, together: bool = False, ahead: bool = False, behind: bool = False) -> T:
        """Run `work` in a transaction; return its result once that is committed.

        `together` lets it share a commit on PostgreSQL. That is only for work that locks nothing that other work locks,
        since all work in a shared transaction holds its locks until the last is done. (On SQLite any work may share a
        commit, because work runs one after the other there anyway.) Work that is `ahead` goes before all work that has
        not begun: that is for what is rare and must not be late. Work that is `behind` goes after all work that has not
        begun, also after what comes later; there is one piece of it at a time.

        Raises whatever `work` raises, its changes undone; `DatabaseUnreachable` when the database does not answer; and
        `DatabaseFault`, which is a `Conflict` when somebody else has just written a row that may exist only once.
        """
        return await _in_our_words(
            done_by(self._transactions.submit, work, together=together, ahead=ahead, behind=behind)
        )

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that only reads. Raises what `write` raises."""
        return await _in_our_words(self._transactions.read(work))

    async def answers(self, seconds: float) -> bool:
        """Whether the database answers a question within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._transactions.read(lambda tx: tx.scalar(sa.select(1)))
        except (DatabaseUnreachable, SQLAlchemyError, OSError):  # TimeoutError is an OSError
            return False
        return True

    async def report(self, work: Work[T]) -> T:
        """Like `read`, for work that may take long: one at a time, and never ahead of what a call-out waits for.

        Raises `ReportTooLong` after `REPORT_SECONDS`, and what `read` raises.
        """

        def bounded(tx: Connection) -> T:
            try:
                with self._transactions.ends_in_time(tx, REPORT_SECONDS):
                    return work(tx)
            except DBAPIError as error:
                if self._transactions.was_ended(error):
                    raise ReportTooLong from error
                raise

        return await _in_our_words(self._transactions.report(bounded))


async def _in_our_words(answer: Awaitable[T]) -> T:
    """The answer; a library's error about the database becomes a `DatabaseFault`."""
    try:
        return await answer
    except Exception as error:
        if (fault := fault_behind(error)) is None:
            raise
        raise fault from error
