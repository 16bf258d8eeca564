"""Connections that take their time: each is given a bounded span and a bounded size, so that it keeps nobody else out.

uvicorn waits for ever for the rest of a head or a body, and keeps a head of any size. Somebody who sends a byte a
second on a thousand connections would take every one that there is, at the hour at which an officer needs one.
"""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from dispatch.inbound.http.problem import last_problem
from dispatch.serving.limits import BODY_SECONDS

HEAD_SECONDS = 10.0
"""From the connection, or the first byte of a further request, to the end of its head. A phone on one bar makes it."""
MOST_HEAD_BYTES = 64 * 1024
"""Of the address and all headers. Twilio's are under 2 KiB, and proxies usually pass on 8 to 32."""
MOST_HEADERS = 200
MOST_WAITING = 800
"""So many connections may wait for their clients; one more, and the one that has waited longest is closed."""

_MOST_BYTES = 1024 * 1024  # of one request on the wire: chunks of a byte each make 64 KiB of body six times as long
_MOST_PIPELINED = 16  # a proxy or a carrier has one request at a time on a connection
_UNREAD_SECONDS = 30.0  # for who does not read our answer
_HONEST_SECONDS = 1.0  # nobody is closed sooner to make room: in a storm a thousand connect before the first is read
_ROUND_SECONDS = 0.5


class WaitingRoom:
    """The connections of one server that wait for their clients, in the order in which they began to."""

    def __init__(self) -> None:
        self._waiting: dict[BoundedConnection, tuple[float, float]] = {}  # since when, and until when
        self._next_round: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, connection: "BoundedConnection", seconds: float) -> None:
        """Give `connection` so long from now, whatever it had before."""
        now = connection.loop.time()
        self._waiting.pop(connection, None)
        self._waiting[connection] = (now, now + seconds)
        if len(self._waiting) > MOST_WAITING:
            longest, (since, _) = next(iter(self._waiting.items()))
            if now - since >= _HONEST_SECONDS:
                del self._waiting[longest]
                longest.give_up()
        if self._next_round is None:
            self._next_round = connection.loop.call_later(_ROUND_SECONDS, self._look_round, connection.loop)

    def leave(self, connection: "BoundedConnection") -> None:
        self._waiting.pop(connection, None)

    def _look_round(self, loop: asyncio.AbstractEventLoop) -> None:
        # One look at all of them each half second costs less than a timer for each request.
        now = loop.time()
        for connection in [late for late, (_, until) in self._waiting.items() if until <= now]:
            del self._waiting[connection]
            connection.give_up()
        self._next_round = loop.call_later(_ROUND_SECONDS, self._look_round, loop) if self._waiting else None


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol with bounds. Not for upgrades: there is nothing here to upgrade to."""

    def __init__(
        self,
        waiting_room: WaitingRoom,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._waiting_room = waiting_room
        self._web = self.app
        self._begun = False  # a request has begun and is not here whole
        self._in_head = False
        self._head_bytes = 0
        self._bytes = 0
        self._deaf = False  # what comes now is not read

    def give_up(self) -> None:
        """The client has had its time."""
        if self._in_head and not self._answering() and not self.transport.is_closing():
            self._refuse(b"408 Request Timeout", b"The head of the request took too long.")
        else:
            self.transport.abort()

    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _is_over(self) -> bool:
        return self._deaf or self.transport.is_closing()

    def _refuse(self, status: bytes, words: bytes) -> None:
        """Answer without the application, which has not been asked yet, and close."""
        self._deaf = True
        kind = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close" % len(words)
        self.transport.write(b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, kind, words))
        self.transport.close()
        self._waiting_room.wait(self, _UNREAD_SECONDS)

    # ---- the connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._waiting_room.wait(self, HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting_room.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_over():
            return
        self._bytes += len(data)
        super().data_received(data)
        if self._is_over():
            return
        if self._in_head and self._bytes > MOST_HEAD_BYTES and not self._answering():
            self._refuse(b"431 Request Header Fields Too Large", b"The head of the request is too large.")
        elif self._begun and self._bytes > _MOST_BYTES:
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._waiting_room.wait(self, _UNREAD_SECONDS)

    def resume_writing(self) -> None:
        self._waiting_room.leave(self)
        super().resume_writing()

    # ---- the request -------------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= _MOST_PIPELINED:
            self.transport.abort()
            raise ConnectionAbortedError  # the one way to stop the parser within what it has been given
        super().on_message_begin()
        self._begun = self._in_head = True
        self._head_bytes = self._bytes = 0
        self._waiting_room.wait(self, HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        # Beyond the bound none is kept. Nor is what comes behind a body in chunks: nobody here reads it.
        self._head_bytes += len(name) + len(value)
        if self._in_head and not self._head_is_too_large():
            super().on_header(name, value)

    def _head_is_too_large(self) -> bool:
        return self._head_bytes > MOST_HEAD_BYTES or len(self.headers) > MOST_HEADERS

    def on_headers_complete(self) -> None:
        self.app = self._web
        if self._head_is_too_large():
            self.app = _head_too_large
            self.url = b"/"  # one of more than 64 KiB cannot be taken apart
        super().on_headers_complete()
        self._in_head = False
        # `limits` has better words for a body that is late; this is for what it does not see.
        self._waiting_room.wait(self, BODY_SECONDS + _HONEST_SECONDS)

    def on_message_complete(self) -> None:
        self._begun = False
        self._waiting_room.leave(self)
        super().on_message_complete()

    # ---- the answer --------------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._waiting_room.wait(self, _UNREAD_SECONDS)
        elif not self._begun and not self._answering():
            # uvicorn closes it before, unless the client keeps it busy with empty lines.
            self._waiting_room.wait(self, self.timeout_keep_alive + _HONEST_SECONDS)

    def send_400_response(self, msg: str) -> None:
        self._deaf = True
        if self._answering() and (self._in_head or not self._begun):
            self._waiting_room.leave(self)
            self.cycle.keep_alive = False  # what came whole is answered, and what followed it is not
        elif not self.transport.is_closing():
            super().send_400_response(msg)
            self._waiting_room.wait(self, _UNREAD_SECONDS)

    def _unsupported_upgrade_warning(self) -> None:
        # Answered as if nobody had asked for it (RFC 9110, section 7.8). The parser reads nothing more.
        self._deaf = True
        if self._answering():
            self.cycle.keep_alive = False


async def _head_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"the address and the headers are more than {MOST_HEAD_BYTES // 1024} KiB or {MOST_HEADERS} headers"
    await last_problem(431, detail)(scope, receive, send)
