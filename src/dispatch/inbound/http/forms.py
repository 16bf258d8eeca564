"""Forms that people send. Only what a view of ours sends is read, and its headers are checked before it is.

The law: the framework reads anybody's form before it asks anything else. Parsing the `multipart/form-data` of a
stranger without a link or a session took us 17 ms. So every door with a form is a `FormRoute`.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

KIND = "application/x-www-form-urlencoded"
MOST_FORM_BYTES = 32 * 1024
MOST_OF_A_KIND = 200
"""Characters of a Content-Type. A browser sends the kind, and perhaps how it is encoded."""
MOST_FIELDS = 200
"""The drives from one area to fifty others, or a policy of ten steps with ten targets, are some hundred (ADR 39)."""

_SAFE = frozenset({"GET", "HEAD"})


class NoForm(Exception):
    """the body is of another kind than a form; the message says which it should be"""


class FormTooLarge(Exception):
    """the form is larger than any of ours; the message names the bounds"""


class FormRoute(APIRoute):
    """A route that takes a form, or nothing. Raises `NoForm` and `FormTooLarge` before anything of the body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        if not (self.methods or set()) - _SAFE:
            return answer

        async def checked(request: Request) -> Response:
            _check(request.headers.get("content-type", ""), await request.body())
            return await answer(request)

        return checked


def _check(content_type: str, body: bytes) -> None:
    if not body:
        return
    # The framework parses what follows the kind: 60 KB of semicolons took it 40 ms.
    if len(content_type) > MOST_OF_A_KIND or content_type.partition(";")[0].strip().lower() != KIND:
        raise NoForm(f"send the form as `Content-Type: {KIND}`; nothing else is read here")
    if len(body) > MOST_FORM_BYTES or body.count(b"&") >= MOST_FIELDS:
        raise FormTooLarge(
            f"the form is larger than {MOST_FORM_BYTES // 1024} KiB or has more than {MOST_FIELDS} fields; write less"
        )
