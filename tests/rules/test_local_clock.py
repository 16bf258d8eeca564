"""When clocks on the wall show a time of day."""

from datetime import UTC, datetime, time

from dispatch.rules.roster.local_clock import next_time


def test_times_of_day_follow_the_local_clock() -> None:
    """Nine o'clock is 17:00 UTC in winter, 16:00 in summer, and the next day once it has passed."""
    nine = time(9)
    assert next_time(nine, datetime(2026, 11, 24, 16, 59, tzinfo=UTC)) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert next_time(nine, datetime(2026, 11, 24, 17, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert next_time(nine, datetime(2026, 3, 8, 8, 0, tzinfo=UTC)) == datetime(2026, 3, 8, 16, tzinfo=UTC)
