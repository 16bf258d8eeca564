"""What actions and queries run in. Above the store it is known by this name, and the library behind it is not."""

from typing import TypeAlias

from sqlalchemy.engine import Connection

Transaction: TypeAlias = Connection
"""An open transaction, on SQLite or on PostgreSQL; only functions of the store do anything with it."""
