"""Telephone numbers as the API takes them, and those that belong to the service."""

from __future__ import annotations

import re
from dataclasses import dataclass

E164 = re.compile(r"\+[1-9]\d{6,14}")
_PUNCTUATION = re.compile(r"[\s().-]")


class NotInService(LookupError):
    """Nobody takes texts or calls at that number: it has no URL configured."""


@dataclass
class ServiceNumber:
    """One of the service's own numbers, and the URLs that its texts and calls go to."""

    number: str
    sms_url: str | None = None
    voice_url: str | None = None
    voice_status_url: str | None = None


def normalized(number: str) -> str | None:
    """The number in E.164; None when it cannot be one. Ten digits are taken as a North American number."""
    digits = _PUNCTUATION.sub("", number)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 10:
            digits = "+1" + digits
        elif len(digits) == 11 and digits[0] == "1":
            digits = "+" + digits
    return digits if E164.fullmatch(digits) else None
