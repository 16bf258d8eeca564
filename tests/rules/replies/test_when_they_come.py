"""When somebody says that they come, in any words. It is only said back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.callout.eta import ClockTime
from dispatch.rules.reader.plain_questions import asking_of
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.spoken_numbers import in_digits
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.reader.when_they_come import latest
from dispatch.rules.reader.words.numerals import MINUTES_SLIPPED

NIGHT = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # 02:40 in Los Angeles


def minutes(text: str, now: datetime = NIGHT) -> int | None:
    at = latest(asking_of(read(text)).times, now)
    return None if at is None else round((at - now) / timedelta(minutes=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("22 mikes", 22), ("be there by 3 30", 50), ("LLEGO A LAS 3 20", 40), ("0345 hours", 65)),
        *(("on scene 0330", 50), ("an hr n 15", 75), ("an hour and ten, gotta get gas", 70)),
        *(("yes but not before 4 ok?", 80), ("I wont get there till 4", 80), ("30 mins instead of 20", 30)),
        ("Quarter to 3 is too soon, make it 3 o'clock", 20),
        *(("me falta como 40 min hay un choque en el freeway", 40), ("about fiften minuets", 15), ("yes half hr", 30)),
        *(("eta 22", 22), ("twenty five past three", 45), ("25 to four", 55)),
        *(("quarter past now, the dog ran out", 35), ("tres y media", 50), ("cuarto para las cuatro", 65)),
        *(("a las cuatro menos cuarto", 65), ("zero three three zero hours", 50), ("there by 3 20 minutes tops", 20)),
        *(("20 25, traffic", 25), ("four a.m. with the sitter", 80), ("on the hour, I mean 3", 20)),
        *(("quarter past, no, make that 3 flat", 20), ("three quarters of an hour", 45)),
        *(("media hora menos cinco", 25), ("two dozen minutes", 24), ("five and twenty to four", 55)),
        *(("como en 35 minutos llego", 35), ("one hour", 60), ("15 to 20", 20), ("out the door in 5, there in 30", 30)),
    ],
)
def test_a_time_in_any_words(text: str, expected: int) -> None:
    """Spoken hours, military ones, spans, slips, corrections, and of two times the later."""
    assert minutes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("the officer left 20 min ago", "why do you text me at 3 in the morning", "I am up, its 3 in the morning"),
        *("took the 405", "she has 2 kids", "I have been up since 4", "room 12", "10-8 en route", "asleep till 6"),
        "did she say 20 min?",
    ],
)
def test_a_number_that_is_no_time(text: str) -> None:
    """What is past, counted, or asked says nothing of when they come."""
    assert minutes(text) is None


_SPELLED = [
    *("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}


def spelled(number: int) -> str:
    tens, unit = number // 10 * 10, number % 10
    if number < 20:
        return _SPELLED[number - 3]
    return f"{_TENS[tens]} {['', 'one', 'two', *_SPELLED][unit]}".strip()


@given(st.integers(3, 59))
def test_every_number_that_is_spelled_out(number: int) -> None:
    """Is the same as its digits."""
    assert in_digits(spelled(number).upper().split()) == str(number)
    assert minutes(f"{spelled(number)} minutes") == number


@given(st.integers(3, 59), st.sampled_from(sorted(MINUTES_SLIPPED)))
def test_a_slip_in_the_unit(number: int, unit: str) -> None:
    """Is still a unit: also where the number acts."""
    assert minutes(f"{number} {unit.lower()}") == number
    assert read(f"{number} {unit.lower()}").eta == number


@given(st.integers(3, 5), st.integers(0, 59))
def test_one_time_in_all_its_forms(hour: int, minute: int) -> None:
    """With a colon, behind "at", as the military says it, or spoken."""
    past = (hour - 2) * 60 + minute - 40
    expected = past if 3 <= past <= 180 else None
    forms = [
        f"at {hour}:{minute:02}",
        f"by {hour} {minute:02}",
        f"{hour:02}{minute:02} hrs",
        f"a las {hour} {minute:02}",
    ]
    if 3 <= minute < 30:
        forms += [f"{spelled(minute)} past {spelled(hour)}", f"{minute} after {hour}"]
    if 30 < minute <= 57:
        forms += [f"{spelled(60 - minute)} to {spelled(hour + 1)}"] if 60 - minute > hour + 1 else []
    assert [minutes(form) for form in forms] == [expected] * len(forms)


@given(st.integers(1, 12), st.integers(10, 59))
def test_a_spaced_time_acts_only_behind_its_word(hour: int, minute: int) -> None:
    """ "By 3 30" is a time; "1 25" stays a key and minutes."""
    assert read(f"by {hour} {minute}").eta == ClockTime(hour, minute)
    assert read(f"1 {minute}").eta == minute
    assert read(f"ok by {hour} {minute} minutes").eta is None


@given(st.integers(1, 12))
def test_o_clock(hour: int) -> None:
    """A number before it is an hour, and never a key."""
    said = read(f"{hour} o'clock")
    assert (said.word, said.eta) == (Word.ETA, ClockTime(hour, 0))


@given(st.text(max_size=200))
def test_any_text_can_be_read_for_times(text: str) -> None:
    """Never raises, and no moment lies behind."""
    at = latest(asking_of(read(text)).times, NIGHT)
    assert at is None or at > NIGHT
