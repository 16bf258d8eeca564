"""The link in an alarm's text: how much of the text stays beside it, and for whom it opens.

The law: a link belongs to one coordinator, and ends with its alarm, at most two hours after it was sent. Only whoever
takes a cry for help after the end of its call-out keeps theirs: they have somebody to ring. It shows numbers to ring;
it never cancels, closes, moves or assigns. Whoever guesses one learns nothing.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.alphabet import BESIDE_LINK, cut

PATH = "/a/{token}"
LIFETIME = timedelta(hours=2)

_QUOTE, _UNQUOTE = ' "', '".'
_FEWEST = 8  # letters: a shorter quotation says nothing


def opens(expires_at: datetime, person: Person | None, now: datetime, *, goes_on: bool) -> bool:
    """Whether a link still opens. `goes_on` says that the trouble of its alarm is not over."""
    return now < expires_at and person is not None and person.is_coordinator and goes_on


def can_be_paged(roster: Roster, on_it: Collection[str]) -> tuple[Person, ...]:
    """The specialists whom the view offers to page: nobody who is on the call-out."""
    return tuple(person for person in roster.with_role(Role.SPECIALIST) if person.id not in on_it)


def other_coordinators(roster: Roster, looks: Person) -> tuple[Person, ...]:
    """Whom else one can ring; `looks` is the coordinator whose view it is."""
    return tuple(person for person in roster.with_role(Role.COORDINATOR) if person.id != looks.id)


def beside_link(text: str) -> str:
    """An alarm's words, short enough that the link fits into the same segment.

    What somebody wrote goes last, so that `with_link` can put the link before it, and is cut first. Then those
    sentences go that neither say what the alarm is about nor contain a number to ring: on a phone without data, a
    number is all there is.
    """
    before, mark, rest = text.partition(_QUOTE)
    said, _, after = rest.rpartition('"')
    own = _shorter(before + after if len(after) > 1 else before)  # a quotation at the end is followed by a full stop
    space = BESIDE_LINK - len(own) - len(_QUOTE) - len(_UNQUOTE)
    return f"{own}{_QUOTE}{cut(said, space)}{_UNQUOTE}" if mark and space > _FEWEST else own


def with_link(text: str, link: str) -> str:
    """Words made by `beside_link`, with the link before what is quoted."""
    own, mark, said = text.partition(_QUOTE)
    return f"{own} {link}{mark}{said}"


def _shorter(text: str) -> str:
    if len(text) <= BESIDE_LINK:
        return text
    first, *others = re.split(r"(?<=[.!?]) ", text)
    numbers = [one for one in others if re.search(r"\+\d{7,}", one)]
    while others and len(" ".join([first, *others])) > BESIDE_LINK:
        spare = [one for one in others if one not in numbers]
        others.remove(spare[-1] if spare else others[-1])
    return cut(" ".join([first, *others]), BESIDE_LINK)
