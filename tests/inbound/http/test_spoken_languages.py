"""A language is one of a list: its code is kept, whatever it was called."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.inbound.http.spoken_languages import _NAMES, NotALanguage, language_code, language_name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("es", "es"),
        ("ES", "es"),
        (" es ", "es"),
        ("es-MX", "es"),
        ("es_419", "es"),
        ("zh-Hans-CN", "zh"),
        ("spa", "es"),
        ("Spanish", "es"),
        ("SPANISH", "es"),
        ("español", "es"),
        ("espanol", "es"),
        ("Castellano", "es"),
        ("English", "en"),
        ("inglés", "en"),
        ("Serbio", "sr"),
        ("ukr", "uk"),
        ("Mandarin", "zh"),
        ("Mandarin Chinese", "zh"),
        ("Cantonese", "yue"),
        ("Tagalog", "tl"),
        ("Filipino", "tl"),
        ("fil", "tl"),
        ("Haitian Creole", "ht"),
        ("American Sign Language", "ase"),
        ("ASL", "ase"),
        ("sign language", "ase"),
        ("K'iche'", "quc"),
        ("Kiche", "quc"),
        ("Q\u2019anjob\u2019al", "kjb"),
        ("Mam", "mam"),
        ("Mixteco", "mix"),
        ("Zapotec", "zap"),
        ("Nahuatl", "nah"),
        ("Farsi", "fa"),
        ("Persian", "fa"),
        ("Armenian", "hy"),
        ("Korean", "ko"),
        ("Khmer", "km"),
        ("Cambodian", "km"),
        ("Vietnamese", "vi"),
        ("Brazilian Portuguese", "pt"),
        ("French language", "fr"),
    ],
)
def test_languages_are_understood(said: str, code: str) -> None:
    """By code with or without a region, or by name in English or Spanish."""
    assert language_code(said) == code


@pytest.mark.parametrize(
    "said",
    [
        *("", "Maria", "Maria 14", "Spanish Maria", "es Maria", "es-Maria Lopez", "es-Mariana", "400 W Broadway"),
        *("+15625550177", "es-555-0177", "es--MX", "xx", "qqq", "es-" + "x" * 5000),
        *("Ana", "Ben", "Dan", "Karen", "Kat", "Lin", "Mac", "Maya", "May", "Mya", "Dakota", "Mari"),
    ],
)
def test_anything_else_is_no_language(said: str) -> None:
    """Nothing is guessed: a first name is none, although the world has languages called Ana and Maria."""
    with pytest.raises(NotALanguage):
        language_code(said)


def test_every_code_has_a_name_that_leads_back_to_it() -> None:
    """What a page shows is understood when it comes back from its form, as the code is; no name stands for two."""
    assert len(_NAMES) >= 184
    for code in _NAMES:
        assert language_code(code) == code
        assert language_code(language_name(code)) == code


def test_what_an_older_version_kept_is_shown_as_it_is() -> None:
    """Rows from before hold whatever was sent."""
    assert language_name("Spanglish") == "Spanglish"


@given(st.text(max_size=40))
def test_only_codes_are_kept(said: str) -> None:
    """Whatever is written, what is kept is a code of the list."""
    with contextlib.suppress(NotALanguage):
        assert language_code(said) in _NAMES
