"""A coordinator's command as the body of a request holds it: the fields of its class, with the limits of the door.

A body is made from the class, so the API has no second list of fields. This module adds, by a field's name, the limits
of a text or a number, and what reads a field that has another form in JSON.
"""

from dataclasses import MISSING, Field, fields
from enum import EnumType, StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_origin

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, create_model

from dispatch.inbound.api.callout_request import CallOutChange
from dispatch.inbound.http.accepted_texts import PATTERN_SAYS_SOMETHING, sayable
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.rules.callout.outcomes import MOST_BAGS, MOST_CHILDREN
from dispatch.rules.commands.commands import COMMANDS, Command
from dispatch.rules.commands.deciding import LONGEST_MESSAGE, MOST_REASON
from dispatch.rules.facts.callout import Outcome

EXAMPLE_DIGEST = "0123456789abcdef0123456789abcdef"
"""Of a preview, in the examples of the OpenAPI document."""


class NoLimits(TypeError):
    """a field of a command holds whatever is sent"""


class Strict(BaseModel):
    """A body that holds nothing but its fields."""

    model_config = ConfigDict(extra="forbid")


def _text(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most)


def _count(most: int) -> Any:
    return Annotated[int, pydantic.Field(ge=0, le=most, strict=True)]


_SAYABLE = pydantic.Field(json_schema_extra={"pattern": PATTERN_SAYS_SOMETHING})
_PERSON_ID = pydantic.Field(description="The id of a person in the roster.")
ShortText = Annotated[str, _text(120), AfterValidator(sayable), _SAYABLE]
_Reference = Annotated[str, _text(30), AfterValidator(sayable), _SAYABLE]

_LIMITS: dict[str, Any] = {
    "person": Annotated[ShortText, _PERSON_ID],
    "words": Annotated[str, _text(LONGEST_MESSAGE), AfterValidator(sayable), _SAYABLE],
    "reason": Annotated[str, _text(MOST_REASON), AfterValidator(sayable), _SAYABLE],
    "eta_at": WrittenMoment,
    "at": WrittenMoment,
    "changes": Annotated[CallOutChange, AfterValidator(CallOutChange.changes)],
    # of an outcome
    "children_met": _count(MOST_CHILDREN),
    "freedom_bags": _count(MOST_BAGS),
    "dcfs_at": WrittenMoment,
    "dcfs_reference": _Reference,
    "probation_at": WrittenMoment,
    "probation_reference": _Reference,
}


def _body_of(what: type, name: str) -> Any:
    """Reads `what` from an object with the same fields."""
    read: dict[str, Any] = {one.name: _read(one) for one in sorted(fields(what), key=lambda one: one.name != "do")}
    body: Any = create_model(name, __base__=Strict, __doc__=what.__doc__, **read)
    return Annotated[body, AfterValidator(lambda said: what(**dict(said)))]


def _read(one: Field[Any]) -> tuple[Any, Any]:
    """The type of a field, and its default. Only `do` has no default here: it says which command a body is."""
    limited = _LIMITS[one.name] if one.name in _LIMITS else _limits_itself(one)
    if one.default is MISSING or one.name == "do":
        return limited, ...
    return limited | None if one.default is None else limited, one.default


def _limits_itself(one: Field[Any]) -> Any:
    """The type of a field that says itself what may be in it. Raises `NoLimits`: a text of any length, and a moment of
    any year, would pass to the rules."""
    if one.type is bool or get_origin(one.type) is Literal or isinstance(one.type, EnumType):
        return one.type
    raise NoLimits(f"give `{one.name}` its limits in `_LIMITS`")


_LIMITS["outcome"] = _body_of(Outcome, "OutcomeNoted")

if TYPE_CHECKING:
    Asked = Command
    CommandKind = str
else:
    Asked = Annotated[
        reduce(or_, (_body_of(one, one.__name__) for one in COMMANDS)), pydantic.Field(discriminator="do")
    ]
    CommandKind = StrEnum("CommandKind", {one.do.upper(): one.do for one in COMMANDS})
    CommandKind.__doc__ = "What a coordinator may do about a call-out, as programs name it."
