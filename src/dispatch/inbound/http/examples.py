"""Examples for the OpenAPI document: what an operation answers, and what a webhook says.

The law: an example is what the service says, word for word. `tests/inbound/api/test_examples.py` plays a night and
compares each with what was really answered; only ids, codes and digests differ.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

JSON = "application/json"
_KEYS = ("example", "examples")


@dataclass(frozen=True, slots=True)
class Either:
    """Several examples of one answer, each under what it is about."""

    examples: Mapping[str, Any]


def media(example: Any) -> dict[str, Any]:
    """The part of a media type object that holds an example, or `Either` of several."""
    if isinstance(example, Either):
        return {"examples": {about: {"value": one} for about, one in example.examples.items()}}
    return {"example": example}


def answered(example: Any, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """An answer of a route in JSON, for its `responses`."""
    return {status: {"content": {JSON: media(example)}}}


def posted(example: Any) -> dict[str, Any]:
    """The body of a webhook, for the `openapi_extra` of its route."""
    return {"requestBody": {"content": {JSON: media(example)}}}


def describe(app: FastAPI) -> None:
    """Let each example stand in `app`'s OpenAPI document as its route gives it: FastAPI leaves every null out."""
    without = app.openapi

    def with_nulls() -> dict[str, Any]:
        document = without()
        _restore(document["paths"], app.routes)
        _restore(document.get("webhooks", {}), app.webhooks.routes)
        return document

    app.openapi = with_nulls  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def _restore(documented: Mapping[str, Any], routes: Iterable[BaseRoute | RouteContext]) -> None:
    for route in iter_route_contexts(list(routes)):
        if not isinstance(route.original_route, APIRoute):
            continue
        operations = documented.get(str(route.path_format), {})
        for operation in (operations[method] for method in map(str.lower, route.methods or ()) if method in operations):
            for status, answer in route.responses.items():
                _copy(answer, operation["responses"][str(status)])
            if (body := (route.openapi_extra or {}).get("requestBody")) is not None:
                _copy(body, operation["requestBody"])


def _copy(said: Mapping[str, Any], into: Mapping[str, Any]) -> None:
    for kind, one in said.get("content", {}).items():
        for key in _KEYS:
            if key in one:
                # A copy: others who extend the document may write into it.
                into["content"][kind][key] = deepcopy(one[key])
