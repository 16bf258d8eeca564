"""Bounds the size and the time of a request's body: everything that anybody has to tell us fits into 64 KiB."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.inbound.http.problem import last_problem

MOST_BYTES = 64 * 1024
BODY_SECONDS = 10.0
"""From the end of a request's head to the end of its body. The carrier gives up on us after 15 seconds."""


class BodyLimit:
    """Refuses a body of more than `MOST_BYTES`, whether or not the head declares its length, and a body that is late.

    `seconds` is how long a body may take.
    """

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > MOST_BYTES:
            await _too_large(scope, receive, send)
            return
        # The whole body is read here, before anything acts on it: half a body must never become a call-out.
        try:
            async with asyncio.timeout(self._seconds):
                body = await _whole_body(receive)
        except TimeoutError:
            await _too_slow(self._seconds, scope, receive, send)
            return
        except ConnectionError:
            return  # nothing has been done, and nobody is there to hear of it
        if body is None:
            await _too_large(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)


async def _whole_body(receive: Receive) -> bytes | None:
    """The body, or None when it is too large. Raises `ConnectionError` when the client leaves in the middle of it."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionAbortedError
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # int() refuses a number of thousands of digits. Its first 20 digits already make it too large.
            return int(value[:20]) if value.isdigit() else 0
    return 0


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"the body is larger than {MOST_BYTES // 1024} KiB; no call-out needs so many words"
    await last_problem(413, detail)(scope, receive, send)


async def _too_slow(seconds: float, scope: Scope, receive: Receive, send: Send) -> None:
    detail = (
        f"the body had not arrived after {seconds:g} seconds, and nothing was recorded; send it again with the same key"
    )
    await last_problem(408, detail)(scope, receive, send)
