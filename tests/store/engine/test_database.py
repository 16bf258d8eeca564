"""The one way to run a transaction, on both databases."""

import asyncio
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo.town import town_settings
from dispatch.app import Service
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import (
    Conflict,
    DatabaseFault,
    DatabaseInUse,
    DatabaseUnreachable,
    ReportTooLong,
)
from dispatch.store.engine.savepoint import BrokeOff, apart
from dispatch.store.schema import upgrade

pytestmark = pytest.mark.both_databases

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)


def _add(tx: Connection, job: str) -> None:
    tx.execute(sa.insert(t.roster_version), {"id": int(job), "version": 1})


def _count(tx: Connection) -> int:
    return tx.execute(sa.select(sa.func.count()).select_from(t.roster_version)).scalar_one()


async def test_writes_that_come_in_any_rhythm_all_end(database: Database) -> None:
    """Work that may share a commit and work that may not, arriving in fits and starts, never waits for more to come."""
    chance = random.Random(1)

    async def one() -> object:
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        return await database.write(lambda tx: tx.execute(sa.text("SELECT 1")).scalar(), together=chance.random() < 0.8)

    for _ in range(150):
        async with asyncio.timeout(60):
            assert set(await asyncio.gather(*(one() for _ in range(chance.randint(1, 30))))) == {1}


async def test_of_work_that_shares_a_commit_only_the_failing_part_is_undone(database: Database) -> None:
    """Of ten at once one breaks a rule of the database: nine are committed, and only that one fails."""
    jobs = [str(number) for number in (1, 2, 3, 4, 4, 5, 6, 7, 8, 9)]
    ended = await asyncio.gather(
        *(database.write(lambda tx, job=job: _add(tx, job), together=True) for job in jobs),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Conflict) for outcome in ended) == 1
    assert await database.read(lambda tx: tx.execute(sa.select(sa.func.count(t.roster_version.c.id))).scalar()) == 9


async def test_work_that_shares_a_commit_shares_a_savepoint(sqlite_url: str) -> None:
    """A storm does not pay for the failures that it has not got; and where there is one, all others are written."""
    told: list[str] = []

    def listen(tx: Connection) -> None:
        connection = tx.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(told.append)

    def fail(_: Connection) -> None:
        raise LookupError

    database = Database(sqlite_url)
    await database.open()
    await database.write(listen)
    await asyncio.gather(*(database.write(partial(_add, job=str(job))) for job in range(30)))
    set_for_all = sum(words.startswith("SAVEPOINT") for words in told)
    told.clear()
    works: list[Callable[[Connection], None]] = [partial(_add, job=str(job)) for job in range(30, 41)]
    works.insert(5, fail)
    outcomes = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    kept = await database.read(_count)
    await database.close()
    assert set_for_all <= 3
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, LookupError)] == [5]
    assert kept == 41


_STORM: tuple[tuple[str, dict[str, bool]], ...] = (("storm", {"together": True}),) * 1000


async def _done(database: Database, *asked: tuple[str, dict[str, bool]]) -> list[str]:
    """What is asked for while whatever writes is busy, by name, in the order in which it is done."""
    done: list[str] = []

    def work(_: Connection, name: str) -> None:
        done.append(name)

    await asyncio.gather(*(database.write(_count) for _ in range(4)))  # every writer of PostgreSQL has its connection
    all_wait = threading.Event()

    def until_all_wait(_: Connection) -> None:
        if database.is_sqlite:  # whose writer is a thread: it may run ahead of those that are still being asked for
            all_wait.wait(30)

    first = asyncio.create_task(database.write(until_all_wait))
    works = [asyncio.create_task(database.write(partial(work, name=name), **how)) for name, how in asked]
    await asyncio.sleep(0)  # each has been asked for
    all_wait.set()
    await asyncio.gather(first, *works)
    return done


async def test_what_is_ahead_waits_for_nothing_that_has_not_begun(database: Database) -> None:
    """A node says that it is alive in the middle of a storm, not when the storm is over."""
    assert (await _done(database, *_STORM, ("beat", {"ahead": True}))).index("beat") < 500


async def test_what_is_behind_waits_for_all_that_has_not_begun(database: Database) -> None:
    """A stranger signs in, and a storm begins a moment later: it goes first."""
    assert (await _done(database, ("stranger", {"behind": True}), *_STORM)).index("stranger") > 500


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
    with pytest.raises(DatabaseFault, match="readonly"):
        await database.read(lambda tx: _add(tx, "1"))
    await database.close()


async def test_a_server_without_such_a_database_is_named_in_our_words(postgres_url: str) -> None:
    """Writes, reads and a migration each raise an error of ours with the server's words, never a library's error."""
    url = sa.make_url(postgres_url).set(database="nobody").render_as_string(hide_password=False)
    database = Database(url)
    await database.open()
    for attempt in (database.write, database.read):
        with pytest.raises((DatabaseUnreachable, DatabaseFault), match="does not exist"):
            await attempt(_count)
    assert not await database.answers(5)
    await database.close()
    with pytest.raises(DatabaseFault, match="does not exist"):
        await asyncio.to_thread(upgrade, url)


async def test_a_closed_database_says_so(database_url: str) -> None:
    """Work that comes after the close is refused at once instead of waiting for ever."""
    database = Database(database_url)
    await database.open()
    await database.close()
    with pytest.raises(DatabaseUnreachable):
        await database.write(lambda tx: _add(tx, "1"))


class _Panic(BaseException):
    """What a library that is written in Rust raises when it breaks: no Exception."""


def _panic(_: Connection) -> None:
    raise _Panic


async def test_a_panic_ends_no_writer(database: Database) -> None:
    """It is an error of whoever asked, more often than there are writers, and the others go on. On SQLite the only
    writer ended, and all work behind it waited for ever."""
    async with asyncio.timeout(30):
        for _ in range(20):
            asked = [database.write(_panic), database.write(lambda tx: _add(tx, "1")), database.read(_panic)]
            said = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(one) for one in said[:2]] == [BrokeOff, type(None)]
            assert isinstance(said[2], BrokeOff | _Panic), "a reader of PostgreSQL is the one who asks"
            await database.write(lambda tx: tx.execute(sa.delete(t.roster_version)))
    assert await database.read(_count) == 0


async def test_a_slip_that_no_future_takes(database: Database) -> None:
    """`next` of nothing raises what Python keeps for itself. Whoever asked waited for ever, and all behind them in the
    same commit."""

    def slips(_: Connection) -> object:
        return next(iter(()))

    async with asyncio.timeout(30):
        for _ in range(20):
            asked = [database.write(work, together=True) for work in (_count, slips, _count, _count)]
            said = await asyncio.gather(*asked, database.read(_count), return_exceptions=True)
            assert [type(one) for one in said] == [int, BrokeOff, int, int, int]


async def test_nobody_waits_for_ever_for_a_writer_that_was_stopped(postgres_url: str) -> None:
    """Whoever asked hears so. A request once waited for ever for a writer that an interrupt had ended."""
    database = Database(postgres_url)
    await database.open()

    def stopped(_: Connection) -> None:
        raise asyncio.CancelledError

    async with asyncio.timeout(30):
        with pytest.raises(DatabaseUnreachable):
            await database.write(stopped)
        await database.write(lambda tx: _add(tx, "1"))
        await database.close()


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    opened = Database(postgres_url)
    await opened.open()
    yield opened
    await opened.close()


def _raise(tx: Connection, row: int) -> None:
    version = t.roster_version.c.version
    tx.execute(sa.update(t.roster_version).where(t.roster_version.c.id == row).values(version=version + 1))


async def test_of_two_that_deadlock_both_are_done(postgres: Database) -> None:
    """Each has locked the row that the other needs; PostgreSQL ends one of them, and that one is run again."""
    for row in ("1", "2"):
        await postgres.write(partial(_add, job=row))
    runs: list[int] = []
    has_locked: set[int] = set()

    def raise_both(tx: Connection, first: int, second: int) -> None:
        runs.append(first)
        tx.execute(sa.text("SET LOCAL deadlock_timeout = '1ms'"))
        _raise(tx, first)
        has_locked.add(first)
        while len(has_locked) < 2:
            tx.execute(sa.text("SELECT 1"))  # the other goes on meanwhile
        _raise(tx, second)

    async with asyncio.timeout(30):
        await asyncio.gather(*(postgres.write(partial(raise_both, first=n, second=3 - n)) for n in (1, 2)))
    assert await postgres.read(lambda tx: tx.execute(sa.select(t.roster_version.c.version)).scalars().all()) == [3, 3]
    assert len(runs) == 3


@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a shared commit"])
async def test_what_was_changed_meanwhile_is_seen_by_the_next_run(postgres: Database, together: bool) -> None:
    """PostgreSQL lets nobody overwrite what was committed after their snapshot: a serialization failure. Whoever shared
    the commit is done as well."""
    await postgres.write(lambda tx: _add(tx, "1"))
    looked, committed = asyncio.Event(), asyncio.Event()
    seen: list[int] = []

    def look_and_raise(tx: Connection) -> None:
        tx.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        seen.append(tx.execute(sa.select(t.roster_version.c.version).where(t.roster_version.c.id == 1)).scalar_one())
        looked.set()
        while not committed.is_set():
            tx.execute(sa.text("SELECT 1"))  # the other goes on meanwhile
        _raise(tx, 1)

    async with asyncio.timeout(30):
        ours = asyncio.create_task(postgres.write(look_and_raise, together=together))
        beside = asyncio.create_task(postgres.write(lambda tx: _add(tx, "2"), together=together))
        await looked.wait()
        await postgres.write(lambda tx: _raise(tx, 1))
        committed.set()
        await asyncio.gather(ours, beside)
    assert await postgres.read(_count) == 2
    assert seen == [1, 2]


async def test_a_conflict_within_a_part_asks_for_all_of_it_again(postgres: Database) -> None:
    """It is no mistake of that part: PostgreSQL has ended the whole transaction."""
    runs: list[str] = []

    def conflict_within_a_part(tx: Connection) -> None:
        runs.append("run")
        _add(tx, "1")
        with apart(tx):
            if len(runs) == 1:
                tx.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"))

    await postgres.write(conflict_within_a_part)
    assert (len(runs), await postgres.read(_count)) == (2, 1)


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "57P01", "57P02", "57P03"])
async def test_what_may_pass_is_tried_five_times(postgres: Database, code: str) -> None:
    """Whatever PostgreSQL calls passing may pass; when it does not, whoever asked hears that the database is away."""
    runs: list[str] = []

    def fail(tx: Connection, times: int) -> None:
        runs.append(code)
        if len(runs) <= times:
            tx.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"))
        _add(tx, "1")

    await postgres.write(partial(fail, times=4))
    assert (len(runs), await postgres.read(_count)) == (5, 1)
    runs.clear()
    with pytest.raises(DatabaseUnreachable):
        await postgres.write(partial(fail, times=5))
    assert len(runs) == 5


async def test_a_write_that_gets_no_connection_hears_that_the_database_is_away(postgres: Database) -> None:
    """As when the server freezes while the connections of broken-off reads are still being given back: whoever opens a
    call-out is told to come again, and not of a mistake of ours."""

    def get_none(_: Connection) -> None:
        raise sa.exc.TimeoutError("QueuePool limit of size 9 overflow 0 reached, connection timed out, timeout 10.00")

    with pytest.raises(DatabaseUnreachable, match="limit"):
        await postgres.write(get_none)


async def test_one_service_for_an_sqlite_file(sqlite_url: str) -> None:
    """A second service on the same file is refused until the first has ended; other programs may open the file."""
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


async def test_a_file_that_another_program_holds_does_not_answer(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After patience it is as if the database were away, whatever the driver calls it; and then it goes on."""
    monkeypatch.setattr("dispatch.store.engine.sqlite._PATIENCE_SECONDS", 0.05)
    database = Database(sqlite_url)
    await database.open()
    held = sqlite3.connect(str(database.url.database), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnreachable):
        await database.write(_count)
    held.execute("ROLLBACK")
    held.close()
    assert await database.write(_count) == 0
    await database.close()


async def test_nobody_waits_for_a_report(database: Database) -> None:
    """While one report runs and others wait for it, reads and writes beside it go on."""
    ends = threading.Event()
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def takes_long(tx: Connection) -> None:
        loop.call_soon_threadsafe(running.set)
        while not ends.wait(0.01):
            tx.execute(sa.text("SELECT 1"))  # on PostgreSQL the loop goes on meanwhile

    reports = [asyncio.create_task(database.report(takes_long)) for _ in range(3)]
    await running.wait()
    try:
        async with asyncio.timeout(30):
            for number in range(20):
                await database.write(lambda tx, job=str(number): _add(tx, job))  # type: ignore[misc]
                await database.read(lambda tx: tx.execute(sa.select(t.roster_version.c.id)).all())
        assert not any(report.done() for report in reports)
    finally:
        ends.set()
    await asyncio.gather(*reports)


@pytest.mark.parametrize("read", [Database.read, Database.report])
async def test_who_reads_sees_one_moment(database: Database, read: Callable[..., Awaitable[tuple[int, int]]]) -> None:
    """What is committed between two queries is in the result of neither: a board does not say "paging" with a taker."""
    committed = threading.Event()
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asks_twice(tx: Connection) -> tuple[int, int]:
        first = _count(tx)
        loop.call_soon_threadsafe(running.set)
        while not committed.wait(0.01):
            tx.execute(sa.text("SELECT 1"))  # on PostgreSQL the loop goes on meanwhile
        return first, _count(tx)

    reading = asyncio.ensure_future(read(database, asks_twice))
    await running.wait()
    await database.write(lambda tx: _add(tx, "7"))
    committed.set()
    first, second = await reading
    assert first == second < await database.read(_count)


async def test_a_report_cannot_hang(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database ends a report that takes too long; the next one runs as usual."""
    monkeypatch.setattr("dispatch.store.engine.database.REPORT_SECONDS", 0.1)
    endless = sa.text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"
    )
    async with asyncio.timeout(60):
        with pytest.raises(ReportTooLong):
            await database.report(lambda tx: tx.execute(endless).all())
    monkeypatch.undo()
    assert await database.report(lambda tx: tx.execute(sa.text("SELECT 1")).scalar()) == 1
    if not database.is_sqlite:
        limit = await database.read(lambda tx: tx.execute(sa.text("SHOW statement_timeout")).scalar())
        assert limit == "0", "the limit is the report's alone"


async def test_a_second_service_changes_no_tables(tmp_path: Path) -> None:
    """A service that is started by mistake is refused before it migrates the tables of the first one."""
    url = f"sqlite:///{tmp_path / 'dispatch.db'}"
    first = Database(url, alone=True)
    await first.open()
    mistaken = Service(town_settings(url, "http://127.0.0.1", "http://127.0.0.1"))
    with pytest.raises(DatabaseInUse):
        await mistaken.open()
    await mistaken.stop()
    assert await first.read(lambda tx: sa.inspect(tx).get_table_names()) == []
    await first.close()

    second = Service(town_settings(url, "http://127.0.0.1", "http://127.0.0.1"))
    await second.open()
    await second.stop()


async def test_only_the_service_checkpoints(sqlite_url: str) -> None:
    """A program that writes beside the service adds to the log, however much, and leaves the file itself to the
    service: before SQLite 3.51.3 two that copy the log may damage the file. With no service there, the last to close
    copies it."""
    service = Database(sqlite_url, alone=True)
    await service.open()
    await service.write(lambda tx: _add(tx, "1"))
    before = _file(sqlite_url)

    beside = Database(sqlite_url)
    await beside.open()
    await asyncio.to_thread(upgrade, sqlite_url)
    await beside.write(_add_megabytes)
    await beside.write(lambda tx: _add(tx, "2"))
    await beside.close()
    assert _file(sqlite_url) == before

    await service.write(lambda tx: _add(tx, "3"))
    assert _file(sqlite_url) != before
    await service.close()
    before = _file(sqlite_url)

    alone = Database(sqlite_url)
    await alone.open()
    await alone.write(_add_megabytes)
    await alone.close()
    assert len(_file(sqlite_url)) > len(before)
    assert not _file(sqlite_url, "-wal")


def _file(url: str, suffix: str = "") -> bytes:
    file = Path(url.removeprefix("sqlite:///") + suffix)
    return file.read_bytes() if file.exists() else b""


def _add_megabytes(tx: Connection) -> None:
    """More than the 1,000 pages of 4 KiB after which SQLite copies its log by itself."""
    tx.execute(sa.insert(t.audit), [{"at": NIGHT, "who": "w" * 4000, "did": "d"} for _ in range(1500)])
