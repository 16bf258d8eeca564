"""A part of a transaction that can be undone by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dispatch.store.engine.statement import Statement

_SET, _UNDO, _RELEASE = (
    Statement(sa.text(words)) for words in ("SAVEPOINT part", "ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part")
)

# PostgreSQL's words for "not your fault, try again": serialization failure, deadlock, lock not available, shutdown.
_PASSING = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    return getattr(error.orig, "sqlstate", None) in _PASSING


def loses_all(error: Exception) -> bool:
    """Whether `error` ends the whole transaction: a deadlock, a lost connection."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or is_passing(error))


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """When the block raises, undo what was done inside it; whatever the transaction did before stays.

    If the whole transaction is lost, there is nothing left to undo.
    """
    _SET.run(tx)
    try:
        yield
    except Exception as error:
        if not loses_all(error):
            _UNDO.run(tx)
            _RELEASE.run(tx)
        raise
    _RELEASE.run(tx)
