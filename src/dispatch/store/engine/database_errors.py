"""What may be wrong with the database. Above the store these are the only names for it, whichever library noticed."""

import sys


class DatabaseUnreachable(RuntimeError):
    """the database does not answer"""


class DatabaseInUse(RuntimeError):
    """another service works on this SQLite file; two would take over each other's pages"""


class ReportTooLong(RuntimeError):
    """a report was ended because it took longer than a report may"""


class DatabaseFault(RuntimeError):
    """the database refused what it was told, or the connection to it broke; the message is its own"""


class Conflict(DatabaseFault):
    """somebody else has just written a row that may be there only once"""


def fault_behind(error: Exception) -> DatabaseFault | None:
    """What a library's error means to those above the store; None when the error is not a database's.

    Nothing inside the store asks for it, since the driver's own error tells what a second try is good for.
    """
    # Imported only where something went wrong: a command that merely names these errors starts without SQLAlchemy.
    from sqlalchemy.exc import DBAPIError, IntegrityError

    if isinstance(error, DBAPIError):
        return (Conflict if isinstance(error, IntegrityError) else DatabaseFault)(str(error.orig))
    # A server that lets nobody in is known by the driver's own error. On SQLite the driver was never imported.
    asyncpg = sys.modules.get("asyncpg")
    if asyncpg is not None and isinstance(error, asyncpg.PostgresError):
        return DatabaseFault(str(error))
    return None
