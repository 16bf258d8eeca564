"""What is wrong in the tables of a file, in words for the person who edits it.

Messages count the entries of a list from 1, as people do.
"""

import re
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dispatch.roster_file.contradictions import contradictions, misnamed
from dispatch.roster_file.models import File, Table
from dispatch.roster_file.values import did_you_mean, shown


def read(tables: dict[str, Any]) -> tuple[File, list[str]]:
    """The file, and a line for each mistake in it.

    What is wrong is taken out of `tables`, so that the rest can still be read: a mistake neither hides another nor
    leads to a second line. A file with mistakes is of no further use.
    """
    noted: list[str] = []
    while True:
        try:
            file = File.model_validate(tables, context={})
            return file, [*misnamed(file), *noted, *contradictions(file)]
        except ValidationError as error:
            mistakes = error.errors()
        noted = noted or [_in_words(mistake) for mistake in mistakes]
        for mistake in reversed(mistakes):  # from the end of a list, so that what comes before keeps its index
            _take_out(tables, mistake)


def _take_out(tables: dict[str, Any], mistake: ErrorDetails) -> None:
    *way, last = mistake["loc"]
    at: Any = tables
    for part in way:
        at = at[part]
    if mistake["type"] == "model_type":
        at[last] = {}  # its name stays known, and the entries after it keep their numbers
    elif mistake["type"] == "extra_forbidden" or isinstance(last, int):
        del at[last]
    else:
        at[last] = None


def _in_words(mistake: ErrorDetails) -> str:
    loc, value = mistake["loc"], mistake["input"]
    is_item = isinstance(loc[-1], int)
    # What is wrong with a value of a list quotes the value, so its number is left out.
    at = _path(loc[:-1] if is_item and mistake["type"] != "model_type" else loc)
    match mistake["type"]:
        case "missing":
            said = "missing"
        case "extra_forbidden":
            known = _known_beside(loc)
            said = "unknown key" + (did_you_mean(loc[-1], known) or f"; known here: {', '.join(sorted(known))}")
        case "model_type" if is_item:
            said = "is not a table; write it like {key = value, …}"
        case "model_type":
            said = f"is not a table; write [{at}] on a line of its own"
        case "dict_type":
            said = f"is not a table; write [{at}.NAME] on a line of its own"
        case "tuple_type" if isinstance(value, dict) and len(loc) == 1:
            said = f"is one table of a list; write [[{at}]] in double brackets"
        case "tuple_type" | "frozen_set_type":
            said = f"{shown(value)} is not a list; write it in [square brackets]"
        case "bool_type":
            said = f"{shown(value)} is neither true nor false"
        case "enum" | "literal_error":
            words = re.findall("'(.*?)'", mistake["ctx"]["expected"])
            said = f"{shown(value)} is not one of {', '.join(words)}{did_you_mean(value, words)}"
        case _:  # a complaint of `values`
            said = str(mistake["ctx"]["error"])
    return f"{at}: {said}"


def _path(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _known_beside(loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the table that the last of `loc` is in."""
    table: type[Table] = File
    for key in loc[:-1:2]:  # each is followed by the name or the number of one of its tables
        of = get_args(table.model_fields[str(key)].annotation)
        table = next(part for part in of if isinstance(part, type) and issubclass(part, Table))
    return [field.alias or name for name, field in table.model_fields.items()]
