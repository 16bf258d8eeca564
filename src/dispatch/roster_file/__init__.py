"""The roster as a TOML file that a coordinator can edit.

A file is read as a whole or refused as a whole, and a written file reads back equal. `models` says what may stand in
it, for both ways, and `values` what one value may be; `mistakes` has pydantic read it and says what is wrong, as
`contradictions` does for what only shows when values are seen together.
"""

from dispatch.roster_file.reading import BadRoster, read_roster
from dispatch.roster_file.writing import write_roster

__all__ = ["BadRoster", "read_roster", "write_roster"]
