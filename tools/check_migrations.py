"""Fail when the migrations and the tables differ, on SQLite or on PostgreSQL: `python -m tools.check_migrations`.

Fail as well when a file's name does not begin with its version, or when the versions do not follow in that order.
"""

import asyncio
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.store import schema
from dispatch.store.schema import upgrade
from dispatch.store.tables import metadata
from tests.postgres import running_postgres


def _compare(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def sqlite_differences() -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'migrated.db'}"
        upgrade(url)
        engine = sa.create_engine(url)
        meant = sa.create_engine("sqlite://")
        try:
            with engine.connect() as connection, meant.connect() as other, warnings.catch_warnings():
                # SQLAlchemy cannot reflect an index of an expression; what SQLite itself keeps of it is compared below.
                warnings.filterwarnings("ignore", message=".*expression-based index")
                metadata.create_all(other)
                return [*_compare(connection), *sorted(_indexes(other) ^ _indexes(connection))]
        finally:
            engine.dispose()
            meant.dispose()


def _indexes(connection: Connection) -> set[str]:
    """How each index is written. Neither its condition nor its expressions are compared otherwise."""
    written = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {" ".join(sql.split()) for sql in written.scalars()}


def postgres_differences() -> list[Any]:
    with running_postgres() as server:
        url = server.create_database("dispatch_check_migrations")
        try:
            upgrade(url)
            return asyncio.run(_compare_async(url))
        finally:
            server.drop_database("dispatch_check_migrations")


async def _compare_async(url: str) -> list[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare)
    finally:
        await engine.dispose()


def versions_differ() -> list[str]:
    """What Alembic reads from the files, if `dispatch.store.schema` reads something else from their names."""
    scripts = ScriptDirectory.from_config(schema.alembic_config()).walk_revisions()
    told = [script.revision for script in scripts][::-1]
    return [] if told == schema.versions() else [f"{told} in the files, {schema.versions()} by their names"]


def main() -> int:
    found = {"SQLite": sqlite_differences(), "PostgreSQL": postgres_differences()}
    misnamed = versions_differ()
    for engine, differences in found.items():
        for difference in differences:
            print(f"{engine}: the migrations lack {difference}")
    for difference in misnamed:
        print(f"the versions of the migrations are {difference}")
    if misnamed or any(found.values()):
        return 1
    print(f"migrations match the {len(metadata.tables)} tables on {' and '.join(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
