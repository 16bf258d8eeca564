"""A part of a transaction that can be undone by itself."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from dispatch.store.engine.log_lines import gathered

_SET, _UNDO, _RELEASE = map(sa.text, ("SAVEPOINT part", "ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part"))

# PostgreSQL's words for "not your fault, try again": serialization failure, deadlock, lock not available, shutdown.
_PASSING = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})

# After these SQLite may have rolled everything back by itself (https://sqlite.org/lang_transaction.html, section 3).
_ROLLED_BACK = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT}
)


TOLD_TO_STOP = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)


class BrokeOff(RuntimeError):
    """this work was broken off by something that nobody can wait for: a library's panic, or a StopIteration"""


@contextmanager
def no_panic() -> Iterator[None]:
    """Whatever the block raises is an `Exception` that can be awaited, put off or logged, unless somebody tells the
    block to stop: a panic becomes a `BrokeOff`, and so does a `StopIteration`, which no future takes. For work that
    must hold up nobody when it fails, whose caller catches every `Exception`."""
    try:
        yield
    except StopIteration as broken:
        # Without a cause: for one, `contextlib` would put the StopIteration back in its place.
        raise BrokeOff(repr(broken)) from None
    except (Exception, *TOLD_TO_STOP):
        raise
    except BaseException as broken:
        raise BrokeOff(repr(broken)) from broken


class InternalError(Exception):
    """something of ours failed inside one part of a transaction; that part is undone, and the transaction goes on

    `conflict`: a row was there already that may exist only once. Another node may have written it, and then the next
    try sees it.
    """

    def __init__(self, behind: Exception) -> None:
        super().__init__(repr(behind))
        self.conflict = isinstance(behind, IntegrityError)


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    return getattr(error.orig, "sqlstate", None) in _PASSING


def loses_all(error: Exception) -> bool:
    """Whether `error` ends the whole transaction: a deadlock, a lost connection, a full disk under SQLite; or a
    statement that was not answered in time, whose connection is given up."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, TimeoutError)
    code = getattr(error.orig, "sqlite_errorcode", None)
    return error.connection_invalidated or is_passing(error) or (code is not None and code & 0xFF in _ROLLED_BACK)


@contextmanager
def savepoint(tx: Connection) -> Iterator[None]:
    """When the block raises, undo what was done inside it; whatever the transaction did before stays.

    If the whole transaction is lost, there is nothing left to undo. Raises what the block raises; `BrokeOff` for a
    panic.
    """
    tx.execute(_SET)
    lines = gathered(tx)
    before = len(lines or ())
    try:
        with no_panic():
            yield
    except Exception as error:
        if lines is not None:
            del lines[before:]
        if not loses_all(error):
            tx.execute(_UNDO)
            tx.execute(_RELEASE)
        raise
    tx.execute(_RELEASE)


@contextmanager
def apart(tx: Connection) -> Iterator[None]:
    """Like `savepoint`, for a part that may fail and must hold up nothing that comes after it.

    Raises `InternalError` for whatever the block raises, except for what ends the whole transaction: that is raised
    as it is, and asks for all of it again.
    """
    try:
        with savepoint(tx):
            yield
    except Exception as error:
        if loses_all(error):
            raise
        raise InternalError(error) from error
