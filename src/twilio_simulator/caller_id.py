"""Which number a phone is shown: what a caller can show us, and what we may show whoever we dial."""

from __future__ import annotations

import re
from collections.abc import Callable

from twilio_simulator.calls import PhoneCall
from twilio_simulator.numbers import normalized

WITHHELD = ("anonymous", "+266696687", "+7378742833")
"""What Twilio shows for a caller who withholds the number: a word, or "ANONYMOUS" and "RESTRICTED" on a key pad."""

_VERSTAT = re.compile(r"(?:TN-Validation-(?:Passed|Failed)-[ABC]|No-TN-Validation)(?:-Diverted|-Passthrough)?")


def checked_verstat(verstat: str | None) -> str | None:
    """A StirVerstat as it is given, None for a call without one. Raises ValueError for one that no carrier sends."""
    if verstat is not None and not _VERSTAT.fullmatch(verstat):
        raise ValueError(f"{verstat!r} is no StirVerstat: TN-Validation-Passed-A, …-Failed-B, No-TN-Validation")
    return verstat


def checked_withheld(withheld: str | None) -> str | None:
    """What is shown for a number that is withheld. Raises ValueError for what no carrier shows."""
    if withheld is not None and withheld not in WITHHELD:
        raise ValueError(f"a withheld number shows as one of {', '.join(WITHHELD)}, not as {withheld!r}")
    return withheld


def number_to_show(call: PhoneCall, asked_for: str | None, is_ours: Callable[[str], bool]) -> str | None:
    """The number that whoever `call` dials sees; None when Twilio refuses it with 13214.

    Without a `callerId` it is the person's own number: the caller's, or that of whoever we called.
    """
    if asked_for is None:
        shown = call.from_ if call.direction == "inbound" else call.to
        return None if shown in WITHHELD else shown
    number = normalized(asked_for)
    if number is None or number in WITHHELD:
        return None
    return number if is_ours(number) or number in (call.from_, call.to) else None
