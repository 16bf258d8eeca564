"""The alphabet of a text: GSM-7, how many segments a text takes, and how it is cut to one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import accumulate

# 3GPP TS 23.038, section 6.2.1. A character of the second set costs two, since an escape comes before it.
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_ESCAPED = frozenset("\f^{}\\[~]|€")
_ALL_GSM7 = re.compile(f"[{re.escape(''.join(sorted(_GSM7)))}]*")  # as nearly everything we say is

# What Unicode does not decompose: quotes, dashes, the slash of ½, letters with a stroke.
_LIKENESS = {
    "'": "\u2018\u2019\u201a\u201b\u00b4\u0060",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "/": "\u2044",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212",
    "d": "\u0111\u00f0",
    "D": "\u0110\u00d0",
    "i": "\u0131",
    "l": "\u0142",
    "L": "\u0141",
    "oe": "\u0153",
    "OE": "\u0152",
    "th": "\u00fe",
    "Th": "\u00de",
}
_SPELLED = str.maketrans({letter: plain for plain, letters in _LIKENESS.items() for letter in letters})

# The accents of Spanish that GSM-7 lacks; é, ñ and ü it has.
_BARE = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")

_ONE_SEGMENT = 160
BESIDE_LINK = 108
"""Letters of a text that leave 52 for a link: a space, the service's address with 25 letters, /a/ and the token."""


def gsm7(text: str) -> str:
    """The text in GSM-7 letters: é and ñ stay, í becomes i, curly quotes become straight.

    What has no likeness becomes "?".
    """
    if _ALL_GSM7.fullmatch(text):
        return text
    # All that Spanish needs, at a twentieth of the cost: every page is worded in both languages.
    bare = text.translate(_BARE)
    if _ALL_GSM7.fullmatch(bare):
        return bare
    return "".join(_gsm7_letters(unicodedata.normalize("NFC", text).translate(_SPELLED)))


def _gsm7_letters(text: str) -> Iterable[str]:
    for letter in text:
        if letter in _GSM7 or letter in _GSM7_ESCAPED:
            yield letter
        elif unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me"):
            continue  # it prints nothing of its own
        elif letter.isspace():
            yield " "
        else:
            parts = unicodedata.normalize("NFKD", letter).translate(_SPELLED)
            yield "".join(part for part in parts if part in _GSM7) or "?"


def segments(text: str) -> int:
    """How many segments the carrier bills: 160 characters in GSM-7, 70 otherwise; 153 or 67 each when several."""
    if len(text) <= _ONE_SEGMENT and _ALL_GSM7.fullmatch(text):
        return 1
    if all(letter in _GSM7 or letter in _GSM7_ESCAPED for letter in text):
        return _packed([_septets(letter) for letter in text], alone=_ONE_SEGMENT, joined=153)
    return _packed([2 if ord(letter) > 0xFFFF else 1 for letter in text], alone=70, joined=67)


def _septets(letter: str) -> int:
    return 2 if letter in _GSM7_ESCAPED else 1


def _packed(widths: Sequence[int], alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, free = 1, joined
    for width in widths:  # no character is split between two segments
        if width > free:
            count, free = count + 1, joined
        free -= width
    return count


def one_segment(text: str) -> str:
    plain = gsm7(text)
    return plain if segments(plain) == 1 else cut(plain, _ONE_SEGMENT)


def cut(text: str, most: int) -> str:
    """At most `most` septets of a GSM-7 text; when something is cut off, the last three are dots."""
    if len(text) <= most and (_ALL_GSM7.fullmatch(text) or sum(map(_septets, text)) <= most):
        return text
    used = accumulate(map(_septets, text))
    kept = "".join(letter for letter, so_far in zip(text, used, strict=True) if so_far <= most - 3)
    return kept.rstrip() + "..."


def shortened(text: str, most: int) -> str:
    return cut(" ".join(gsm7(text).split()), most)
