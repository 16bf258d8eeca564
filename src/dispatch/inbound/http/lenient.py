"""Bodies that are read leniently: what does not fit is left out and named, and the rest counts.

The law: a child's call-out is never refused for a detail of it. What is left out is kept nowhere: the caller reads
which field it was and why, the log has the name, and nobody has the value. A body is refused only for what its model
names in `must_fit`, or cannot do without. A program that sends `Prefer: handling=strict` (RFC 7240, section 4.4) is
refused for every mistake: that is for whoever builds an integration (ADR 38).
"""

import json
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import cache, cached_property
from typing import Any, ClassVar, Self, get_args

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from dispatch.inbound.http.header_lists import parts
from dispatch.inbound.http.json_body import JsonRequest, JsonRoute, read_json
from dispatch.inbound.http.moments import judged_at
from dispatch.inbound.http.problem import field_name, in_words

Path = tuple[str | int, ...]


class LenientBody(BaseModel):
    """A body, or an object in one, of which only `must_fit` may refuse the whole: the paths of those fields."""

    model_config = ConfigDict(extra="forbid")
    must_fit: ClassVar[frozenset[Path]] = frozenset()


class LeftOut(BaseModel):
    """A field that was left out, and why. Its value was kept nowhere; where it was kept, the message says so."""

    field: str
    message: str

    @classmethod
    def from_mistake(cls, mistake: Mapping[str, Any]) -> Self:
        """From a validator's mistake; its path begins within the body."""
        return cls(field=_named(mistake["loc"]), message=in_words(mistake))


def _named(path: Path) -> str:
    return field_name({"type": "", "loc": ("body", *path)})


MOST_NAMED = 50
"""Of the unknown fields of one body so many are named, and the others counted: there may be thousands."""
_MOST_ROUNDS = 8  # a mistake may show another one, but no model is nested as deeply


def fit(model: type[LenientBody], said: object) -> tuple[object, list[LeftOut]]:
    """The body as `model`, without what does not fit, and what that was.

    If something required is missing, the body as far as it fits: whoever checks it then finds what is missing.
    """
    if not isinstance(said, dict):
        return said, []
    known, left_out = _known(model, said)
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(known), left_out
        except ValidationError as error:
            mistakes = error.errors(include_url=False, include_context=True, include_input=False)
        droppable = [mistake for mistake in mistakes if _may_go(model, mistake)]
        left_out += [
            LeftOut.from_mistake({**mistake, "loc": path}) for mistake in droppable for path in _fields_of(mistake)
        ]
        _drop(known, [path for mistake in droppable for path in _fields_of(mistake)])
        if len(droppable) < len(mistakes):
            break
    return known, left_out


def bounded(model: type[LenientBody], said: object) -> object:
    """The body with so few of its unknown fields that naming them costs no more than a request should."""
    if not isinstance(said, dict):
        return said
    known, _ = _known(model, said, keep=MOST_NAMED)
    return known


_UNKNOWN = "extra_forbidden"


def _known(
    model: type[LenientBody], said: dict[str, Any], keep: int = 0, at: Path = ()
) -> tuple[dict[str, Any], list[LeftOut]]:
    """A copy that holds the fields of `model` and `keep` others, and the others' names."""
    names, inner = model.model_fields, _inner_models(model)
    others = [name for name in said if name not in names]
    kept: dict[str, Any] = {name: said[name] for name in (*(name for name in said if name in names), *others[:keep])}
    left_out = [LeftOut.from_mistake({"type": _UNKNOWN, "loc": (*at, name)}) for name in others[keep:][:MOST_NAMED]]
    if (more := len(others) - keep - MOST_NAMED) > 0:
        left_out.append(LeftOut(field=_named(at), message=f"{more} more fields are not known here"))
    for name, value in kept.items():
        if isinstance(value, list):
            kept[name] = list(value)
        elif isinstance(value, dict) and name in inner:
            kept[name], further = _known(inner[name], value, keep, (*at, name))
            left_out += further
    return kept, left_out


@cache
def _inner_models(model: type[LenientBody]) -> dict[str, type[LenientBody]]:
    return {
        name: inner for name, field in model.model_fields.items() if (inner := body_model(field.annotation)) is not None
    }


def body_model(annotation: Any) -> type[LenientBody] | None:
    """The lenient model of an annotation, also of one that may be None."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, LenientBody):
            return one
    return None


def _may_go(model: type[LenientBody], mistake: ErrorDetails) -> bool:
    return mistake["type"] != "missing" and bool(mistake["loc"]) and mistake["loc"] not in model.must_fit


def _fields_of(mistake: ErrorDetails) -> list[Path]:
    """Which fields a mistake is about: a validator of a whole object says so in `fields`."""
    within = mistake.get("ctx", {}).get("fields")
    return [(*mistake["loc"], name) for name in within] if within else [mistake["loc"]]


def _drop(known: dict[str, Any], paths: Iterable[Path]) -> None:
    """Remove what these paths lead to, and a list from which everything has gone."""
    last_items_first = sorted(set(paths), key=lambda path: path[-1] if isinstance(path[-1], int) else -1, reverse=True)
    for *outer, last in last_items_first:
        holder: Any = known
        for part in outer:
            holder = holder[part]
        if isinstance(holder, dict):
            holder.pop(last, None)
        else:
            del holder[last]
            if not holder:
                _drop(known, [tuple(outer)])


# ---- at a door -----------------------------------------------------------------------------------------------------


class LenientRoute(JsonRoute):
    """A route whose body is a `LenientBody`."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.lenient_model is not None:
            self.says("parameters", [_PREFER])

    @property
    def bounds_values(self) -> bool:  # type: ignore[override]  # here it depends on the body
        """False for a lenient body: its values beyond a bound are left out instead."""
        return self.lenient_model is None

    @cached_property
    def lenient_model(self) -> type[LenientBody] | None:
        """What its body is read as; None for a door without a lenient body."""
        return body_model(self.body_field.field_info.annotation) if self.body_field else None

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        if self.lenient_model is None:
            return answer

        async def noted(request: Request) -> Response:
            with judged_at(request.app.state.runner.now()):
                response = await answer(request)
            if is_strict(request):
                response.headers["Preference-Applied"] = "handling=strict"
            return response

        return noted

    async def takes(self, request: Request, kind: str) -> bool:
        """An object in braces is read whatever it is called: `curl -d` calls it a form, and some libraries a text."""
        if await super().takes(request, kind):
            return True
        if self.lenient_model is None or is_strict(request):
            return False
        return (await request.body()).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")  # an object

    def reading(self, request: Request) -> JsonRequest:
        if self.lenient_model is None:
            return super().reading(request)
        return _LenientRequest(request, self.lenient_model)


class _LenientRequest(JsonRequest):
    def __init__(self, request: Request, model: type[LenientBody]) -> None:
        super().__init__(request.scope, request.receive)
        self._model = model

    async def json(self) -> Any:
        if is_strict(self):
            return bounded(self._model, await super().json())
        try:
            said = await super().json()
        except json.JSONDecodeError:
            said = _as_meant(await self.body())
        body, self.state.left_out = fit(self._model, said)
        return body


def _as_meant(body: bytes) -> Any:
    """JSON that was put together by hand, or in an older encoding: line breaks within a text, a NUL at the end, and "ñ"
    as Windows writes it. Raises `JSONDecodeError` where it is no JSON even so."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    return read_json(text.strip("\0\ufeff \t\r\n"), strict=False)


def is_strict(request: Request) -> bool:
    """Whether the caller wants to be refused for every mistake. An unknown preference is ignored, as RFC 7240 says."""
    if not (said := request.headers.getlist("prefer")):
        return False
    return any(_STRICT.fullmatch(one.partition(";")[0].strip()) for one in parts(",".join(said), ","))


_STRICT = re.compile(r'handling\s*=\s*"?strict"?', re.IGNORECASE)


_PREFER = {
    "name": "prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "`handling=strict` refuses the request (422) for every field that does not fit, unknown ones too. "
    "Otherwise such a field is left out and named in `warnings`.",
}


def what_was_left_out(request: Request) -> list[LeftOut]:
    """What was left out of the body of this request; nothing where its route is no `LenientRoute`."""
    left_out: list[LeftOut] = getattr(request.state, "left_out", [])
    return left_out


_LOOKS_LIKE_A_NAME_OF_A_FIELD = re.compile(r"[a-z][A-Za-z0-9_]{0,39}(?:\.[a-z0-9][A-Za-z0-9_]{0,39})*")


def for_the_log(left_out: Iterable[LeftOut]) -> list[str]:
    """The names of these fields. One that a caller made up is shown only if it looks like the name of a field."""
    return [one.field if _LOOKS_LIKE_A_NAME_OF_A_FIELD.fullmatch(one.field) else "(no name)" for one in left_out]
