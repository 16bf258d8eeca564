"""An address that we hand out and the door that it leads to come from one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from dispatch.app import Service
from dispatch.carriers.doors import Door, below

_CODE = Path(__file__).parents[2] / "src" / "dispatch"
_OUTSIDE = ("cli/",)  # they play whoever comes from outside


def _routes(service: Service) -> dict[str, set[str]]:
    """The paths of our own doors, and the methods that each takes."""
    paths: dict[str, set[str]] = {}
    for route in iter_route_contexts(service.web.routes):
        if route.endpoint is not None and route.endpoint.__module__.startswith("dispatch."):
            paths.setdefault(str(route.path), set()).update(route.methods or ())
    return paths


async def test_the_carriers_doors_are_those_that_it_is_told_of(service: Service) -> None:
    """Each path that an adapter can hand out leads to a door, and there is no door that nobody is told of."""
    prefix = below(service.carrier.name)
    doors = {path: methods for path, methods in _routes(service).items() if path.startswith(f"{prefix}/")}
    assert doors == {prefix + door: {"POST"} for door in Door}


@pytest.mark.costs(3)
async def test_a_path_is_spelled_once(service: Service) -> None:
    """What a route begins with stands in the code of one module: no second spelling can drift away from it."""
    assert len(_routes(service)) > len(Door)
    spelled = {module: set(_texts(module)) for module in _CODE.rglob("*.py") if not _is_outside(module)}
    for route in _routes(service):
        path = route.removeprefix(below(service.carrier.name)).partition("{")[0]
        if path == "/":
            continue  # the board's: every other path begins with it
        found = [str(module) for module, texts in spelled.items() if any(text.startswith(path) for text in texts)]
        assert len(found) <= 1, f"{path}: {found}"


def _is_outside(module: Path) -> bool:
    return str(module.relative_to(_CODE)).startswith(_OUTSIDE)


def _texts(module: Path) -> Iterator[str]:
    """Every text that the code holds, other than its documentation."""
    tree = ast.parse(module.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value
