"""One call-out as a report sees it, and what is counted of several."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dispatch.rules.reports.exclusions import Exclusion, ExclusionCode
from dispatch.rules.reports.intervals import Interval, Stamps
from dispatch.rules.reports.responses import Response, tally_of

RECEIVED = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
TARGET = RECEIVED + timedelta(hours=1)
OPEN = Response("1", "K7Q", "LBPD", None, TARGET, Stamps(RECEIVED), None, None)


def _there(seconds: float) -> Response:
    stamps = replace(OPEN.stamps, arrived_at=RECEIVED + timedelta(seconds=seconds))
    return replace(OPEN, stamps=stamps, past_target=seconds > 3600)


def test_an_open_one_is_missed_when_its_target_has_passed() -> None:
    """Not before, and not at the very moment."""
    assert not OPEN.is_missed(TARGET)
    assert OPEN.is_missed(TARGET + timedelta(microseconds=1))
    assert OPEN.ran_over(TARGET) is None
    assert OPEN.lasted(TARGET) == OPEN.target == timedelta(hours=1)
    assert OPEN.time is None


def test_the_clock_stops_at_the_arrival_or_the_end() -> None:
    later = TARGET + timedelta(hours=9)
    assert _there(3608).lasted(later) == _there(3608).time == timedelta(seconds=3608)
    closed = replace(OPEN, ended_at=TARGET + timedelta(minutes=5), past_target=True)
    assert closed.lasted(later) == timedelta(minutes=65)
    ran_over = closed.ran_over(later)
    assert ran_over is not None
    assert (ran_over.interval, ran_over.length) == (Interval.HANDLING, timedelta(minutes=65))


def test_it_is_left_out_when_two_have_agreed() -> None:
    coded = Exclusion(ExclusionCode.SURGE, "cora", RECEIVED)
    assert not OPEN.is_excluded
    assert not replace(OPEN, exclusion=coded).is_excluded
    assert replace(OPEN, exclusion=replace(coded, approved_by="omar", approved_at=RECEIVED)).is_excluded


def test_times_count_to_the_tenth_a_half_rounded_up() -> None:
    """As the database counts them; an open one past its target is missed already."""
    tally = tally_of([_there(3608), _there(3), _there(2.999999), OPEN], TARGET + timedelta(seconds=1))
    assert (tally.known, tally.missed, list(tally.times)) == (3, 1, [601, 1, 0])
    assert (tally.waiting, tally.waiting_past_target) == (1, 1)
    assert tally_of([OPEN], RECEIVED).waiting_past_target == 0


def test_what_was_called_off_in_time_is_no_miss_however_late_somebody_looks() -> None:
    """Nobody writes a review of it, and no view says that its hour was missed."""
    called_off = replace(OPEN, ended_at=RECEIVED + timedelta(minutes=10))
    assert not called_off.is_missed(TARGET + timedelta(days=1))
    assert called_off.ran_over(TARGET + timedelta(days=1)) is None
    assert OPEN.is_missed(TARGET + timedelta(seconds=1))
