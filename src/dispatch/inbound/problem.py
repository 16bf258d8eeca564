"""Errors as `application/problem+json` (RFC 9457)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dispatch.store.database import DatabaseUnreachable

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "A field is wrong",
    500: "Our mistake",
    503: "Unavailable",
}


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any) -> JSONResponse:
    """A problem document; `extra` are members of its own, such as `errors`."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **extra}
    return JSONResponse(body, status, media_type=CONTENT_TYPE, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"field": _field(one["loc"]), "message": _message(one)} for one in error.errors()]
        detail = "; ".join(f"{one['field']}: {one['message']}" for one in errors[:5])
        return problem(422, detail, errors=errors[:50])

    @app.exception_handler(DatabaseUnreachable)
    async def _away(_: Request, error: DatabaseUnreachable) -> JSONResponse:
        return problem(
            503, "the database does not answer; nothing was recorded; call the hotline", headers={"Retry-After": "5"}
        )


def _field(location: Sequence[Any]) -> str:
    parts = [str(part) for part in location if part not in ("body", "query", "path", "header")]
    return ".".join(parts) or "body"


def _message(error: Mapping[str, Any]) -> str:
    return re.sub(r"^Value error, ", "", str(error["msg"]))


PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for the OpenAPI document."""
    return {
        status: {"description": TITLES[status], "content": {CONTENT_TYPE: {"schema": PROBLEM_SCHEMA}}}
        for status in statuses
    }
