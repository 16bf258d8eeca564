"""`FROM LBH`: where somebody says that they start from.

The law: the text says that and nothing else. A number, a call-out's code, a sign, a quotation or a question beside it
may be an answer to a page, so the whole text is then read as one.
"""

from dispatch.rules.replies.reader.letters import take_apart
from dispatch.rules.replies.reader.phrases import MARKS
from dispatch.rules.replies.reader.vocabulary import sense

_LONGEST = 8  # pieces: "tonight from downtown los angeles please" has six
# Not among the words that act: what stands behind it must be an area of the roster, which a reader does not know.
_FROM = frozenset(sense("FROM", "DESDE"))
_ASIDE = sense("TONIGHT, TODAY, PLEASE, PLS, THANKS, THX, HI", "ESTA NOCHE, HOY, POR FAVOR, GRACIAS, HOLA")
_ASIDES = frozenset(piece for phrase in _ASIDE for piece in phrase.split())


def start_said(text: str) -> str | None:
    """What stands behind FROM, in capitals and without accents; "" behind a FROM alone. None of any other text."""
    taken = take_apart(text)
    if taken.quotes or taken.codes:
        return None
    pieces = [piece for piece in taken.pieces if piece not in MARKS]
    while pieces and pieces[0] in _ASIDES:
        del pieces[0]
    while pieces and pieces[-1] in _ASIDES:
        del pieces[-1]
    if not pieces or pieces[0] not in _FROM or len(pieces) > _LONGEST:
        return None
    if (taken.asks and len(pieces) > 1) or not all(map(str.isalnum, pieces)):
        return None
    return " ".join(pieces[1:])
