"""The short code of a call-out, such as K7Q. The law: said over a bad line or typed half asleep, it stays itself.

Letters and digits alternate, so the place of a character says which of the two it is. No code is a word, and none can
be a reply.
"""

import random
import re

# No I, O, S, Z, B, G, D: they look like 1, 0, 5, 2, 8, 6, 0. Of letters that rhyme only one is kept: K for A and J,
# T for B, C, D, E, G, P and V, M for N, Q for U. No Y, N or H: "Y5M" is "yes, in 5 minutes", "1h5m" is a time.
LETTERS = "FKLMQRTWX"

# No 0 and 1 (O and I), no 2 (heard as "to", and the key that declines), no 5 (on the phone it is taken for 9).
DIGITS = "346789"

# Any other letter, so that a slip of the finger still reads as a code and can be answered "no such call-out".
# Never 0 or 1: in "K7Q1 25" the 1 is the answer.
CODE_SHAPE = "[A-GI-MO-XZ](?:[2-9][A-GI-MO-XZ]){1,3}"

_CODE = re.compile(CODE_SHAPE)


def new_code(chance: random.Random, length: int = 3) -> str:
    """A code of 3 characters (486 of them), or of 5 (26,244) or 7 (1,417,176) when more are open at once.

    Raises `ValueError` for another length. The caller must check whether the code is free.
    """
    if length not in (3, 5, 7):
        raise ValueError(f"a code has 3, 5 or 7 characters, not {length}")
    return "".join(chance.choice(DIGITS if place % 2 else LETTERS) for place in range(length))


def looks_like_code(token: str) -> bool:
    """Whether `token` may be meant as a code, in capitals or not; it need not be one that was ever given out."""
    return _CODE.fullmatch(token.upper()) is not None


def spell(code: str) -> str:
    """For speech: the commas make a voice pause, where it would read K7Q as one word."""
    return ", ".join(code)
