"""Fail when the migrations and the tables differ, on SQLite or on PostgreSQL: `python -m tools.check_migrations`.

Both are made, and what the database itself keeps of them is compared. Triggers are left out: the tables know none, and
`tests/store/test_audit_is_append_only.py` tries them.

Fail as well when a file's name does not begin with its version, or when the versions do not follow in that order.
"""

import asyncio
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.store import schema
from dispatch.store.schema import upgrade
from dispatch.store.tables import metadata
from tests.postgres import running_postgres

T = TypeVar("T")

_MIGRATED, _MEANT = "dispatch_migrated", "dispatch_meant"
_INDEXES = {  # in the database's own words, which hold their conditions and expressions
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def sqlite_differences() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'migrated.db'}"
        upgrade(url)
        engine, meant = sa.create_engine(url), sa.create_engine("sqlite://")
        try:
            with engine.connect() as connection, meant.connect() as other:
                metadata.create_all(other)
                return _differences(_kept(connection), _kept(other))
        finally:
            engine.dispose()
            meant.dispose()


def postgres_differences() -> list[str]:
    with running_postgres() as server:
        migrated, meant = server.create_database(_MIGRATED), server.create_database(_MEANT)
        try:
            upgrade(migrated)
            asyncio.run(_run(meant, metadata.create_all))
            return _differences(asyncio.run(_run(migrated, _kept)), asyncio.run(_run(meant, _kept)))
        finally:
            server.drop_database(_MIGRATED)
            server.drop_database(_MEANT)


async def _run(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _kept(connection: Connection) -> set[str]:
    """Each column, key, constraint and index of a database, as it keeps them."""
    inspector = sa.inspect(connection)
    asked: dict[str, Mapping[Any, Any]] = {
        "column": inspector.get_multi_columns(),
        "primary key": inspector.get_multi_pk_constraint(),
        "foreign key": inspector.get_multi_foreign_keys(),
        "unique": inspector.get_multi_unique_constraints(),
        "check": inspector.get_multi_check_constraints(),
    }
    kept = {
        f"{table}: {what} {one}"
        for what, of_tables in asked.items()
        for (_, table), found in of_tables.items()
        for one in (found if isinstance(found, list) else [found])
    }
    kept |= {
        " ".join(written.split()) for written in connection.exec_driver_sql(_INDEXES[connection.dialect.name]).scalars()
    }
    return {one for one in kept if "alembic_version" not in one}


def _differences(migrated: set[str], meant: set[str]) -> list[str]:
    return [
        *(f"the migrations lack {one}" for one in sorted(meant - migrated)),
        *(f"the tables lack {one}" for one in sorted(migrated - meant)),
    ]


def versions_differ() -> list[str]:
    """What Alembic reads from the files, if `dispatch.store.schema` reads something else from their names."""
    scripts = ScriptDirectory.from_config(schema.alembic_config()).walk_revisions()
    told = [script.revision for script in scripts][::-1]
    return [] if told == schema.versions() else [f"{told} in the files, {schema.versions()} by their names"]


def main() -> int:
    # SQLAlchemy cannot reflect an index of an expression, and says so; indexes are compared as they are written.
    warnings.filterwarnings("ignore", message=".*expression-based index")
    found = {"SQLite": sqlite_differences(), "PostgreSQL": postgres_differences()}
    misnamed = versions_differ()
    for engine, differences in found.items():
        for difference in differences:
            print(f"{engine}: {difference}")
    for difference in misnamed:
        print(f"the versions of the migrations are {difference}")
    if misnamed or any(found.values()):
        return 1
    print(f"migrations match the {len(metadata.tables)} tables on {' and '.join(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
