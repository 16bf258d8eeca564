"""Bounds what a request may hold: its address, its headers, and the size and the time of its body. Everything that
anybody has to tell us fits into 64 KiB."""

import asyncio
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.inbound.http.problem import NotLetIn

MOST_BYTES = 64 * 1024
MOST_ADDRESS_BYTES = 8 * 1024
"""The path and the query together, as proxies usually have it. What an identity provider sends back may have half."""
MOST_QUERY_FIELDS = 100
MOST_HEADERS = 200
"""A proxy bounds their size, and not how many there are. Whatever looks for one looks at all of them."""
_READ_ON_BYTES = 2 * MOST_BYTES  # as much as the proxy passes on
UNFINISHED_BYTES = 32 * 1024 * 1024
"""What bodies that are not there yet hold together. A proxy that buffers passes none on. With twice as much a flood of
them took the process beyond 300 MiB, since the server has a share of its own in what arrives."""
BODY_SECONDS = 10.0
"""From the end of a request's head to the end of its body. The carrier gives up on us after 15 seconds."""


_MOST = f"{MOST_ADDRESS_BYTES // 1024} KiB, or its query has more than {MOST_QUERY_FIELDS} fields"
_ADDRESS_TOO_LONG = 414, f"the address is longer than {_MOST}; nothing here asks for so much"
_TOO_MANY_HEADERS = 431, f"the request has more than {MOST_HEADERS} headers; nothing here asks for so many"
_TOO_LARGE = 413, f"the body is larger than {MOST_BYTES // 1024} KiB; no call-out needs so many words"
# Behind a wish for another protocol the server takes whatever comes for that protocol's.
_NOT_READ = "the body was not read, and nothing was recorded, since the head asks for another protocol"
_NOT_WHOLE = 400, f"{_NOT_READ}; send it again without the header Upgrade (in Java: HttpClient.Version.HTTP_1_1)"
_TOO_SLOW = "the body had not arrived after {:g} seconds, and nothing was recorded; send it again with the same key"


async def _refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    """As the application answers what its doors refuse, so a person gets a page, in a stranger's place. The connection
    is closed."""

    async def refused(scope: Scope, receive: Receive, send: Send) -> None:
        answer: Response = await scope["app"].exception_handlers[NotLetIn](Request(scope), NotLetIn(status, detail))
        await answer(scope, receive, send)

    await scope["app"].state.places.let_in_stranger(refused, scope, receive, send)


class HeadLimit:
    """Refuses an address of more than `MOST_ADDRESS_BYTES`, or with more than `MOST_QUERY_FIELDS` fields, and more than
    `MOST_HEADERS` headers.

    A framework takes the query of every route apart before the route sees it, whoever asks: 60,000 bytes of `a&` cost
    as much as ten call-outs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query: bytes = scope["query_string"]
            if len(scope["raw_path"]) + len(query) > MOST_ADDRESS_BYTES or query.count(b"&") >= MOST_QUERY_FIELDS:
                await _refuse(*_ADDRESS_TOO_LONG, scope, receive, send)
                return
            if len(scope["headers"]) > MOST_HEADERS:
                await _refuse(*_TOO_MANY_HEADERS, scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a body of more than `MOST_BYTES`, whether or not the head declares its length, and a body that is late:
    after so many `seconds`, or when newer ones need its room.

    `room` is how many bytes unfinished bodies hold together; then the oldest of them is late.
    """

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS, room: int = UNFINISHED_BYTES) -> None:
        self._app = app
        self._seconds = seconds
        self._room = room
        self._unfinished: dict[asyncio.Timeout, int] = {}
        """The bytes of each, in the order in which they began."""
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > MOST_BYTES:
            if _declared_length(scope) <= _READ_ON_BYTES:
                await self._read_on(receive)
            await _refuse(*_TOO_LARGE, scope, receive, send)
            return
        # The whole body is read here, before anything acts on it: half a body must never become a call-out.
        try:
            async with asyncio.timeout(self._seconds) as late:
                body = await self._whole_body(receive, late)
        except TimeoutError:
            await _refuse(408, _TOO_SLOW.format(self._seconds), scope, receive, send)
            return
        except ConnectionError:
            return  # nothing has been done, and nobody is there to hear of it
        if body is None:
            await self._read_on(receive)
            await _refuse(*_TOO_LARGE, scope, receive, send)
            return
        if len(body) < _declared_length(scope):
            await _refuse(*_NOT_WHOLE, scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        del body  # whoever waits behind this need not hold it

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)

    async def _whole_body(self, receive: Receive, late: asyncio.Timeout) -> bytes | None:
        """The body, or None when it is too large. Raises `ConnectionError` when the client leaves in the middle of it,
        and `TimeoutError` when it is `late`."""
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise ConnectionAbortedError
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    return None
                if not message.get("more_body", False):
                    return bytes(body)
                self._make_room(late, len(body))
        finally:
            self._held -= self._unfinished.pop(late, 0)

    def _make_room(self, late: asyncio.Timeout, length: int) -> None:
        self._held += length - self._unfinished.get(late, 0)
        self._unfinished[late] = length
        while self._held > self._room:
            oldest = next(iter(self._unfinished))
            self._held -= self._unfinished.pop(oldest)
            oldest.reschedule(asyncio.get_running_loop().time())

    async def _read_on(self, receive: Receive) -> None:
        """Read what is left of a body that is somewhat too large, and forget it. A connection that is closed with bytes
        unread is reset, and a proxy that was still writing then answers 502 instead of our 413."""
        left = _READ_ON_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while left > 0 and (message := await receive())["type"] == "http.request":
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # int() refuses a number of thousands of digits. Its first 20 digits already make it too large.
            return int(value[:20]) if value.isdigit() else 0
    return 0
