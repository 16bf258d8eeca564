"""Reads the database without the service, so that faults injected into its connection do not blind the rehearsal."""

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from dispatch.store.engine.sqlite import sqlite_engine
from dispatch.store.types import Moment
from rehearsal import touched

_Rows = list[tuple[Any, ...]]
_SQLITE, _POSTGRESQL = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no types here


def minutes(count: int) -> str:
    """A span in a statement for `told`, as SQLite counts it."""
    return f"({count} * 60000000)"


_MINUTES = re.compile(r"\((\d+) \* 60000000\)")


def _on_postgresql(statement: str) -> str:
    statement = statement.replace(touched.SINCE, touched.SINCE_ON_POSTGRESQL)
    return _MINUTES.sub(r"interval '\1 minutes'", statement)


class Books:
    """A connection of the rehearsal's own that only reads."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self.checked = 0
        """The last write that has been checked; see `touched`."""
        self._engine: sa.Engine | None = None
        self._connection: sa.Connection | None = None
        self._async_engine: AsyncEngine | None = None
        self._async_connection: AsyncConnection | None = None
        self._driver: touched.Driver | None = None
        self._prepared: dict[str, touched.Prepared] = {}

    async def open(self) -> None:
        if self._is_sqlite:
            self._engine = sqlite_engine(self._url, writes=False)
            self._connection = self._engine.connect()
            return
        self._async_engine = create_async_engine(
            self._url.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
        )
        self._async_connection = await self._async_engine.connect()
        driver: Any = (await self._async_connection.get_raw_connection()).driver_connection
        self._driver = driver
        # To plan a statement again takes longer than to run it, and to compile it much longer.
        await driver.execute("SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
        await touched.watch_postgresql(driver)

    async def close(self) -> None:
        if self._connection is not None and self._engine is not None:
            self._connection.close()
            self._engine.dispose()
        if self._async_connection is not None and self._async_engine is not None:
            await self._async_connection.close()
            await self._async_engine.dispose()

    async def rows(self, query: sa.Select[Any]) -> _Rows:
        """What `query` finds."""
        if self._connection is not None:
            found = [tuple(row) for row in self._connection.execute(query)]
            self._connection.rollback()
            return found
        assert self._async_connection is not None, "the books are open"
        return [tuple(row) for row in await self._async_connection.execute(query)]

    async def told(self, statement: str, *values: object) -> _Rows:
        """What a statement in plain SQL finds; its parameters are `$1`, `$2`, …, in the driver's own types."""
        if self._connection is not None:
            # Not through SQLAlchemy, which costs too much at every step.
            raw: Any = self._connection.connection.driver_connection
            found: _Rows = raw.execute(statement.replace("$", "?"), values).fetchall()
            return found
        prepared = self._prepared.get(statement)
        if prepared is None:
            # asyncpg keeps no statement above 15 kB: that of all laws was planned each time, longer than it ran.
            assert self._driver is not None, "the books are open"
            prepared = self._prepared[statement] = await self._driver.prepare(_on_postgresql(statement))
        return [tuple(row) for row in await prepared.fetch(*values)]

    def moment(self, value: datetime) -> object:
        """A moment as `told` takes it."""
        return Moment().process_bind_param(value, _SQLITE if self._is_sqlite else _POSTGRESQL)
