"""What an action and every query run in. Whoever is above the store knows it by this name, and no library behind it."""

from typing import TypeAlias

from sqlalchemy.engine import Connection

Transaction: TypeAlias = Connection
"""An open transaction, on SQLite or on PostgreSQL; only functions of the store do anything with it."""
