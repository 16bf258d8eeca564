"""What an older node that lives would drop from the roster, and so must not be written yet.

The law: a word that an older release does not know is left out by it, and whoever it names is not paged. During an
upgrade two releases work on one database, so such a word waits until the older one has gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum

from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.schedule.undo import Touched

KNOWN_SINCE: Mapping[StrEnum, str] = {}
"""The release that brought a word into the roster: a unit, a role, a kind. Those of the first are not listed."""


def refuse_unknown(
    touches: Iterable[Touched], living: Iterable[str], known_since: Mapping[StrEnum, str] = KNOWN_SINCE
) -> None:
    """Raises `EditRefused` when a node of the `living` releases does not know a word of what an edit brings."""
    brought = {word for one in touches for word in _words(one.after)} & set(known_since)
    for word in sorted(brought):
        for release in living:
            if _numbers(release) < _numbers(known_since[word]):
                raise EditRefused(
                    f"a node of release {release} still works on this database and does not know {word.value!r};"
                    " stop it first (`dispatch nodes`)"
                )


def _words(value: object) -> Iterator[StrEnum]:
    if isinstance(value, StrEnum):
        yield value
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from _words(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words(getattr(value, field.name))


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(number) for number in release.split(".") if number.isdigit())
