"""When clocks on the wall show a time of day."""

from datetime import UTC, datetime, time

from dispatch.rules.roster.local_clock import next_shown, next_time


def test_times_of_day_follow_the_local_clock() -> None:
    """Nine o'clock is 17:00 UTC in winter, 16:00 in summer, and the next day once it has passed."""
    nine = time(9)
    assert next_time(nine, datetime(2026, 11, 24, 16, 59, tzinfo=UTC)) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert next_time(nine, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert next_time(nine, datetime(2026, 3, 8, 8, 0, tzinfo=UTC)) == datetime(2026, 3, 8, 16, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_a_person_means_the_next_of_the_two() -> None:
    """Said at 01:50 PDT, 01:10 is in twenty minutes, and 01:55 in five; at 01:50 PST both are tomorrow."""
    first, second = datetime(2026, 11, 1, 8, 50, tzinfo=UTC), datetime(2026, 11, 1, 9, 50, tzinfo=UTC)
    assert next_shown(time(1, 10), first) == datetime(2026, 11, 1, 9, 10, tzinfo=UTC)
    assert next_shown(time(1, 55), first) == datetime(2026, 11, 1, 8, 55, tzinfo=UTC)
    assert next_shown(time(1, 10), second) == datetime(2026, 11, 2, 9, 10, tzinfo=UTC)
    assert next_time(time(1, 10), first) == datetime(2026, 11, 2, 9, 10, tzinfo=UTC), "what is done daily is done once"
