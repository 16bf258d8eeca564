"""What a text that is not understood most likely says: a weak reading, for a guess that is said back.

The law: nothing acts on it. It passes over whatever it does not know, and over each sentence that asks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from dispatch.rules.replies.reader.hinting import LIKELY
from dispatch.rules.replies.reader.hinting.hint import Hint
from dispatch.rules.replies.reader.hinting.slips import NO_SLIPS, SLIPS, SPELLED, TELLS
from dispatch.rules.replies.reader.hinting.when_they_come import TimeSaid, times_in
from dispatch.rules.replies.reader.letters import BREAK, squeezed, take_apart
from dispatch.rules.replies.reader.phrases import MARKS
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.replies.reader.words import WORDS, refusing

# "Not before 4 ok?" tells.
_TAG = re.compile(r"\w[ ,]+(?:ok|okay|k|vale|sale)\s*\?+\s*$", re.IGNORECASE)
_OF_NOON = re.compile(r"(?<![a-z])([ap])\.\s?m\b\.?", re.IGNORECASE)
_CLOCK_POINT = re.compile(r"(?<=\d)[.](?=\d\d(?!\d|\s*h))", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.!?\n…]|(?<=\d)[.](?=\d))+[.!?\n…]*")  # "1.5 hrs" is one
_MOST_SENTENCES = 20
_MOST_PIECES = 120
_SHORT = 3  # pieces: in so few, a word that is nearly one of ours is a slip


@dataclass(frozen=True, slots=True)
class Hints:
    """`found` are the hints of what it tells, `denied` those of which it says that they are not so, `asks` whether a
    sentence of it asks, `times` when they may come."""

    found: frozenset[Hint]
    asks: bool
    times: tuple[TimeSaid, ...]
    asks_first: bool = False
    denied: frozenset[Hint] = frozenset()


_SAID_BY_ASKING = frozenset({Hint.CALL_ME, Hint.OFFERS})


@lru_cache(maxsize=16)
def hints_of(text: str) -> Hints:
    """Never raises, and takes any text. One text is asked about several times in a row."""
    found: set[Hint] = set()
    denied: set[Hint] = set()
    times: tuple[TimeSaid, ...] = ()
    asks, asks_first = False, False
    for sentence in _sentences(text):
        pieces = take_apart(sentence).pieces[:_MOST_PIECES]
        if not pieces:
            continue
        told, first, not_so = _hints(pieces)
        denied |= not_so
        tagged = _TAG.search(sentence) is not None and first is not Hint.ASKS
        asked = not tagged and ("?" in sentence or "¿" in sentence or first is Hint.ASKS) and not _tells(pieces)
        asks_first |= asked and not asks and not found
        asks |= asked
        if asked:
            found |= told & _SAID_BY_ASKING
            continue
        found |= told
        when = times_in(pieces, waits=Hint.WHEN in told)
        times = when.times if when.corrects else times + when.times
    return Hints(frozenset(found), asks, times, asks_first, frozenset(denied - found))


def _sentences(text: str) -> Iterable[str]:
    """With a mark between a number and the next: "2.45" is one sentence."""
    kept = _OF_NOON.sub(r" \1m ", _worded(text[:1600]))
    kept = _CLOCK_POINT.sub(":", kept)
    return _SENTENCE.findall(kept)[:_MOST_SENTENCES]


# What pictures say.
_SIGNS = {
    sign: word
    for signs, word in (
        ("🏠🏡", "home"),
        ("🛌🛏😴💤", "in bed"),
        ("🚫🙅🤒🤢🤮🤧", "cannot"),
        ("❤🙏🥰💜", "thanks"),
        ("😭😢", "crying"),
        ("🚗🚙🚘🏎🛣💨🏃🚶", "driving"),
        ("🙋💪🫡🤚✋🖐✔☑💯", "yes"),
        ("📍🏢🏁🚓👮", "here"),
        ("👋✌", "bye"),
    )
    for sign in signs
}


def _worded(text: str) -> str:
    for sign, word in _SIGNS.items():
        text = text.replace(sign, f" {word} ")
    return text


# What the words that act hint at where they do not act.
_OF_WORDS: Mapping[Word, tuple[Hint, ...]] = {
    Word.TAKE: (Hint.YES,),
    Word.OK: (Hint.YES,),
    Word.ON_MY_WAY: (Hint.MOVES, Hint.ENDS),
    Word.SET_OUT: (Hint.MOVES, Hint.ENDS),
    Word.GOING_IN: (Hint.MOVES, Hint.ENDS),
    Word.ETA: (Hint.WHEN,),
    Word.BACK_OUT: (Hint.BACKS_OUT,),
    Word.TROUBLE: (Hint.BACKS_OUT, Hint.UNWELL),
    Word.HOMEWARD: (Hint.BACKS_OUT, Hint.ENDS, Hint.MOVES),
    Word.HERE: (Hint.ARRIVES,),
    Word.PRESENT: (Hint.ARRIVES,),
    Word.STILL_HERE: (Hint.STAYS,),
    Word.WITH_THEM: (Hint.ARRIVES, Hint.BUSY_THERE),
    Word.NOT_THERE: (Hint.NOT_THERE,),
    Word.LEFT: (Hint.ENDS,),
    Word.HOME: (Hint.HOME,),
    Word.WHERE: (Hint.ASKS,),
}


@cache
def _by_phrase() -> Mapping[str, frozenset[Hint]]:
    """Built when the first text needs it, as all tables here are."""
    found: dict[str, frozenset[Hint]] = {}
    senses = [
        *((hints, WORDS[word]) for word, hints in _OF_WORDS.items()),
        ((Hint.NO,), refusing.PLAIN_NO),
        ((Hint.REFUSES,), WORDS[Word.NO][len(refusing.PLAIN_NO) :]),
        *(((hint,), senses) for hint, senses in LIKELY.items()),
        ((Hint.ASIDE,), refusing.NO_REFUSAL),
    ]
    for hints, several in senses:
        for phrase in (squeezed(phrase) for sense in several for phrase in sense):
            found[phrase] = found.get(phrase, frozenset()) | set(hints)
    return found


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(phrase[:end] for phrase in _by_phrase() for end in range(1, len(phrase) + 1))


_TELLS = frozenset(map(squeezed, TELLS))
_NEGATIONS = frozenset(squeezed(phrase) for sense in (*refusing.NEGATIONS, *refusing.DENIALS) for phrase in sense)
_LONGEST_NEGATION = 3  # pieces
# Behind a negation none of these is meant: "not omw", answered by "on your way? Reply Y", asked for the opposite.
_IS_NEGATED = frozenset({Hint.MOVES, Hint.ENDS, Hint.ARRIVES, Hint.HOME})


def _hints(pieces: Sequence[str]) -> tuple[set[Hint], Hint | None, set[Hint]]:
    """All hints, the one that the sentence begins with, after a courtesy, and those that are denied."""
    found: set[Hint] = set()
    denied: set[Hint] = set()
    first: Hint | None = None
    position, begun = 0, False
    while position < len(pieces):
        hints, end = _at(pieces, position)
        behind = pieces[position - 1] if position else BREAK
        if not begun and pieces[position] != BREAK and (hints != {Hint.THANKS} or behind != BREAK):
            asks = Hint.ASKS in hints and behind == BREAK and not _is_amount(pieces[position:])
            begun, first = True, Hint.ASKS if asks else None
        not_so = hints & _IS_NEGATED if hints and _is_negated(pieces, position) else frozenset()
        denied |= not_so
        found |= hints - not_so - {Hint.ASKS}
        position = max(end, position + 1)
    if not found and len(pieces) <= _SHORT:
        found = {
            hint
            for place, piece in enumerate(pieces)
            if (hint := _slipped().get(piece) or _slipped().get(_DRAWN.sub(r"\1", piece)))
            and hint not in denied
            and not (hint in _IS_NEGATED and _is_negated(pieces, place))
        }
    return found, first, denied


def _is_negated(pieces: Sequence[str], position: int) -> bool:
    """Whether what begins there stands directly behind a negation, or in one: "no estoy en camino". Behind a mark it
    does not: "no, on my way" is an answer."""
    starts = range(max(position - _LONGEST_NEGATION, 0), position)
    if pieces[position] in _ABOUT_ME and position and pieces[position - 1] == "NO":
        return False  # "no im on my way" answers something else
    return any("".join(pieces[start:end]) in _NEGATIONS for start in starts for end in (position, position + 1))


_ABOUT_ME = frozenset({"I", "IM", "IAM"})


def _is_amount(pieces: Sequence[str]) -> bool:
    """ "Como en 35 minutos" tells."""
    return pieces[0] == "COMO" and len(pieces) > 1 and (pieces[1].isdigit() or pieces[1] in _AMOUNTS)


_AMOUNTS = frozenset({"EN", "UNOS", "UNAS", "MEDIA", "UNA"})


def begins_asking(pieces: Sequence[str]) -> bool:
    """Whether a text asks, although it has no question mark: "can I bring my partner"."""
    return _hints(pieces[:_MOST_PIECES])[1] is Hint.ASKS


def _at(pieces: Sequence[str], start: int) -> tuple[frozenset[Hint], int]:
    by_phrase, beginnings = _by_phrase(), _beginnings()
    best: tuple[frozenset[Hint], int] = (frozenset(), start)
    joined = ""
    for end in range(start, len(pieces)):
        joined += "" if pieces[end] in MARKS else pieces[end]
        if joined not in beginnings:
            break
        if joined in by_phrase:
            best = (by_phrase[joined], end + 1)
    return best


def _tells(pieces: Sequence[str]) -> bool:
    joined = "".join(pieces)
    return any(phrase in joined for phrase in _TELLS)


_DRAWN = re.compile(r"(.)\1+")  # "heeere"
_ROWS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _beside(letter: str) -> str:
    """The keys around one."""
    row = next(index for index, letters in enumerate(_ROWS) if letter in letters)
    at = _ROWS[row].index(letter)
    return "".join(letters[max(at - 1, 0) : at + 2] for letters in _ROWS[max(row - 1, 0) : row + 2])


def _slips(word: str, *, far: bool) -> set[str]:
    """What one slip of a thumb makes of it; `far`: also to a key that is not beside the right one."""
    keys = {letter: _LETTERS if far else _beside(letter) for letter in word}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    left_out = {word[:i] + word[i + 1 :] for i in range(len(word)) if len(word) > 3}
    wrong = {word[:i] + key + word[i + 1 :] for i in range(len(word)) for key in keys[word[i]]}
    more = {word[:i] + key + word[i:] for i in range(len(word)) for key in keys[word[i]]}
    return {word} | swapped | left_out | wrong | more


@cache
def _slipped() -> Mapping[str, Hint]:
    return {
        slip: hint for far in (True, False) for word, hint in SLIPS.items() for slip in _slips(word, far=far) - NO_SLIPS
    } | dict(SPELLED)
