"""The client that sends webhooks, against servers that answer in every way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from twilio_simulator.outgoing import CannotConnect, Disconnected, Outgoing, Reply


@contextlib.asynccontextmanager
async def answering(answer: bytes, *, closes: bool = True) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that sends the same bytes to every request; gives its URL and the requests it got."""
    asked: list[bytes] = []
    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
                if closes:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()
        await asyncio.gather(*[task for task in serving if task is not None])


async def get(url: str, outgoing: Outgoing | None = None) -> Reply:
    client = outgoing or Outgoing()
    try:
        return await client.send("GET", url, {}, b"", connect=2, read=0.5)
    finally:
        if outgoing is None:
            client.close()


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 200, "hello"),
        (b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello", 200, "hello"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, ""),
    ],
)
async def test_ways_to_answer(answer: bytes, status: int, body: str) -> None:
    """Answers with a length, in chunks, ended by the connection, without a body and after a 100 are all understood."""
    async with answering(answer) as (url, _):
        reply = await get(url)
    assert (reply.status, reply.text) == (status, body)


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"],
    ids=["none", "bad", "cut"],
)
async def test_broken_answers(answer: bytes) -> None:
    """No answer, one that is not HTTP, and one that is cut short are Disconnected."""
    async with answering(answer) as (url, _):
        with pytest.raises(Disconnected):
            await get(url)


async def test_no_answer_in_time() -> None:
    """A server that accepts and says nothing is a TimeoutError."""
    async with answering(b"", closes=False) as (url, _):
        with pytest.raises(TimeoutError):
            await get(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://127.0.0.1:port/", "http:///"])
async def test_nobody_there(url: str) -> None:
    """A port nobody listens on, and a URL without a host, are CannotConnect."""
    with pytest.raises(CannotConnect):
        await get(url)


async def test_connections_are_used_again_and_urls_are_kept() -> None:
    """Two requests share a connection, and a URL goes out as it is written, only encoded where it must be."""
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", closes=False) as (url, asked):
        outgoing = Outgoing()
        await get(url + "/a%20b?x=%2B1&y=ñ", outgoing)
        (idle,) = outgoing._idle.values()
        first = idle[0]
        await get(url, outgoing)
        assert idle == [first]
        outgoing.close()
    assert asked[0].startswith(b"GET /a%20b?x=%2B1&y=%C3%B1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert asked[1].startswith(b"GET / HTTP/1.1\r\n")
