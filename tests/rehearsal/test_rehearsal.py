"""A short rehearsal with every fault on: nothing is lost, and the same seed is the same night."""

import pytest

from dispatch.simulation.rehearsal.run import play_seed

SHORT = 6


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_nothing_is_lost(seed: int) -> None:
    """Whatever fails in this seed, the law and every other invariant hold, and in the end everybody is reached."""
    outcome = play_seed(seed, SHORT)
    assert outcome.failure is None, outcome.failure
    assert outcome.callouts == SHORT
    assert outcome.struck


def test_the_same_seed_is_the_same_night() -> None:
    """Two runs of one seed have the same timelines, pages, texts and calls, to the letter."""
    first, second = play_seed(14, SHORT), play_seed(14, SHORT)
    assert first.digest == second.digest
    assert first.digest != play_seed(15, SHORT).digest


def test_nothing_is_lost_on_postgresql(postgres_url: str) -> None:
    """The same on PostgreSQL."""
    outcome = play_seed(16, SHORT, database_url=postgres_url)
    assert outcome.failure is None, outcome.failure
