"""Opens a database with the tables of this version."""

import asyncio

from dispatch.store import schema
from dispatch.store.engine.database import Database


class SchemaTooOld(RuntimeError):
    """the database has older tables than this version needs"""


async def open_up_to_date(database: Database) -> None:
    """Open it. SQLite's tables are brought up to date first; PostgreSQL's are for `dispatch migrate` to bring.

    Raises `SchemaTooOld`, `UnknownVersion`, `DatabaseInUse`, and whatever `Database.read` raises.
    """
    if database.is_sqlite:
        database.lock()  # before the tables change: a service may be using them
        await asyncio.to_thread(schema.upgrade, database.url)
    await database.open()
    version = await database.read(schema.current_version)
    try:
        schema.refuse_what_no_migration_reaches(version)
        schema.refuse_newer(version)
        if schema.is_older(version):
            raise SchemaTooOld("the database is not up to date: stop all nodes and run `dispatch migrate`")
    except (schema.UnknownVersion, SchemaTooOld):
        await database.close()
        raise
