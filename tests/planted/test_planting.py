"""The faults in this folder can be planted, and what no test finds is told (`make mutate`)."""

import inspect
import subprocess
import sys

import pytest

from tests.planted.__main__ import _judge
from tests.planted.fault import Fault, original, plant, reached, trouble_with
from tests.planted.faults import FAULTS


def _greet(name: str, *, twice: bool = False) -> str:
    return f"Good night, {name}. " * (1 + twice)


async def _ask(name: str) -> str:
    return f"Are you well, {name}?"


_BOUND_BEFORE = {"greet": _greet}


def _in_capitals(name: str, *, twice: bool = False) -> str:
    """They are shouted at."""
    return original(_greet)(name.upper(), twice=twice)


async def _unasked(name: str) -> str:
    """Nobody asks them."""
    return f"{name} is well."


def test_a_planted_fault_is_seen_by_whoever_has_bound_the_function() -> None:
    """It stands in for a function that a table holds, takes what that takes, and may ask it what it would do."""
    plant(Fault(_in_capitals, _greet, ("planted",)))
    assert _BOUND_BEFORE["greet"]("Ana", twice=True) == "Good night, ANA. Good night, ANA. "
    assert [*inspect.signature(_greet).parameters] == ["name", "twice"]
    assert "_in_capitals" in reached


async def test_a_fault_is_planted_in_place_of_what_is_awaited() -> None:
    """Whoever awaits the function awaits the fault."""
    plant(Fault(_unasked, _ask, ("planted",)))
    assert inspect.iscoroutinefunction(_ask)
    assert await _ask("Ana") == "Ana is well."


def _is_open(place: str) -> bool:
    return place == "station"


def _takes_more(place: str, hour: int = 0) -> bool:
    """It is always closed."""
    return False


def _as_today(place: str) -> bool:
    """Nothing goes wrong."""
    return place == "station"


def _says_nothing(place: str) -> bool:
    return False


def _is_shut(place: str) -> bool:
    """It is always closed."""
    return False


async def _later(place: str) -> bool:
    """It is never said whether it is open."""
    return False


def _unchanged(source: str) -> str:
    """Nothing goes wrong."""
    return source


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault(_takes_more, _is_open, ("planted",)), "takes (place: str, hour: int = 0)"),
        (Fault(_as_today, _is_open, ("planted",)), "does what"),
        (Fault(_later, _is_open, ("planted",)), "is awaited"),
        (Fault(_says_nothing, _is_open, ("planted",)), "does not say"),
        (Fault(_is_shut, _is_open, ("planted", "nowhere/test_it.py")), "nowhere/test_it.py"),
        (Fault(_is_shut, _is_open, ("planted/test_planting.py::test_nothing",)), "::test_nothing"),
        (Fault(_is_shut, _is_open, ()), "names no tests"),
        (Fault(_is_shut, len, ("planted",)), "no plain function"),
        (Fault(_unchanged, _is_open, ("planted",), "link.html"), "changes nothing in link.html"),
    ],
)
def test_a_fault_that_does_not_apply_any_more_is_told(fault: Fault, trouble: str) -> None:
    """The code goes on without the faults: `make check` says which of them would plant nothing, or something else."""
    assert trouble_with(Fault(_is_shut, _is_open, ("planted",))) is None
    assert trouble in str(trouble_with(fault))


_FAULT = "the_first_that_is_alike_is_the_same"


@pytest.mark.slow
def test_a_fault_that_survives_fails_the_run() -> None:
    """What tests find is found; what they leave alive ends the command with an error."""
    command = (sys.executable, "-m", "tests.planted", _FAULT, "strangers_do_not_queue")
    ended = subprocess.run(
        [*command, "--by", "tests/rules/test_duplicates.py"], capture_output=True, text=True, check=False
    )
    for said in ("1 of 2 faults were found", "strangers_do_not_queue: SURVIVED, since no test comes by it"):
        assert said in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == 1


@pytest.mark.slow
def test_a_fault_that_no_test_looks_for_is_not_judged() -> None:
    """It counts as alive."""
    verdict = _judge(FAULTS[_FAULT], ["tests/rules/situations.py"])  # there is no test in it
    assert verdict.test is None
    assert verdict.why.startswith("NOT JUDGED: pytest ended with 5")
