"""What both kinds of engine do with statements."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MOST_COMPILED = 1_000
"""Statements that an engine keeps compiled. The store has some five hundred, and an update is one for each choice of
columns; compiling one again takes a hundred times as long as running it."""


def refuse_to_lose_values(engine: sa.Engine) -> None:
    """From now on, raise `TypeError` where a row has a value that would not be written.

    SQLAlchemy takes the columns of an INSERT from the first of its rows. It is silent about a value that only a later
    row has, and about one that no column is called after.
    """

    @sa.event.listens_for(engine, "before_execute")
    def _look(
        _tx: Connection, statement: object, rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any], _: object
    ) -> None:
        first = rows[0] if rows else row
        if any(other.keys() != first.keys() for other in rows):
            raise TypeError(f"rows with different columns in one statement, the first with {sorted(first)}")
        if not isinstance(statement, sa.Insert) or statement.select is not None:
            return  # the parameters of a SELECT, from which rows are inserted, are no columns
        if lost := first.keys() - statement.table.columns.keys():
            raise TypeError(f"{statement.table} has no column for {sorted(lost)}")
