"""Bring a database to the newest version of the tables.

Alembic is used only where there is something to do: importing it and reading its scripts takes a fifth of a second,
in which a service that was killed does not page yet.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dispatch.store.engine.database_errors import fault_behind
from dispatch.store.engine.sqlite import sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.ext.asyncio import AsyncEngine

# Nodes may start at the same time. Any number that nothing else locks would do.
_MIGRATION_LOCK = 7_426_113
_MOST_IN_THE_WAY = "500ms"
_PAUSE_SECONDS = 1.5
_TRIES = 40  # so we try for over a minute; a report is ended after 20 s
_LOCK_NOT_AVAILABLE = "55P03"

_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))


class UnknownVersion(RuntimeError):
    """the database has tables of a version that these migrations do not know"""


def migrations_folder() -> Path:
    """Where the migrations are: inside the package when installed from a wheel, beside `src/` in a checkout."""
    inside = Path(__file__).parent.parent / "migrations"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "migrations"


def versions() -> list[str]:
    """All that we know, oldest first; the name of a migration's file begins with its version."""
    return sorted(file.name.partition("_")[0] for file in (migrations_folder() / "versions").glob("[0-9]*.py"))


def newest_version() -> str:
    return versions()[-1]


def current_version(tx: Connection) -> str | None:
    """The version of a database; None when it has none of our tables yet."""
    if not sa.inspect(tx).has_table(_VERSION.name):
        return None
    version: str | None = tx.execute(sa.select(_VERSION.c.version_num)).scalar()
    return version


def is_older(version: str | None) -> bool:
    """Whether a database of this version lacks something that we need."""
    return version is None or version < newest_version()


def refuse_what_no_migration_reaches(version: str | None) -> None:
    """Raise `UnknownVersion` for tables from before the first release, which no migration brings up to date."""
    if version is not None and version < (first := versions()[0]):
        raise UnknownVersion(
            f"its tables are of version {version}, and our migrations begin with {first}; start with a new database"
        )


def refuse_newer(version: str | None) -> None:
    """Raise `UnknownVersion` for tables of a newer release: it may misread what this one would write."""
    if version is not None and version not in (known := versions()):
        raise UnknownVersion(
            f"its tables are of version {version}, and our migrations end with {known[-1]}; start the newer dispatch"
        )


def upgrade(url: str | sa.URL) -> None:
    """Bring the database at `url` to the newest version; safe while other nodes do the same. Blocks.

    Raises `UnknownVersion`, and `DatabaseFault`.
    """
    try:
        _upgrade_at(sa.make_url(url))
    except Exception as error:
        if (fault := fault_behind(error)) is None:
            raise
        raise fault from error


def _upgrade_at(parsed: sa.URL) -> None:
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite_engine(parsed, writes=True)
        try:
            with engine.connect() as connection, connection.begin():
                _upgrade(connection)
        finally:
            engine.dispose()
    else:
        asyncio.run(_upgrade_postgres(parsed))


def _upgrade(connection: Connection) -> None:
    version = current_version(connection)
    if version == newest_version():
        return
    refuse_what_no_migration_reaches(version)
    refuse_newer(version)
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config


async def _upgrade_postgres(url: sa.URL) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        for left in reversed(range(_TRIES)):
            try:
                await _upgrade_at_once(engine)
                return
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE or not left:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        await engine.dispose()


async def _upgrade_at_once(engine: "AsyncEngine") -> None:
    """Raises `DBAPIError` when somebody else has locked the tables: another node that migrates, or a long report.

    We do not wait in the queue for the lock: everybody who comes later, to page somebody, would wait behind us.
    """
    async with engine.begin() as connection:
        await connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_MOST_IN_THE_WAY}'"))
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        await connection.run_sync(_upgrade)
