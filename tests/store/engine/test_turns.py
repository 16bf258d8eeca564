"""Long turns pay in a storm, and hold up the writer beside a flood: which it is, shows in what they lead to."""

import sys
from collections.abc import Iterator

import pytest

from dispatch.store.engine.turns import LONG_SECONDS, SHORT_SECONDS, Turns


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


class Writer:
    """Does as many jobs in as many seconds as it is told, and says how long the turns were meanwhile."""

    def __init__(self) -> None:
        self.now = 100.0
        self._turns = Turns(lambda: self.now)

    def does(self, jobs: int, seconds: float) -> float:
        with self._turns.while_doing(jobs):
            self.now += seconds
            meanwhile = sys.getswitchinterval()
        assert sys.getswitchinterval() == pytest.approx(SHORT_SECONDS), "for whoever computes until the next"
        return meanwhile


def test_turns_are_short_while_little_is_to_be_done() -> None:
    writer = Writer()
    assert [writer.does(jobs, 0.01) for jobs in (1, 7)] == pytest.approx([SHORT_SECONDS] * 2)


def test_turns_are_long_in_a_storm() -> None:
    """Whatever a single write before it took: that says nothing about turns, which were short."""
    writer = Writer()
    writer.does(1, 0.5)
    assert [writer.does(jobs, jobs / 900) for jobs in (8, 64, 64, 20)] == pytest.approx([LONG_SECONDS] * 4)


def test_a_queue_that_long_turns_keep_long_gets_short_ones() -> None:
    """Beside 400 strangers, 64 jobs took a second, in which as many came: a call-out was answered after six."""
    writer = Writer()
    assert writer.does(64, 0.5) == pytest.approx(LONG_SECONDS)
    assert [writer.does(64, 0.1) for _ in range(5)] == pytest.approx([SHORT_SECONDS] * 5), "although it gets on by them"
    writer.now += 1
    assert writer.does(64, 0.1) == pytest.approx(LONG_SECONDS), "it may have been one slow commit"


def test_turns_are_short_after_what_failed() -> None:
    writer = Writer()
    with pytest.raises(RuntimeError), writer._turns.while_doing(64):
        raise RuntimeError
    assert sys.getswitchinterval() == pytest.approx(SHORT_SECONDS)
