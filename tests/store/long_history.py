"""What SQLite knows of a long history after ANALYZE: it chooses indexes by these numbers, otherwise by guesses."""

import contextlib
import sqlite3

import sqlalchemy as sa

# As ANALYZE leaves it after a million call-outs of 41 agencies, five of them open: how many rows an index has, and how
# many on average share its first column, its first two, and so on.
_COUNTED = {
    "sqlite_autoindex_callout_1": "1000000 1",
    "uq_callout_open_code": "5 1",
    "ix_callout_received_at": "1000000 1 1 1 1",
    "ix_callout_response": "1000000 24391 35 35",
    "ix_callout_code": "1000000 400",
    "ix_callout_taken": "2 1",
    "ix_callout_officer_phone": "1000000 40 1",
    "ix_callout_unit": "1000000 24391 40 1",
    "ix_callout_repeat": "1 1",
    "ix_callout_agency": "1000000 24391 1",
    "ix_callout_reference": "1000000 1 1",
    "ix_callout_cancelled": "10000 1 1",
    "ix_callout_sharing": "1 1",
    "ix_callout_ended": "999995 1",
}


def analyzed(url: str) -> None:
    """Give an SQLite database these statistics."""
    with contextlib.closing(sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)) as connection:
        connection.execute("ANALYZE")
        there = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'callout'")
        assert {name for (name,) in there} == set(_COUNTED), "an index without statistics would be chosen by guessing"
        connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('callout', ?, ?)", _COUNTED.items())
