"""What the file would say is wrong in a roster that somebody makes elsewhere, such as in a form."""

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.what_is_wrong import read
from dispatch.roster_file.writing import as_tables
from dispatch.rules.facts.roster import Roster


def mistakes_in(roster: Roster) -> list[str]:
    """Each mistake as a file's reader would be told it, such as "people.ana.phone: …"."""
    file, mistakes = read(as_tables(roster))
    return [*misnamed(file), *mistakes, *contradictions(file)]
