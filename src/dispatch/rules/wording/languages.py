"""What a specialist reads or hears, in the language that they asked for (`Person.texts_in`).

The law: what is said to a specialist is worded in every language at once, so none can be forgotten, and so is an
all-clear. Officers, partners and coordinators are otherwise written to in English.
"""

from typing import Self

from dispatch.rules.facts.people import Language
from dispatch.rules.wording.alphabet import one_segment


class Words(str):
    """What we say to a specialist: its English, wherever nobody asks for another language, and the same in Spanish."""

    __slots__ = ("spanish",)
    spanish: str

    def __new__(cls, english: str, spanish: str) -> Self:
        words = super().__new__(cls, english)
        words.spanish = spanish
        return words


def text(english: str, spanish: str) -> Words:
    """One segment in each language."""
    return Words(one_segment(english), one_segment(spanish))


def in_language(said: str, language: Language) -> str:
    """What was `said` in this language; a plain `str` is in English only."""
    if isinstance(said, Words):
        return said.spanish if language is Language.SPANISH else str(said)
    return said
