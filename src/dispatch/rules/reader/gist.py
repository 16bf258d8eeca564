"""What a text most likely means, by what people meant who wrote like it.

The law: nothing acts on it. It says what is asked back where no rule of reading knows, and it may have a person told or
rung; nobody is left unrung by it but for a text whose every word it knows. `python -m tools.train_guesses` weighs
words, pairs of words and pieces of words by the texts under `tests/rules/replies/natural`, which were written for that:
nothing of a real text is in the weights.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.phrases import REPORT_PHRASES, Phrases, found_in
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.words.of_alarms import LIKELY_OF_ALARMS

WEIGHTS = Path(__file__).with_name("gist.json")
STEPS_TO_ONE = 50
"""Steps of a weight in the file to one."""


class Gist(StrEnum):
    """What a text may mean, whoever writes it."""

    TAKE = "take"
    LEAVE = "leave"
    ETA = "eta"
    CANNOT = "cannot"
    OFFER = "offer"
    ARRIVED = "arrived"
    NOT_THERE = "not_there"
    STAYS = "stays"
    DONE = "done"
    HOME = "home"
    NOT_OK = "not_ok"
    DANGER = "danger"
    CALL_ME = "call_me"
    WHERE = "where"
    QUESTION = "question"
    ACK = "ack"
    OTHER = "other"
    # of officers
    CANCEL = "cancel"
    NOT_HERE = "not_here"
    SHE_IS_HERE = "here"
    DETAILS = "details"
    MOVED = "moved"
    WHEN = "when"
    # of coordinators
    OWN = "own"
    GO_MYSELF = "go_myself"


@dataclass(frozen=True, slots=True)
class GistWeights:
    """`letters`: for each feature, its weight for each gist, by the number of the gist in `gists`. They are read only
    when a text has the feature: all of them would take as long as a hundred texts. `said_by` has what each position may
    mean."""

    gists: Sequence[Gist]
    said_by: Mapping[str, Sequence[int]]
    letters: Mapping[str, str]


@cache
def gist_weights() -> GistWeights:
    """Read once: as the service starts, or in a test at the first text."""
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    return GistWeights([Gist(gist) for gist in kept["gists"]], kept["said_by"], kept["steps"])


FIRST_GIST, NO_STEP = ord("A"), ord("P")


def _steps(letters: str) -> Mapping[int, int]:
    """Two letters for each gist that a feature speaks for or against: which, and how much. They are
    written by `python -m tools.train_guesses`."""
    pairs = zip(letters[::2], letters[1::2], strict=True)
    return {ord(gist) - FIRST_GIST: ord(step) - NO_STEP for gist, step in pairs}


def make_ready() -> None:
    """Load the weights and the tables. At the first unclear text that would take a quarter of a second, in which
    nothing else could be written."""
    likeliest(read("zzz"), "paged")


def likeliest(intent: Intent, position: str) -> tuple[Gist, float]:
    """The likeliest gist of a text, said from a position of specialists, or by an "officer" or a "coordinator"; and its
    share: of all texts that look like it, how many mean this, from 0 to 1."""
    return max(shares_of(intent, position).items(), key=lambda one: one[1])


@once
def shares_of(intent: Intent, position: str) -> Mapping[Gist, float]:
    """Of all texts that look like this one, which part means what, for whatever somebody in this position may mean."""
    weights = gist_weights()
    may = weights.said_by[position]
    found = [_steps(letters) for one in features(intent, position) if (letters := weights.letters.get(one)) is not None]
    sums = [sum([steps.get(index, 0) for steps in found]) / STEPS_TO_ONE for index in may]
    parts = [math.exp(one - max(sums)) for one in sums]
    return {weights.gists[index]: part / sum(parts) for index, part in zip(may, parts, strict=True)}


# Nobody knows from its digits what a code of the police means; 10-4 is a yes.
_CODE = re.compile(r"\b1[01][\s-]+(?!4\b)\d\d?\b|\bcode\s?\d\d?\b|(?<![\d:])\d{3}(?![\d:])", re.IGNORECASE)


def knows_every_word(intent: Intent, position: str) -> bool:
    """Whether somebody in this position has written each word of it in the texts that the weights come from. Of a word
    that it has never met the reader can say nothing, and nobody is left unrung by what it says of the others."""
    if len(intent.as_written) > _LONGEST or _CODE.search(intent.as_written):
        return False
    letters = gist_weights().letters
    words = (word for word in _words(intent.as_written) if word not in _SILENT)
    return all(word in letters or f"{position} {word}" in letters for word in words)


# ---- from a text to its features -----------------------------------------------------------------------------------

_LONGEST = 400  # characters: by then a text has said what it means
_WORD = re.compile(r"[a-z]+|[0-9]+|[^\sa-z0-9]")
_SILENT = frozenset('!.,;:-_"“”()/&*…')
_ASKS = frozenset("?¿")
_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u02bc")
_LENGTHS = (2, 4, 8, 16)  # words
_PIECES = (3, 4, 5)  # letters


def features(intent: Intent, position: str) -> set[str]:
    """The words of a text, in twos and in threes, and in pieces, so that a slip or another ending is still like it; and
    what the tables of the reader find in it."""
    written, known = list(_words(intent.as_written)), set(_known(intent, position))
    words, ends = [one for one in written if one not in _SILENT], ["<", *written, ">"]
    said = [*words, *known, *map("+".join, pairwise(ends)), *map("+".join, _threes(ends))]
    found = {f"@{position}", f"#{sum(len(words) >= most for most in _LENGTHS)}", *said}
    found |= {f"{position} {one}" for one in said}
    for word in words:
        if word.isalpha():
            whole = f"_{word}_"
            found |= {f"~{whole[i : i + n]}" for n in _PIECES for i in range(len(whole) - n + 1)}
    return found


def _threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


# What the police say over the radio: 10-97 is "arrived", 10-7 at home "out of service", code 4 "all well".
_RADIO = re.compile(r"\b10[- ]\d{1,2}\b|\bcode \d\b|\b(?:10)?9[78]\b")
_LIKELY = Phrases(*LIKELY_OF_ALARMS.items())


def _known(intent: Intent, position: str) -> Iterator[str]:
    asking = asking_of(intent)
    yield f"={intent.word}"
    yield from (f"%{word}" for word in intent.mentions)
    yield from (name for name, is_so in (("!asks", asking.asks), ("!asks first", asking.asks_first)) if is_so)
    if asking.times:
        yield "!eta"
    said = intent.as_written[:_LONGEST].casefold()
    yield from (f"&{''.join(code.split()).replace('-', '')}" for code in _RADIO.findall(said))
    if position == "officer":
        yield from (f"${one}" for one in found_in(intent.apart.pieces, REPORT_PHRASES))
    if position == "coordinator":
        yield from (f"${one}" for one in found_in(intent.apart.pieces, _LIKELY))


_DRAWN = re.compile(r"([a-z])\1{2,}")  # "nooo", "heeere"


def _words(text: str) -> Iterator[str]:
    kept = _DRAWN.sub(r"\1", text[:_LONGEST].casefold().translate(_APOSTROPHES))
    apart = unicodedata.normalize("NFKD", kept)
    for word in _WORD.findall("".join(letter for letter in apart if not unicodedata.combining(letter))):
        if word.isdigit():
            yield "0" * min(len(word), 4)
        elif word in _ASKS:
            yield "?"
        else:
            yield word
