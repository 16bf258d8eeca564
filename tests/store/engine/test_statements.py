"""The same values and the same errors on both databases, and no value that is lost on its way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, OfficerLink, OwnLink
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.engine.savepoint import savepoint
from dispatch.store.engine.sqlite import sqlite_engine
from tests import compiled
from tests.conftest import Later
from tests.postgres import PostgresServer

pytestmark = pytest.mark.both_databases

_NOW = datetime(2026, 11, 24, 10, 30, 0, 123456, tzinfo=UTC)
_CALLOUT: dict[str, Any] = {
    "id": "one",
    "code": "K7Q",
    "agency": "LBPD",
    "status": Status.PAGING,
    "open": True,
    "policy": {"steps": [["person", "ana"]]},
    "step": 1,
    "missed": False,
    "officer_phone": "+15625550177",
    "place_lat": 33.77,
    "children": None,
    "languages": ["es", "ñ"],
    "received_at": _NOW,
    "respond_by": _NOW + timedelta(hours=1),
}
_FIND = sa.select(t.callout).where(t.callout.c.id == sa.bindparam("id"))
_JOBS = sa.select(t.calendar.c.job).order_by(t.calendar.c.job)


def _callout(tx: Connection) -> None:
    tx.execute(sa.insert(t.callout), _CALLOUT)


def _job(tx: Connection, job: str) -> None:
    tx.execute(sa.insert(t.calendar), {"job": job, "due_at": _NOW})


def _jobs(tx: Connection) -> list[str]:
    return list(tx.scalars(_JOBS))


def _pid(tx: Connection) -> int:
    return int(tx.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


async def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    """Moments, JSON, booleans, numbers and NULLs; a moment with another offset is the same moment."""

    def change(tx: Connection) -> None:
        _callout(tx)
        arrived = _NOW.astimezone(timezone(timedelta(hours=-8)))
        changed = {"status": Status.ON_SCENE, "arrived_at": arrived, "languages": None, "missed": True}
        tx.execute(sa.update(t.callout).where(t.callout.c.id == "one").values(changed))

    await database.write(change)
    row = await database.read(lambda tx: tx.execute(_FIND, {"id": "one"}).mappings().one())
    changed = {"status": "on_scene", "arrived_at": _NOW, "languages": None, "missed": True, "place_note": None}
    assert {name: row[name] for name in _CALLOUT | changed} == _CALLOUT | changed


async def test_of_no_values_a_column_has_none(database: Database) -> None:
    """Otherwise a statement about some rows would be about all of them."""

    def left(tx: Connection) -> list[str]:
        _job(tx, "1")
        for none in (t.calendar.c.job.in_(()), t.calendar.c.job.in_(sa.bindparam("jobs", expanding=True))):
            tx.execute(sa.delete(t.calendar).where(none), {"jobs": []})
        return _jobs(tx)

    assert await database.write(left) == ["1"]


async def test_a_value_that_has_no_column_is_our_own_mistake(database: Database) -> None:
    """SQLAlchemy would write the row without it, and whatever it was would be lost."""
    for rows in ({"job": "1", "due_at": _NOW, "dew_at": _NOW}, [{"job": one, "dew_at": _NOW} for one in "12"]):
        with pytest.raises(TypeError, match="dew_at"):
            await database.write(lambda tx, rows=rows: tx.execute(sa.insert(t.calendar), rows))  # type: ignore[misc]


async def test_rows_that_go_in_together_have_the_same_columns(database: Database) -> None:
    """SQLAlchemy takes them from the first row, and loses what only a later one has."""
    note = {"callout": "one", "at": _NOW, "kind": "received", "text": "…", "source": "api"}

    def write(tx: Connection) -> None:
        _callout(tx)
        tx.execute(sa.insert(t.timeline), [note, {**note, "person": "ana"}])

    with pytest.raises(TypeError, match="different columns"):
        await database.write(write)


async def test_links_of_several_kinds_go_in_together(database: Database) -> None:
    """An officer's has a call-out and no person, a coordinator's an alarm as well: none of it is lost."""
    until = _NOW + timedelta(hours=1)
    kinds = (OfficerLink(callout="one", expires_at=until), OwnLink(person="ana", expires_at=until))

    def write(tx: Connection) -> list[object]:
        _callout(tx)
        links.make(tx, [NewLink(one.kind, one, _NOW) for one in kinds])
        return [links.find(tx, type(one), one.kind) for one in kinds]

    assert await database.write(write) == list(kinds)


async def test_a_moment_without_an_offset_is_refused(database: Database) -> None:
    naive = _CALLOUT | {"received_at": _NOW.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="NaiveMoment") as raised:
        await database.write(lambda tx: tx.execute(sa.insert(t.callout), naive))
    assert "5550177" not in str(raised.value), "an error goes to the log, which holds no number"


async def test_errors_have_the_names_that_sqlalchemy_gives_them(database: Database) -> None:
    """A duplicate of a unique row is an IntegrityError, and what was written before it can still be committed."""

    def work(tx: Connection) -> None:
        _callout(tx)
        with pytest.raises(IntegrityError) as raised, savepoint(tx):
            _callout(tx)
        assert "5550177" not in str(raised.value), "an error goes to the log, which holds no number"
        with pytest.raises(DBAPIError), savepoint(tx):
            tx.execute(sa.text("SELECT no_such_column FROM page"))

    await database.write(work)
    assert await database.read(lambda tx: tx.scalars(sa.select(t.callout.c.id)).all()) == ["one"]


async def test_a_savepoint_in_a_savepoint(database: Database) -> None:
    """The inner one undoes its own part and no more."""

    def work(tx: Connection) -> list[str]:
        with savepoint(tx):
            _job(tx, "1")
            with contextlib.suppress(LookupError), savepoint(tx):
                _job(tx, "2")
                raise LookupError
            _job(tx, "3")
        return _jobs(tx)

    assert await database.write(work) == ["1", "3"]


async def test_what_is_sent_again_is_the_enums_word(database: Database) -> None:
    """An enum that is text is kept as its text."""
    words = sa.select(sa.cast(sa.bindparam("state", type_=sa.Text), sa.Text))
    assert type(await database.read(lambda tx: tx.scalar(words, {"state": PageState.SENT}))) is str


async def test_a_connection_that_is_cut_is_left_and_another_is_made(postgres_url: str) -> None:
    """PostgreSQL ends every connection: a transaction that had begun fails as unreachable, the next ones work."""
    database = Database(postgres_url)
    await database.open()
    cut = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")

    def work(tx: Connection) -> None:
        _job(tx, "1")
        tx.execute(cut)
        _job(tx, "2")

    for _ in range(3):
        await database.read(_jobs)
    with pytest.raises(DatabaseUnreachable):
        await database.write(work)
    for _ in range(5):
        assert await database.read(_jobs) == []
    await database.write(lambda tx: _job(tx, "4"))
    assert await database.read(_jobs) == ["4"]
    await database.close()


async def test_what_the_server_ended_while_nobody_used_it_costs_no_write(
    postgres_url: str, postgres_server: PostgresServer, later: Later
) -> None:
    """A server was restarted between two call-outs: the next call-out is written at once."""
    database = Database(postgres_url)
    await database.open()
    for pid in await asyncio.gather(*(database.write(_pid) for _ in range(4))):
        postgres_server.execute(f"SELECT pg_terminate_backend({pid}, 5000)")  # and waits until it is gone
    await later(0.1)  # each has heard of it
    await asyncio.gather(*(database.write(lambda tx, job=job: _job(tx, job)) for job in "1234"))  # type: ignore[misc]
    assert await database.read(_jobs) == ["1", "2", "3", "4"]
    await database.close()


async def test_what_nobody_used_for_long_is_not_used_again(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A firewall forgets a connection that was idle, and tells nobody: what is sent on it is answered by nothing."""
    monkeypatch.setattr("dispatch.store.engine.postgresql._UNUSED_SECONDS", 0.0)
    database = Database(postgres_url)
    await database.open()
    assert len({await work(_pid) for work in (database.write, database.read) * 2}) == 4
    await database.close()


async def test_once_a_connection_is_lost_none_that_is_older_is_used_again(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    """PostgreSQL ends one session of four: when that is found out, the other three are replaced as well."""
    database = Database(postgres_url)
    await database.open()

    async def pids() -> set[int]:
        return set(await asyncio.gather(*(database.read(_pid) for _ in range(4))))

    before = await pids()
    assert before == await pids(), "they are kept"
    with pytest.raises(DatabaseFault, match="division by zero"):
        await database.read(lambda tx: tx.execute(sa.text("SELECT 1 / 0")))
    assert before == await pids(), "an error that is only the statement's costs no connection"
    postgres_server.execute(f"SELECT pg_terminate_backend({min(before)})")
    await asyncio.gather(*(database.read(_pid) for _ in before), return_exceptions=True)  # one may have been on its way
    assert not before & await pids()
    await database.close()


# ---- a column type with a key of its own in every database -----------------------------------------------------------

_KEYS: WeakKeyDictionary[Dialect, int] = WeakKeyDictionary()


class _Sealed(sa.types.TypeDecorator[str]):
    """Text that only an engine with the same key can read: each letter is shifted by the key."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and "".join(chr(ord(letter) + _KEYS[dialect]) for letter in value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value and "".join(chr(ord(letter) - _KEYS[dialect]) for letter in value)


_LETTERS = sa.Table("letter", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("words", _Sealed))
_WORDS = sa.select(_LETTERS.c.words).order_by(_LETTERS.c.id)
_WRITTEN = sa.select(sa.type_coerce(_LETTERS.c.words, sa.Text)).order_by(_LETTERS.c.id)
_CHANGE = (
    sa.update(_LETTERS)
    .where(_LETTERS.c.words == sa.bindparam("old", type_=_Sealed))
    .values(words=sa.bindparam("new", type_=_Sealed))
)


@pytest.fixture(autouse=True)
def _each_engine_builds_its_own() -> Iterator[None]:
    """As in production."""
    with compiled.not_shared():
        yield


_Run = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


@asynccontextmanager
async def _with_key(url: str, key: int) -> AsyncIterator[_Run]:
    """Run work on an engine of its own, whose dialect has this key."""
    if url.startswith("sqlite"):
        engine = sqlite_engine(sa.make_url(url), writes=True)
        _KEYS[engine.dialect] = key

        async def run(work: Callable[[Connection], Any]) -> Any:
            with engine.begin() as tx:
                return work(tx)

        yield run
        engine.dispose()
    else:
        async_engine = create_async_engine(url)
        _KEYS[async_engine.dialect] = key

        async def run_sync(work: Callable[[Connection], Any]) -> Any:
            async with async_engine.begin() as tx:
                return await tx.run_sync(work)

        yield run_sync
        await async_engine.dispose()


async def test_two_databases_in_one_process_each_with_its_own_key(database_url: str) -> None:
    """The same statements on two engines: each seals and opens with its own key, whichever ran them first."""

    def insert(tx: Connection, number: int, words: str) -> None:
        tx.execute(sa.insert(_LETTERS), [{"id": number, "words": words}, {"id": number + 1, "words": None}])

    def change(tx: Connection) -> int:
        return tx.execute(_CHANGE, {"old": "abc", "new": "no"}).rowcount

    async with _with_key(database_url, 1) as one, _with_key(database_url, 2) as two:
        await one(_LETTERS.create)
        await one(lambda tx: insert(tx, 1, "abc"))
        await two(lambda tx: insert(tx, 3, "abc"))
        assert await one(lambda tx: tx.scalars(_WRITTEN).all()) == ["bcd", None, "cde", None]
        assert await one(lambda tx: tx.scalars(_WORDS).all()) == ["abc", None, "bcd", None]
        assert await two(lambda tx: tx.scalars(_WORDS).all()) == ["`ab", None, "abc", None]
        assert await one(change) == 1
        assert await two(change) == 1
        await two(lambda tx: tx.execute(sa.insert(_LETTERS), {"id": 5, "words": "x"}))
        assert await one(lambda tx: tx.scalars(_WRITTEN).all()) == ["op", None, "pq", None, "z"]
