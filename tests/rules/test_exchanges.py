"""The exchanges of a call: which request of the carrier changes something."""

import pytest

from dispatch.rules.phone.exchanges import Comes, Exchange, comes


@pytest.mark.parametrize(
    ("number", "stands"),
    [
        (7, Comes.NOW),
        (None, Comes.NOW),
        (6, Comes.AGAIN),
        (5, Comes.LATE),
        (0, Comes.LATE),
        (8, Comes.LATE),
    ],
)
def test_a_request_counts_once(number: int | None, stands: Comes) -> None:
    """Only the one of this turn does anything; so does one without a number."""
    assert comes(number, Exchange(7)) is stands
