"""What a text means. The law: any text gets a meaning, and whatever is not surely an answer is NOT_UNDERSTOOD.

A wrong "taken" ends the paging while nobody goes, so one word that is not in the table leaves everything as it is; the
sender is told at once what can be said. A wrong "declined" only wakes the next person, so there the reading is easier.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.spoken_code import CODE_SHAPE, looks_like_code


class Consent(StrEnum):
    """Whether a number takes our texts: said in words that the carrier itself acts on, and that its adapter knows."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class ReplyKind(StrEnum):
    TAKE = "take"
    ON_MY_WAY = "on_my_way"
    ETA = "eta"
    NUMBER = "number"  # a bare number: a new ETA, or take-with-ETA when a call-out waits for the sender
    DECLINE = "decline"
    HERE = "here"
    CLEARED = "cleared"
    HOME = "home"
    OPT_OUT = "opt_out"  # as the carrier has understood it, never we
    OPT_IN = "opt_in"
    HELP = "help"  # the carrier answers it too
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Reply:
    """`code` in capitals, if one was named; `minutes` from 1 to 360, or None; `text` as it came.

    ETA and NUMBER always have minutes, TAKE and ON_MY_WAY may.
    """

    kind: ReplyKind
    code: str | None
    minutes: int | None
    text: str


# ---- the table -----------------------------------------------------------------------------------------------------

# Capitals or not, accents, apostrophes, spaces and punctuation make no difference. "1" and "2" count only in front.
WORDS: dict[ReplyKind, tuple[str, ...]] = {
    ReplyKind.TAKE: ("1", "Y", "YES", "OK", "ACK", "SÍ", "👍", "OKAY", "YEP", "YEAH", "YES I CAN", "SÍ PUEDO", "ON IT"),
    ReplyKind.ON_MY_WAY: ("OMW", "ON MY WAY", "I'M ON MY WAY", "VOY", "YA VOY", "EN CAMINO", "EN ROUTE"),
    ReplyKind.ETA: ("ETA", "NEW ETA"),
    ReplyKind.DECLINE: (
        *("2", "N", "NO", "CAN'T", "NO PUEDO", "👎", "NOPE", "CANNOT", "I CAN'T", "I CANNOT"),
        *("CAN'T MAKE IT", "NOT COMING", "NO VOY"),
    ),
    ReplyKind.HERE: ("HERE", "ARRIVED", "LLEGUÉ", "YA LLEGUÉ", "I'M HERE", "ON SCENE"),
    ReplyKind.CLEARED: ("DONE", "CLEAR", "CLEARED", "LISTO"),
    ReplyKind.HOME: ("HOME", "SAFE AT HOME", "HOME SAFE"),  # not "at home": it may say where they still are
    ReplyKind.HELP: ("HELP", "INFO"),
}

_BEFORE_NUMBER = ("IN", "EN", "ABOUT")
_MINUTES = ("M", "MIN", "MINS", "MINUTE", "MINUTES", "MINUTO", "MINUTOS")
_HOURS = ("H", "HR", "HRS", "HOUR", "HOURS", "HORA", "HORAS")
_SPANS = {"HALF AN HOUR": 30, "MEDIA HORA": 30, "AN HOUR": 60, "UNA HORA": 60}

_MOST_MINUTES = 360

# A carrier hands on 1600 characters at most, and no answer is longer; so a flood costs nothing.
_LONGEST = 1600

# ---- from a text to its parts --------------------------------------------------------------------------------------

_THUMBS = "👍👎"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_APOSTROPHES = "'\u2018\u2019\u02bc"

# "1.5 h" is one number; any other point between digits is punctuation ("1.25": take it, there in 25 minutes).
_DECIMAL_HOURS = re.compile(r"([0-9])[.,]([0-9])\s*(?:h|hrs?|hours?|horas?)\b", re.IGNORECASE)


def _plain(text: str) -> str:
    """Capitals and digits without accents, apostrophes and what nobody sees; every other punctuation mark a space.

    What is none of these, such as a heart or a letter of another alphabet, stays: it must not be overheard.
    """
    apart = unicodedata.normalize("NFKD", text)
    apart = _DECIMAL_HOURS.sub(lambda hours: f"{int(hours[1]) * 60 + int(hours[2]) * 6} min", apart)
    return "".join(map(_plain_letter, apart))


def _plain_letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind in ("Mn", "Me", "Cf") or letter in _APOSTROPHES or letter in _SKIN_TONES:
        return ""
    if kind[0] in "PZ" or kind == "Cc" or (letter.isascii() and not letter.isalnum()):
        return " "
    return letter.upper()


# "K7Q1 25" and "1K7Q" too: a code ends where its pattern does.
_CODE_IN_TOKEN = re.compile(f"([0-9]*)({CODE_SHAPE})(.*)", re.DOTALL)


def _take_code_out(tokens: list[str]) -> tuple[set[str], list[str]]:
    codes: set[str] = set()
    rest: list[str] = []
    for token in tokens:
        if found := _CODE_IN_TOKEN.fullmatch(token):
            codes.add(found[2])
            rest += [part for part in (found[1], found[3]) if part]
        else:
            rest.append(token)
    if not codes:
        # "K 7 Q 1": as the voice spelled it, in front or at the end.
        for length in range(7, 1, -1):
            for spelled, others in ((rest[:length], rest[length:]), (rest[-length:], rest[:-length])):
                if looks_like_code("".join(spelled)):
                    return {"".join(spelled)}, others
    return codes, rest


@dataclass(frozen=True, slots=True)
class _Number:
    minutes: int | None  # None: no span that anybody drives
    bare: bool  # no unit behind it


_Part = ReplyKind | _Number

_PARTS = re.compile(rf"[0-9]+|[A-Z]+|[{_THUMBS}]|\S")


def one_word(text: str) -> str:
    """The text as one word in capitals, as the tables have it: however it was typed. Empty when it is too long."""
    return _squeezed(text) if len(text) <= _LONGEST else ""


def _squeezed(phrase: str) -> str:
    return _plain(phrase).replace(" ", "")


_PHRASES: dict[str, ReplyKind | int] = {
    **{_squeezed(phrase): kind for kind, phrases in WORDS.items() for phrase in phrases if not phrase.isdigit()},
    **{_squeezed(phrase): minutes for phrase, minutes in _SPANS.items()},
}
_LONGEST_PHRASE = max(map(len, _PHRASES))


def _phrase_at(pieces: list[str], start: int) -> tuple[ReplyKind | int | None, int]:
    """The longest phrase of the table that begins here, and where it ends. Spaces count for nothing: "can t", "O K"."""
    best: tuple[ReplyKind | int | None, int] = (None, start)
    joined = ""
    for end in range(start, len(pieces)):
        joined += pieces[end]
        if len(joined) > _LONGEST_PHRASE:
            break
        if joined in _PHRASES:
            best = (_PHRASES[joined], end + 1)
    return best


def eta_minutes(minutes: int) -> int | None:
    """`minutes`, or None where nobody drives so long, or so short."""
    return minutes if 1 <= minutes <= _MOST_MINUTES else None


def _number(digits: str, unit: str) -> _Number:
    # Four digits are a time of day, and thousands of them would be refused by int().
    amount = int(digits) if len(digits) < 4 else 0
    if unit in _HOURS:
        return _Number(eta_minutes(amount * 60), bare=False)
    return _Number(eta_minutes(amount), bare=unit not in _MINUTES)


def _parts(pieces: list[str]) -> list[_Part] | None:
    """Each word and number in turn, or None when a piece is in no table."""
    parts: list[_Part] = []
    here = 0
    while here < len(pieces):
        piece = pieces[here]
        following = pieces[here + 1] if here + 1 < len(pieces) else ""
        meaning, end = _phrase_at(pieces, here)
        if isinstance(meaning, ReplyKind):
            parts.append(meaning)
            here = end
        elif meaning is not None:
            parts.append(_Number(meaning, bare=False))
            here = end
        elif piece.isdigit():
            number = _number(piece, following)
            if not parts and number.bare and piece in ("1", "2"):
                parts.append(ReplyKind.TAKE if piece == "1" else ReplyKind.DECLINE)
            else:
                parts.append(number)
            here += 1 if number.bare else 2
        elif piece in _BEFORE_NUMBER and (following.isdigit() or isinstance(_phrase_at(pieces, here + 1)[0], int)):
            here += 1
        else:
            return None
    return parts


# ---- from the parts to the meaning ---------------------------------------------------------------------------------

# The yes in front of a step is a courtesy ("OK, on my way"), and who is home has left the scene. Any other two words
# have no meaning together: not "yes no", and not "OK, here" or "OK, listo", which somebody who is paged may say for
# "I am awake" or "I am ready", and which would stop the response clock with nobody at the scene.
_TOGETHER = {
    frozenset({ReplyKind.TAKE, ReplyKind.ON_MY_WAY}): ReplyKind.ON_MY_WAY,
    frozenset({ReplyKind.TAKE, ReplyKind.ETA}): ReplyKind.TAKE,
    frozenset({ReplyKind.TAKE, ReplyKind.ETA, ReplyKind.ON_MY_WAY}): ReplyKind.ON_MY_WAY,
    frozenset({ReplyKind.ON_MY_WAY, ReplyKind.ETA}): ReplyKind.ON_MY_WAY,
    frozenset({ReplyKind.CLEARED, ReplyKind.HOME}): ReplyKind.HOME,
}


def _meaning(parts: list[_Part], code: str | None) -> tuple[ReplyKind, int | None]:
    words = frozenset(part for part in parts if isinstance(part, ReplyKind))
    numbers = [part for part in parts if isinstance(part, _Number)]
    kind = _TOGETHER.get(words, next(iter(words)) if len(words) == 1 else None)
    # Two numbers are a range or a time of day, never one ETA that the officer could be told.
    minutes = numbers[0].minutes if len(numbers) == 1 else None
    match kind:
        case ReplyKind.TAKE | ReplyKind.ON_MY_WAY:
            return kind, minutes  # an ETA that makes no sense must not lose the acknowledgement
        case ReplyKind.ETA if minutes is not None:
            return kind, minutes
        case ReplyKind.DECLINE:
            # "2 25" may be a slip for "1 25". As a no it pages the next person now, and its answer says how to take it
            # after all; left open it would cost the child the rest of the step.
            return kind, None
        case ReplyKind.HERE | ReplyKind.CLEARED | ReplyKind.HOME if not numbers:
            return kind, None  # with a number it is not yet so: "here in 10"
        case ReplyKind.HELP if len(parts) == 1 and code is None:
            return kind, None  # the carrier answers the word alone: "K7Q help" is for a person to read
        case None if not words and minutes is not None:
            return ReplyKind.NUMBER, minutes
        case _:
            return ReplyKind.NOT_UNDERSTOOD, None


def read(text: str, consent: Consent | None) -> Reply:
    """The meaning of a text in which the carrier has found `consent`, or nothing of its own."""
    return parse(text) if consent is None else Reply(ReplyKind(consent), None, None, text)


def parse(text: str) -> Reply:
    """The meaning of any text whatsoever; never raises.

    A tapback (`Liked “LBPD call-out K7Q…”`) is NOT_UNDERSTOOD: it quotes our words, a sleepy thumb leaves it by
    accident, and the phone words it in its own language. Only a thumbs-up that stands alone is an answer.
    """
    tokens = _plain(text).split() if len(text) <= _LONGEST else []
    codes, rest = _take_code_out(tokens)
    code = min(codes) if len(codes) == 1 else None
    parts = _parts(_PARTS.findall(" ".join(rest))) if len(codes) <= 1 else None
    kind, minutes = (ReplyKind.NOT_UNDERSTOOD, None) if parts is None else _meaning(parts, code)
    return Reply(kind, code, minutes, text)
