"""The HTTP client that sends webhooks.

Why not httpx: a carrier that takes a thousand texts a second makes two thousand callbacks a second, and httpx spends
a millisecond or more of processor time on each: more than everything else here together. This client speaks just
enough HTTP/1.1 (keep-alive, no redirects, no proxies) and parses with httptools, as our server does.
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httptools

IDLE_AT_MOST = 2.0
"""Seconds by the wall clock that an unused connection is kept. uvicorn closes one after 5, and a request sent at that
moment would be lost."""
CONNECTIONS_AT_MOST = 100


class CannotConnect(Exception):
    """No connection could be made: refused, unreachable, or too slow."""


class UnknownHost(CannotConnect):
    """No machine has the name in the URL."""


class Disconnected(Exception):
    """The connection ended before the answer was complete, or what came was not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body, decoded as UTF-8, as TwiML is."""
        return self.body.decode("utf-8", "replace")


class ClientConnection(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self.usable = False
        self.idle_since = 0.0

    async def exchange(self, request: bytes) -> Reply:
        """Send a request and wait for its answer. Raises Disconnected."""
        assert self._transport is not None
        self._headers, self._body = {}, []
        self._parser = httptools.HttpResponseParser(self)
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._reply

    def close(self) -> None:
        """Close it, even while a request is waiting."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.usable = True

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            self.close()  # the server speaks unasked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail()
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if exc is None and self._parser is not None and self._ends_with_connection():
            self._complete()
        else:
            self._fail()

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        assert self._parser is not None
        if self._parser.get_status_code() >= 200:  # anything below only announces the answer
            self.usable = self.usable and self._parser.should_keep_alive()
            self._complete()

    def _ends_with_connection(self) -> bool:
        return bool(self._headers) and not self._headers.keys() & {"content-length", "transfer-encoding"}

    def _complete(self) -> None:
        if self._parser is not None and self._reply is not None and not self._reply.done():
            self._reply.set_result(Reply(self._parser.get_status_code(), self._headers, b"".join(self._body)))
        self._parser = None

    def _fail(self) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(Disconnected())
        self._parser = None


class Outgoing:
    """A pool of connections."""

    def __init__(self) -> None:
        self._idle: defaultdict[tuple[str, int, bool], list[ClientConnection]] = defaultdict(list)
        self._places = asyncio.Semaphore(CONNECTIONS_AT_MOST)

    async def send(
        self, method: str, url: str, headers: dict[str, str], content: bytes, *, connect: float, read: float
    ) -> Reply:
        """Send a request; `connect` and `read` are time limits, in seconds by the wall clock.

        Raises CannotConnect, TimeoutError when the answer takes too long, Disconnected.
        """
        try:
            parts = urlsplit(url)
            tls = parts.scheme == "https"
            host, port = parts.hostname or "", parts.port or (443 if tls else 80)
        except ValueError as error:
            raise CannotConnect(str(error)) from error
        # What is already encoded stays as it is; only characters that a request line cannot hold are encoded.
        target = quote((parts.path or "/") + ("?" + parts.query if parts.query else ""), safe="%/?:@!$&'()*+,;=~-._|")
        fields = {"Host": parts.netloc.rpartition("@")[2], "Content-Length": str(len(content))} | headers
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        async with self._places:
            connection = await self._connection(host, port, tls, connect)
            try:
                async with asyncio.timeout(read):
                    reply = await connection.exchange(head.encode() + b"\r\n" + content)
            except BaseException:
                connection.close()
                raise
            if connection.usable:
                connection.idle_since = asyncio.get_running_loop().time()
                self._idle[host, port, tls].append(connection)
            else:
                connection.close()
            return reply

    async def _connection(self, host: str, port: int, tls: bool, limit: float) -> ClientConnection:
        loop = asyncio.get_running_loop()
        idle = self._idle[host, port, tls]
        while idle:
            connection = idle.pop()
            if connection.usable and loop.time() - connection.idle_since < IDLE_AT_MOST:
                return connection
            connection.close()
        try:
            async with asyncio.timeout(limit):
                _, connection = await loop.create_connection(ClientConnection, host, port, ssl=tls or None)
        except socket.gaierror as error:
            raise UnknownHost(str(error)) from error
        except (OSError, TimeoutError) as error:
            raise CannotConnect(str(error)) from error
        return connection

    def close(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
