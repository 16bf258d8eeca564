"""Days, weeks and months as people here count them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reports.periods import Lately, Period, asked_span, first_day, first_days
from dispatch.rules.roster.local_clock import midnight

# 23:30 on the last of October here, and the morning after the night in which the clocks are set back.
LATE, MORNING = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (Period.WEEK, [date(2026, 10, 26), date(2026, 11, 2)]),
        (Period.MONTH, [date(2026, 10, 1), date(2026, 11, 1)]),
    ],
)
def test_periods_begin_at_local_midnight(period: Period, days: list[date]) -> None:
    """A call-out late in the evening counts for that day here, although the day has long changed in UTC."""
    assert first_days(LATE, MORNING, period) == days


_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)), st.sampled_from([*Period]))
def test_each_moment_is_in_one_period(first: datetime, span: timedelta, period: Period) -> None:
    """Periods follow each other without a gap; the first one holds the first moment, the last one the last."""
    days = first_days(first, first + span, period)
    assert (days[0], days[-1]) == (first_day(first, period), first_day(first + span, period))
    assert midnight(days[0]) <= first
    for one, following in pairwise(days):
        assert first_day(midnight(following) - timedelta(seconds=1), period) == one


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
