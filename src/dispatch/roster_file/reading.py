"""Reads a roster file: returns the whole roster, or raises with a list of every mistake."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from dispatch.roster_file.values import shown
from dispatch.roster_file.what_is_wrong import read
from dispatch.rules.facts.roster import Roster


class BadRoster(ValueError):
    """the roster file has mistakes; the message lists every one, a line each"""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


_LEFT = {"people": ("test_hour", "sunday_hour"), "rotations": ("slots",)}
"""Keys that nothing reads any more, by the tables that had them. A file that has one is read as if it had not."""

VERSION_KEY = "version"
"""At the head of an exported file: the version of the roster that it was made of."""


def read_roster(text: str, *, name: str = "roster.toml") -> Roster:
    """The roster that `text` describes, with phones in E.164 and moments in UTC.

    Raises `BadRoster` when anything at all is wrong; each line of its message begins with `name`.
    """
    tables = _tables(text, name)
    version = tables.pop(VERSION_KEY, None)
    for table, key, _ in _left(tables):
        del table[key]
    file, mistakes = read(tables)
    if problems := [*_misnumbered(version), *mistakes]:
        raise BadRoster(f"{name}: {problem}" for problem in problems)
    roster: Roster = file.fact()
    return roster


def exported_from(text: str, *, name: str = "roster.toml") -> int | None:
    """The version of the roster that an export wrote at the head of this file; None for one that a person wrote."""
    version = _tables(text, name).get(VERSION_KEY)
    return None if any(_misnumbered(version)) else version


def skipped_keys(text: str, *, name: str = "roster.toml") -> list[str]:
    """The keys of this file that nothing reads any more, such as "rotations.nights.slots"."""
    return [where for _, _, where in _left(_tables(text, name))]


def _left(tables: dict[str, Any]) -> list[tuple[dict[str, Any], str, str]]:
    """Each with the table that it stands in."""
    found = []
    for part, keys in _LEFT.items():
        named = tables.get(part)
        for name, table in named.items() if isinstance(named, dict) else ():
            found += [(table, key, f"{part}.{name}.{key}") for key in keys if isinstance(table, dict) and key in table]
    return found


def _misnumbered(version: object) -> Iterator[str]:
    if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 0):
        yield f"{VERSION_KEY}: {shown(version)} is no version of the roster; leave it as an export wrote it"


def _tables(text: str, name: str) -> dict[str, Any]:
    try:
        # Notepad begins a file with a byte order mark, which TOML does not allow.
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadRoster([f"{name}: {_in_words(text, error)}"]) from error


_CURLY = re.compile("[“”„‘’]")


def _in_words(text: str, error: tomllib.TOMLDecodeError) -> str:
    """What to do about text that is no TOML, with the line as it stands. Word processors turn quotes into curly ones,
    which look right."""
    at = re.search(r"at line (\d+)", str(error))
    if at is None:  # at the end of the file
        return str(error)
    line = text.split("\n")[int(at[1]) - 1].strip()
    if found := _CURLY.search(line):
        return f'line {at[1]} has the curly quote {found[0]}; write straight ones: "like this"'
    if "twice" in str(error):
        return f"line {at[1]}: {line} is there twice"
    hint = "; is a comma missing?" if "Unclosed array" in str(error) else ""
    return f"{error}{hint}: {line}"
