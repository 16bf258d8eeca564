"""Facts that are looked up only for the rules that read them.

The law: **what nobody has looked up is never taken for "none"**. A rule reads such a fact by calling it, as in
`situation.calls()`. Where its action did not load it, that raises, so the missing look-up is found by the first test
that goes there, and not by a specialist who drives into what the officer flees from.
"""

from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

T_co = TypeVar("T_co", covariant=True)


class NotLoaded(RuntimeError):
    """a rule reads a fact that its action has not loaded"""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T_co]):
    """A fact that was looked up; its value may be None or empty."""

    value: T_co

    def __call__(self) -> T_co:
        return self.value


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A fact that was not looked up. `fact` is its name, `loader` names what looks it up."""

    fact: str
    loader: str

    def __call__(self) -> NoReturn:
        raise NotLoaded(f"{self.fact} was not loaded: {self.loader} loads it")


Lazy = Loaded[T_co] | Unloaded
