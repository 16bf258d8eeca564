"""Records which call-outs were written about, so that a step checks only what it may have broken.

Every invariant of a call-out is about its own rows. Checking every open call-out took a third of a rehearsal.
"""

import sqlite3
from pathlib import Path

TABLE = "rehearsal_touched"
SINCE = f"IN (SELECT callout FROM {TABLE} WHERE id > $1)"  # noqa: S608  # our own name
_OF_A_CALLOUT = ("page", "deadline", "assignment", "timeline", "alarm", "hotline_call")
_OF = {"callout": "id", **dict.fromkeys(_OF_A_CALLOUT, "callout")}


def watch(file: Path) -> None:
    """Make an SQLite file record the last write about each call-out: the higher its `id`, the later."""
    with sqlite3.connect(file) as database:
        database.execute(f"CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY AUTOINCREMENT, callout TEXT UNIQUE NOT NULL)")
        for table, column in _OF.items():
            for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                # A page may belong to no call-out: an alarm about the rotation, for example. So may a call.
                note = f"INSERT OR REPLACE INTO {TABLE} (callout) VALUES (coalesce({row}.{column}, ''))"  # noqa: S608  # our own names
                name = f"{TABLE}_{table}_{event.lower()}"
                database.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END")
    database.close()
