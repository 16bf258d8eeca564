"""Which characters of a text from outside are kept."""

import pytest

from dispatch.rules.storable import is_storable, storable


@pytest.mark.parametrize("text", ["", "K7Q 1 25", "¿sí? 👍", "two\nlines\tand a tab\r"])
def test_what_people_write_is_kept(text: str) -> None:
    """Whatever a phone can send and a person can read comes through whole."""
    assert is_storable(text)
    assert storable(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_ends_a_call_or_no_database_holds_is_left_out(character: str) -> None:
    """Control characters, halves of characters and code points that are none, wherever they are."""
    assert not is_storable(f"1{character} 25")
    assert storable(f"1{character} 25{character}") == "1 25"
