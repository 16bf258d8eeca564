"""Every route of an application. FastAPI keeps those of each router behind it."""

from collections.abc import Iterator
from typing import Any

from starlette.routing import BaseRoute


def routes_of(application: Any) -> Iterator[BaseRoute]:
    """`application` is anything with `routes`: an application or a router. Paths are without a prefix given later."""
    for route in application.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes_of(inner)
