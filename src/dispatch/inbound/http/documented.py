"""The OpenAPI document beyond what FastAPI says: problem documents, recorded examples, and how to show who asks."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from dispatch.inbound.http import auth, examples, unavailable
from dispatch.inbound.http.problem import CONTENT_TYPE, TITLES

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

EVERYWHERE: Mapping[int, str] = {
    401: "this key is unknown or was revoked; ask for a new one (`dispatch key new`)",
    408: "the body had not arrived after 10 seconds, and nothing was recorded; send it again with the same key",
    413: "the body is larger than 64 KiB; no call-out needs so many words",
    415: "the body is 'text/plain'; send it as `Content-Type: application/json`",
    429: unavailable.TOO_MANY_OF_YOURS,
    503: unavailable.DATABASE_AWAY,
}
"""What every operation with this status says. Whatever else one says is in the recorded examples."""
READS_A_BODY = (401, 408, 413, 415, 503)
"""What everybody may be answered who sends a body with a key."""
_COME_AGAIN = {"headers": {"Retry-After": {"schema": {"type": "integer", "title": "Retry after"}}}}


def documented(*statuses: int, overloaded: str = "", has_places: bool = True) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, by their `statuses`; what an operation alone says is in the recorded examples.
    Every route may also answer 500, and 429 to whoever has a key, unless it opens call-outs. `overloaded` is what one
    says with a 503 while the database answers."""
    crowded = (429,) if has_places and 401 in statuses else ()
    answers: dict[int | str, dict[str, Any]] = {one: _documented(one) for one in sorted((*statuses, *crowded))}
    if overloaded:
        both = {"no database": EVERYWHERE[503], "overloaded": overloaded}
        shown = {about: {"value": _problem(503, said)} for about, said in both.items()}
        answers[503]["content"] = _content({"examples": shown})
    # With a default answer, FastAPI adds no 422 in a shape that we never send.
    return answers | {"default": {"description": "Our mistake", "content": _content({})}}


def _documented(status: int) -> dict[str, Any]:
    when = "; Retry-After says in how many seconds to send it again" if status in (429, 503) else ""
    shown = {"example": _problem(status, EVERYWHERE[status])} if status in EVERYWHERE else {}
    answer = {"description": f"{TITLES[status]}{when}", "content": _content(shown)}
    return answer | (_COME_AGAIN if status in (429, 503) else {})


def _problem(status: int, said: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": TITLES[status], "status": status, "detail": said}


def _content(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, **shown}}


def describe(app: FastAPI) -> None:
    """Put into `app`'s OpenAPI document what FastAPI cannot say: examples, problem documents, and both ways in."""
    without = app.openapi

    def described() -> dict[str, Any]:
        document = without()
        examples.put_into(document)
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).setdefault("Problem", _PROBLEM_SCHEMA)
        components["securitySchemes"] = auth.SCHEMES
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend the document
