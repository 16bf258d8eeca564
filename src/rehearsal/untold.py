"""What only a caller who is likely to be police may learn: who comes, and when.

The law: somebody who has faked a number hears and reads neither a specialist's first name nor an ETA.
"""

import re

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster
from rehearsal.law import Violated

# Written out rather than asked of the rules, which a rehearsal is to check.
TRUSTED = frozenset({Trust.VERIFIED, Trust.LIKELY})

_INVARIANT = "nobody who may have faked a number learns who comes, or when"
_ETA = r"\b[0-9]{1,2}:[0-9]{2}\b|expects to be there|espera llegar|\bmin(?:utes|utos)? away\b"


class Untold:
    """The first names of the specialists of a roster, and the ways to say an ETA."""

    def __init__(self, roster: Roster) -> None:
        names = "|".join(re.escape(person.first_name) for person in roster.with_role(Role.SPECIALIST))
        self._told = re.compile(rf"\b(?:{names})\b|{_ETA}")

    def in_words(self, words: str) -> bool:
        """Whether these words tell who comes, or when."""
        return self._told.search(words) is not None

    def check_text(self, callout: str, trust: str, words: str) -> None:
        """Raise `Violated` if an officer reads what the trust of this call-out does not allow."""
        if trust not in TRUSTED and self.in_words(words):
            raise Violated(_INVARIANT, callout, f"{trust}, by text: {words}")

    def check_heard(self, callout: str | None, trusts: set[str], words: str) -> None:
        """Raise `Violated` if a caller hears what neither they nor the call-out's first caller may."""
        if not trusts <= TRUSTED and self.in_words(words):
            raise Violated(_INVARIANT, callout, f"{', '.join(sorted(trusts))}, on the phone: {words}")
