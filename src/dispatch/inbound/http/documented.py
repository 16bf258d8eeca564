"""The answers of an operation that are problem documents, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from dispatch.inbound.http import unavailable
from dispatch.inbound.http.examples import Either, media
from dispatch.inbound.http.problem import CONTENT_TYPE, TITLES

Example = str | Mapping[str, Any]
"""The `detail` of a problem document, or that and its extension members."""

_PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "A problem document (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "why": {
            "type": "string",
            "description": "With status 409: why a coordinator's command is refused, in one word.",
        },
        "preview": {"type": "object", "description": "With status 409: what a coordinator's command would send now."},
        "errors": {
            "description": "With status 422: each field that is wrong.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

# What every operation with this status says. The other statuses have words of the operation's own.
_EVERYWHERE: Mapping[int, Example] = {
    401: "this key is unknown or was revoked; ask for a new one (`dispatch key new`)",
    408: "the body had not arrived after 10 seconds, and nothing was recorded; send it again with the same key",
    413: "the body is larger than 64 KiB; no call-out needs so many words",
    415: "the body is 'text/plain'; send it as `Content-Type: application/json`",
    429: unavailable.TOO_MANY_OF_YOURS,
    503: unavailable.DATABASE_AWAY,
}
READS_A_BODY = (401, 408, 413, 415, 503)
"""What everybody may be answered who sends a body with a key."""
_COME_AGAIN = {"headers": {"Retry-After": {"schema": {"type": "integer", "title": "Retry after"}}}}


def documented(
    *statuses: int, said: Mapping[int, Example | Either] | None = None, has_places: bool = True
) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route: those that are the same everywhere by their `statuses`, the others by what is
    `said`. Every route may also answer 500, and 429 to whoever has a key, unless it opens call-outs."""
    crowded = (429,) if has_places and 401 in statuses else ()
    known = {**{status: _EVERYWHERE[status] for status in (*statuses, *crowded)}, **(said or {})}
    answers: dict[int | str, dict[str, Any]] = {status: _documented(status, known[status]) for status in sorted(known)}
    # With a default answer, FastAPI adds no 422 in a shape that we never send.
    return answers | {"default": {"description": "Our mistake", "content": _content()}}


def _documented(status: int, said: Example | Either) -> dict[str, Any]:
    if isinstance(said, Either):
        example: Any = Either({about: _example(status, one) for about, one in said.examples.items()})
    else:
        example = _example(status, said)
    when = "; Retry-After says in how many seconds to send it again" if status in (429, 503) else ""
    answer = {"description": f"{TITLES[status]}{when}", "content": _content(media(example))}
    return answer | (_COME_AGAIN if status in (429, 503) else {})


def _example(status: int, said: Example) -> dict[str, Any]:
    words = {"detail": said} if isinstance(said, str) else said
    return {"type": "about:blank", "title": TITLES[status], "status": status, **words}


def _content(example: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, **(example or {})}}


def describe(app: FastAPI) -> None:
    """Put the problem document's schema into `app`'s OpenAPI document."""
    without = app.openapi

    def with_problem() -> dict[str, Any]:
        document = without()
        document.setdefault("components", {}).setdefault("schemas", {}).setdefault("Problem", _PROBLEM_SCHEMA)
        return document

    app.openapi = with_problem  # type: ignore[method-assign]  # FastAPI's own way to extend the document
