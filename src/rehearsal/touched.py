"""Records which call-outs were written about, so that a step checks only what it may have broken.

Every invariant of a call-out is about its own rows. Checking every open call-out took a third of a rehearsal.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

TABLE = "rehearsal_touched"
SINCE = f"IN (SELECT callout FROM {TABLE} WHERE id > $1)"  # noqa: S608  # our own name
SINCE_ON_POSTGRESQL = f"= ANY (ARRAY(SELECT callout FROM {TABLE} WHERE id > $1))"  # noqa: S608
"""The same. Asked with `IN`, it puts every call-out to every law and looks up afterwards which were touched."""
LAST_WRITE = f"SELECT max(id) FROM {TABLE}"  # noqa: S608
_OF_A_CALLOUT = ("page", "deadline", "assignment", "decline", "timeline", "alarm", "hotline_call")
_OF = {"callout": "id", **dict.fromkeys(_OF_A_CALLOUT, "callout")}


class Prepared(Protocol):
    """A statement that PostgreSQL has parsed and planned."""

    async def fetch(self, *args: object) -> Iterable[Iterable[Any]]: ...


class Driver(Protocol):
    """A connection of asyncpg, as far as it is used here: it has no types, and only who uses PostgreSQL loads it."""

    async def execute(self, query: str) -> str: ...
    async def prepare(self, query: str) -> Prepared: ...


def watch(file: Path) -> None:
    """Make an SQLite file record the last write about each call-out: the higher its `id`, the later."""
    with sqlite3.connect(file) as database:
        database.execute(f"CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY AUTOINCREMENT, callout TEXT UNIQUE NOT NULL)")
        for table, column in _OF.items():
            for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                # A page may belong to no call-out: an alarm about the rotation, for example. So may a call.
                note = f"INSERT OR REPLACE INTO {TABLE} (callout) VALUES (coalesce({row}.{column}, ''))"  # noqa: S608  # our own names
                name = f"{TABLE}_{table}_{event.lower()}"
                database.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END")
    database.close()


async def watch_postgresql(connection: Driver) -> None:
    """Make a PostgreSQL database record every write about a call-out, until `unwatch`.

    Each write has a row of its own: one row for each call-out would make nodes wait for each other that do not.
    """
    for statement in unwatched():
        await connection.execute(statement)
    await connection.execute(f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, callout text NOT NULL)")
    for table, column in _OF.items():
        await connection.execute(
            f"CREATE FUNCTION {TABLE}_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608  # our own names
            f" INSERT INTO {TABLE} (callout) VALUES (coalesce(NEW.{column}, OLD.{column}, ''));"
            " RETURN NULL; END $$"
        )
        await connection.execute(
            f"CREATE TRIGGER {TABLE} AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_{table}()"
        )


def unwatched() -> tuple[str, str]:
    """The statements that take `watch_postgresql` back; they do nothing where nothing is watched."""
    functions = ", ".join(f"{TABLE}_{table}" for table in _OF)
    return f"DROP FUNCTION IF EXISTS {functions} CASCADE", f"DROP TABLE IF EXISTS {TABLE}"
