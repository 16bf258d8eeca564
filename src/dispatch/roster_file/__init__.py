"""The roster as a TOML file that a coordinator can edit: read or refused whole, and written so that it reads back.

`reading` takes the file apart table by table (`entry`) and value by value (`values`), `contradictions` looks at the
whole, `writing` is the way back.
"""

from dispatch.roster_file.reading import BadRoster, read_roster
from dispatch.roster_file.values import HOME_ZONE
from dispatch.roster_file.writing import write_roster

__all__ = ["HOME_ZONE", "BadRoster", "read_roster", "write_roster"]
