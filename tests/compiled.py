"""A statement is compiled again for each engine, of which a service on SQLite has four. A test makes a service of its
own, and an eighth of a story went into that. Here all engines of a kind share what one of them has compiled or built:
their dialects differ in nothing but their identity, which SQLAlchemy puts first in the key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from dispatch.store.engine.statement import statement_options

_MOST = 2_000
_EVENT = "set_engine_execution_options"


class _OfAnyEngine:
    """A `compiled_cache` that leaves the dialect out of the key."""

    def __init__(self) -> None:
        self._compiled: LRUCache[Any, Any] = LRUCache(_MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._compiled.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._compiled[key[1:]] = compiled


@cache
def _of(kind: str) -> dict[str, Any]:
    return {**statement_options(), "compiled_cache": _OfAnyEngine()}


def _share(engine: sa.Engine, options: dict[str, Any]) -> None:
    options.update(_of(f"{engine.dialect.name}+{engine.dialect.driver}"))


def share() -> None:
    """From now on, every engine that is made with options of its own."""
    sa.event.listen(sa.Engine, _EVENT, _share)


@contextmanager
def not_shared() -> Iterator[None]:
    """Engines that are made inside the block share nothing, as in production."""
    sa.event.remove(sa.Engine, _EVENT, _share)
    yield
    share()
