"""Days, weeks and months as people here count them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reports.periods import Lately, Period, asked_span, local_day, periods

# 23:30 on the last of October here, and the morning after the night in which the clocks are set back.
LATE, MORNING = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (Period.DAY, [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]),
        (Period.WEEK, [date(2026, 10, 26), date(2026, 11, 2)]),
        (Period.MONTH, [date(2026, 10, 1), date(2026, 11, 1)]),
    ],
)
def test_periods_begin_at_local_midnight(period: Period, days: list[date]) -> None:
    """A call-out late in the evening counts for that day here, although the day has long changed in UTC."""
    found = periods(LATE, MORNING, period)
    assert found is not None
    assert [local_day(starts_at) for starts_at, _ in found] == days
    assert {starts_at.time().isoformat() for starts_at, _ in found} == {"00:00:00"}


def test_everything_is_one_period_without_bounds() -> None:
    """A report over everything is not cut into periods."""
    assert periods(LATE, MORNING, Period.ALL) is None


def test_a_day_may_have_25_hours() -> None:
    """In the night in which the clocks are set back, a day is longer."""
    found = periods(LATE, MORNING, Period.DAY)
    assert found is not None
    lengths = [ends_at.astimezone(UTC) - starts_at.astimezone(UTC) for starts_at, ends_at in found]
    assert lengths == [timedelta(hours=24), timedelta(hours=25), timedelta(hours=24)]


_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)), st.sampled_from([*Period][:3]))
def test_each_moment_is_in_one_period(first: datetime, span: timedelta, period: Period) -> None:
    """Periods follow each other without a gap, and hold the first and the last moment."""
    found = periods(first, first + span, period)
    assert found is not None
    assert found[0][0] <= first < found[0][1]
    assert found[-1][0] <= first + span < found[-1][1]
    assert all(one[1] == following[0] for one, following in pairwise(found))


# ---- what a person asks for ----------------------------------------------------------------------------------------

WEDNESDAY = datetime(2026, 11, 26, 5, tzinfo=UTC)  # the evening of the 25th here


def test_weeks_are_whole_ones_and_the_last_goes_on() -> None:
    """Thirteen weeks begin on the Monday twelve weeks before this one, at midnight here: then an hour off from now."""
    since, until = asked_span(Lately.WEEKS_13, None, None, WEDNESDAY)
    assert until is None
    assert since == datetime(2026, 8, 31, 7, tzinfo=UTC)
    assert asked_span(Lately.WEEKS_4, None, None, WEDNESDAY)[0] == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_everything_has_no_bounds_and_days_are_included() -> None:
    """The last day counts to its end, also when it has 25 hours."""
    assert asked_span(Lately.ALL, date(2026, 1, 1), None, WEDNESDAY) == (None, None)
    day = date(2026, 11, 1)
    since, until = asked_span(Lately.DAYS, day, day, WEDNESDAY)
    assert since is not None
    assert until is not None
    assert until - since == timedelta(hours=25)
    assert asked_span(Lately.DAYS, None, None, WEDNESDAY) == (None, None)
    assert asked_span(Lately.DAYS, None, date.max, WEDNESDAY) == (None, None), "no day follows it"
    assert [one.words for one in Lately][:2] == ["Last 4 weeks", "Last 13 weeks"]
