"""From a text to its pieces: words, numbers, signs, and the few marks that change what is meant.

Nothing that somebody typed is dropped unless it means nothing: a letter of another alphabet stays as a piece of its
own, and no table has it. An emoji that cannot reverse an answer is dropped: "omw 💨".
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from dispatch.rules.facts.code import CODE_SHAPE, looks_like_code

# A carrier passes on 1600 characters at most, and no answer is longer; so a flood costs nothing.
LONGEST_READ = 1600

BREAK = ","  # a pause: "no, voy" (no, I am going) is not "no voy" (I am not going)
SPAN = "-"  # between two numbers
COLON = ":"  # between two numbers

_SIGNS = "👍👎👌✅❌🆘🚨🏠🏡"
# These say no, ask something, or say that somebody is not well.
_NO_ORNAMENTS = "🚫⛔🛑🙅🙈❓❔⁉🤷🤔✋🤚🖐✖💀☠🔫🔪🗡🚑🚒🚓🤒🤕🤢🤮😷😴💤🛌"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_APOSTROPHES = "'\u2018\u2019\u02bc"
_DASHES = "\\-\u2010-\u2015\u2212/"
_PAUSES = frozenset(".,;:!…()\n\r")

# What a phone quotes when somebody reacts to a text, and what a mail program puts in front of each line.
_QUOTED = re.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"[^\"]*\""
    r"|(?<!\w)\u2018(?:[^\u2018\u2019]|(?<=\w)\u2019(?=\w))*\u2019(?!\w)"
    r"|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))*'(?!\w)"
    r"|(?:^|(?<=\s))>[^\n]*",
    re.MULTILINE,
)

# In a cry for help, only what a phone certainly quotes is ignored: a man with a 6" knife, or one who said "get out", is
# not a quotation, and ">_<" is a face. A text that is nothing but a quotation, or a reaction to one, repeats an older
# text.
_SURELY_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|^[ \t]*>(?:[ \t>]|[^\W_])[^\n]*", re.MULTILINE)
_QUOTED_LINES = re.compile(r"^[ \t]*>(?:[ \t>]|[^\W_])[^\n]*", re.MULTILINE)
"""Behind or before an answer they are the message that it answers."""
_ADDED_BY_A_PHONE = re.compile(
    r"[\s.,-]*\b(?:sent from my|sent via|enviado (?:desde|con) mi|get outlook for) "
    r"(?:iphone|ipad|ios|android|phone|cell|mobile|galaxy|samsung|celular|tele\u0301?fono|outlook)"
    r"(?: (?:phone|device|smartphone|galaxy))*[\s.]*$",
    re.IGNORECASE,
)
_REACTED = (
    r"liked|loved|thumbs\s+(?:up|down)|disliked|laughed\s+at|emphasi[sz]ed|questioned|(?:reacted\s+)?[^\w\s]+\s+to"
    r"|le\s+dio\s+un[\s,]+a|le\s+(?:gusto|encanto)\u0301?|(?:ha\s+)?reacciono?\u0301?(?:ado)?\s+con\s+\S+\s+a|enfatizo\u0301?"
)
_REACTION = re.compile(rf"^\s*(?:{_REACTED})", re.IGNORECASE)
# An apostrophe for a dropped letter is not a quotation mark: "'cause he has a gun, runnin'".
_NOTHING_BUT_QUOTED = re.compile(
    rf"\s*(?:(?:{_REACTED})\s+)?(?:\"[^\"]*\"|'(?!(?:cause|cuz|em|til|bout)\b)[^']*(?<!in)')[\s.]*", re.IGNORECASE
)

# "1/2 hour", "1 1/2 hours", "½ h".
_FRACTION = re.compile(
    r"(?<![0-9/])(?:([0-9])\s+)?([13])\s?[/\u2044]\s?([24])\s*(?:of\s+|de\s+)?(?:an?\s+)?(?:h|hrs?|hours?|horas?)\b",
    re.IGNORECASE,
)
_WHOLLY = re.compile(r"(?<![0-9.,])100\s*%")
# "20%" is a battery, "$20" a fare: neither is an ETA. What replaces them is in no table.
_NO_NUMBER = re.compile(r"[$€£]\s*[0-9]+|(?:(?<![0-9])[0-9]{1,3}|[0-9])\s*%")
_NOTHING_KNOWN = " ¤ "

# "1.5 h" and ".5 hr" are one number; any other point between digits is punctuation ("1.25": take it,
# there in 25 minutes).
_DECIMAL_HOURS = re.compile(
    r"(?:(?<![0-9])([0-9])[.,]|(?<![0-9A-Za-z])\.)([0-9]{1,2})\s*(?:h|hrs?|hours?|horas?)\b", re.IGNORECASE
)
_BETWEEN_DIGITS = re.compile(f"(?<=[0-9])[ \t]*(?:(:)|[{_DASHES}])[ \t]*(?=[0-9])")
_SPACED_DASH = re.compile(f"(?<=\\s)[{_DASHES}]+(?=\\s)")

_PIECES = re.compile(rf"[0-9]+|[A-Z]+|[{_SIGNS}]|[,:-]|[^\s0-9A-Z{_SIGNS},:-]+")


@dataclass(frozen=True, slots=True)
class Pieces:
    """`codes` are the codes of call-outs that are named; they are no longer among the `pieces`."""

    pieces: tuple[str, ...]
    codes: frozenset[str]
    cries: tuple[str, ...]  # the pieces that are searched for a cry for help: some quotes stay among them
    quotes: bool  # somebody else's words were quoted, and are gone
    asks: bool
    exclaims: bool = False  # "3am!!", "3am..."
    only_quotes: bool = False  # a phone sent back what we wrote, perhaps with a reaction


def take_apart(text: str) -> Pieces:
    """The pieces of a text, in capitals and without accents. A text that is too long has none."""
    if len(text) > LONGEST_READ:
        return Pieces((), frozenset(), (), quotes=False, asks=False)
    apart = _ADDED_BY_A_PHONE.sub("", text if text.isascii() else "".join(map(_apart, text)))
    answered = _QUOTED_LINES.sub("", apart)
    apart = answered if answered.strip() else apart
    own, quotes = _QUOTED.subn(" , ", apart)
    pieces, codes = _pieces(own)
    asks, exclaims = "?" in own or "¿" in own, "!" in own or ".." in own
    only = quotes > 0 and not any(map(str.isalnum, _REACTION.sub("", own)))
    return Pieces(pieces, frozenset(codes), _cries(apart) if quotes else pieces, quotes > 0, asks, exclaims, only)


def _cries(apart: str) -> tuple[str, ...]:
    if _NOTHING_BUT_QUOTED.fullmatch(apart):
        return ()
    return _pieces(_SURELY_QUOTED.sub(" , ", apart))[0]


_MOST_OF_A_LETTER = 4


@lru_cache(maxsize=4096)
def _apart(letter: str) -> str:
    """Without its accents. A letter that stands for a whole sentence stays as it is: a text of such letters would have
    no end."""
    apart = unicodedata.normalize("NFKD", letter)
    return apart if len(apart) <= _MOST_OF_A_LETTER else letter


def _pieces(own: str) -> tuple[tuple[str, ...], set[str]]:
    codes, rest = _take_code_out(_plain(own).split())
    found = _PIECES.findall(" ".join(rest))
    pieces = tuple(piece for piece, before in zip(found, [BREAK, *found], strict=False) if {piece, before} != {BREAK})
    return pieces, codes


def squeezed(phrase: str) -> str:
    """As `Pieces` has it, without spaces: "CAN'T", "can t" and "Can’t" are the same."""
    if phrase.isascii():  # as nearly every phrase of the tables is
        return "".join(filter(str.isalnum, phrase)).upper()
    return _plain(unicodedata.normalize("NFKD", phrase)).replace(" ", "")


def one_word(text: str) -> str:
    """The text as one word in capitals, as the tables have it, however it was typed. Empty if it is too long."""
    return squeezed(text).replace(",", "") if len(text) <= LONGEST_READ else ""


def _plain(apart: str) -> str:
    """Capitals and digits, without accents, apostrophes and invisible characters; punctuation becomes a space or a
    mark."""
    numerals = "".join(map(_numeral, apart))
    numerals = _FRACTION.sub(
        lambda hours: f"{int(hours[1] or 0) * 60 + int(hours[2]) * 60 // int(hours[3])} min", numerals
    )
    numerals = _NO_NUMBER.sub(_NOTHING_KNOWN, _WHOLLY.sub(" hundred percent ", numerals))
    numerals = _DECIMAL_HOURS.sub(
        lambda hours: f"{int(hours[1] or 0) * 60 + round(float(f'.{hours[2]}') * 60)} min", numerals
    )
    marked = _BETWEEN_DIGITS.sub(lambda mark: "\x01" if mark[1] else "\x02", numerals)
    return "".join(map(_plain_letter, _SPACED_DASH.sub(",", marked)))


@lru_cache(maxsize=4096)
def _numeral(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    return "" if kind in ("Mn", "Me", "Cf") or letter in _SKIN_TONES or letter in "\x01\x02" else letter


_MARKS = {"\x01": f" {COLON} ", "\x02": f" {SPAN} "} | dict.fromkeys(_PAUSES, f" {BREAK} ")


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    if letter in _MARKS:
        return _MARKS[letter]
    if letter in _APOSTROPHES:
        return ""
    kind = unicodedata.category(letter)
    if kind == "So" and letter not in _SIGNS and letter not in _NO_ORNAMENTS:
        return " "
    if kind[0] in "PZ" or kind == "Cc" or (letter.isascii() and not letter.isalnum()):
        return " "
    return letter.upper()


# Also finds the code in "K7Q1 25" and "1K7Q": a code ends where its pattern does.
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
    return (codes, rest) if codes else _take_spelled_code_out(rest)


def _take_spelled_code_out(tokens: list[str]) -> tuple[set[str], list[str]]:
    """ "K 7 Q 1", "K, 7, Q: 1": as the voice spells it, at the beginning or at the end."""
    said = [position for position, token in enumerate(tokens) if token not in (BREAK, SPAN)]
    for length in range(7, 1, -1):
        for positions in (said[:length], said[-length:]):
            spelled = "".join(tokens[position] for position in positions)
            if looks_like_code(spelled):
                first, last = positions[0], positions[-1]
                return {spelled}, [*tokens[:first], *tokens[last + 1 :]]
    return set(), tokens
