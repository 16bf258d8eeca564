"""The same values and the same errors on both databases, and no value that is lost on its way."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from dispatch.rules.facts.callout import Status
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import NewLink, OfficerLink, OwnLink
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.engine.savepoint import savepoint
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
