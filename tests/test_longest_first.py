"""Which tests begin first."""

import pytest

from tests.longest_first import longest_first

_SECONDS = {"a": 0, "b": 5, "c": 0, "d": 60, "e": 0, "f": 30, "g": 0, "h": 0, "i": 7, "j": 0, "k": 0}


def _shares(tests: list[str], workers: int) -> list[list[str]]:
    """What each worker is given by xdist at first."""
    return [[tests.pop(0) for _ in range(len(tests) // left)] for left in range(workers, 0, -1)]


@pytest.mark.parametrize(
    ("workers", "shares"),
    [
        (1, ["dfibaceghjk"]),
        (2, ["diace", "fbghjk"]),
        (3, ["dba", "fceg", "ihjk"]),
    ],
)
def test_every_worker_begins_with_its_long_tests(workers: int, shares: list[str]) -> None:
    """The rest stay in their order: neighbours share what their worker has made."""
    dealt = longest_first(list(_SECONDS), _SECONDS.__getitem__, workers)
    assert [*map("".join, _shares(dealt, workers))] == shares


def test_more_workers_than_tests() -> None:
    """Each test runs all the same."""
    assert sorted(longest_first(["a", "b", "c", "d", "f"], _SECONDS.__getitem__, 8)) == ["a", "b", "c", "d", "f"]
