"""Every pattern of the service, pumped: what somebody writes must never decide how long it is looked at.

`re` holds every thread up while it looks. One text of forty k's once stopped a node: "kk" could be read as one word or
as two, and so forty letters in a hundred million ways.
"""

import ctypes
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import EnumType
from operator import attrgetter
from types import FrameType, ModuleType

import pytest

import dispatch
from tests.each import each

_LONG = 300  # what doubles with each letter shows here; what grows by the square shows at the length of a text
_LENGTH_OF_A_TEXT = 1600
_STEPS = 50  # for one text: eight are Python's own, and the slowest pattern takes another dozen
_TAILS = ("", "!", " \0", " x")
_FLOODS = {"K7", "O,", "O,,", ", ", "1:1-", "'a ", "a 3 ", "“", ">", "á\u0327\u0301", "\ufdfa", "\u0301\u0327"}


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dispatch.__path__, "dispatch."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _patterns_in(value: object, depth: int = 0) -> Iterator["re.Pattern[str]"]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, EnumType):
        yield from _patterns_in([*map(attrgetter("value"), value)], depth)
    elif isinstance(value, dict) and depth < 3:
        for part in (*value, *value.values()):
            yield from _patterns_in(part, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset) and depth < 3:
        for part in value:
            yield from _patterns_in(part, depth + 1)


_PATTERNS = sorted(
    {pattern for module in _modules() for value in vars(module).values() for pattern in _patterns_in(value)},
    key=lambda pattern: pattern.pattern,
)


def _pumped(pattern: "re.Pattern[str]", long: int = _LONG) -> Iterator[str]:
    """Its own words, and what lies between words, again and again."""
    words = {*re.findall(r"[^\W_]+|[^\w\s\\]", pattern.pattern), *_FLOODS, "a", "1", " ", "\n", "-", "a1"}
    for word in sorted(words):
        for unit in (word, word + " "):
            for tail in _TAILS:
                yield (unit * (long // len(unit) + 1))[:long] + tail


def test_there_are_patterns() -> None:
    assert len(_PATTERNS) > 40


class _TooManySteps(AssertionError):
    pass


@contextmanager
def _at_most(steps: int) -> Iterator[None]:
    """Whatever runs inside may take so many steps: a call of Python's, or some thousand characters looked at by `re`.

    No clock is read. At each step Python looks whether a signal has come, within `re` as well, so that Ctrl-C works.
    Here one always has: its handler takes one step from those that are left, and asks for the signal again. The handler
    is C throughout, since one in Python would be interrupted by the very signal that it asks for.
    """
    left = bytearray([signal.SIGUSR1]) * (signal.SIGUSR1 + steps)

    class Step:
        from_param = left.pop  # given the signal's number as an index, it returns that number: all bytes are

    ask_again = ctypes.PyDLL(None).PyErr_SetInterruptEx
    ask_again.argtypes = [Step, ctypes.py_object]  # type: ignore[list-item]  # whatever has `from_param` will do
    before = signal.signal(signal.SIGUSR1, ask_again)
    try:
        signal.raise_signal(signal.SIGUSR1)
        yield
    except ctypes.ArgumentError:  # none is left
        raise _TooManySteps from None
    finally:
        signal.signal(signal.SIGUSR1, lambda *_: None)  # takes the last one
        signal.signal(signal.SIGUSR1, before)


def test_steps_are_counted() -> None:
    """Also those within one call of `re`: the pattern that once stopped a node is found."""
    harmless, harmful = re.compile("(?:k|ok)+"), re.compile("(?:k|kk)+")
    with _at_most(_STEPS):
        assert harmless.fullmatch("k" * _LONG)
    with pytest.raises(_TooManySteps), _at_most(_STEPS):
        harmful.fullmatch("k" * _LONG + "!")


@pytest.mark.costs(2)
@each(pattern=_PATTERNS)
def test_a_pattern_takes_few_steps(pattern: "re.Pattern[str]") -> None:
    """However its own words, or others, are repeated."""
    texts = list(_pumped(pattern))
    with _at_most(_STEPS * len(texts)):
        for text in texts:
            for look in (pattern.search, pattern.fullmatch):  # a search begins with a match
                look(text)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", _PATTERNS, ids=lambda pattern: pattern.pattern[:40])
def test_a_pattern_takes_no_second(pattern: "re.Pattern[str]") -> None:
    """At the length that a text may have, in processor time: a loop over single characters takes no steps."""
    pumping = ""

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"still looking at {pumping[:20]!r}… after a second")

    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        for pumping in _pumped(pattern, _LENGTH_OF_A_TEXT):
            for look in (pattern.search, pattern.fullmatch):  # a search begins with a match
                signal.setitimer(signal.ITIMER_VIRTUAL, 1.0)
                look(pumping)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
