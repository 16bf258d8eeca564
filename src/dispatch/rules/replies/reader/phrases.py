"""The vocabulary in the form in which it is looked up: phrases without their spaces; the longest match counts."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from dispatch.rules.replies.reader import vocabulary
from dispatch.rules.replies.reader.letters import BREAK, SPAN, squeezed
from dispatch.rules.replies.reader.vocabulary import Sense, Word


class Around(StrEnum):
    """What is not an answer by itself, and stands around one or around a number."""

    COURTESY = "courtesy"
    THANKS = "thanks"
    APOLOGY = "apology"
    REASON = "reason"
    GOOD_NIGHT = "good night"
    SOON = "soon"
    AT_THE_MOMENT = "at the moment"
    ABOUT = "about"
    WITHIN = "within"
    AT = "at"
    BETWEEN = "between"
    MINUTES = "minutes"
    HOURS = "hours"
    AND_A_HALF = "and a half"
    BEFORE_NOON = "am"
    IN_THE_MORNING = "in the morning"
    AFTER_NOON = "pm"
    AWAY = "away"
    TO = "to"
    AND = "and"
    HURT = "hurt"  # a cry for help as well
    IDIOM = "idiom"  # one too, unless a clear answer stands beside it
    ASIDE = "aside"
    NO_REFUSAL = "no refusal"
    HEDGE = "hedge"
    NEGATION = "negation"
    AROUND = "around"


MARKS = (BREAK, SPAN)

_Meaning = Word | Around | int


class Phrases:
    """Phrases, and what they mean."""

    def __init__(self, *meanings: tuple[_Meaning, Iterable[Sense]]) -> None:
        self._meanings = {
            squeezed(phrase): meaning for meaning, senses in meanings for sense in senses for phrase in sense
        }
        self._beginnings = {phrase[:end] for phrase in self._meanings for end in range(1, len(phrase) + 1)}

    def at(self, pieces: Sequence[str], start: int) -> tuple[_Meaning | None, int]:
        """What the longest phrase that begins at `start` means, and where it ends. Spaces do not matter: "can t"."""
        best: tuple[_Meaning | None, int] = (None, start)
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
            # all".
            if meaning is not None and not (paused and meaning in (Word.NO, Around.COURTESY, Around.THANKS)):
                best = (meaning, end + 1)
        return best


ANSWERS = Phrases(
    (Around.REASON, vocabulary.REASONS),
    (Around.AT_THE_MOMENT, vocabulary.AT_THE_MOMENT),
    (Around.COURTESY, vocabulary.COURTESY),
    (Around.THANKS, vocabulary.THANKS),
    (Around.APOLOGY, vocabulary.APOLOGY),
    (Around.GOOD_NIGHT, vocabulary.GOOD_NIGHT),
    (Around.SOON, vocabulary.SOON),
    (Around.ASIDE, vocabulary.ASIDES),
    (Around.NEGATION, vocabulary.NEGATIONS),
    (Around.NO_REFUSAL, vocabulary.NO_REFUSAL),
    (Around.HEDGE, vocabulary.HEDGES),
    *vocabulary.WORDS.items(),
)
PLAIN_NO_PHRASES = Phrases((Word.NO, vocabulary.PLAIN_NO))
DANGER_PHRASES = Phrases(
    (Word.DANGER, vocabulary.DANGER),
    (Around.HURT, vocabulary.HURT),
    (Around.IDIOM, vocabulary.IDIOMS),
    (Around.REASON, vocabulary.NO_DANGER),
    (Around.REASON, vocabulary.SOUNDS_LIKE_DANGER),
)

AMOUNT_PHRASES = Phrases(*((minutes, [sense]) for minutes, sense in vocabulary.AMOUNTS.items()))
SPAN_PHRASES = Phrases(*((minutes, [sense]) for minutes, sense in vocabulary.SPANS.items()))
BEFORE_NUMBER = Phrases(
    (Around.ABOUT, [vocabulary.ABOUT]),
    (Around.AROUND, [vocabulary.AROUND]),
    (Around.WITHIN, [vocabulary.WITHIN]),
    (Around.AT, [vocabulary.AT]),
    (Around.BETWEEN, [vocabulary.BETWEEN]),
)
BEHIND_NUMBER = Phrases(
    (Around.MINUTES, [vocabulary.MINUTES]),
    (Around.HOURS, [vocabulary.HOURS]),
    (Around.AND_A_HALF, [vocabulary.AND_A_HALF]),
    (Around.BEFORE_NOON, [vocabulary.BEFORE_NOON]),
    (Around.IN_THE_MORNING, [vocabulary.IN_THE_MORNING]),
    (Around.AFTER_NOON, [vocabulary.AFTER_NOON]),
    (Around.AWAY, [vocabulary.AWAY]),
)
BETWEEN_NUMBERS = Phrases((Around.TO, [vocabulary.TO]), (Around.AND, [vocabulary.AND]))
