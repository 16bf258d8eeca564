"""What the file would say is wrong in a roster that somebody makes elsewhere, such as in a form."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dispatch.roster_file.models import described
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster

FileTables = dict[str, Any]
"""The tables of the file, as its reader gets them."""


def mistakes_in(roster: Roster) -> list[str]:
    """Each mistake as a file's reader would be told it, such as "people.ana.phone: …"."""
    return read(as_tables(roster))[1]


def new_mistakes(before: Roster, after: Roster) -> list[str]:
    """What the file would say is wrong after an edit. For what was wrong before, the edit has not to answer.

    An override that stands in both says nothing about the edit unless it names somebody or a rotation that is gone: to
    read 5,000 of them twice took half a second, before anybody saw a preview.
    """
    stood = {one.key: one.as_listed for one in before.listed_overrides}
    keys = Counter(one.key for one in after.listed_overrides)
    names = {None, *(one.id for one in after.people)}
    rotations = {one.name for one in after.rotations}
    silent = {
        one.key
        for one in after.listed_overrides
        if keys[one.key] == 1
        and stood.get(one.key) == one.as_listed
        and one.rotation in rotations
        and {one.person, one.replaces} <= names
    }
    was, is_ = (
        replace(roster, overrides=tuple(one for one in roster.listed_overrides if one.key not in silent))
        for roster in (before, after)
    )
    known = set(mistakes_in(was))
    return [line for line in mistakes_in(is_) if line not in known]


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
    stood = set(read(as_tables(without))[1])
    tables = as_tables(without)
    change(tables)
    file, found = read(tables)
    mistakes = tuple(line for line in found if line not in stood or line.startswith(own))
    return ReadChange(without if mistakes else file.fact(), mistakes)


def table_of(fact: object) -> FileTables:
    """What the file says of one thing, without its name."""
    table: FileTables = described(fact).model_dump(by_alias=True, exclude_none=True, warnings=False)
    return table
