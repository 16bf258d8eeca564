"""What may be wrong with the database as a whole."""


class DatabaseUnreachable(RuntimeError):
    """the database does not answer"""


class DatabaseInUse(RuntimeError):
    """another service works on this SQLite file; two would take over each other's pages"""


class ReportTooLong(RuntimeError):
    """a report was ended because it took longer than a report may"""
