"""What actions and queries run in, and what they find. Above the store both are known by these names, and the library
behind them is not."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection

Transaction: TypeAlias = Connection
"""An open transaction, on SQLite or on PostgreSQL; only functions of the store do anything with it."""

Row: TypeAlias = Mapping[Any, Any]
"""A row that a query has found: each value by the name of its column."""
