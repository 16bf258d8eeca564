"""How texts are cut into segments."""

import pytest

from twilio_simulator.segments import segments

SEGMENTS = [
    ("", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("a" * 152 + "€" + "a" * 152, 3),
    ("ó" * 70, 1),
    ("ó" * 71, 2),
    ("ñ" * 160, 1),
    ("ó" * 134, 2),
    ("👍" * 35, 1),
    ("👍" * 36, 2),
    ("👍" * 67, 3),
    ("í" * 135, 3),
    ("’" + "a" * 70, 2),
]


@pytest.mark.parametrize(("body", "expected"), SEGMENTS)
def test_segments(body: str, expected: int) -> None:
    """GSM-7 and UCS-2 bodies cost what Twilio bills; a character that takes two places is never split."""
    assert segments(body) == expected
