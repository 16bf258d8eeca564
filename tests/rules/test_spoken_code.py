"""The spoken code of a call-out stays itself over a bad line and is never taken for an answer."""

import random
import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.facts.code import (
    DIGITS,
    LATER_LETTERS,
    LETTERS,
    candidates,
    looks_like_code,
    shared_parts,
    spell,
    too_near,
)
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.reader.words import WORDS
from tests.each import each

LENGTHS = (3, 5, 7)
drawn = st.builds(lambda seed: candidates(random.Random(seed)), st.integers())
codes = drawn.flatmap(st.sampled_from)


@given(codes)
def test_letters_and_digits_alternate(code: str) -> None:
    """The place of a character says whether it is a letter or a digit, so no code is a word."""
    assert code[0] in LETTERS
    assert set(code[2::2]) <= set(LATER_LETTERS)
    assert set(code[1::2]) <= set(DIGITS)


def test_the_same_chance_gives_the_same_codes() -> None:
    """A rehearsal can be played again."""
    assert candidates(random.Random(1)) == candidates(random.Random(1))


def test_each_is_drawn_by_itself() -> None:
    """One number is drawn for all; still every short code comes at every place, and none goes by another."""
    drawn = [candidates(random.Random(seed)) for seed in range(8_000)]
    places = list(zip(*drawn, strict=True))
    assert [len(set(place)) for place in places[:6]] == [431] * 6
    for one, other in combinations(places, 2):
        same_letter = sum(a[0] == b[0] for a, b in zip(one, other, strict=True))
        assert 700 < same_letter < 1_080, "one in nine"


def test_no_character_that_is_mistaken_for_another() -> None:
    """The characters include none of the pairs that are confused by eye or by ear."""
    assert not set("IOSZBGDYNH") & set(LETTERS)
    assert not set("0125") & set(DIGITS)


@given(codes)
def test_every_code_is_known_as_one(code: str) -> None:
    """What we give out is recognised, in small letters too."""
    assert looks_like_code(code)
    assert looks_like_code(code.lower())


@each(
    token=[
        *("", "K", "K7", "7K7", "K77", "KQ7", "K1Q", "Y5M", "N5M", "H5M", "K7Q1", "K7Q 1", "K7ß", "K7Q\n"),
        *("K5M", "K4M", "A4M", "O4M", "L8R"),
    ]
)
def test_what_is_no_code(token: str) -> None:
    """Answers, times and near misses are not taken for a code."""
    assert not looks_like_code(token)


@given(codes)
def test_a_code_is_never_an_answer(code: str) -> None:
    """A text of nothing but the code changes nothing, and no word of the table is a code."""
    assert read(code).word is Word.UNCLEAR
    assert not any(looks_like_code(word) for senses in WORDS.values() for sense in senses for word in sense)


@given(
    codes, st.sampled_from(["k", "ok", "y", "a", "o", "1", ""]), st.integers(1, 99), st.sampled_from(["", " ", ", "])
)
def test_no_code_is_a_take_with_minutes(code: str, before: str, minutes: int, gap: str) -> None:
    """ "k4m" is "ok, in four minutes", however it is written: an M behind a digit is never part of a code."""
    assert not re.search(r"[0-9]M", code)
    assert read(f"{before}{gap}{minutes}m").code is None


def test_later_is_no_code() -> None:
    """Nobody takes L8R by writing "ok l8r"."""
    given_out = {candidates(Drawing(number))[0] for number in range(432)}
    assert len(given_out) == 431
    assert "L8R" not in given_out


class Drawing(random.Random):
    """Draws this number."""

    def __init__(self, number: int) -> None:
        super().__init__(1)
        self._number = number

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return self._number


short_codes = drawn.map(lambda some: some[0])


@given(short_codes, short_codes)
def test_near_is_one_slip_away(one: str, other: str) -> None:
    """Short codes are too near to each other when they differ in one place or in none, and then they share a part."""
    near = sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    assert (other in too_near(one)) == (one in too_near(other)) == near
    assert bool(set(shared_parts(one)) & set(shared_parts(other))) == near


@given(codes)
def test_whatever_is_near_is_a_code(code: str) -> None:
    """A code is near to itself, once; a short one to 20 others besides, each of which may be given out as well."""
    near = too_near(code)
    assert near[0] == code
    assert len(set(near)) == len(near) == (21 if len(code) == 3 else 1)
    assert all(looks_like_code(one) and len(one) == len(code) for one in near if one != "L8R")


@given(st.integers())
def test_a_long_code_is_near_to_nothing_short(seed: int) -> None:
    """Codes of different lengths share nothing."""
    drawn = candidates(random.Random(seed))
    parts = [{part for code in drawn if len(code) == length for part in shared_parts(code)} for length in LENGTHS]
    assert not parts[0] & parts[1]
    assert not parts[1] & parts[2]


def test_short_codes_are_tried_first() -> None:
    """Several of each length but the last, so that one that is taken costs no second question."""
    lengths = [len(code) for code in candidates(random.Random(1))]
    assert lengths == sorted(lengths)
    assert set(lengths) == set(LENGTHS)


def test_spelled_for_a_voice() -> None:
    """Commas make the voice say each character by itself."""
    assert spell("K7Q") == "K, 7, Q"
