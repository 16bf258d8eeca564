"""Draw the words that a specialist can reply with into docs/specialists.md, from the vocabulary."""

import sys

from dispatch.rules.replies.matrix import MATRIX
from dispatch.rules.replies.reader.vocabulary import Sense, Word
from dispatch.rules.replies.reader.words import WORDS, being_hurt, crying
from tools.draw_replies import EXAMPLES, examples
from tools.drawing import DOCS, Drawing, main

_SHOWN = 2  # of the examples, so that a row of the matrix is found again
_MOST = 30  # words of a sense; a cry for help is put together of parts, in more ways than anybody reads


def drawing() -> str:
    """A line for each sense: its English words beside their Spanish twins. The first line of a reply names its row."""
    lines = ["| reply | in English | in Spanish |", "| --- | --- | --- |"]
    for word in MATRIX:
        for number, sense in enumerate(_senses(word)):
            row = examples(EXAMPLES[word][:_SHOWN]) if number == 0 else ""
            lines.append(f"| {row} | {_words(*sense.signs, *sense.english)} | {_words(*sense.spanish)} |")
    return "\n".join(lines)


def _senses(word: Word) -> tuple[Sense, ...]:
    if word is Word.DANGER:
        return (*crying.DANGER, *being_hurt.HURT)
    return WORDS.get(word, ())


def _words(*words: str) -> str:
    more = f" and {len(words) - _MOST:,} more like these" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more


DRAWINGS = (Drawing(DOCS / "specialists.md", "words", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
