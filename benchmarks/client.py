"""A fast HTTP client for load: one request at a time on each connection, moments taken as bytes come and go.

An ordinary client uses more processor time for each request than the service does; on the same cores we would measure
the client instead.
"""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httptools
import uvloop

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T], *, seconds: float = 150.0) -> T:
    """Run `work` as the service runs: on uvloop, with all that exists so far kept from the garbage collector.

    Raises TimeoutError when it takes longer than `seconds`: a request that is never answered must not hang a run.
    """
    gc.collect()
    gc.freeze()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_within(work, seconds))
    finally:
        gc.unfreeze()


async def _within(work: Coroutine[Any, Any, T], seconds: float) -> T:
    async with asyncio.timeout(seconds):
        return await work


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent_at` and `answered_at` are wall-clock times, so that they can be compared with another process's."""

    status: int
    body: bytes
    sent_at: float
    answered_at: float

    @property
    def seconds(self) -> float:
        return self.answered_at - self.sent_at

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Disconnected(ConnectionError):
    """the other side closed the connection before it had answered"""


class Connection(asyncio.Protocol):
    """Keeps alive; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser: Any = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._sent_at = 0.0
        self.open = False

    async def send(self, request: bytes) -> Answer:
        """Raises `Disconnected`."""
        if self._transport is None or not self.open:
            raise Disconnected
        self._parser = httptools.HttpResponseParser(self)
        self._body = []
        self._waiting = asyncio.get_running_loop().create_future()
        self._sent_at = time.time()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transport is one in all but name
        self.open = True

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Disconnected())

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        now = time.time()
        if self._waiting is not None and not self._waiting.done():
            status = self._parser.get_status_code()
            self._waiting.set_result(Answer(status, b"".join(self._body), self._sent_at, now))


async def connect(url: str) -> Connection:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    _, connection = await asyncio.get_running_loop().create_connection(Connection, parts.hostname, parts.port)
    return connection


@asynccontextmanager
async def connections(url: str, count: int) -> AsyncIterator[list[Connection]]:
    opened: list[Connection] = []
    try:
        for _ in range(count):
            opened.append(await connect(url))  # noqa: PERF401  # if one fails to open, the others must be closed
        yield opened
    finally:
        for connection in opened:
            connection.close()


def post(path: str, body: bytes, *, key: str = "", idempotency_key: str = "") -> bytes:
    """The bytes of a POST of JSON."""
    headers = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *([f"Authorization: Bearer {key}"] if key else []),
        *([f"Idempotency-Key: {idempotency_key}"] if idempotency_key else []),
    ]
    return "\r\n".join([*headers, "", ""]).encode() + body


def get(path: str, *, authorization: str = "", cookie: str = "") -> bytes:
    headers = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    if authorization:
        headers.append(f"Authorization: {authorization}")
    if cookie:
        headers.append(f"Cookie: {cookie}")
    return "\r\n".join([*headers, "", ""]).encode()


async def one_after_another(connection: Connection, requests: Sequence[bytes], *, pause: float = 0.0) -> list[Answer]:
    """With about `pause` seconds between them. Were they all alike, the requests would keep step with what the service
    does two seconds after each: in one run all of them met it, and in the next none did."""
    answers, chance = [], Random(7)
    for request in requests:
        answers.append(await connection.send(request))
        if pause:
            await asyncio.sleep(pause * chance.uniform(0.75, 1.5))
    return answers


async def as_fast_as_answered(opened: Sequence[Connection], requests: Sequence[bytes], seconds: float) -> list[Answer]:
    """Each connection sends its next request as soon as the last is answered, until time is up or none is left."""
    waiting = iter(requests)
    end = time.monotonic() + seconds
    answers: list[Answer] = []

    async def keep_sending(connection: Connection) -> None:
        while time.monotonic() < end:
            request = next(waiting, None)
            if request is None:
                return
            answers.append(await connection.send(request))

    await asyncio.gather(*(keep_sending(connection) for connection in opened))
    return answers
