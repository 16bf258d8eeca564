"""How moments and spans are said to people."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules.wording import times
from tests.rules.situations import NIGHT


def test_programs_read_utc() -> None:
    """One way to write a moment in whatever a program gets."""
    assert times.utc_iso(NIGHT) == "2026-11-24T10:14:00Z"
    assert times.utc_iso(None) is None


def test_days_and_times_are_local() -> None:
    """10:14 UTC is a quarter past two in winter."""
    assert times.local_day_and_time(NIGHT).endswith("02:14")
    assert times.local_day_and_time(NIGHT).startswith(times.local_day(NIGHT))
    assert times.local_iso(NIGHT).endswith("02:14:00-08:00")


@pytest.mark.parametrize(
    ("seconds", "left", "away"),
    [
        (0, (0, "min left"), "now"),
        (5, (0, "min left"), "now"),
        (6, (0, "min left"), "in under 1 min"),
        (59, (0, "min left"), "in under 1 min"),
        (-59, (0, "min over"), "now"),
        (60, (1, "min left"), "in 1 min"),
        (-60, (1, "min over"), "1 min ago"),
        (-3599, (59, "min over"), "59 min ago"),
        (3600, (60, "min left"), "in 1 h"),
        (86399, (1439, "min left"), "in 23 h 59 min"),
        (-7500, (125, "min over"), "2 h 5 min ago"),
        (86400, (1440, "min left"), "in 1 day"),
        (-86400, (1440, "min over"), "1 day ago"),
        (172800, (2880, "min left"), "in 2 days"),
        (-200000, (3333, "min over"), "2 days ago"),
    ],
)
def test_how_far_away_a_moment_is(seconds: int, left: tuple[int, str], away: str) -> None:
    """Minutes are cut off: one that is not over has not passed, and what comes within it is not there yet."""
    moment = NIGHT + timedelta(seconds=seconds)
    assert times.minutes_left(moment, NIGHT) == left
    assert times.from_now(moment, NIGHT) == away


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (3600, ("60", "min left of")),
        (900, ("15", "min left of")),
        (899, ("14:59", "min left of")),
        (1, ("0:01", "min left of")),
        (0, ("0:00", "min over")),
        (-185, ("3:05", "min over")),
        (-3599, ("59:59", "min over")),
        (-3785, ("1:03:05", "h over")),
    ],
)
def test_the_last_quarter_of_an_hour_is_shown_to_the_second(seconds: int, shown: tuple[str, str]) -> None:
    assert times.time_left(NIGHT + timedelta(seconds=seconds), NIGHT) == shown


def test_a_day_is_written_one_way() -> None:
    """A preview once said "Sun 06 Dec" in its heading, and "Sun 6 Dec" in the text below it."""
    moment = datetime(2026, 12, 6, 20, 5, tzinfo=UTC)
    assert times.local_day(moment) == "Sun 6 Dec"
    assert times.local_day_and_time(moment) == "Sun 6 Dec 12:05"
