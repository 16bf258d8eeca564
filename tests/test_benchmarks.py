"""What the benchmarks say of a storm: a row fails for what was not taken, and says why."""

import pytest

from benchmarks.storms import Outcome


def _came(answered: int = 1000, taken: int = 1000, turned_away: int = 0, lost: int = 0, twice: int = 0) -> Outcome:
    return Outcome(answered, taken, turned_away, lost, twice, [], 0.0, 0, 0.0)


def test_a_storm_that_is_taken_whole_falls_short_of_nothing() -> None:
    assert _came().short_of(1000) == ""


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (_came(taken=997, turned_away=3), "3 were answered 503: paging was behind"),
        (
            _came(answered=990, taken=990),
            "10 could not even be offered in time: one process was busy all along",
        ),
        (_came(taken=998), "2 were answered neither 201 nor 503"),
        (_came(lost=4), "4 were never paged"),
        (_came(twice=1), "1 were paged twice"),
    ],
    ids=["503", "not offered", "otherwise", "lost", "twice"],
)
def test_each_way_to_fall_short_is_told_apart(came: Outcome, why: str) -> None:
    """A 503 is no request that was never sent: the first says that paging was behind, the second that we were busy."""
    assert came.short_of(1000) == why


def test_a_table_says_how_many_503_there_were() -> None:
    assert _came(taken=997, turned_away=3).told == "3 answered 503, 0 lost, 0 twice"
