"""Errors as `application/problem+json` (RFC 9457). The law: each says what is wrong and what to do about it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from dispatch.rules.wording.names import first_down

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "A field is wrong",
    429: "Too many at once",
    431: "Headers too large",
    500: "Our mistake",
    503: "Unavailable",
}

_NO_ADDRESS, _NO_METHOD = (404, "Not Found"), (405, "Method Not Allowed")  # in the framework's own words
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_MOST_ERRORS = 50
_MOST_TOLD = 5  # of them in `detail`, which people read
DOCS_VIEW = "/docs"  # where a person reads what there is
SEND_AGAIN = "send it again with the same idempotency key, or call the hotline"


class NotLetIn(Exception):
    """A request that is refused before any door is asked, with this status and these words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class NoSuchFile(LookupError):
    """there is no file at this address; the message says so"""


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any) -> JSONResponse:
    """A problem document. `extra` holds its extension members, such as `errors`."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **extra}
    return JSONResponse(body, status, media_type=CONTENT_TYPE, headers=dict(headers or {}))


def last_problem(status: int, detail: str) -> JSONResponse:
    """A problem document after which the connection is closed, whatever else was sent on it."""
    return problem(status, detail, headers={"Connection": "close"})


# ---- the framework's own errors ------------------------------------------------------------------------------------


async def from_framework(request: Request, error: Exception, instead: str = "") -> JSONResponse:
    """The answer to an `HTTPException`; its words are those of `instead`, where there are any."""
    assert isinstance(error, HTTPException)
    headers = {"Allow": ", ".join(_allowed(request))} if error.status_code == 405 else error.headers
    return problem(error.status_code, instead or _detail(request, error), headers=headers)


def finds_no_door(error: HTTPException) -> bool:
    """Whether there is nothing at the address, or nothing that takes the method."""
    return (error.status_code, error.detail) in {_NO_ADDRESS, _NO_METHOD}


async def fields_wrong(request: Request, error: Exception) -> JSONResponse:
    """The answer to a `RequestValidationError`: each field that is wrong."""
    assert isinstance(error, RequestValidationError)
    errors = [{"field": field_name(one), "message": in_words(one)} for one in error.errors()[:_MOST_ERRORS]]
    told = [f"{one['field']}: {one['message']}" for one in errors[:_MOST_TOLD]]
    if (more := len(errors) - _MOST_TOLD) > 0:
        told.append(f"and {more} more in `errors`")
    return problem(422, f"{'; '.join(told)}. Nothing was recorded.", errors=errors)


async def not_let_in(request: Request, error: Exception) -> JSONResponse:
    """The answer to a `NotLetIn`."""
    assert isinstance(error, NotLetIn)
    return last_problem(error.status, str(error))


async def callback_is_ours(request: Request, error: Exception) -> JSONResponse:
    """The answer to an `OurOwnNumber`. No field validator knows which number is ours."""
    return problem(422, **wrong("officer.callback_phone", str(error)))


def wrong(field: str, message: str) -> dict[str, Any]:
    """What a 422 says of one field: its `detail` and its `errors`."""
    said = {"field": field, "message": message}
    return {"detail": f"{field}: {message}. Nothing was recorded.", "errors": [said]}


async def our_mistake(request: Request, error: Exception) -> JSONResponse:
    """The answer to whatever nobody expected."""
    return problem(500, f"something failed here, so this may not have been recorded; {SEND_AGAIN}")


def _allowed(request: Request) -> list[str]:
    """Every method that this address takes. The framework names only those of the first route with the address."""
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    return [
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)
    ]


def _detail(request: Request, error: HTTPException) -> str:
    said = error.status_code, error.detail
    if said == _NO_ADDRESS:
        return f"there is nothing at this address; {DOCS_VIEW} lists what there is"
    if said == _NO_METHOD:
        return f"this address does not take {request.method}; {DOCS_VIEW} says what it takes"
    return str(error.detail)


def field_name(error: Mapping[str, Any]) -> str:
    """The name of a field as in `officer.callback_phone`; "body" for the body as a whole."""
    location: Sequence[Any] = error["loc"]
    if error["type"] == "json_invalid":
        return "body"
    parts = [str(part) for part in location[1:]] if location[:1] != ("body",) or len(location) > 1 else ["body"]
    # A name that the caller made up may have any length and hold lone surrogates.
    return ".".join(parts)[:200].encode("utf-8", "backslashreplace").decode()


# Where the validator's own words do not say what to do, or say it to somebody who writes Python. `{…}` is its context.
_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; leave it out (names and stories of children never belong here)",
    "timezone_aware": "has no offset from UTC; write it like 2026-01-05T02:14:00-08:00",
    "string_unicode": "holds half a character (a lone surrogate)",
    **dict.fromkeys(("model_attributes_type", "model_type", "dict_type"), "must be an object in {{braces}}"),
    "list_type": "must be a list in [brackets]",
    "string_type": 'must be a text in "quotes"',
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} entries",
}


def in_words(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"is not JSON at character {error['loc'][-1]}: {first_down(error['ctx']['error'])}"
    if (message := _MESSAGES.get(error["type"])) is not None:
        return message.format_map(error.get("ctx", {}))
    return first_down(re.sub(r"^Value error, ", "", str(error["msg"])))
