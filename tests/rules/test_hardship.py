"""How hard it was to find somebody for a call-out."""

import pytest

from dispatch.rules.reports.hardship import Hardship, hardship


@pytest.mark.parametrize(
    ("step", "steps", "expected"),
    [
        (1, 3, Hardship(0, 0)),
        (2, 3, Hardship(1, 0)),
        (3, 3, Hardship(2, 0)),
        (4, 3, Hardship(2, 1)),
        (6, 3, Hardship(2, 3)),
        (1, 0, Hardship(0, 1)),  # a policy of no steps pages everyone from the start
    ],
)
def test_each_turn_after_the_first_step_counts(step: int, steps: int, expected: Hardship) -> None:
    """The first step is what every call-out has; turns after the last step are rounds of everyone."""
    assert hardship(step, steps, missed=False) == expected


def test_only_what_is_new_is_counted() -> None:
    """Two counts of the same call-out count each step once, and a miss that was corrected is not taken back."""
    before, now = Hardship(1, 0, False), Hardship(2, 3, True)
    assert now.beyond(before) == Hardship(1, 3, True)
    assert now.beyond(now) == Hardship()
    assert before.beyond(now) == Hardship()
    assert now.beyond(Hardship()) == now
