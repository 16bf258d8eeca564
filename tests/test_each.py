"""A law about many cases is one test, which tells them apart all the same."""

import pytest

from tests.each import each


@each(one=[1, 2, 3], other=["a", "b"])
def breaks_at_two(one: int, other: str) -> None:
    assert one != 2, f"two of {other}"


def test_every_case_that_breaks_the_law_is_named() -> None:
    with pytest.raises(ExceptionGroup, match="2 of 6 cases") as broken:
        breaks_at_two()
    assert ["'one': 2" in str(error) for error in broken.value.exceptions] == [True, True]
    assert ["two of a" in str(broken.value.exceptions[0]), "two of b" in str(broken.value.exceptions[1])] == [
        True,
        True,
    ]


def test_a_law_about_nothing_fails() -> None:
    with pytest.raises(AssertionError, match="there is no case"):
        each(one=[])(lambda one: None)()
