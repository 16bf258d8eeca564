"""Where the minutes of a call-out went, and which interval made it miss."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reports.intervals import Interval, Stamps, intervals, ran_over

RECEIVED = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _at(minute: float | None) -> datetime | None:
    return None if minute is None else RECEIVED + timedelta(minutes=minute)


def _stamps(*minutes: float | None) -> Stamps:
    """First page, taken, left, arrived; in minutes since it was received."""
    return Stamps(RECEIVED, *map(_at, minutes))


def _minutes(found: dict[Interval, timedelta]) -> dict[str, float]:
    return {interval.value: length / timedelta(minutes=1) for interval, length in found.items()}


@pytest.mark.parametrize(
    ("stamps", "found"),
    [
        ((1, 6, 14, 40), {"handling": 1, "acknowledgement": 5, "turnout": 8, "travel": 26}),
        ((1, 6, None, 40), {"handling": 1, "acknowledgement": 5, "turnout and travel": 34}),
        ((None, 6, 14, 40), {"acknowledgement": 6, "turnout": 8, "travel": 26}),
        ((None, None, 14, 40), {"turnout and travel": 40}),
        ((1, None, 14, 40), {"handling": 1, "turnout and travel": 39}),
        ((1, 6, 5, 40), {"handling": 1, "acknowledgement": 5, "turnout and travel": 34}),  # left before taking it
        ((1, 50, 52, 40), {"handling": 1, "turnout and travel": 39}),  # taken after a partner was there
        ((0, 0, 0, 0), {"handling": 0, "acknowledgement": 0, "turnout": 0, "travel": 0}),
    ],
)
def test_intervals_add_up_whatever_was_stamped(stamps: tuple[float | None, ...], found: dict[str, float]) -> None:
    """A stamp that is missing or out of order parts nothing, and its two intervals count as one."""
    assert _minutes(intervals(_stamps(*stamps))) == found


@pytest.mark.parametrize(
    ("stamps", "found"),
    [
        ((None, None, None, None), {"handling": 90}),
        ((1, None, None, None), {"handling": 1, "acknowledgement": 89}),
        ((1, 6, None, None), {"handling": 1, "acknowledgement": 5, "turnout": 84}),
        ((1, 6, 14, None), {"handling": 1, "acknowledgement": 5, "turnout": 8, "travel": 76}),
    ],
)
def test_without_an_arrival_the_last_interval_goes_on(
    stamps: tuple[float | None, ...], found: dict[str, float]
) -> None:
    """Until it ended, or until now."""
    assert _minutes(intervals(_stamps(*stamps), RECEIVED + timedelta(minutes=90))) == found


def test_nothing_is_known_without_an_end() -> None:
    assert intervals(_stamps(1, 2, 3, None)) == {}
    assert ran_over({}, HOUR) is None


@pytest.mark.parametrize(
    ("stamps", "words"),
    [
        ((1, 39, 41, 76.1), "nobody answered for 38 min"),
        ((0.1, 6, 10, 62), "52 min of travel"),
        ((0.1, 4, 34.5, 61), "30 min before leaving"),
        ((25, 30, 35, 61), "no page went out for 25 min"),
        ((1, 5, None, 60 + 8 / 60), "55 min from taking it to arriving"),
    ],
)
def test_the_interval_that_ran_over_is_named(stamps: tuple[float | None, ...], words: str) -> None:
    """The one that went furthest beyond its share of the target, not simply the longest: travel is always long."""
    found = ran_over(intervals(_stamps(*stamps)), HOUR)
    assert found is not None
    assert found.words == words


_MINUTES = st.one_of(st.none(), st.floats(0, 120))


@given(_MINUTES, _MINUTES, _MINUTES, st.floats(0, 120), st.booleans())
def test_intervals_are_the_response_time(
    paged: float | None, taken: float | None, left: float | None, end: float, arrived: bool
) -> None:
    """Their sum is the time from the receipt to the end, and one of a miss is beyond its share."""
    stamps = _stamps(paged, taken, left, end if arrived else None)
    until = RECEIVED + timedelta(minutes=end)
    found = intervals(stamps, until)
    assert sum(found.values(), timedelta(0)) == until - RECEIVED
    assert all(length >= timedelta(0) for length in found.values())
    shares = {"handling": 2, "acknowledgement": 10, "turnout": 10, "travel": 38, "turnout and travel": 48}
    if until - RECEIVED > HOUR:
        cause = ran_over(found, HOUR)
        assert cause is not None
        assert cause.length > timedelta(minutes=shares[cause.interval])
