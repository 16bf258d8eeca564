"""What actions and queries run in, and what they find. Above the store both are known by these names, and the library
behind them is not."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Transaction: TypeAlias = Connection
"""An open transaction, on SQLite or on PostgreSQL; only functions of the store do anything with it."""

Row: TypeAlias = Mapping[Any, Any]
"""A row that a query has found: each value by the name of its column."""


def columns(fact: "DataclassInstance", table: sa.Table) -> dict[str, Any]:
    """What a row of `table` keeps of a fact: its fields that are columns there."""
    return {name: getattr(fact, name) for name in _shared(type(fact), table)}


@cache
def _shared(kind: type["DataclassInstance"], table: sa.Table) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name in table.c)
