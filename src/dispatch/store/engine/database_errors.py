"""What can go wrong with the database. Above the store these are its only names, whichever library raised the error."""

from sqlalchemy.exc import DBAPIError, IntegrityError


class DatabaseUnreachable(RuntimeError):
    """the database does not answer"""


class DatabaseInUse(RuntimeError):
    """another service works on this SQLite file; two would take over each other's pages"""


class ReportTooLong(RuntimeError):
    """a report was ended because it took longer than a report may"""


class DatabaseFault(RuntimeError):
    """the database refused what it was told, or the connection to it broke; the message is the database's own"""


class Conflict(DatabaseFault):
    """somebody else has just written a row that may exist only once"""


def fault_behind(error: Exception) -> DatabaseFault | None:
    """What a library's error means above the store; None when it is not a database error.

    Nothing inside the store uses this, since the driver's own error tells whether a second try may help.
    """
    if isinstance(error, DBAPIError):
        return (Conflict if isinstance(error, IntegrityError) else DatabaseFault)(str(error.orig))
    return None
