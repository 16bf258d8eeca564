"""Reads a roster file: returns the whole roster, or raises with a list of every mistake."""

import re
import tomllib
from collections.abc import Iterable

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.what_is_wrong import read
from dispatch.rules.facts.roster import Roster


class BadRoster(ValueError):
    """the roster file has mistakes; the message lists every one, a line each"""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_roster(text: str, *, name: str = "roster.toml") -> Roster:
    """The roster that `text` describes, with phones in E.164 and moments in UTC.

    Raises `BadRoster` when anything at all is wrong; each line of its message begins with `name`.
    """
    try:
        # Notepad begins a file with a byte order mark, which TOML does not allow.
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadRoster([f"{name}: {_in_words(text, error)}"]) from error
    file, mistakes = read(tables)
    if problems := [*misnamed(file), *mistakes, *contradictions(file)]:
        raise BadRoster(f"{name}: {problem}" for problem in problems)
    roster: Roster = file.fact()
    return roster


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
