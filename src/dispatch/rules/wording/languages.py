"""What a specialist reads or hears, in the language that they asked for (`Person.texts_in`).

The law: what is said to a specialist is worded in every language at once, so none can be forgotten. Officers, partners
and coordinators are written to in English.
"""

from typing import Protocol, Self

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


class Keeps(Protocol):
    """What makes good on a promise: the alarm that carries it, or its deadline (`rules/decisions.py`)."""

    def keeps(self, promise: "Promise") -> bool: ...


class Promise:
    """A sentence that says that a person will ring the officer.

    It is no `str`, so nothing can say it as it is: its words are had from what keeps it alone. Writing the alarm that
    carries it sets its deadline (`rules/alarms/promises.py`).
    """

    __slots__ = ("_words",)

    def __init__(self, english: str, spanish: str | None = None) -> None:
        self._words = Words(english, spanish if spanish is not None else english)

    def kept_by(self, what: Keeps) -> Words:
        assert what.keeps(self), "a promise is said with what keeps it"
        return self._words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Promise) and (self._words, self._words.spanish) == (other._words, other._words.spanish)

    def __hash__(self) -> int:
        return hash(self._words)
