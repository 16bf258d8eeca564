"""Telephone numbers as the API takes them."""

from __future__ import annotations

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")
_PUNCTUATION = re.compile(r"[\s().-]")


def normalized(number: str) -> str | None:
    """The number in E.164; None when it cannot be one. A ten-digit number is taken as North American."""
    digits = _PUNCTUATION.sub("", number)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 10:
            digits = "+1" + digits
        elif len(digits) == 11 and digits[0] == "1":
            digits = "+" + digits
    return digits if E164.fullmatch(digits) else None
