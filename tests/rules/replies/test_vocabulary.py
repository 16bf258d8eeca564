"""What one language can say the other can say too, and no phrase says two things."""

from collections import Counter

import pytest

from dispatch.rules.reader.letters import squeezed
from dispatch.rules.reader.vocabulary import Sense, Word
from dispatch.rules.reader.words import WORDS, being_hurt, courtesy, crying, numerals
from tests.each import each

SENSES = [
    *(sense for senses in WORDS.values() for sense in senses),
    *(
        *crying.DANGER,
        *being_hurt.SOUNDS_LIKE_DANGER,
        *courtesy.COURTESY,
        *courtesy.THANKS,
        *courtesy.APOLOGY,
        *courtesy.REASONS,
        *courtesy.GOOD_NIGHT,
        *courtesy.SOON,
    ),
    *(*numerals.SAID_BEFORE.values(), *numerals.SAID_BETWEEN.values(), *numerals.SAID_BEHIND.values()),
    *(*numerals.AMOUNTS.values(), *numerals.SPANS.values()),
]


@each(sense=SENSES)
def test_every_word_has_its_twin(sense: Sense) -> None:
    """Each sense can be said in English and in Spanish."""
    assert sense.english
    assert sense.spanish


def test_no_phrase_says_two_things() -> None:
    """Of the words that act none stands under two meanings, nor among the courtesies and reasons."""
    meanings: dict[str, set[str]] = {}
    for word, senses in WORDS.items():
        for sense in senses:
            for phrase in sense:
                meanings.setdefault(squeezed(phrase), set()).add(word)
    around = {
        "courtesy": courtesy.COURTESY,
        "thanks": courtesy.THANKS,
        "apology": courtesy.APOLOGY,
        "reason": courtesy.REASONS,
        "good night": courtesy.GOOD_NIGHT,
        "soon": courtesy.SOON,
    }
    for name, senses in around.items():
        for sense in senses:
            for phrase in sense:
                meanings.setdefault(squeezed(phrase), set()).add(name)
    assert not {phrase: several for phrase, several in meanings.items() if len(several) > 1}


@pytest.mark.parametrize("senses", WORDS.values(), ids=WORDS)
def test_no_phrase_stands_there_twice(senses: tuple[Sense, ...]) -> None:
    """A phrase is listed once in its language; only a word that both have, such as "no", stands in both."""
    for language in ("english", "spanish"):
        listed = Counter(squeezed(phrase) for sense in senses for phrase in getattr(sense, language))
        assert [phrase for phrase, count in listed.items() if count > 1] == []


def test_every_word_that_is_not_made_of_numbers_has_phrases() -> None:
    """The words without phrases of their own are those that numbers and doubt make."""
    made = {Word.TAKE_AND_TWO, Word.DOUBLED, Word.TWO, Word.TWO_AND_MORE, Word.NO_AND_MORE, Word.UNCLEAR, Word.DANGER}
    made |= {Word.NO_AND_WHY, Word.NEGATED, Word.NO_SOON, Word.TEN_CODE, Word.RUN_TOGETHER, Word.THANKS, Word.HELP_LOUD}
    assert set(WORDS) == set(Word) - made
