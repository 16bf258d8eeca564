"""What a specialist reads or hears, in the language that they asked for (`Person.texts_in`).

The law: what is said to a specialist is worded in every language at once, so none can be forgotten, and so is an
all-clear. Officers, partners and coordinators are otherwise written to in English.
"""

from enum import Enum, auto
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


_WITH_ACCENTS = 70
"""Letters of a segment that is not in GSM-7, which lacks á, í, ó and ú."""


def text(english: str, spanish: str) -> Words:
    """One segment in each language. Spanish keeps its accents where they fit; before a link, which a colon promises,
    they do not."""
    with_accents = len(spanish) <= _WITH_ACCENTS and not spanish.endswith(":") and not set(spanish) - _LETTERS
    return Words(one_segment(english), spanish if with_accents else one_segment(spanish))


_LETTERS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("áéíóúñüÁÉÍÓÚÑÜ¿¡")


def in_language(said: str, language: Language) -> str:
    """What was `said` in this language; a plain `str` is in English only."""
    if isinstance(said, Words):
        return said.spanish if language is Language.SPANISH else str(said)
    return said


class Keeps(Protocol):
    """What makes good on a promise: the alarm that carries it, or its deadline (`rules/decisions.py`)."""

    def keeps(self, promise: "Promise") -> bool: ...


class Owed(Enum):
    """What a person will do."""

    CALL = auto()  # ring the officer
    CALL_OF_SPECIALIST = auto()  # ring one whom nobody understands
    MEETING_PLACE = auto()  # confirm it


class Promise:
    """A sentence that says that a person will do what is `owed`.

    It is no `str`, so nothing can say it as it is: its words are had from what keeps it alone. Writing the alarm that
    carries it sets its deadline (`rules/alarms/promises.py`).
    """

    __slots__ = ("_words", "owed")

    def __init__(self, english: str, spanish: str | None = None, owed: Owed = Owed.CALL) -> None:
        self.owed = owed
        self._words = Words(english, spanish if spanish is not None else in_language(english, Language.SPANISH))

    def kept_by(self, what: Keeps) -> Words:
        assert what.keeps(self), "a promise is said with what keeps it"
        return self._words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Promise) and (self._words, self._words.spanish) == (other._words, other._words.spanish)

    def __hash__(self) -> int:
        return hash(self._words)
