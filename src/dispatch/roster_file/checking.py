"""What the file would say is wrong in a roster that somebody makes elsewhere, such as in a form."""

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster


def mistakes_in(roster: Roster) -> list[str]:
    """Each mistake as a file's reader would be told it, such as "people.ana.phone: …"."""
    file, mistakes = read(as_tables(roster))
    return [*misnamed(file), *mistakes, *contradictions(file)]


def new_mistakes(before: Roster, after: Roster) -> list[str]:
    """What the file would say is wrong after an edit. For what was wrong before, the edit has not to answer."""
    known = set(mistakes_in(before))
    return [line for line in mistakes_in(after) if line not in known]
