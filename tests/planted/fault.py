"""Faults that a tired engineer could write, planted one at a time to see that the tests find them (`make mutate`).

A fault names what it takes the place of by the function itself: whoever renames that, or changes what it takes, hears
of it from mypy. The function object stays and gets other code, so whoever has bound it sees the fault as well: a table,
a route, `from … import`.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

from jinja2 import FileSystemLoader

from dispatch.inbound.web import views

P = ParamSpec("P")
R = TypeVar("R")
Function = Callable[..., Any]

_TESTS = Path(__file__).parent.parent
_TEMPLATES = Path(views.__file__).parent / "templates"


@dataclass(frozen=True)
class Fault:
    """`function` stands in for `target`, or changes the source of the `template`. `found_by` are paths below `tests/`:
    one of those tests must fail."""

    function: Function
    target: Function
    found_by: tuple[str, ...]
    template: str | None = None

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def place(self) -> str:
        return self.template or f"{self.target.__module__}.{self.target.__qualname__}"

    @property
    def paths(self) -> list[str]:
        return [str(_TESTS / path) for path in self.found_by]


FAULTS: dict[str, Fault] = {}
_were: dict[Function, Function] = {}
reached: set[str] = set()
"""The names of planted faults that something has come by."""


def _declare(fault: Fault) -> None:
    assert fault.name not in FAULTS, f"two faults are called {fault.name}"
    FAULTS[fault.name] = fault


def replaces(target: Callable[P, R], *found_by: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a fault that takes the place of `target`; tests in `found_by`, paths below `tests/`, must find it."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        _declare(Fault(function, target, found_by))
        return function

    return declare


def in_template(template: str, *found_by: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Declare a fault in a template of the room: it is given the source, and returns what is read in its place."""

    def declare(function: Callable[[str], str]) -> Callable[[str], str]:
        _declare(Fault(function, FileSystemLoader.get_source, found_by, template))
        return function

    return declare


def original(target: Callable[P, R]) -> Callable[P, R]:
    """What a planted fault has taken the place of."""
    was: Callable[P, R] = _were[target]
    return was


# ---- planting ------------------------------------------------------------------------------------------------------


def plant(fault: Fault) -> None:
    """For the rest of this process."""
    target = fault.target
    assert isinstance(target, FunctionType)
    was = FunctionType(target.__code__, target.__globals__, target.__name__, target.__defaults__, target.__closure__)
    was.__kwdefaults__ = target.__kwdefaults__
    _were[target] = was
    target.__signature__ = inspect.signature(target)  # type: ignore[attr-defined]  # FastAPI reads it for each route
    code = next(code for is_one, code in _KINDS if is_one(target))
    stands_in = fault.function if fault.template is None else partial(_sourced, fault)
    target.__code__, target.__defaults__ = code.__code__, None
    target.__kwdefaults__ = {"_planted": partial(_come_by, fault.name, stands_in)}


def _calls(*args: Any, _planted: Function, **kwargs: Any) -> Any:
    return _planted(*args, **kwargs)


def _yields(*args: Any, _planted: Function, **kwargs: Any) -> Any:
    yield from _planted(*args, **kwargs)


async def _awaits(*args: Any, _planted: Function, **kwargs: Any) -> Any:
    return await _planted(*args, **kwargs)


async def _streams(*args: Any, _planted: Function, **kwargs: Any) -> Any:
    async for one in _planted(*args, **kwargs):
        yield one


# Python 3.13 warns of code that takes the place of another kind's.
_KINDS: tuple[tuple[Function, Function], ...] = (
    (inspect.isgeneratorfunction, _yields),
    (inspect.iscoroutinefunction, _awaits),
    (inspect.isasyncgenfunction, _streams),
    (callable, _calls),
)


def _come_by(name: str, stands_in: Function, *args: Any, **kwargs: Any) -> Any:
    reached.add(name)
    return stands_in(*args, **kwargs)


def _sourced(fault: Fault, *args: Any) -> Any:
    source, *rest = original(fault.target)(*args)
    return fault.function(source) if args[-1] == fault.template else source, *rest


# ---- does it still apply? ------------------------------------------------------------------------------------------


def trouble_with(fault: Fault) -> str | None:
    """Why a fault does not apply to the code of today; None when it does."""
    if not inspect.getdoc(fault.function):
        return "does not say what goes wrong for a person"
    if missing := [path for path in fault.found_by if not _is_there(path)]:
        return f"names tests that are not there: {', '.join(missing)}"
    if not fault.found_by:
        return "names no tests that must find it"
    if fault.template is not None:
        source = (_TEMPLATES / fault.template).read_text("utf-8")
        return f"changes nothing in {fault.template} any more" if fault.function(source) == source else None
    if not isinstance(fault.target, FunctionType) or fault.target.__closure__ is not None:
        return f"{fault.place} is no plain function, so no code can take its place"
    if _parameters(fault.function) != _parameters(fault.target):
        return f"takes {inspect.signature(fault.function)}, and {fault.place} {inspect.signature(fault.target)}"
    if inspect.iscoroutinefunction(fault.function) is not inspect.iscoroutinefunction(fault.target):
        return f"is awaited where {fault.place} is not, or the other way about"
    return f"does what {fault.place} does today" if _body(fault.function) == _body(fault.target) else None


def _is_there(path: str) -> bool:
    place, _, test = path.partition("::")
    file = _TESTS / place
    return file.exists() and (not test or f"def {test}(" in file.read_text("utf-8"))


def _parameters(function: Function) -> list[tuple[Any, ...]]:
    return [(one.name, one.kind, one.default) for one in inspect.signature(function).parameters.values()]


def _body(function: Function) -> list[str]:
    """What a function does, without its docstring and its comments."""
    (defined,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(defined, ast.FunctionDef | ast.AsyncFunctionDef)
    says = ast.get_docstring(defined) is not None
    return [ast.dump(statement) for statement in defined.body[says:]]
