"""One table of the file, and what is wrong with it.

Reading never stops at the first mistake. A value that cannot be read is noted and replaced by a stand-in, so that the
rest of the file is still checked; a roster that holds a stand-in is never returned. Messages count the entries of a
list from 1, as people do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from dispatch.roster_file import values

T = TypeVar("T")


@dataclass
class Entry:
    """One table while it is read. `path` is its place in the file, `name` the last part of that path."""

    path: str
    name: str
    values: dict[str, object]
    problems: list[str]
    asked_for: set[str] = field(default_factory=set)

    def note(self, key: str, complaint: str) -> None:
        self.problems.append(f"{self._at(key)}: {complaint}")

    def required(self, key: str, read: Callable[[object], T], stand_in: T) -> T:
        if key not in self.values:
            self.note(key, "missing")
        return self.optional(key, read, stand_in)

    def optional(self, key: str, read: Callable[[object], T], default: T) -> T:
        """The value of `key`, or `default`. `read` raises ValueError, in words for the person who edits the file."""
        self.asked_for.add(key)
        if key not in self.values:
            return default
        try:
            return read(self.values[key])
        except ValueError as complaint:
            self.note(key, str(complaint))
            return default

    def each(self, key: str, read: Callable[[object], T], default: tuple[T, ...]) -> tuple[T, ...]:
        """Every value of the list under `key`, or `default` when there is no such key."""
        items = self.optional(key, values.list_of_values, None)
        if items is None:
            return default
        found = []
        for item in items:
            try:
                found.append(read(item))
            except ValueError as complaint:
                self.note(key, str(complaint))
        return tuple(found)

    def expect_some(self, key: str) -> None:
        """Note it when the list under `key` is missing or empty."""
        if key not in self.values:
            self.note(key, "missing")
        elif self.values[key] == []:
            self.note(key, "is empty")

    def entries(self, key: str) -> Iterator["Entry"]:
        """The tables under `key`, by name, as in [people.ana]."""
        tables: dict[str, object] = {}
        for name, value in self.optional(key, values.table(f"[{key}.NAME]"), tables).items():
            path = f"{key}.{name}"
            if isinstance(value, dict):
                yield from self._open(path, name, value)
            else:
                self.problems.append(f"{path}: is not a table; write [{path}] on a line of its own")

    def listed(self, key: str) -> Iterator["Entry"]:
        """The tables in the list under `key`, as in [[overrides]] or steps = [{…}, {…}]."""
        items: list[object] = []
        read = values.list_of_tables(self._at(key))
        for number, value in enumerate(self.optional(key, read, items), start=1):
            path = f"{self._at(key)}[{number}]"
            if isinstance(value, dict):
                yield from self._open(path, path, value)
            else:
                self.problems.append(f"{path}: is not a table; write it like {{key = value, …}}")

    def _open(self, path: str, name: str, values: dict[str, object]) -> Iterator["Entry"]:
        entry = Entry(path, name, values, self.problems)
        yield entry  # the reader asks for every key it knows before it comes back for the next entry
        entry.refuse_the_rest()

    def refuse_the_rest(self) -> None:
        """Note every key that no reader asked for: otherwise a misspelt key would be ignored in silence."""
        for key in self.values:
            if key not in self.asked_for:
                known = f"; known here: {', '.join(sorted(self.asked_for))}"
                self.note(key, f"unknown key{values.did_you_mean(key, self.asked_for) or known}")

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
