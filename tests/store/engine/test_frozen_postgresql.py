"""A PostgreSQL that takes what is sent and answers too late: what was broken off must not be resumed."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.schema import upgrade
from tests.conftest import Later
from tests.faults.postgres import OwnPostgres, own_postgres

pytestmark = pytest.mark.slow

_NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
_SECONDS = 0.4  # that a statement may take


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as one:
        upgrade(one.server.url)
        yield one


@pytest.fixture
async def database(postgres: OwnPostgres, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr("dispatch.store.engine.postgresql._COMMAND_SECONDS", _SECONDS)
    opened = Database(postgres.server.url)
    await opened.open()
    yield opened
    postgres.thaw()
    await opened.close()


def _jobs(tx: Connection) -> set[str]:
    return set(tx.scalars(sa.select(t.calendar.c.job)))


def _in_transaction(tx: Connection) -> int:
    """How many of our sessions keep a transaction open, this one not counted."""
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dispatch' AND pid <> pg_backend_pid()"
    return int(tx.execute(sa.text(f"{ours} AND state LIKE 'idle in transaction%'")).scalar_one())


async def test_what_is_committed_after_a_freeze_is_committed(
    database: Database, postgres: OwnPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads and writes are asked for while the server is frozen, and wait for longer than a statement may take. When it
    is back, what was reported as written is seen by others, and no transaction is left open.

    It happened: a connection whose BEGIN was broken off went back to the pool; the BEGIN was carried out, and whoever
    got the connection next wrote inside a transaction that nobody would ever commit.
    """
    numbers = itertools.count(1)

    async def write() -> str | None:
        job = str(next(numbers))
        with contextlib.suppress(DatabaseUnreachable):
            await database.write(lambda tx: tx.execute(sa.insert(t.calendar), {"job": job, "due_at": _NOW}))
            return job
        return None

    async def read() -> None:
        with contextlib.suppress(DatabaseUnreachable):
            await database.read(_jobs)

    await asyncio.gather(*(work() for work in (read, write) for _ in range(8)))  # every connection there is
    postgres.freeze()
    asked = [asyncio.create_task(work()) for work in (read, write) for _ in range(8)]
    async with asyncio.timeout(30):
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)  # broken off: nothing is answered meanwhile
    postgres.thaw()
    await asyncio.gather(*asked)
    said = set[str | None]()
    async with asyncio.timeout(30):
        while len(said) < 100:  # it goes on
            said |= set(await asyncio.gather(*(write() for _ in range(8)), read(), read())) - {None}
    monkeypatch.setattr("dispatch.store.engine.postgresql._COMMAND_SECONDS", 30.0)  # nothing is frozen now
    other = Database(postgres.server.url)
    await other.open()
    try:
        assert said <= await other.read(_jobs)
        assert await other.read(_in_transaction) == 0
    finally:
        await other.close()


async def test_a_connection_that_did_not_answer_in_time_is_never_used_again(
    database: Database, postgres: OwnPostgres
) -> None:
    """Whatever it was asked when it timed out: to begin a transaction, or something inside one."""

    def pid(tx: Connection, freezes: bool = False) -> int:
        found = int(tx.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        if freezes:
            postgres.freeze()
            _jobs(tx)
        return found

    first = await database.write(pid)
    assert first == await database.write(pid), "it is kept"
    postgres.freeze()
    with pytest.raises(DatabaseUnreachable):
        await database.write(pid)
    postgres.thaw()
    second = await database.write(pid)
    with pytest.raises(DatabaseUnreachable):
        await database.write(lambda tx: pid(tx, freezes=True))
    postgres.thaw()
    assert len({first, second, await database.write(pid)}) == 3


async def test_a_part_that_times_out_is_no_mistake_of_ours(database: Database, postgres: OwnPostgres) -> None:
    """The server stops amid one deadline of a round. All of the round is done again later, and no coordinator is told
    of a mistake about that call-out.

    It happened: undoing the part failed on the connection that had been given up, and that failure counted as ours.
    """
    mistakes = []

    def work(tx: Connection) -> None:
        _jobs(tx)
        postgres.freeze()
        try:
            with apart(tx):
                _jobs(tx)
        except InternalError as mistake:
            mistakes.append(mistake)
            raise

    waits = asyncio.create_task(database.write(work))
    await asyncio.wait({waits}, timeout=10 * _SECONDS)
    postgres.thaw()
    with pytest.raises(DatabaseUnreachable):
        await waits
    assert mistakes == []


async def test_a_read_that_was_broken_off_spoils_no_connection(
    database: Database, postgres: OwnPostgres, later: Later
) -> None:
    """Reads are given up, as `/readyz` does after two seconds, while the server still answers nothing; then every
    reader is used again, and answers."""
    await asyncio.gather(*(database.read(_jobs) for _ in range(8)))
    postgres.freeze()

    async def give_up() -> None:
        with contextlib.suppress(TimeoutError, DatabaseUnreachable):
            async with asyncio.timeout(_SECONDS / 2):
                await database.read(_jobs)

    given_up = asyncio.gather(*(give_up() for _ in range(8)))
    await later(0)  # each has asked
    waited = 0.0
    while not given_up.done():
        await later(_SECONDS / 4)
        waited += _SECONDS / 4
    assert waited < 4 * _SECONDS, "who gives up waits for nobody"
    postgres.thaw()
    for _ in range(3):
        await asyncio.gather(*(database.read(_jobs) for _ in range(8)))
    assert await database.read(_in_transaction) == 0
