"""What stands in a form: as it is filled in when it is opened, and as somebody has typed it."""

from collections.abc import Mapping
from typing import Any, get_origin

from fastapi import Request
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData, ImmutableMultiDict

from dispatch.rules.facts.storable import storable

MOST_OF_A_LINE, MOST_OF_LINES = 300, 4_000
"""Characters of a field; the longest name of a real agency has eighty."""


class Typed(ImmutableMultiDict[str, str]):
    """Every value of each field, in order. `field` in a template reads the same of both."""

    @classmethod
    def from_form(cls, form: FormData) -> "Typed":
        return cls([(name, storable(value).strip()) for name, value in form.multi_items() if isinstance(value, str)])

    @classmethod
    def filled(cls, values: Mapping[str, str | list[str]]) -> "Typed":
        return cls(
            [(name, one) for name, value in values.items() for one in ([value] if isinstance(value, str) else value)]
        )

    def has(self, name: str) -> bool:
        return name in self

    def one(self, name: str) -> str:
        return next(iter(self.getlist(name)), "")

    def many(self, name: str) -> list[str]:
        """What was chosen, but for a choice of nothing."""
        return [value for value in self.getlist(name) if value]

    def too_long(self) -> dict[str, str]:
        """The fields that hold more than anybody means to write."""
        found = {}
        for name in self:
            values = self.getlist(name)
            most = MOST_OF_LINES if any("\n" in value for value in values) else MOST_OF_A_LINE
            if any(len(value) > most for value in values):
                found[name] = f"is longer than {most} characters; write less"
        return found


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
