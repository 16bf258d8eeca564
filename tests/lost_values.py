"""In every test, a value that SQLAlchemy would not write is an error.

It takes the columns of an INSERT from the first of its rows, and is silent about a value that only a later row has, and
about one that no column is called after. To look at each statement in production costs a twentieth of a call-out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def refuse() -> None:
    """From now on, on every engine: raises `TypeError`."""
    sa.event.listen(sa.Engine, "before_execute", _look)


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
