"""Very many rows at once: one real call-out, copied by the database itself."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncpg
import sqlalchemy as sa

from benchmarks.deployment import SQLITE, Deployed, wall_clock
from dispatch.actions.callout.open_callout import open_callout
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t

_TEMPLATE = "00000000-0000-7000-8000-ffffffffffff"


class Seeds:
    """Copies of one call-out that was opened by the service's own action. In every expression `i` counts from 1."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self._sqlite = deployed.engine == SQLITE
        asyncio.run(_open_one(deployed))
        self.run(f"UPDATE page SET state = '{PageState.SENT}', due_at = {self.later('0', 7200)} WHERE channel = 'sms'")

    def later(self, microseconds: str, seconds: float, start: datetime | None = None) -> str:
        """An SQL expression: `microseconds` after the moment that lies `seconds` after `start` (by default now)."""
        moment = (start or wall_clock()) + timedelta(seconds=seconds)
        base = int(moment.timestamp() * 1_000_000)
        return f"({base} + ({microseconds}))" if self._sqlite else f"to_timestamp(({base} + ({microseconds})) / 1e6)"

    def id(self, number: str = "i") -> str:
        """An SQL expression: the id of the call-out with this number."""
        digits = f"printf('%012d', {number})" if self._sqlite else f"lpad(({number})::text, 12, '0')"
        return f"('00000000-0000-7000-8000-' || {digits})"

    def copy(self, table: sa.Table, count: int, changes: Mapping[str, str], where: str = "true") -> None:
        """Put `count` copies of each row that `where` names into `table`, with `changes` by column."""
        counted = {
            column.name for column in table.columns if isinstance(column.type, sa.BigInteger) and column.primary_key
        }
        names = [column.name for column in table.columns if column.name not in counted and column.computed is None]
        values = ", ".join(changes.get(name, f'one."{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        self.run(
            f"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM n, "{table.name}" AS one WHERE {where}'
        )

    def callouts(self, count: int, changes: Mapping[str, str] | None = None) -> None:
        # Each from another number, as in life: an index by number is then no way to find a span of time.
        own = {"id": self.id(), "code": "'X' || i", "officer_phone": "'+1562' || (5000000 + i)"}
        self.copy(t.callout, count, {**own, **(changes or {})}, f"one.id = '{_TEMPLATE}'")

    def waiting_callouts(self, count: int) -> None:
        """Open call-outs that were paged and whose deadlines all lie ahead, spread over some time."""
        theirs = f"one.callout = '{_TEMPLATE}'"
        self.callouts(count)
        for channel, apart in (("sms", 0), ("voice", 1)):
            own = {"id": self.id(f"2 * i + {apart}"), "callout": self.id(), "due_at": self.later("i * 1000", 3600)}
            self.copy(t.page, count, own, f"{theirs} AND one.purpose = 'page' AND one.channel = '{channel}'")
        self.copy(t.deadline, count, {"callout": self.id(), "due_at": self.later("i * 1000", 3600)}, theirs)
        self.copy(t.timeline, count, {"callout": self.id()}, theirs)

    def run(self, *statements: str) -> None:
        """Run statements in one transaction without foreign-key checks, then update the planner's statistics."""
        if self._sqlite:
            file = self.deployed.url.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
                connection.execute("PRAGMA wal_autocheckpoint=0")  # a node may be running, and only it may checkpoint
                connection.execute("BEGIN")
                for statement in statements:
                    connection.execute(statement)
                connection.execute("COMMIT")
        else:
            asyncio.run(self._run_on_postgres(statements))

    async def _run_on_postgres(self, statements: tuple[str, ...]) -> None:
        connection = await connect(self.deployed.url)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL session_replication_role = replica")
                for statement in statements:
                    await connection.execute(statement)
        finally:
            await connection.close()

    def settle(self) -> None:
        """Bring the database to the state of one long in service: statistics known, nothing left to clean up."""
        if self._sqlite:
            with contextlib.closing(sqlite3.connect(self.deployed.url.removeprefix("sqlite:///"))) as connection:
                connection.execute("ANALYZE")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            asyncio.run(self._vacuum())

    async def _vacuum(self) -> None:
        connection = await connect(self.deployed.url)
        try:
            await connection.execute("VACUUM ANALYZE")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    """A plain connection to one of our PostgreSQL databases."""
    parsed = sa.make_url(url)
    where = {name: str(value) for name, value in parsed.query.items()}
    host = where.get("host", parsed.host)
    return await asyncpg.connect(
        host=host, port=parsed.port, user=parsed.username, password=parsed.password, database=parsed.database
    )


async def _open_one(deployed: Deployed) -> None:
    runner = await deployed.runner()
    try:
        opened = await runner.act(open_callout, "LBPD", Details("+15625550177", children=1), None)
        await runner.database.write(lambda tx: _rename(tx, opened.record.id))
    finally:
        await runner.database.close()


def _rename(tx: sa.Connection, id_: str) -> None:
    columns = [column for column in t.callout.columns if column.computed is None]
    row = dict(tx.execute(sa.select(*columns).where(t.callout.c.id == id_)).mappings().one())
    tx.execute(sa.insert(t.callout), {**row, "id": _TEMPLATE, "code": "X0"})
    for column in _that_name_a_callout():
        tx.execute(sa.update(column.table).where(column == id_).values({column: _TEMPLATE}))
    tx.execute(sa.delete(t.callout).where(t.callout.c.id == id_))


def _that_name_a_callout() -> list[sa.Column[str]]:
    keys = (key for table in t.metadata.tables.values() for key in table.foreign_keys)
    return [key.parent for key in keys if key.column is t.callout.c.id]


def postgres_version(url: str) -> str:
    async def ask() -> str:
        connection = await connect(url)
        try:
            found: str = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
        return f"PostgreSQL {found}"

    return asyncio.run(ask())
