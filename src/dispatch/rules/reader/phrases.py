"""The vocabulary in the form in which it is looked up: phrases without their spaces; the longest match counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from dispatch.rules.reader.letters import BREAK, SPAN, squeezed
from dispatch.rules.reader.vocabulary import Around, Sense, Word
from dispatch.rules.reader.words import (
    WORDS,
    being_hurt,
    courtesy,
    crying,
    numerals,
    of_officers,
    officer_dangers,
    refusing,
)
from dispatch.rules.reader.words.of_alarms import Ownership
from dispatch.rules.reader.words.of_officers import OfficerReport

MARKS = (BREAK, SPAN)

PhraseMeaning = Word | Around | OfficerReport | Ownership | int

_IN_ONE_BREATH = frozenset({Word.NO, Around.COURTESY, Around.THANKS, OfficerReport.NOT_OFF})


class Phrases:
    """Phrases, and what they mean. They are looked up by tables that the first text builds: to import them costs
    nothing."""

    def __init__(self, *meanings: tuple[PhraseMeaning, Iterable[Sense]]) -> None:
        self._listed = meanings

    @cached_property
    def _meanings(self) -> Mapping[str, PhraseMeaning]:
        return {squeezed(phrase): meaning for meaning, senses in self._listed for sense in senses for phrase in sense}

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(phrase[:end] for phrase in self._meanings for end in range(1, len(phrase) + 1))

    def at(self, pieces: Sequence[str], start: int) -> tuple[PhraseMeaning | None, int]:
        """What the longest phrase that begins at `start` means, and where it ends. Spaces do not matter: "can t"."""
        best: tuple[PhraseMeaning | None, int] = (None, start)
        joined, paused = "", False
        for end in range(start, len(pieces)):
            if pieces[end] in MARKS and joined:
                paused = True
                continue
            joined += pieces[end]
            if joined not in self._beginnings:
                break
            meaning = self._meanings.get(joined)
            # "No, voy" (no, I am going) says the opposite of "no voy", and "hi, all clear" is not the greeting "hi
            # all". "Cancel, code 4" is off.
            if meaning is not None and not (paused and meaning in _IN_ONE_BREATH):
                best = (meaning, end + 1)
        return best


ANSWERS = Phrases(
    (Around.REASON, courtesy.REASONS),
    (Around.AT_THE_MOMENT, courtesy.AT_THE_MOMENT),
    (Around.COURTESY, courtesy.COURTESY),
    (Around.THANKS, courtesy.THANKS),
    (Around.APOLOGY, courtesy.APOLOGY),
    (Around.GOOD_NIGHT, courtesy.GOOD_NIGHT),
    (Around.SOON, courtesy.SOON),
    (Around.NOT_A_NEXT_MOVE, courtesy.ASIDES),
    (Around.NEGATION, refusing.NEGATIONS),
    (Around.NO_REFUSAL, refusing.NO_REFUSAL),
    (Around.HEDGE, refusing.HEDGES),
    *WORDS.items(),
)
PLAIN_NO_PHRASES = Phrases((Word.NO, refusing.PLAIN_NO))
DANGER_PHRASES = Phrases(
    (Word.DANGER, crying.DANGER),
    (Around.HURT, being_hurt.HURT),
    (Around.IDIOM, being_hurt.IDIOMS),
    (Around.REASON, being_hurt.NO_DANGER),
    (Around.REASON, being_hurt.SOUNDS_LIKE_DANGER),
)


def _of_each(table: Mapping[Around, Sense] | Mapping[int, Sense]) -> Phrases:
    return Phrases(*((meaning, [sense]) for meaning, sense in table.items()))


AMOUNT_PHRASES = _of_each(numerals.AMOUNTS)
SPAN_PHRASES = _of_each(numerals.SPANS)
BEFORE_NUMBER = _of_each(numerals.SAID_BEFORE)
BEHIND_NUMBER = _of_each(numerals.SAID_BEHIND)
BETWEEN_NUMBERS = _of_each(numerals.SAID_BETWEEN)


def _clock(*, at: bool) -> Iterator[tuple[int, list[Sense]]]:
    """Minutes behind midnight or noon. Behind "a las", which has been said, only what is said in Spanish."""
    for hour, names in numerals.CLOCK_HOURS.items():
        for name in names:
            for minutes, said in numerals.PAST_THE_HOUR.items():
                english = () if at else tuple(phrase.format(name) for phrase in said.english)
                articles = ("",) if at else ("LAS ", "LA ")
                spanish = tuple(article + phrase.format(name) for phrase in said.spanish for article in articles)
                yield 60 * hour + minutes, [Sense(english, spanish)]
            for minutes, said in () if at else numerals.TO_THE_HOUR.items():
                yield 60 * hour - minutes, [Sense(tuple(phrase.format(name) for phrase in said), ())]


CLOCK_PHRASES = Phrases(*_clock(at=False))
BEHIND_AT_PHRASES = Phrases(*_clock(at=True))


def found_in(pieces: Sequence[str], phrases: Phrases) -> frozenset[PhraseMeaning]:
    """What stands anywhere in them; the longest phrase at each place counts."""
    return frozenset(meaning for meaning in _each(pieces, phrases) if meaning is not None)


def is_wholly(pieces: Sequence[str], phrases: Phrases, meant: PhraseMeaning) -> bool:
    """Whether phrases that mean this are all that is said."""
    found = list(_each(pieces, phrases))
    return bool(found) and set(found) == {meant}


def _each(pieces: Sequence[str], phrases: Phrases) -> Iterator[PhraseMeaning | None]:
    position = 0
    while position < len(pieces):
        if pieces[position] in MARKS:
            position += 1
            continue
        meaning, end = phrases.at(pieces, position)
        yield meaning
        position = max(end, position + 1)


REPORT_PHRASES = Phrases(*of_officers.REPORTS.items())
CAME_PHRASES = Phrases(
    *of_officers.REPORTS.items(),
    (OfficerReport.OURS_CAME, of_officers.OURS_CAME),
    (OfficerReport.NOTHING, of_officers.ALL_WELL),  # instead of what they say where none of our people came
)
OFFICER_DANGER_PHRASES = Phrases(
    (OfficerReport.IN_NEED, (*crying.CRIES, *being_hurt.HURT, *being_hurt.IDIOMS)),
    (OfficerReport.IN_NEED, of_officers.REPORTS[OfficerReport.IN_NEED]),
    (OfficerReport.KEEP_AWAY, (*crying.THREATS, *of_officers.REPORTS[OfficerReport.KEEP_AWAY])),
    (OfficerReport.NOTHING, (*being_hurt.NO_DANGER, *being_hurt.SOUNDS_LIKE_DANGER)),
    (OfficerReport.NOTHING, of_officers.REPORTS[OfficerReport.NOTHING]),
    *officer_dangers.FROM_OFFICERS.items(),
)
