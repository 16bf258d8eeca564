"""Which characters of a text from outside are kept."""

import pytest

from dispatch.rules.facts.storable import is_storable, storable


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


def test_exactly_what_xml_can_carry_is_kept() -> None:
    """Char of XML 1.0, section 2.2, for every code point there is."""
    spans = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    kept = {0x9, 0xA, 0xD}.union(*(range(first, last + 1) for first, last in spans))
    assert {code for code in range(0x110000) if is_storable(chr(code))} == kept
