"""Whether a text asks, whether it asks for a call, what it denies, and when its writer may come.

The law: it passes over whatever it does not know, never raises, and takes any text. Nothing acts on it but a ring.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from dispatch.rules.reader.intent import Intent, once
from dispatch.rules.reader.letters import BREAK, squeezed, take_apart
from dispatch.rules.reader.phrases import Phrases, found_in
from dispatch.rules.reader.vocabulary import Around, Sense, Word, sense
from dispatch.rules.reader.when_they_come import TimeSaid, times_in
from dispatch.rules.reader.words import WORDS, refusing
from dispatch.rules.reader.words.asking_us import CALL_ME
from dispatch.rules.reader.words.courtesy import COURTESY, THANKS

_ASKS: tuple[Sense, ...] = (
    sense(
        "WHAT, WHATS, WHAT'S, WHERE, WHERE'S, WHEN, WHEN'S, WHO, WHO'S, WHOS, WHICH, WHY, HOW, HOW'S, WHOSE, "
        "IS (IT|SHE|HE|THERE|THIS|THE|THAT|ANYONE|ANYBODY|SOMEONE|K), ARE (YOU|THEY|WE|THERE|U), AM I, "
        "DO (I|YOU|WE|THEY|U), DOES, DID (I|YOU|SHE|HE|THEY|SOMEBODY|SOMEONE|ANYONE|ANA), "
        "CAN (I|YOU|U|WE|SHE|HE|THEY|SOMEONE|SOMEBODY|ANYONE), COULD (I|YOU|SOMEONE|SOMEBODY|WE|U), "
        "SHOULD (I|WE), WOULD (YOU|IT|THAT|THEY), WILL (THERE|SHE|HE|THEY|YOU|IT|WE|I BE), MAY I, "
        "HAS (SHE|HE|ANYONE|ANYBODY|THE|SOMEBODY|SOMEONE|IT), HAVE (YOU|THEY|WE), WAS (IT|SHE|HE|THIS|THAT|I), "
        "ANY (UPDATE|NEWS|WORD), WHAT IF, IS THAT OK, ISN'T, DON'T YOU, ANYONE, ANYBODY, NEED TO KNOW, WONDERING, "
        "BEFORE I (SAY|COMMIT|ACCEPT|AGREE|DECIDE)",
        "QUÉ, CUÁL, CUÁLES, CUÁNDO, CUÁNTO, CUÁNTOS, CUÁNTOS AÑOS, QUIÉN, QUIÉNES, CÓMO, DÓNDE, EN DÓNDE, "
        "A DÓNDE, A QUIÉN, POR QUÉ, POR CUÁL, POR DÓNDE, PUEDO (LLEVAR|ENTRAR|IR CON|TRAER), "
        "PUEDE (VENIR|ALGUIEN), PUEDEN, HAY (ALGUIEN|UN|UNA|DÓNDE|ESTACIONAMIENTO), HABLA (ESPAÑOL|INGLÉS), "
        "TIENE(N|) (QUE|HAMBRE), NECESITA (ALGO|ROPA), DEBO, TENGO QUE (LLEVAR|MANDAR|ESPERAR), YA (COMIÓ|LLEGÓ), "
        "SABEN, SABE, ME PUEDE(N|) (DECIR|MANDAR|DAR), OYE, "
        "ANTES DE (ACEPTAR|DECIR|DECIDIR)",
    ),
)
_ASKS_NOTHING: tuple[Sense, ...] = (sense("WHAT A", "QUE (VAYA|VAYAN|VENGA|OTRA|OTRO|ALGUIEN), QUÉ BUENO, QUÉ GUSTO"),)
_WHEN: tuple[Sense, ...] = (
    sense(
        "RUNNING LATE, DELAYED, MORE LIKE, TAKE ME, TAKES ME, SHOULD BE, GONNA BE, GOING TO BE, MAKE IT, "
        "(WON'T|CAN'T|NOT|CANNOT) (LEAVE|GO) (TIL|TILL|UNTIL|BEFORE), (WON'T|CAN'T|NOT) (TIL|TILL|UNTIL|BEFORE), "
        "(GPS|WAZE|SIRI|MAPS|GOOGLE|IT|PHONE|NAV|NAVIGATION|SHE|HE) SAID, SAY, SAYS, PROB, PROBABLY, LOOKING AT, "
        "FROM NOW, TRAFFIC, ACCIDENT ON, PULLED OVER, ADD",
        "LLEGO, VOY A LLEGAR, ESTARÉ, VOY A ESTAR, ESTOY AHÍ, TARDO, FALTAN, VOY TARDE, TRÁFICO, DICE, HASTA LAS, "
        "NO ANTES DE",
    ),
)
# They ask us to tell somebody something, so they tell us.
_TELLS = (
    *("CAN YOU TELL", "COULD YOU TELL", "PLEASE TELL", "CAN U TELL", "PUEDE DECIRLE", "LET THEM KNOW"),
    *("DÍGALE", "DILE"),
)
# "Not before 4 ok?" tells.
_TAG = re.compile(r"\w[ ,]+(?:ok|okay|k|vale|sale)\s*\?+\s*$", re.IGNORECASE)
_OF_NOON = re.compile(r"(?<![a-z])([ap])\.\s?m\b\.?", re.IGNORECASE)
_CLOCK_POINT = re.compile(r"(?<=\d)[.](?=\d\d(?!\d|\s*h))", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.!?\n…]|(?<=\d)[.](?=\d))+[.!?\n…]*")  # "1.5 hrs" is one
_MOST_SENTENCES = 20
_MOST_PIECES = 120


@dataclass(frozen=True, slots=True)
class Asking:
    """`asks`: a sentence of it asks, and is no request to tell somebody something. `asks_first`: it begins with one.
    `times`: when they may come, by the sentences that tell."""

    asks: bool
    asks_first: bool
    times: tuple[TimeSaid, ...]


@once
def asking_of(intent: Intent) -> Asking:
    asks = asks_first = False
    told = False
    times: tuple[TimeSaid, ...] = ()
    for sentence, pieces in _sentences(intent):
        first = begins_asking(pieces)
        tagged = _TAG.search(sentence) is not None and not first
        if not tagged and ("?" in sentence or "¿" in sentence or first) and not _tells(pieces):
            asks_first |= not asks and not told
            asks = True
            continue
        told = True
        when = times_in(pieces, waits=bool(found_in(pieces, _WHENS)))
        times = when.times if when.corrects else times + when.times
    return Asking(asks, asks_first, times)


@once
def asks_for_a_call(intent: Intent) -> bool:
    """Whether its writer asks somebody to ring them. Asked or told, it is the same."""
    return any(found_in(pieces, _CALLS) for _, pieces in _sentences(intent))


def denies(intent: Intent, words: Iterable[Word]) -> bool:
    """Whether one of these words stands directly behind a negation, or in one: "not on my way", "no he llegado"."""
    meant = _of_words(tuple(words))
    return any(
        _stands_at(pieces, at, meant) and _is_negated(pieces, at)
        for _, pieces in _sentences(intent)
        for at in range(len(pieces))
    )


@once
def _sentences(intent: Intent) -> list[tuple[str, Sequence[str]]]:
    """Each with its pieces, if it has any. Between a number and the next stands a mark: "2.45" is one sentence."""
    text = intent.as_written
    found = _SENTENCE.findall(_CLOCK_POINT.sub(":", _OF_NOON.sub(r" \1m ", text[:1600])))[:_MOST_SENTENCES]
    parts = ((one, (intent.apart if one == text else take_apart(one)).pieces[:_MOST_PIECES]) for one in found)
    return [(one, pieces) for one, pieces in parts if pieces]


def begins_asking(pieces: Sequence[str]) -> bool:
    """Whether it asks, although it has no question mark: "can I bring my partner"; after a courtesy, too."""
    at = 0
    while at < len(pieces) and (pieces[at] == BREAK or _stands_at(pieces, at, _COURTESIES)):
        at = max(at + 1, _COURTESIES.at(pieces, at)[1])
    if at == len(pieces) or (at and pieces[at - 1] != BREAK):
        return False
    asks_nothing = _stands_at(pieces, at, _NO_QUESTIONS) or _is_amount(pieces[at:])
    return not asks_nothing and _stands_at(pieces, at, _QUESTIONS)


def _is_amount(pieces: Sequence[str]) -> bool:
    """ "Como en 35 minutos" tells."""
    return pieces[0] == "COMO" and len(pieces) > 1 and (pieces[1].isdigit() or pieces[1] in _AMOUNTS)


_AMOUNTS = frozenset({"EN", "UNOS", "UNAS", "MEDIA", "UNA"})


def _tells(pieces: Sequence[str]) -> bool:
    joined = "".join(pieces)
    return any(phrase in joined for phrase in _SQUEEZED_TELLS)


_SQUEEZED_TELLS = frozenset(map(squeezed, _TELLS))
_NEGATIONS = frozenset(squeezed(phrase) for one in (*refusing.NEGATIONS, *refusing.DENIALS) for phrase in one)
_LONGEST_NEGATION = 3  # pieces
_ABOUT_ME = frozenset({"I", "IM", "IAM"})


def _is_negated(pieces: Sequence[str], position: int) -> bool:
    """Behind a mark it is not: "no, on my way" is an answer."""
    starts = range(max(position - _LONGEST_NEGATION, 0), position)
    if pieces[position] in _ABOUT_ME and position and pieces[position - 1] == "NO":
        return False  # "no im on my way" answers something else
    return any("".join(pieces[start:end]) in _NEGATIONS for start in starts for end in (position, position + 1))


# ---- phrases, put together when the first text needs them ----------------------------------------------------------

# Only whether one stands there is asked, so they all have one meaning.
_QUESTIONS = Phrases((Around.REASON, (*_ASKS, *WORDS[Word.WHERE])))
_NO_QUESTIONS = Phrases((Around.REASON, _ASKS_NOTHING))
_COURTESIES = Phrases((Around.REASON, (*COURTESY, *THANKS)))
_CALLS = Phrases((Around.REASON, CALL_ME))
_WHENS = Phrases((Around.REASON, (*_WHEN, *WORDS[Word.ETA])))


@cache
def _of_words(words: tuple[Word, ...]) -> Phrases:
    return Phrases((Around.REASON, [sense for word in words for sense in WORDS[word]]))


def _stands_at(pieces: Sequence[str], start: int, phrases: Phrases) -> bool:
    return phrases.at(pieces, start)[0] is not None
