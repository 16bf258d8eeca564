"""Statements that are built once and run past SQLAlchemy: the same values and the same errors, on both databases."""

import asyncio
import contextlib
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.engine.savepoint import savepoint
from dispatch.store.engine.sqlite import sqlite_engine
from dispatch.store.engine.statement import (
    Statement,
    insert_into,
    insert_together,
    one_of,
    statement_options,
    update_by_id,
)
from tests import compiled
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
_INSERT = insert_into(t.callout)
_BY_ID = sa.select(t.callout).where(t.callout.c.id == sa.bindparam("id"))
_FIND = Statement(_BY_ID)
_JOB = insert_into(t.calendar)
_JOBS = Statement(sa.select(t.calendar.c.job).order_by(t.calendar.c.job))


async def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    """Moments, JSON, booleans, numbers and NULLs are the same as through SQLAlchemy itself."""
    await database.write(lambda tx: _INSERT.run(tx, **_CALLOUT))
    row = await database.read(lambda tx: _FIND.first(tx, id="one"))
    assert row is not None
    assert {name: row[name] for name in _CALLOUT} == _CALLOUT
    assert row["arrived_at"] is None
    assert row == await database.read(lambda tx: dict(tx.execute(_BY_ID, {"id": "one"}).mappings().one()))


async def test_each_way_to_ask(database: Database) -> None:
    def work(tx: Connection) -> None:
        notes = [{"callout": "one", "at": _NOW, "kind": kind, "text": kind, "source": "api"} for kind in "abc"]
        _INSERT.run(tx, **_CALLOUT)
        for many in (notes[:0], notes[:1], notes[1:]):
            insert_into(t.timeline).run_each(tx, many)
        kinds = Statement(sa.select(t.timeline.c.kind, t.timeline.c.at).order_by(t.timeline.c.id))
        assert kinds.scalars(tx) == ["a", "b", "c"]
        assert kinds.scalar(tx) == "a"
        assert kinds.rows(tx) == [{"kind": kind, "at": _NOW} for kind in "abc"]
        some = Statement(sa.delete(t.timeline).where(one_of(t.timeline.c.kind, ("a", "c", "z"))))
        assert some.run(tx) == 2
        assert kinds.scalars(tx) == ["b"]
        some.run(tx)
        none = Statement(sa.select(t.timeline.c.at).where(t.timeline.c.kind == sa.bindparam("kind")))
        assert (none.first(tx, kind="x"), none.scalar(tx, kind="x"), none.rows(tx, kind="x")) == (None, None, [])

    await database.write(work)


async def test_an_update_changes_the_columns_it_names(database: Database) -> None:
    """NULL is a value like any other, and a moment with another offset is the same moment."""

    def work(tx: Connection) -> int:
        _INSERT.run(tx, **_CALLOUT)
        arrived = _NOW.astimezone(timezone(timedelta(hours=-8)))
        changed = {"status": Status.ON_SCENE, "arrived_at": arrived, "languages": None, "missed": True}
        assert update_by_id(t.callout, ("step",)).run(tx, row_id="two", step=9) == 0
        return update_by_id(t.callout, tuple(changed)).run(tx, row_id="one", **changed)

    assert await database.write(work) == 1
    row = await database.read(lambda tx: _FIND.first(tx, id="one"))
    assert row is not None
    assert (row["status"], row["arrived_at"], row["languages"], row["missed"]) == ("on_scene", _NOW, None, True)
    assert row["step"] == 1


async def test_a_parameter_that_is_missing_is_our_own_mistake(database: Database) -> None:
    with pytest.raises(KeyError, match="id"):
        await database.read(_FIND.first)


async def test_rows_of_several_tables_go_in_together(database: Database) -> None:
    """Each row goes where it belongs, whatever its columns are called; what is left out is NULL, what fits nowhere
    fails."""
    seen = [{"agency": "LBPD", "key": key, "body_hash": key * 3, "callout": "one"} for key in "ab"]
    note = {"callout": "one", "at": _NOW, "kind": "received", "text": "…", "source": "api"}
    together: tuple[tuple[sa.Table, list[dict[str, Any]]], ...] = (
        (t.callout, [_CALLOUT]),
        (t.idempotency, seen),
        (t.deadline, []),
        (t.timeline, [note]),
    )
    await database.write(lambda tx: insert_together(tx, together))
    row = await database.read(lambda tx: _FIND.first(tx, id="one"))
    assert row is not None
    assert {name: row[name] for name in _CALLOUT} == _CALLOUT
    assert row["place_note"] is None
    kept = sa.select(t.idempotency).order_by(t.idempotency.c.key)
    assert [dict(found) for found in await database.read(lambda tx: tx.execute(kept).mappings().all())] == seen
    misspelt = ((t.timeline, [note, {**note, "sauce": "api"}]),)
    with pytest.raises(TypeError, match="sauce"):
        await database.write(lambda tx: insert_together(tx, misspelt))


async def test_a_value_that_has_no_place_is_our_own_mistake(database: Database) -> None:
    """The database assigns the id itself, so an id that somebody gives it would be silently lost."""
    with pytest.raises(TypeError, match="version_2"):
        await database.write(lambda tx: insert_into(t.roster_version).run(tx, version=1, version_2=1))


async def test_a_moment_without_an_offset_is_refused(database: Database) -> None:
    with pytest.raises(NaiveMoment):
        await database.write(lambda tx: _INSERT.run(tx, **(_CALLOUT | {"received_at": _NOW.replace(tzinfo=None)})))


async def test_errors_have_the_names_that_sqlalchemy_gives_them(database: Database) -> None:
    """A duplicate of a unique row is an IntegrityError, and what was written before it can still be committed."""

    def work(tx: Connection) -> None:
        _INSERT.run(tx, **_CALLOUT)
        with pytest.raises(IntegrityError) as raised, savepoint(tx):
            _INSERT.run(tx, **_CALLOUT)
        assert "5550177" not in str(raised.value), "an error goes to the log, which holds no number"
        with pytest.raises(DBAPIError), savepoint(tx):
            Statement(sa.text("SELECT no_such_column FROM page")).run(tx)

    await database.write(work)
    assert await database.read(lambda tx: Statement(sa.select(t.callout.c.id)).scalars(tx)) == ["one"]


async def test_a_savepoint_in_a_savepoint(database: Database) -> None:
    """The inner one undoes its own part and no more."""

    def work(tx: Connection) -> list[str]:
        with savepoint(tx):
            _JOB.run(tx, job="1", due_at=_NOW)
            with contextlib.suppress(LookupError), savepoint(tx):
                _JOB.run(tx, job="2", due_at=_NOW)
                raise LookupError
            _JOB.run(tx, job="3", due_at=_NOW)
        return _JOBS.scalars(tx)

    assert await database.write(work) == ["1", "3"]


async def test_what_is_sent_again_is_the_enums_word(database: Database) -> None:
    """An enum that is text is kept as its text."""
    words = Statement(sa.select(sa.cast(sa.bindparam("state", type_=sa.Text), sa.Text)))
    assert type(await database.read(lambda tx: words.scalar(tx, state=PageState.SENT))) is str


async def test_a_connection_that_is_cut_is_left_and_another_is_made(postgres_url: str) -> None:
    """PostgreSQL ends every connection: a transaction that had begun fails as unreachable, the next ones work."""
    database = Database(postgres_url)
    await database.open()
    cut = Statement(
        sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
    )

    def work(tx: Connection) -> None:
        _JOB.run(tx, job="1", due_at=_NOW)
        cut.run(tx)
        _JOB.run(tx, job="2", due_at=_NOW)

    for _ in range(3):
        await database.read(_JOBS.scalars)
    with pytest.raises(DatabaseUnreachable):
        await database.write(work)
    for _ in range(5):
        assert await database.read(_JOBS.scalars) == []
    await database.write(lambda tx: _JOB.run(tx, job="4", due_at=_NOW))
    assert await database.read(_JOBS.scalars) == ["4"]
    await database.close()


async def test_once_a_connection_is_lost_none_that_is_older_is_used_again(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    """PostgreSQL ends one session of four: when that is found out, the other three are replaced as well."""
    pid = Statement(sa.text("SELECT pg_backend_pid()").columns(sa.column("pid", sa.Integer)))
    database = Database(postgres_url)
    await database.open()

    async def pids() -> set[int]:
        return set(await asyncio.gather(*(database.read(pid.scalar) for _ in range(4))))

    before = await pids()
    assert before == await pids(), "they are kept"
    with pytest.raises(DatabaseFault, match="division by zero"):
        await database.read(Statement(sa.text("SELECT 1 / 0")).run)
    assert before == await pids(), "an error that is only the statement's costs no connection"
    postgres_server.execute(f"SELECT pg_terminate_backend({min(before)})")
    for _ in before:
        with contextlib.suppress(DatabaseUnreachable):  # one read may have been on its way when the session ended
            await database.read(pid.scalar)
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
_WORDS = Statement(sa.select(_LETTERS.c.words).order_by(_LETTERS.c.id))
_WRITTEN = Statement(sa.select(sa.type_coerce(_LETTERS.c.words, sa.Text)).order_by(_LETTERS.c.id))
_CHANGE = Statement(
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
        async_engine = create_async_engine(url, execution_options=statement_options())
        _KEYS[async_engine.dialect] = key

        async def run_sync(work: Callable[[Connection], Any]) -> Any:
            async with async_engine.begin() as tx:
                return await tx.run_sync(work)

        yield run_sync
        await async_engine.dispose()


async def test_two_databases_in_one_process_each_with_its_own_key(database_url: str) -> None:
    """The same statements on two engines: each seals and opens with its own key, whichever ran them first."""

    def insert(tx: Connection, number: int, words: str) -> None:
        insert_together(tx, [(_LETTERS, [{"id": number, "words": words}, {"id": number + 1, "words": None}])])

    async with _with_key(database_url, 1) as one, _with_key(database_url, 2) as two:
        await one(_LETTERS.create)
        await one(lambda tx: insert(tx, 1, "abc"))
        await two(lambda tx: insert(tx, 3, "abc"))
        assert await one(_WRITTEN.scalars) == ["bcd", None, "cde", None]
        assert await one(_WORDS.scalars) == ["abc", None, "bcd", None]
        assert await two(_WORDS.scalars) == ["`ab", None, "abc", None]
        assert await one(lambda tx: _CHANGE.run(tx, old="abc", new="no")) == 1
        assert await two(lambda tx: _CHANGE.run(tx, old="abc", new="no")) == 1
        await two(lambda tx: insert_into(_LETTERS).run(tx, id=5, words="x"))
        assert await one(_WRITTEN.scalars) == ["op", None, "pq", None, "z"]


def test_what_an_engine_built_goes_when_it_goes(sqlite_url: str) -> None:
    """A statement outlives an engine: the engine's converters, and a key in them, are released with the engine."""
    engine = sqlite_engine(sa.make_url(sqlite_url), writes=True)
    _KEYS[engine.dialect] = 1
    with engine.begin() as tx:
        _LETTERS.create(tx)
        assert _WORDS.scalars(tx) == []
    gone = weakref.ref(engine.dialect)
    engine.dispose()
    del engine, tx
    gc.collect()
    assert gone() is None
