"""Every pattern of the service, pumped: what somebody writes must never decide how long it is looked at.

`re` holds every thread up while it looks. One text of forty k's once stopped a node: "kk" could be read as one word or
as two, and so forty letters in a hundred million ways.
"""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import FrameType, ModuleType

import pytest

import dispatch

_LONG = 1600  # a text has so many characters at most
_SECONDS = 1.0  # of processor time; the slowest takes a twentieth
_TAILS = ("", "!", " \0", " x")


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dispatch.__path__, "dispatch."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _patterns_in(value: object, depth: int = 0) -> Iterator["re.Pattern[str]"]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
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


def _pumped(pattern: "re.Pattern[str]") -> Iterator[str]:
    """Its own words, and what lies between words, again and again."""
    words = {*re.findall(r"[^\W_]+|[^\w\s\\]", pattern.pattern), "a", "1", " ", "\n", "-", "a1"}
    for word in sorted(words):
        for unit in (word, word + " "):
            for tail in _TAILS:
                yield (unit * (_LONG // len(unit) + 1))[:_LONG] + tail


def test_there_are_patterns() -> None:
    assert len(_PATTERNS) > 40


@pytest.mark.parametrize("pattern", _PATTERNS, ids=lambda pattern: pattern.pattern[:40])
def test_a_pattern_takes_no_time(pattern: "re.Pattern[str]") -> None:
    pumping = ""

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"still looking at {pumping[:20]!r}… after {_SECONDS:g} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    try:
        for pumping in _pumped(pattern):
            for look in (pattern.search, pattern.match, pattern.fullmatch):
                signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
                look(pumping)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
