"""An age band: how old a child is, as far as anybody knows.

The law: what is kept is composed of numbers and of words from this file, never copied from what was said. So it can
contain no name, no address and no phone number, whoever writes it and whatever stands beside an age.
"""

import re
import unicodedata

LONGEST = 40
OLDEST = 25
_MOST_AGES = 8
EXAMPLE = '"13-15", "13" or "teen"'


class NotAnAge(ValueError):
    """it says no age; the message says how to write one"""


# Words that say no age by themselves: "about 14 years old" is 14.
_BEFORE = r"(?:(?:age[ds]?|edad|about|approx(?:imately)?|around|circa|unos|~)[ .:]*)*"
_AFTER = r"(?:[ -]?(?:years?[ -]?olds?|years?|yrs?\.?(?:[ -]?old)?|yo|y/o|años|anos))?"
_AGES = re.compile(rf"{_BEFORE}(?P<said>.+?){_AFTER}")
_NUMBER = "([0-9]{1,2})"
_RANGE = re.compile(rf"(?:between )?{_NUMBER} ?(?:-|to|a|through) ?{_NUMBER}")
_SEVERAL = re.compile(rf"{_NUMBER}(?:(?: ?[,/&] ?| )(?:(?:and|or|y|o) )?{_NUMBER}){{1,{_MOST_AGES - 1}}}")
_ONE = re.compile(_NUMBER)
_BOUND = re.compile(
    rf"(?:(?P<under>under|below|younger than|menor de|<) ?|(?P<over>over|above|older than|>) ?){_NUMBER}"
)
_AND_UP = re.compile(rf"{_NUMBER} ?(?:\+|(?:and|or) (?:up|older|over))")

_WORDS = {
    "infant": ("infant", "baby", "newborn", "bebe"),
    "toddler": ("toddler",),
    "child": ("child", "children", "kid", "kids", "nino", "nina"),
    "preteen": ("preteen", "pre-teen", "pre teen", "preteens", "tween", "tweens"),
    "teen": ("teen", "teens", "teenager", "teenagers", "teenage", "adolescent", "adolescents", "adolescente"),
    "early teens": ("early teens", "early teen", "early-teens", "young teen"),
    "mid teens": ("mid teens", "mid teen", "mid-teens", "midteens"),
    "late teens": ("late teens", "late teen", "late-teens", "older teen"),
    "minor": ("minor", "minors", "juvenile", "juveniles", "menor", "menor de edad"),
    "young adult": ("young adult", "young adults"),
    "adult": ("adult", "adults", "adulto", "adulta"),
}
_WORD_FOR = {said: word for word, ways in _WORDS.items() for said in ways}


def age_band(text: str) -> str:
    """The ages that `text` says, in one spelling. Raises `NotAnAge`."""
    plain = _plain(text)
    if (word := _WORD_FOR.get(plain)) is not None:
        return word
    found = _AGES.fullmatch(plain)
    numbers = _numbers(found["said"]) if found else None
    if numbers is None:
        raise NotAnAge(f"is no age; write it like {EXAMPLE}, from 0 to {OLDEST}. No name belongs here")
    return numbers


def _plain(text: str) -> str:
    """In lower case without accents, with one kind of dash and single spaces; empty if it is too long."""
    if len(text) > LONGEST:
        return ""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", bare).split())


def _numbers(said: str) -> str | None:
    if (found := _RANGE.fullmatch(said)) is not None:
        ages = sorted({int(found[1]), int(found[2])})
        shown = "-".join(map(str, ages))
    elif (found := _AND_UP.fullmatch(said)) is not None:
        ages = [int(found[1])]
        shown = f"{ages[0]}+"
    elif (found := _BOUND.fullmatch(said)) is not None:
        ages = [int(found[3])]
        shown = f"{'under' if found['under'] else 'over'} {ages[0]}"
    elif _ONE.fullmatch(said) or _SEVERAL.fullmatch(said):
        ages = sorted({int(age) for age in _ONE.findall(said)})
        shown = ", ".join(map(str, ages))
    else:
        return None
    return shown if ages[-1] <= OLDEST else None
