"""JSON bodies: every mistake in one is reported in the same form, with its path."""

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from dispatch.inbound.http import auth


class NoJson(Exception):
    """the body is of another kind than JSON; the message names it"""


class TooManyValues(Exception):
    """the body holds more values than any request needs; the message says how many may be"""


MOST_VALUES = 500
"""Far more than any body has, commas in its texts included. Each unknown field becomes an error with its path and its
words: 6,000 of them in one request took as long as a hundred call-outs."""


class JsonRequest(Request):
    """A request whose body is JSON, whatever its Content-Type says: that was checked before."""

    @cached_property
    def headers(self) -> Headers:
        """All but the Content-Type, by which the framework would judge once more."""
        return Headers(raw=[header for header in self.scope["headers"] if header[0] != b"content-type"])

    async def json(self) -> Any:
        """The body. Raises `JSONDecodeError`, even where Python's decoder raises other errors."""
        return read_json(await self.body())


def read_json(body: bytes | str, *, strict: bool = True) -> Any:
    """What it says; `strict` refuses a line break within a text. Raises `JSONDecodeError` and nothing else."""
    try:
        return _decoded(body, strict)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("it is not UTF-8", "", error.start) from error
    except RecursionError as error:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from error


def _decoded(body: bytes | str, strict: bool) -> Any:
    try:
        return json.loads(body, strict=strict)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:  # for a number of more than 4,300 digits, which must not refuse a child's call-out
        return json.loads(body, strict=strict, parse_int=_number)


def _number(digits: str) -> int | float:
    """Infinity for a number that Python does not read: it fits no field, and so is left out or refused."""
    return int(digits) if len(digits) < 4_000 else float(digits)


class JsonRoute(APIRoute):
    """A route that reads its body as JSON. A body without a Content-Type is taken for JSON, too: no cookie opens such a
    route, so another site has nothing to forge.

    The law: nothing of a body is read before its sender is known. The framework would read it first.
    """

    bounds_values = True
    """Whether a body of too many values is refused."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{**more, "strict_content_type": False})
        if (way := auth.way_in(self.dependant)) is not None:
            self.says("security", way.documented)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of this door. Each application that includes the door asks for it, so it changes nothing."""
        answer, know_the_sender = super().get_route_handler(), auth.way_in(self.dependant)

        async def checked(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            request = self.reading(request)
            if self.body_field and know_the_sender is not None:
                await know_the_sender(request)
            if self.body_field and kind and await request.body() and not await self.takes(request, kind):
                raise NoJson(f"the body is {kind[:100]!r}; send it as `Content-Type: application/json`")
            # Here, not where it is read: the framework takes whatever is raised there for a body that is no JSON.
            if self.body_field and self.bounds_values and (await request.body()).count(b",") >= MOST_VALUES:
                raise TooManyValues(f"the body holds more than {MOST_VALUES} values; no call-out needs so many")
            return await answer(request)

        return checked

    async def takes(self, request: Request, kind: str) -> bool:
        """Whether a body that says it is of this kind is read."""
        return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))

    def says(self, name: str, more: Sequence[Mapping[str, Any]]) -> None:
        """Add to one of the lists that the OpenAPI document has about this door."""
        told = self.openapi_extra or {}
        self.openapi_extra = {**told, name: [*told.get(name, ()), *more]}

    def reading(self, request: Request) -> JsonRequest:
        """The request, whose body is read in our way."""
        return JsonRequest(request.scope, request.receive)
