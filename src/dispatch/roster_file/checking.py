"""What the file would say is wrong in a roster that somebody makes elsewhere, such as in a form."""

from collections import Counter
from dataclasses import replace

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster


def mistakes_in(roster: Roster) -> list[str]:
    """Each mistake as a file's reader would be told it, such as "people.ana.phone: …"."""
    file, mistakes = read(as_tables(roster))
    return [*misnamed(file), *mistakes, *contradictions(file)]


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
