"""Draw the words that a specialist can reply with into docs/specialists.md, from the vocabulary."""

import sys
from itertools import zip_longest

from dispatch.rules.reader.vocabulary import Sense, Word
from dispatch.rules.reader.words import WORDS, being_hurt, crying
from dispatch.rules.replies.matrix import MATRIX
from tools.draw_replies import EXAMPLES, examples
from tools.drawing import DOCS, Drawing, main

_SHOWN = 2  # of the examples, so that a row of the matrix is found again
_MOST = 8  # words in each language: nobody reads a hundred
_MOST_OF_DANGER = 24


def drawing() -> str:
    """A line for each reply: a few of its English words beside a few Spanish ones."""
    lines = ["| reply | in English | in Spanish |", "| --- | --- | --- |"]
    for word in MATRIX:
        if senses := _senses(word):
            most = _MOST_OF_DANGER if word is Word.DANGER else _MOST
            english = _some([[*sense.signs, *sense.english] for sense in senses], most)
            spanish = _some([[*sense.spanish] for sense in senses], most)
            lines.append(f"| {examples(EXAMPLES[word][:_SHOWN])} | {english} | {spanish} |")
    return "\n".join(lines)


def _senses(word: Word) -> tuple[Sense, ...]:
    if word is Word.DANGER:
        return (*crying.DANGER, *being_hurt.HURT)
    return WORDS.get(word, ())


def _some(senses: list[list[str]], most: int) -> str:
    """The first word of each sense, then the second of each, and so on: as many meanings as there is room for."""
    in_turn = [word for turn in zip_longest(*senses) for word in turn if word is not None]
    return ", ".join(in_turn[:most])


DRAWINGS = (Drawing(DOCS / "specialists.md", "words", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
