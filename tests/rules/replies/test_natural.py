"""Two thousand texts as tired people write them: none does what was not meant, and nearly all are understood."""

import pytest

from tests.rules.replies.natural import STANDS, is_understood, lines, never
from tests.rules.replies.natural.fresh import POSITIONS as ALL_POSITIONS
from tests.rules.replies.natural.fresh import Became, fresh_lines
from tests.rules.replies.natural.fresh.judging import became

POSITIONS = [position for position in STANDS if position != "left"]
_UNDERSTOOD = 0.94
"""Of each position; what is missing is asked back without a guess, and changes nothing."""


@pytest.mark.parametrize("position", POSITIONS)
def test_nothing_happens_that_was_not_meant(position: str) -> None:
    """No take, release, arrival, end or ETA: that must never be, whatever else is not understood."""
    assert not [(line.text, never(line)) for line in lines(position) if never(line)]


@pytest.mark.parametrize("position", POSITIONS)
def test_nearly_all_are_understood(position: str) -> None:
    """As meant, or asked back with the right guess."""
    said = lines(position)
    missed = [line.text for line in said if not is_understood(line)]
    assert len(said) > 150
    assert len(missed) <= (1 - _UNDERSTOOD) * len(said), missed


_FRESH_UNDERSTOOD = 0.97


@pytest.mark.parametrize("position", ALL_POSITIONS)
def test_nobody_is_misunderstood_who_never_read_the_words(position: str) -> None:
    """From all eight positions, officers and coordinators too: no never-event, and nearly all understood as meant, or
    asked back with the right guess."""
    found = [(became(line), line.meant, line.text) for line in fresh_lines(position)]
    assert not [one for one in found if one[0] is Became.NEVER]
    missed = [one for one in found if not one[0].is_right]
    assert len(found) == 150
    assert len(missed) <= (1 - _FRESH_UNDERSTOOD) * len(found), missed
