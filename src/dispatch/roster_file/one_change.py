"""What the file would say of a roster in which something reads otherwise, such as what somebody typed into a form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.models import File, described
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster

FileTables = dict[str, Any]
"""FileTables of the file, as its reader gets them."""


@dataclass(frozen=True, slots=True)
class ReadChange:
    """What the roster would list; without overrides, and of no use where there are `mistakes`."""

    listed: Roster
    mistakes: tuple[str, ...]


def read_change(roster: Roster, change: Callable[[FileTables], None], own: tuple[str, ...]) -> ReadChange:
    """Have `change` write into the tables of the file, and read them as a file is read: all mistakes at once.

    What was wrong elsewhere before is nothing that this change has to answer for. What stands below the `own` paths is:
    whoever edits has it before them. Overrides are left out, since thousands of them say nothing about a form.
    """
    without = replace(roster, overrides=())
    stood = set(_read(as_tables(without))[1])
    tables = as_tables(without)
    change(tables)
    file, found = _read(tables)
    mistakes = tuple(line for line in found if line not in stood or line.startswith(own))
    return ReadChange(without if mistakes else file.fact(), mistakes)


def table_of(fact: object) -> FileTables:
    """What the file says of one thing, without its name."""
    table: FileTables = described(fact).model_dump(by_alias=True, exclude_none=True, warnings=False)
    return table


def _read(tables: FileTables) -> tuple[File, list[str]]:
    file, mistakes = read(tables)
    return file, [*misnamed(file), *mistakes, *contradictions(file)]
