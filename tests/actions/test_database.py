"""The one way to run a transaction, on both databases."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.store import tables as t
from dispatch.store.database import Database, DatabaseInUse, DatabaseUnreachable


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()


def _add(tx: Connection, job: str) -> None:
    tx.execute(sa.insert(t.roster_version), {"id": int(job), "version": 1})


async def test_writes_that_come_in_any_rhythm_all_end(database: Database) -> None:
    """Work that may share a commit and work that may not, arriving in fits and starts, never waits for more to come."""
    chance = random.Random(1)

    async def one() -> object:
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        return await database.write(lambda tx: tx.execute(sa.text("SELECT 1")).scalar(), together=chance.random() < 0.8)

    for _ in range(150):
        async with asyncio.timeout(10):
            assert set(await asyncio.gather(*(one() for _ in range(chance.randint(1, 30))))) == {1}


async def test_of_work_that_shares_a_commit_only_the_failing_part_is_undone(database: Database) -> None:
    """Ten at once, of which one breaks a rule of the database: nine are committed, one hears of it."""
    jobs = [str(number) for number in (1, 2, 3, 4, 4, 5, 6, 7, 8, 9)]
    ended = await asyncio.gather(
        *(database.write(lambda tx, job=job: _add(tx, job), together=True) for job in jobs),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert sum(isinstance(one, sa.exc.IntegrityError) for one in ended) == 1
    assert await database.read(lambda tx: tx.execute(sa.select(sa.func.count(t.roster_version.c.id))).scalar()) == 9


async def test_an_exception_undoes_what_was_written(database: Database) -> None:
    """Whatever the work raises reaches its caller, and its rows are gone."""

    def breaks(tx: Connection) -> None:
        _add(tx, "1")
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await database.write(breaks)
    assert await database.read(lambda tx: tx.execute(sa.select(t.roster_version.c.id)).all()) == []


async def test_readers_cannot_write(database_url: str) -> None:
    """On SQLite a reading connection refuses to write: two writers could corrupt the log."""
    if not database_url.startswith("sqlite"):
        return
    database = Database(database_url)
    await database.open()
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        await database.read(lambda tx: _add(tx, "1"))
    await database.close()


async def test_a_closed_database_says_so(database_url: str) -> None:
    """Work that comes after the close is refused at once, and never waits for ever."""
    database = Database(database_url)
    await database.open()
    await database.close()
    with pytest.raises(DatabaseUnreachable):
        await database.write(lambda tx: _add(tx, "1"))


async def test_one_service_for_an_sqlite_file(sqlite_url: str) -> None:
    """A second service on the same file is refused, until the first has ended; other openers are let in."""
    first = Database(sqlite_url, alone=True)
    await first.open()
    with pytest.raises(DatabaseInUse):
        await Database(sqlite_url, alone=True).open()
    beside = Database(sqlite_url)
    await beside.open()
    await beside.close()
    await first.close()
    second = Database(sqlite_url, alone=True)
    await second.open()
    await second.close()
