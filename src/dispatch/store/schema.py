"""Bring a database to the newest version of the tables."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from dispatch.store.database import sqlite_engine

# Nodes may start at the same time; the number only has to be our own.
_MIGRATION_LOCK = 7_426_113


def migrations_folder() -> Path:
    """Where the migrations are: inside the package when installed from a wheel, beside `src/` in a checkout."""
    inside = Path(__file__).parent.parent / "migrations"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


def newest_version() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_version(tx: Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def is_older(version: str | None) -> bool:
    """Whether a database of this version lacks something of ours. One that is newer does not: its migrations only add,
    so an older node keeps working while a newer one has migrated."""
    known = [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()]
    return version is None or (version in known and version != known[0])


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest version; safe while other nodes do the same. Blocks."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite_engine(parsed, writes=True)
        try:
            with engine.connect() as connection, connection.begin():
                command.upgrade(_config(connection), "head")
        finally:
            engine.dispose()
    else:
        asyncio.run(_upgrade_postgres(parsed))


async def _upgrade_postgres(url: sa.URL) -> None:
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await connection.run_sync(lambda tx: command.upgrade(_config(tx), "head"))
    finally:
        await engine.dispose()
