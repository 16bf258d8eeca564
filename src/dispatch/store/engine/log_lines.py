"""What a transaction has done, for the log: gathered while it runs, said once it is committed.

The law: **what was undone is never said.** A part that is undone takes its lines with it (`savepoint`), and work that
is run again gathers them again. So whoever writes a row that moves a call-out says so on the spot, and need not know
whether it will stay.

A line says what its row says: kinds, codes, ids and moments, **never a number, a meeting place, a name that a caller
gave, or a word that anybody wrote.** People are named by their ids in the roster. Whoever has the log alone can follow
a call-out from its opening to its end by its code; what was said stands in the timeline.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

_log = structlog.get_logger("dispatch.steps")

_KEPT = "dispatch_log_lines"


class LogLine(NamedTuple):
    event: str
    fields: dict[str, Any]


class Gathering:
    """The lines of one piece of work, which may share its transaction with others."""

    __slots__ = ("_info", "lines")

    def __init__(self, tx: Connection) -> None:
        self._info = tx.info
        self.lines: list[LogLine] = []
        self._info[_KEPT] = self.lines

    def end(self) -> None:
        """Whatever this connection does next belongs to other work."""
        self._info.pop(_KEPT, None)


def add(tx: Connection, event: str, **fields: Any) -> None:
    """Say this once the transaction is committed; a field that is None is left out."""
    lines = gathered(tx)
    if lines is not None:
        lines.append(LogLine(event, {name: value for name, value in fields.items() if value is not None}))


def code_of(table: sa.Table) -> sa.Label[str]:
    """The code of the call-out that a row of `table` belongs to, for what a statement returns.

    Written out, since for SQLite SQLAlchemy leaves the tables' names out of whatever is returned, and `id` is a column
    of both.
    """
    words = f"(SELECT callout.code FROM callout WHERE callout.id = {table.name}.callout)"  # noqa: S608  # of our own names
    return sa.literal_column(words, sa.Text()).label("code")


def gathered(tx: Connection) -> list[LogLine] | None:
    """The lines so far; None in a transaction that nobody gathers for."""
    lines: list[LogLine] | None = tx.info.get(_KEPT)
    return lines


def say(lines: Sequence[LogLine]) -> None:
    """All at once: to pass one entry through the log costs more than to write a line (`dispatch.logs`)."""
    _log.info("steps", steps=lines)
