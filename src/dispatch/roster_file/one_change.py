"""What the file would say of a roster in which one table reads otherwise, such as what somebody typed into a form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster

Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadChange:
    """The roster as it would be. Where there are mistakes it is of no use."""

    roster: Roster
    mistakes: tuple[str, ...]


def read_change(roster: Roster, change: Callable[[Tables], None], own: tuple[str, ...]) -> ReadChange:
    """Have `change` write into the tables of the file, and read them as a file is read: all mistakes at once.

    What was wrong elsewhere before is nothing that this change has to answer for; what stands below the `own` paths is,
    since whoever edits has it before them. Overrides are left out: thousands of them say nothing about a form.
    """
    listed = replace(roster, overrides=())
    stood = set(_read(as_tables(listed))[1])
    tables = as_tables(listed)
    change(tables)
    after, found = _read(tables)
    return ReadChange(after, tuple(line for line in found if line not in stood or line.startswith(own)))


def _read(tables: Tables) -> tuple[Roster, list[str]]:
    file, mistakes = read(tables)
    found: Roster = file.fact()
    return found, [*misnamed(file), *mistakes, *contradictions(file)]
