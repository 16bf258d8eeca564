"""Bounds the time and the size of each connection, so that slow clients cannot keep anybody else out.

uvicorn waits forever for the rest of a head or a body, and accepts a head of any size. A client that sends a byte a
second on a thousand connections would take every connection there is, just when an officer needs one.
"""

import asyncio
import sys
from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from dispatch.inbound.http.problem import last_problem
from dispatch.serving.limits import BODY_SECONDS

HEAD_SECONDS = 10.0
"""From connecting, or the first byte of a later request, to the end of its head. A phone on one bar still makes it."""
MOST_HEAD_BYTES = 64 * 1024
"""The address and all headers together. Twilio sends under 2 KiB, and proxies usually pass on 8 to 32 KiB."""
MOST_HEADERS = 200
MOST_WAITING = 800
"""How many connections may wait for their clients. One more closes the connection that has waited longest."""

_MOST_BYTES = 1024 * 1024  # of one request on the wire: chunks of one byte each make 64 KiB of body six times as long
_MOST_PIPELINED = 16  # a proxy or a carrier has one request at a time on a connection
_UNREAD_SECONDS = 30.0  # how long a client may leave our answer unread
# A connection that has waited for less is not closed to make room: in a storm a thousand connect before the first of
# them is read.
_HONEST_SECONDS = 1.0
_ROUND_SECONDS = 0.5


class WaitingRoom:
    """The connections of one server that wait for their clients, the longest wait first."""

    def __init__(self) -> None:
        self._waiting: dict[BoundedConnection, tuple[float, float]] = {}  # since when, and until when
        self._next_round: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, connection: "BoundedConnection", seconds: float) -> None:
        """Give `connection` this many seconds from now, whatever it had before."""
        now = connection.loop.time()
        self._waiting.pop(connection, None)
        self._waiting[connection] = (now, now + seconds)
        if len(self._waiting) > MOST_WAITING:
            longest, (since, _) = next(iter(self._waiting.items()))
            if now - since >= _HONEST_SECONDS:
                del self._waiting[longest]
                # Without a word: an answer would wait for its reader, and so make room for itself in the same way,
                # hundreds of times inside the newcomer's own beginning.
                longest.transport.abort()
        if self._next_round is None:
            self._next_round = connection.loop.call_later(_ROUND_SECONDS, self._look_round, connection.loop)

    def leave(self, connection: "BoundedConnection") -> None:
        self._waiting.pop(connection, None)

    def _look_round(self, loop: asyncio.AbstractEventLoop) -> None:
        # One look at all connections each half second costs less than a timer for each request.
        now = loop.time()
        for connection in [late for late, (_, until) in self._waiting.items() if until <= now]:
            del self._waiting[connection]
            connection.give_up()
        self._next_round = loop.call_later(_ROUND_SECONDS, self._look_round, loop) if self._waiting else None


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol with bounds. It ignores upgrades (RFC 9110, section 7.8): there is nothing to upgrade to."""

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
        self._begun = False  # a request has begun and has not arrived as a whole
        self._in_head = False
        self._head_bytes = 0
        self._bytes = 0
        self._answered: RequestResponseCycle | None = None  # the request that is being answered, or was last
        self._deaf = False  # whatever arrives from now on is not read
        self._arriving = self._again = b""  # what the parser is given, and what it has to be given next
        self._without_upgrade = b""  # the head of a request that it has to read once more

    def give_up(self) -> None:
        """End the connection: its client has used up its time."""
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
        """Answer instead of the application, which has not seen the request, and close."""
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
        if self._answered is not None:  # of several requests that wait, uvicorn tells only the last
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_over():
            return
        self._bytes += len(data)
        while data and not self._is_over():
            self._arriving, self._again = data, b""
            super().data_received(data)
            data = self._again
        self._arriving = b""  # or each idle connection would keep what it was sent last
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
            raise ConnectionAbortedError  # the only way to stop the parser in the middle of its input
        super().on_message_begin()
        self._begun = self._in_head = True
        self._head_bytes = self._bytes = 0
        self._waiting_room.wait(self, HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        # Beyond the bound no header is kept. Neither are trailers after a chunked body: nobody here reads them.
        self._head_bytes += len(name) + len(value)
        if self._in_head and not self._head_is_too_large():
            super().on_header(name, value)

    def _head_is_too_large(self) -> bool:
        return self._head_bytes > MOST_HEAD_BYTES or len(self.headers) > MOST_HEADERS

    def on_headers_complete(self) -> None:
        self.app = self._web
        if self._head_is_too_large():
            self.app = _head_too_large
            self.url = b"/"  # uvicorn cannot parse a URL of more than 64 KiB
        elif self.parser.should_upgrade() and any(name == b"upgrade" for name, _ in self.headers):
            self._without_upgrade = self._head_but(b"upgrade")
            return
        super().on_headers_complete()
        self._in_head = False
        # `limits` has better words for a late body. This bound is for requests that never reach it.
        self._waiting_room.wait(self, BODY_SECONDS + _HONEST_SECONDS)

    def on_message_complete(self) -> None:
        if self._without_upgrade:
            return
        self._begun = False
        self._waiting_room.leave(self)
        super().on_message_complete()

    # ---- the answer --------------------------------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._waiting_room.wait(self, _UNREAD_SECONDS)
        elif not self._begun and not self._answering():
            # uvicorn closes the connection earlier, unless the client keeps it busy with empty lines.
            self._waiting_room.wait(self, self.timeout_keep_alive + _HONEST_SECONDS)

    def send_400_response(self, msg: str) -> None:
        self._deaf = True
        if self._answering() and (self._in_head or not self._begun):
            self._waiting_room.leave(self)
            self.cycle.keep_alive = False  # answer the request that arrived whole, and nothing after it
        elif not self.transport.is_closing():
            super().send_400_response(msg)
            self._waiting_room.wait(self, _UNREAD_SECONDS)

    # ---- an upgrade --------------------------------------------------------------------------------------------------

    def _head_but(self, left_out: bytes) -> bytes:
        """The head of the request that is arriving, without the headers of this name."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != left_out]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _unsupported_upgrade_warning(self) -> None:
        """A parser has met a head with a wish to upgrade, and takes whatever follows for another protocol: a call-out
        from Java's own client would lose its body. So the request is read once more, from a head without that wish."""
        head, self._without_upgrade = self._without_upgrade, b""
        met = sys.exception()
        if not head or not isinstance(met, HttpParserUpgrade):  # CONNECT, or a head that is too large
            self._deaf = True
            if self._answering():
                self.cycle.keep_alive = False
            return
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own
        self._again = head + self._arriving[met.args[0] :]


async def _head_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"the address and the headers are more than {MOST_HEAD_BYTES // 1024} KiB or {MOST_HEADERS} headers"
    await last_problem(431, detail)(scope, receive, send)
