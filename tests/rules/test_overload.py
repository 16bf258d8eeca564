"""When intake waits for paging."""

from datetime import timedelta

import pytest

from dispatch.rules.admission import (
    A_FEW,
    A_STORM,
    FAIR_AFTER,
    LONG,
    NEXT_TO_NOTHING,
    is_let_in,
    may_wait,
    queue_fairly,
)

_MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("longest", "hangs", "so_many"),
    [
        (timedelta(0), False, A_STORM),
        (LONG, False, A_STORM),  # a storm: many at once
        (LONG + _MOMENT, False, A_FEW),
        (timedelta(hours=1), True, A_STORM),  # a carrier that hangs: refusing others helps nobody
    ],
)
def test_many_may_wait_unless_pages_leave_late(longest: timedelta, hangs: bool, so_many: int) -> None:
    assert may_wait(longest, hangs=hangs) == so_many


def test_agencies_take_turns_before_intake_waits() -> None:
    """A storm leaves in the order in which it came."""
    assert not queue_fairly(FAIR_AFTER)
    assert queue_fairly(FAIR_AFTER + _MOMENT)
    assert FAIR_AFTER < LONG


@pytest.mark.parametrize(("hangs", "fewer_than"), [(False, NEXT_TO_NOTHING), (True, A_FEW)])
def test_whoever_has_next_to_nothing_waiting_is_let_in(hangs: bool, fewer_than: int) -> None:
    """While the carrier hangs nothing leaves, so that an agency soon has more waiting."""
    assert is_let_in(fewer_than - 1, hangs=hangs)
    assert not is_let_in(fewer_than, hangs=hangs)
