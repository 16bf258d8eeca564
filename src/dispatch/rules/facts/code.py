"""The short code of a call-out, such as K7Q. The law: said over a bad line or typed half asleep, it stays the same
code.

Letters and digits alternate, so a character's position says which it is, no code is a word, and none can be a reply.
One slip must not turn a code into that of another call-out: short codes that are open together differ in two positions.
"""

import random
import re
from functools import cache, lru_cache
from math import prod

# No I, O, S, Z, B, G, D: they look like 1, 0, 5, 2, 8, 6, 0. Of letters that rhyme, only one is used: K for A and J, T
# for B, C, D, E, G, P and V, M for N, Q for U. No Y, N or H: "Y5M" is "yes, in 5 minutes", "1h5m" is a time.
LETTERS = "FKLMQRTWX"
LATER_LETTERS = "FKLQRTWX"
"""Behind a digit. No M: "k 4m" is "ok, in 4 minutes"."""

# No 0 and 1 (O and I), no 2 (heard as "to", and the key that declines), no 5 (heard as 9 on the phone).
DIGITS = "346789"

# The shape allows any other letter, so that a slip of the finger still reads as a code and can be answered "no such
# call-out". It never allows 0 or 1: in "K7Q1 25" the 1 is the answer. An M behind the digit is allowed, since older
# versions gave such codes out, but not behind K or a letter that we never gave out: "k4m" and "voy a 4m" are minutes.
# And "ok l8r" is "later".
_LATER = "[2-9][A-GI-MO-XZ]"
CODE_SHAPE = f"(?!(?:[A-EGIJKOPSUVZ][2-9]M|L8R)(?!{_LATER}))[A-GI-MO-XZ](?:{_LATER}){{1,3}}"

_CODE = re.compile(CODE_SHAPE)

SHORT = 3
# Some 25 random short codes fit beside each other; after that, six draws in a row mostly find no free one.
_DRAWN = (3, 3, 3, 3, 3, 3, 5, 5, 7)
CROWD = 40
"""With more call-outs open than this, only longer codes are tried."""


def candidates(chance: random.Random) -> tuple[str, ...]:
    """Codes for one new call-out, to be tried in this order: the first that is free and far enough from others is given
    out.

    Of 3 characters there are 431, of 5 there are 20,736, of 7 there are 995,328.
    """
    # One draw for all: each draw asks the system for random bits.
    number, codes = chance.randrange(_ALL_DRAWN), []
    for length in _DRAWN:
        number, this = divmod(number, _HOW_MANY[length])
        codes.append(_code(length, this))
    return tuple(codes)


@cache
def _alphabets(length: int) -> tuple[str, ...]:
    return tuple(DIGITS if position % 2 else LATER_LETTERS if position else LETTERS for position in range(length))


_HOW_MANY = {length: prod(map(len, _alphabets(length))) for length in set(_DRAWN)}
_ALL_DRAWN = prod(_HOW_MANY[length] for length in _DRAWN)


@lru_cache(maxsize=1024)  # the short ones, of which each call-out draws six
def _code(length: int, number: int) -> str:
    code = ""
    for alphabet in _alphabets(length):
        number, position = divmod(number, len(alphabet))
        code += alphabet[position]
    return _INSTEAD.get(code, code)


_INSTEAD = {"L8R": "L9R"}


def too_near(code: str) -> tuple[str, ...]:
    """The codes that must not be open together with this one: itself, and every short one that differs in one position.

    Longer codes are so many that chance keeps them apart.
    """
    return _neighbourhood(code) if len(code) == SHORT else (code,)


@cache
def _neighbourhood(code: str) -> tuple[str, ...]:
    others = (
        code[:position] + character + code[position + 1 :]
        for position, alphabet in enumerate(_alphabets(SHORT))
        for character in alphabet
        if character != code[position]
    )
    return (code, *others)


def shared_parts(code: str) -> tuple[str, ...]:
    """Parts of a code: it shares one with every code that is too near to it, and none with any other. K7Q has K7_, K_Q
    and _7Q."""
    if len(code) > SHORT:
        return (code,)
    return tuple(f"{code[:position]}_{code[position + 1 :]}" for position in range(SHORT))


def looks_like_code(token: str) -> bool:
    """Whether `token` may be meant as a code, in capitals or not, even if it was never given out."""
    return _CODE.fullmatch(token.upper()) is not None


def spell(code: str) -> str:
    """For speech: the commas make the voice pause, which would otherwise read K7Q as one word."""
    return ", ".join(code)
