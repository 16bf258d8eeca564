"""A carrier's word stands alone, as carelessly as it may be typed."""

import pytest

from dispatch.rules.reader.letters import one_word


@pytest.mark.parametrize(
    ("text", "word"),
    [("stop.", "STOP"), (" St op\n", "STOP"), ("opt-out", "OPTOUT"), ("stop 1", "STOP1"), ("", ""), ("a" * 1601, "")],
)
def test_a_text_as_one_word(text: str, word: str) -> None:
    """Spaces, marks and case are gone; a text that is too long is no word."""
    assert one_word(text) == word
