"""The roster as a TOML file that a coordinator can edit.

A file is read as a whole or refused as a whole, and a written file reads back equal. `models` says what it may hold,
for reading and for writing, and `values` what one value may be. `what_is_wrong` has pydantic read it and says what is
wrong; `contradictions` says what is wrong only when values are seen together.
"""

from dispatch.roster_file.checking import FileTables, ReadChange, mistakes_in, new_mistakes, read_change, table_of
from dispatch.roster_file.reading import BadRoster, exported_from, read_roster, skipped_keys
from dispatch.roster_file.writing import write_roster

__all__ = [
    "BadRoster",
    "FileTables",
    "ReadChange",
    "exported_from",
    "mistakes_in",
    "new_mistakes",
    "read_change",
    "read_roster",
    "skipped_keys",
    "table_of",
    "write_roster",
]
