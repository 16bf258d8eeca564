"""An age band is made of numbers and of a few words for ages: a name cannot be written as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.ages import NotAnAge, age_band


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("13", "13"),
        ("7", "7"),
        ("0", "0"),
        ("13-15", "13-15"),
        (" 13 – 15 ", "13-15"),
        ("13 to 15", "13-15"),
        ("13 a 15 años", "13-15"),
        ("15-13", "13-15"),
        ("13-13", "13"),
        ("13, 15", "13, 15"),
        ("13 and 15", "13, 15"),
        ("13/15/13", "13, 15"),
        ("12, 14, and 16", "12, 14, 16"),
        ("15 y 13", "13, 15"),
        ("about 14", "14"),
        ("~14", "14"),
        ("14 years old", "14"),
        ("14-year-old", "14"),
        ("14 yo", "14"),
        ("14yrs", "14"),
        ("age 14", "14"),
        ("ages 13-15", "13-15"),
        ("under 13", "under 13"),
        ("<13", "under 13"),
        ("menor de 13", "under 13"),
        ("13+", "13+"),
        ("13 and up", "13+"),
        ("over 13", "over 13"),
        ("> 13", "over 13"),
        ("teen", "teen"),
        ("Teens", "teen"),
        ("TEENAGER", "teen"),
        ("adolescente", "teen"),
        ("early teens", "early teens"),
        ("mid-teens", "mid teens"),
        ("pre-teen", "preteen"),
        ("tween", "preteen"),
        ("toddler", "toddler"),
        ("infant", "infant"),
        ("baby", "infant"),
        ("bebé", "infant"),
        ("child", "child"),
        ("minor", "minor"),
        ("menor de edad", "minor"),
        ("１４", "14"),
    ],
)
def test_ages_are_understood(said: str, kept: str) -> None:
    """However an officer's program writes it, one spelling is kept."""
    assert age_band(said) == kept
    assert age_band(kept) == kept


@pytest.mark.parametrize(
    "said",
    [
        *("", " ", "Maria", "Maria 14", "14 Maria", "teen Maria", "13-15 (Maria)", "13-Maria", "under Maria"),
        *("26", "13-99", "-5", "13.5", "5550177", "555-0177", "twenty", "14 years old girl", "13\n15 Main St"),
        *("1, 2, 3, 4, 5, 6, 7, 8, 9", "9" * 5000, "13" + "-" * 5000),
    ],
)
def test_anything_else_is_no_age(said: str) -> None:
    """No name, no address and no number of a phone passes, beside an age or alone."""
    with pytest.raises(NotAnAge):
        age_band(said)


@given(st.text(max_size=40))
def test_what_is_kept_is_made_of_few_words(said: str) -> None:
    """Whatever is written, what is kept holds digits and words of the list, so nothing else can hide in it."""
    try:
        kept = age_band(said)
    except NotAnAge:
        return
    words = kept.replace(",", " ").replace("-", " ").replace("+", " ").split()
    assert all(word.isdigit() or word in _WORDS for word in words)


_WORDS = {"under", "over", "early", "mid", "late", "teens", "teen", "preteen", "toddler", "infant", "child", "minor"}
_WORDS |= {"young", "adult"}
