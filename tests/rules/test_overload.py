"""When intake waits for paging."""

from datetime import timedelta

import pytest

from dispatch.rules.overload import LONG, MANY, is_behind

_MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("waiting", "longest", "behind"),
    [
        (0, timedelta(0), False),
        (MANY + 1, LONG, False),  # a storm: many at once
        (MANY, timedelta(hours=1), False),  # a carrier that hangs: a few for long
        (MANY + 1, LONG + _MOMENT, True),
    ],
)
def test_many_must_wait_for_long(waiting: int, longest: timedelta, behind: bool) -> None:
    assert is_behind(waiting, longest) is behind
