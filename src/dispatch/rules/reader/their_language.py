"""Which language somebody writes in whose language no roster knows: an officer who writes Spanish is answered in it."""

import re
import unicodedata

from dispatch.rules.facts.people import Language
from dispatch.rules.wording.languages import Words, in_language

# One of these letters, or two of the words: "no" and "me" are in both languages.
_SPANISH = re.compile("[ñ¿¡áéíóú]", re.IGNORECASE)
_SPANISH_WORDS = re.compile(
    r"\b(?:gracias|por|favor|donde|cuando|cuanto|quien|viene|vienen|esta|estan|estamos|necesit\w+|ayuda|el|la|los|las"
    r"|una?|con|para|que|nadie|llega\w*|ya|aqui|nina|nino|hola|cancel(?:en|ar|ado|ada)|hace|falta|si|todavia|se|fue)\b"
)
_ONLY_SPANISH = re.compile(
    r"\b(?:necesit\w+|alguien|nadie|donde|cuando|cuanto|quien|viene|vienen|estamos|tenemos|ayuda|hola|todavia|llegad\w+"
    r"|regres\w+|quise|puede[ns]?|manden|envien|cancel(?:en|ar|ado|ada)|hace falta)\b"
)


def in_their_language(answer: Words, said: str) -> str:
    """An officer who writes in Spanish is answered in it."""
    spanish = _SPANISH.search(said) is not None or _is_spanish(plain(said))
    return in_language(answer, Language.SPANISH if spanish else Language.ENGLISH)


def _is_spanish(words: str) -> bool:
    return _ONLY_SPANISH.search(words) is not None or len(set(_SPANISH_WORDS.findall(words))) > 1


def plain(said: str) -> str:
    """Lower-case letters without accents and apostrophes, and numbers."""
    apart = unicodedata.normalize("NFKD", said.casefold().replace("'", "").replace("\u2019", ""))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall("[a-z]+|[0-9]+", bare))
