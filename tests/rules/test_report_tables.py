"""The tables of the view of response times, of a few call-outs. `tests/actions/test_show_response_times.py` has random
histories, read from the database."""

from datetime import UTC, date, datetime, timedelta

from dispatch.rules.reports.intervals import Interval, Stamps
from dispatch.rules.reports.periods import Period
from dispatch.rules.reports.report_tables import IntervalLine, Stretch, tables
from dispatch.rules.reports.responses import Response

NOW = datetime(2026, 11, 4, 3, 30, tzinfo=UTC)
_NAMES = {"ana": "Ana Reyes"}


def _callout(received_at: datetime, took: int | None, agency: str = "LBPD", specialist: str | None = "ana") -> Response:
    """Paged after a minute, taken after five, and somebody was there after so many minutes."""
    paged, taken = (received_at + timedelta(minutes=minutes) for minutes in (1, 5))
    arrived_at = None if took is None else received_at + timedelta(minutes=took)
    stamps = Stamps(received_at, paged, taken, None, arrived_at)
    past = None if took is None else took > 60
    return Response("c1", "K7Q", agency, specialist, received_at + timedelta(hours=1), stamps, None, past)


def test_nothing_came() -> None:
    shown = tables([], str, NOW)
    assert (shown.by, shown.stretches, shown.intervals, shown.agencies) == (Period.WEEK, [], [], [])


def test_weeks_intervals_hours_and_groups() -> None:
    """A call-out with nobody there counts in its hour and its groups, and in no mean."""
    sunday, monday = datetime(2026, 11, 2, 7, 30, tzinfo=UTC), datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    found = [
        _callout(sunday, 25),
        _callout(monday, 35, "LASD"),
        _callout(monday, 75),
        _callout(monday, None, "A", None),
    ]
    shown = tables(found, lambda person: _NAMES.get(person, person), NOW)
    early, whole = {Interval.HANDLING: timedelta(minutes=1), Interval.ACKNOWLEDGEMENT: timedelta(minutes=4)}, (1, 4)
    assert shown.stretches == [
        Stretch(date(2026, 10, 26), 1, early | {Interval.UNPARTED: timedelta(minutes=20)}),
        Stretch(date(2026, 11, 2), 2, early | {Interval.UNPARTED: timedelta(minutes=50)}),
    ]
    assert shown.intervals[-1] == IntervalLine(Interval.UNPARTED, 3, timedelta(minutes=40), 30.0, 62.0)
    assert [line.mean // timedelta(minutes=1) for line in shown.intervals[:2]] == list(whole)
    assert shown.hours == {(6, 23): (1, 0), (0, 0): (3, 2)}
    assert [(line.name, line.headline.summary.n) for line in shown.agencies] == [("A", 1), ("LASD", 1), ("LBPD", 2)]
    assert [line.name for line in shown.specialists] == ["Ana Reyes", "nobody"]


def test_months_where_weeks_would_be_too_many() -> None:
    shown = tables([_callout(NOW - timedelta(days=500), 25), _callout(NOW, 25)], str, NOW)
    assert shown.by is Period.MONTH
    assert [one.first_day for one in shown.stretches] == [date(2025, 6, 1), date(2026, 11, 1)]
