"""A bare server at the carrier's edge: it answers exactly what it is told, down to garbage, silence and a cut line."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

LOCAL_HOSTS = frozenset({"127.0.0.1"})
"""Whoever calls an edge is allowed to."""


@dataclass(frozen=True)
class Reply:
    """What is written to whoever asked; `name` identifies it in the test report."""

    name: str
    write: Callable[[asyncio.StreamWriter], Any]


def id_of(value: object) -> str:
    """Name a parameter of a test."""
    return value.name if isinstance(value, Reply) else type(value).__name__


TEXT: dict[str, Any] = {
    "account_sid": "AC1",
    "api_version": "2010-04-01",
    "body": "LBPD K7Q",
    "date_created": "Wed, 04 Nov 2026 10:14:00 +0000",
    "date_sent": None,
    "date_updated": "Wed, 04 Nov 2026 10:14:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": "+15625550100",
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": "USD",
    "sid": "SM00000000000000000000000000000001",
    "status": "queued",
    "to": "+15625550101",
    "uri": "/2010-04-01/Accounts/AC1/Messages/SM1.json",
}
CALL: dict[str, Any] = {
    "account_sid": "AC1",
    "date_created": "Wed, 04 Nov 2026 10:15:00 +0000",
    "direction": "outbound-api",
    "duration": None,
    "from": "+15625550100",
    "queue_time": "0",
    "sid": "CA00000000000000000000000000000001",
    "start_time": None,
    "status": "queued",
    "to": "+15625550101",
}


@dataclass
class Arrived:
    """One request as it came over the wire."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def all(self, name: str) -> list[str]:
        return [value for field_name, value in self.form if field_name == name]


@dataclass
class Edge:
    """Plays its replies one after the other; the last one is repeated. `connections` counts the connections made."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    connections: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, *replies: Reply) -> None:
        self.replies = list(replies)

    async def hears(self, requests: int) -> None:
        """Wait until so many have arrived."""
        while len(self.arrived) < requests:
            self._news.clear()
            await self._news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await _read(reader):
                self.arrived.append(request)
                self._news.set()
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                if (going_on := reply.write(writer)) is not None:
                    await going_on
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side gave up, which is what many of these tests want
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Arrived | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    path, _, query = target.partition("?")
    return Arrived(method, path, parse_qsl(query, keep_blank_values=True), headers, body)


@asynccontextmanager
async def edge_server() -> AsyncIterator[Edge]:
    """Listen on a free loopback port while the block runs."""
    edge = Edge()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await edge.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    edge.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield edge
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# ---- replies -------------------------------------------------------------------------------------------------------


def says(status: int, body: object = "", **headers: str) -> Reply:
    """A complete answer; what is not a string goes out as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    content = text.encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + content
    return Reply(f"{status} {' '.join(headers.values())}{text[:40]}", lambda writer: writer.write(whole))


def refuses(status: int, code: int | str, message: str = "no") -> Reply:
    """An error in the carrier's own shape."""
    body = json.dumps({"code": code, "message": message, "more_info": "…", "status": status})
    return Reply(f"{status} with {code!r}", says(status, body).write)


def raw(content: bytes, name: str = "cut line") -> Reply:
    """These bytes, and then the line is cut."""

    def write(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        writer.close()

    return Reply(name, write)


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 X\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


hangs = Reply("silence", lambda writer: asyncio.Event().wait())
drips = Reply("one byte at a time", _drip)
