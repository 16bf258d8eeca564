"""What the address of a database says."""

from pathlib import Path

import sqlalchemy as sa


def is_address(url: str) -> bool:
    """Whether `url` is the address of a database."""
    try:
        sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return False
    return True


def shown(url: str) -> str:
    """The address without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


def is_sqlite(url: str) -> bool:
    return sa.make_url(url).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for one in memory."""
    database = sa.make_url(url).database
    return None if database in (None, "", ":memory:") else Path(str(database))


def for_postgresql_tools(url: str) -> str:
    """The address as `pg_dump` and `psql` take it, without its password."""
    parts = sa.make_url(url)
    plain = sa.URL.create("postgresql", parts.username, None, parts.host, parts.port, parts.database, parts.query)
    return plain.render_as_string()
