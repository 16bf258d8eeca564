"""A statement is compiled again for each engine, of which a service on SQLite has four. A test makes a service of its
own, and an eighth of a story went into that. Here all engines of a kind share what one of them has compiled: their
dialects differ in nothing but their identity, which SQLAlchemy puts first in the key.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.util import LRUCache

_MOST = 2_000
_EVENT = "engine_connect"


class _OfAnyEngine:
    """A `compiled_cache` that leaves the dialect out of the key."""

    def __init__(self) -> None:
        self._compiled: LRUCache[Any, Any] = LRUCache(_MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._compiled.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._compiled[key[1:]] = compiled


@cache
def _of(kind: str) -> _OfAnyEngine:
    return _OfAnyEngine()


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_of(f"{connection.dialect.name}+{connection.dialect.driver}"))


def share() -> None:
    """From now on, every engine."""
    sa.event.listen(sa.Engine, _EVENT, _share)
