"""How many SMS a text costs (3GPP TS 23.038; Twilio bills by segment)."""

from __future__ import annotations

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_ESCAPED = frozenset("^{}\\[~]|€\f")
"""Characters that GSM-7 writes as two."""

_GSM_7_ALL = GSM_7 | GSM_7_ESCAPED


def segments(body: str) -> int:
    """Number of segments, at least 1. Each holds 160 GSM-7 characters (153 if there are several) or 70 UCS-2 (67)."""
    if _GSM_7_ALL.issuperset(body):
        sizes = [2 if character in GSM_7_ESCAPED else 1 for character in body]
        alone, in_several = 160, 153
    else:
        # A character outside the Basic Multilingual Plane takes two UTF-16 units, and segments do not split it.
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in body]
        alone, in_several = 70, 67
    if sum(sizes) <= alone:
        return 1
    count, filled = 1, 0
    for size in sizes:
        if filled + size > in_several:
            count, filled = count + 1, 0
        filled += size
    return count
