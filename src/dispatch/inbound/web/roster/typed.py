"""What stands in a form: as it is filled in when it is opened, and as somebody has typed it."""

from collections.abc import Iterable, Mapping
from typing import Any, get_origin

from fastapi import Request
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

from dispatch.rules.facts.storable import storable

MOST_OF_A_LINE, MOST_OF_LINES = 300, 4_000
"""Characters of a field; the longest name of a real agency has eighty."""


class Typed:
    """Every value of each field, in order. `field` in a template reads the same of both."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def from_form(cls, form: FormData) -> "Typed":
        pairs = ((name, storable(value).strip()) for name, value in form.multi_items() if isinstance(value, str))
        return cls(pairs)

    @classmethod
    def filled(cls, values: Mapping[str, str | Iterable[str]]) -> "Typed":
        return cls(
            (name, one)
            for name, value in values.items()
            for one in ((value,) if isinstance(value, str) else tuple(value))
        )

    def has(self, name: str) -> bool:
        return name in self._values

    def one(self, name: str) -> str:
        return next(iter(self._values.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        """What was chosen, but for a choice of nothing."""
        return [value for value in self._values.get(name, ()) if value]

    def too_long(self) -> dict[str, str]:
        """The fields that hold more than anybody means to write."""
        most = {
            name: MOST_OF_LINES if any("\n" in value for value in values) else MOST_OF_A_LINE
            for name, values in self._values.items()
        }
        return {
            name: f"is longer than {most[name]} characters; write less"
            for name, values in self._values.items()
            if any(len(value) > most[name] for value in values)
        }


async def read_typed(request: Request) -> tuple[FormData, Typed]:
    """A form as it was sent, and what stands in it."""
    form = await request.form()
    return form, Typed.from_form(form)


def whole_number(text: str) -> int | str:
    """As the file has a number; what is none stays a text, of which the file says so."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def in_form(value: Any) -> str:
    """A value of the file as a field has it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case tuple() | list():
            return "\n".join(value)
        case _:
            return str(value)


def as_in_file(told: FieldInfo, text: str) -> Any:
    """What was typed, as the file has the key that is `told`; None leaves it out, as an export leaves out what goes
    without saying. What is not of its kind stays a text, of which the file says so."""
    if not text and (told.default is None or told.exclude_if is not None):
        return None
    kind = told.annotation
    if kind is bool:
        return True
    if kind is int:
        return whole_number(text)
    if kind is float:
        return _degrees(text)
    return [line.strip() for line in text.splitlines() if line.strip()] if get_origin(kind) is tuple else text


def _degrees(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
