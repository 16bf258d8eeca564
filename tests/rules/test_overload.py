"""When intake waits for paging."""

from datetime import timedelta

import pytest

from dispatch.rules.overload import A_FEW, A_STORM, LONG, TURNS_AFTER, most, take_turns

_MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("longest", "hangs", "may_wait"),
    [
        (timedelta(0), False, A_STORM),
        (LONG, False, A_STORM),  # a storm: many at once
        (LONG + _MOMENT, False, A_FEW),
        (timedelta(hours=1), True, A_STORM),  # a carrier that hangs: refusing others helps nobody
    ],
)
def test_many_may_wait_unless_pages_leave_late(longest: timedelta, hangs: bool, may_wait: int) -> None:
    assert most(longest, hangs=hangs) == may_wait


def test_agencies_take_turns_before_intake_waits() -> None:
    """A storm leaves in the order in which it came."""
    assert not take_turns(TURNS_AFTER)
    assert take_turns(TURNS_AFTER + _MOMENT)
    assert TURNS_AFTER < LONG
