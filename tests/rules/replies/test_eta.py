"""When somebody says that they will be there: no officer is told a time that nobody can have meant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.callout.eta import ClockTime, eta_at
from dispatch.rules.facts.moments import NaiveMoment

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@given(st.integers(1, 360))
def test_minutes_are_from_now(minutes: int) -> None:
    """So many minutes after the text came."""
    assert eta_at(minutes, NIGHT) == NIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ClockTime(2, 45), at(10, 45)),
        (ClockTime(2, 45, exact=True), at(10, 45)),
        (ClockTime(2, 17), at(10, 17)),
        (ClockTime(2, 16), None),
        (ClockTime(2, 14), None),
        (ClockTime(2, 0), None),
        (ClockTime(5, 14), at(13, 14)),
        (ClockTime(5, 15), None),
        (ClockTime(14, 45), None),
        (ClockTime(14, 45, exact=True), None),
    ],
)
def test_a_clock_time_is_3_to_180_minutes_ahead(said: ClockTime, expected: datetime | None) -> None:
    """What is past, or half a day off, is no ETA."""
    assert eta_at(said, NIGHT) == expected


def test_either_half_of_the_day() -> None:
    """2:45 in the afternoon is 14:45, and 12:30 shortly before midnight is 00:30."""
    afternoon = datetime(2026, 11, 24, 22, 14, tzinfo=UTC)  # 14:14
    assert eta_at(ClockTime(2, 45), afternoon) == afternoon + timedelta(minutes=31)
    assert eta_at(ClockTime(14, 45), afternoon) == afternoon + timedelta(minutes=31)
    late = datetime(2026, 11, 25, 7, 50, tzinfo=UTC)  # 23:50
    assert eta_at(ClockTime(12, 30), late) == late + timedelta(minutes=40)
    assert eta_at(ClockTime(0, 30), late) == late + timedelta(minutes=40)


def test_the_repeated_hour_and_the_hour_left_out() -> None:
    """In autumn 1:30 is the next of the two; in spring 2:30, which no clock shows, is 3:30."""
    autumn = datetime(2026, 11, 1, 8, 50, tzinfo=UTC)  # 01:50 for the first time
    assert eta_at(ClockTime(1, 30), autumn) == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    spring = datetime(2026, 3, 8, 9, 50, tzinfo=UTC)  # 01:50; ten minutes later it is 03:00
    assert eta_at(ClockTime(3, 15), spring) == datetime(2026, 3, 8, 10, 15, tzinfo=UTC)
    assert eta_at(ClockTime(2, 30), spring) == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)


def test_nothing_said() -> None:
    """No ETA is no moment, and a moment without a zone is refused."""
    assert eta_at(None, NIGHT) is None
    with pytest.raises(NaiveMoment):
        eta_at(20, datetime(2026, 11, 24))  # noqa: DTZ001 - a naive moment is what is tested
