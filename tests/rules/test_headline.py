"""No figure claims more than its number carries."""

from datetime import timedelta

import pytest

from dispatch.rules.callout.response_clock import Tally, total
from dispatch.rules.reports.headline import CameOf, Headline, minutes, seconds_text, share


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "–"),
        (1, 1, "1 of 1"),
        (7, 7, "7 of 7"),
        (18, 19, "18 of 19"),
        (19, 20, "95 %"),
        (20, 20, "100 %"),
        (0, 20, "0 %"),
        (249, 250, "99 %"),
        (999_999, 1_000_000, "99 %"),
    ],
)
def test_a_share_is_said_in_percent_from_twenty_on(part: int, whole: int, words: str) -> None:
    """Below, as how many of how many; and 100 % is everybody."""
    assert share(part, whole) == words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (3599.2, "60:00"), (3600, "60:00"), (3600.000001, "60:01"), (3608, "60:08"), (6000, "100:00")],
)
def test_what_is_beyond_the_target_reads_beyond_it(seconds: float, text: str) -> None:
    assert seconds_text(timedelta(seconds=seconds)) == text


def test_minutes_are_said_to_the_tenth() -> None:
    assert (minutes(60.1), minutes(7.0), minutes(None)) == ("60.1", "7.0", "–")


def _headline(
    count: int, missed: int = 0, waiting: int = 0, past: int = 0, excluded: int = 0, reviewed: int = 0
) -> Headline:
    times = [300 + 10 * number for number in range(count)]
    return Headline(Tally(count, missed, times, waiting, past).summary(), count, excluded, reviewed)


def test_nothing_is_said_of_nothing() -> None:
    empty = _headline(0)
    assert (empty.within, empty.p90, empty.median, empty.worst_words, empty.after_exclusions) == ("–",) * 5
    assert (empty.to_review, empty.undecided) == (0, 0)


def test_below_twenty_there_is_no_90th() -> None:
    assert (_headline(19).p90, _headline(19).within) == ("–", "19 of 19")
    assert (_headline(20).p90, _headline(20).within) == ("47.1", "100 %")


def test_what_two_people_left_out_is_counted_beside_the_rest() -> None:
    """Raw and after exclusions; misses count down as they are reviewed."""
    line = _headline(100, missed=10, waiting=3, past=2, excluded=4, reviewed=5)
    assert (line.within, line.after_exclusions) == ("88 %", "91 %")
    assert (line.decided, line.undecided, line.to_review) == (102, 1, 7)
    assert line.worst_words == "129.0"
    assert Headline(line.summary, 100, worst=timedelta(minutes=98, seconds=3)).worst_words == "98:03"


def test_a_total_is_of_all_call_outs_together() -> None:
    """No mean of the agencies' figures: one with a single call-out would weigh as much as one with a hundred."""
    ours, theirs = Tally(1, 0, [10]), Tally(3, 1, [400, 20, 30], 2, 1)
    assert total([ours, theirs]).summary() == Tally(4, 1, [10, 20, 30, 400], 2, 1).summary()
    assert sum([CameOf(1, 2, 3), CameOf(10, 20, 30)], CameOf()) == CameOf(11, 22, 33)
