"""The roster as a TOML file that a coordinator can edit.

A file is read as a whole or refused as a whole, and a written file reads back equal. `reading` takes the file apart
table by table (`entry`) and value by value (`values`), `contradictions` checks the whole, and `writing` writes it.
"""

from dispatch.roster_file.reading import BadRoster, read_roster
from dispatch.roster_file.writing import write_roster

__all__ = ["BadRoster", "read_roster", "write_roster"]
