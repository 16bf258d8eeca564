"""Clients that dribble, flood or talk nonsense, at the proxy of the real `dispatch serve`: they end, and nobody else
waits for them.

One server stands for all tests here. After each one it must still answer, and its log must hold no traceback.
"""

import asyncio
import json
import re
import shutil
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.inbound.house import CALL
from tests.serving import flooding
from tests.serving.flooding import many_files, post, signed_text
from tests.serving.proxy import proxying
from tests.serving.served import Server, serving

pytestmark = pytest.mark.slow

HEAD_SECONDS, BODY_SECONDS = 10.0, 20.0
"""From the beginning of a head to its own end, and to that of the body, as in `config/Caddyfile`."""
PROMPTLY = 8.0  # below HEAD_SECONDS, and far beyond the milliseconds that it takes, because the machine may be busy
BODY = json.dumps(CALL).encode()


@pytest.fixture(scope="module", autouse=True)
def _many_files() -> Iterator[None]:
    """The tests hold more connections at once than a process may have open files by default."""
    with many_files():
        yield


@pytest.fixture(scope="module")
def started(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    with (
        serving(folder, f"sqlite:///{shutil.copy(sqlite_template, folder / 'dispatch.db')}") as one,
        proxying(folder, one.port) as one.port,
    ):
        yield one


@pytest.fixture
async def server(started: Server) -> AsyncIterator[Server]:
    """The server, which must be well afterwards."""
    yield started
    await honest(started)
    assert started.process.poll() is None
    assert "Traceback" not in started.log.read_text()
    assert await started.keeps_the_law()


async def honest(server: Server) -> None:
    """An officer's call-out and a carrier's text, each on a new connection, are answered promptly."""
    began = time.monotonic()
    call = post("/v1/callouts", BODY, f"Authorization: Bearer {server.key}")
    for asked, status in ((call, 201), (signed_text("anonymous", "hello"), 200)):
        assert (await flooding.say(server.port, asked))[0] == status
    assert time.monotonic() - began < PROMPTLY


# ---- slow ----------------------------------------------------------------------------------------------------------


async def dribble(server: Server, begins: bytes, repeats: bytes) -> tuple[bytes, float]:
    """Send `begins`, then `repeats` again and again, until the server ends it: with which answer, after how long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    began = time.monotonic()

    async def drip() -> None:
        writer.write(begins)
        while True:
            await asyncio.sleep(0.8)
            writer.write(repeats)

    dripping = asyncio.create_task(drip())
    answer = b""
    with suppress(ConnectionError):
        answer = await reader.read()
    dripping.cancel()
    writer.close()
    return answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"), time.monotonic() - began


async def test_slow_clients_are_ended_and_nobody_waits_for_them(server: Server) -> None:
    """Hundreds that send a byte at a time are let go, those with a body with a 408; meanwhile call-outs and texts go
    through, and no half of a call-out is one."""
    before = await server.callouts()
    length = f"Content-Length: {len(BODY) + 1000}"
    chunks = server.head("POST", "/v1/callouts", "Transfer-Encoding: chunked") + b"\r\n"
    slow_heads = [(b"GET /", b"x"), (server.head() + b"X-Slow: ", b"x")]
    slow_bodies = [
        (server.head("POST", "/v1/callouts", length) + b"\r\n" + BODY, b"x"),
        (server.head("POST", "/v1/callouts", length, "Expect: 100-continue") + b"\r\n", b"x"),
        (server.head("POST", "/twilio/sms", length) + b"\r\nBody=1", b"x"),
        (chunks, b"1\r\n \r\n"),
        (chunks + b"0\r\n", b"a: b\r\n"),
    ]
    heads, bodies = (
        [asyncio.create_task(dribble(server, *one)) for one in slow * 40] for slow in (slow_heads, slow_bodies)
    )
    calls = 0
    while not all(client.done() for client in (*heads, *bodies)):
        await honest(server)
        calls += 1
        await asyncio.sleep(0.5)
    assert calls > 5
    for answer, seconds in [head.result() for head in heads]:
        assert HEAD_SECONDS - 2 < seconds < HEAD_SECONDS + 5
        assert not answer or answer.startswith(b"HTTP/1.1 400 ")
    assert all(BODY_SECONDS - 2 < body.result()[1] < BODY_SECONDS + 5 for body in bodies)
    told = [answer for answer, _ in (body.result() for body in bodies) if answer]
    assert len(told) > len(bodies) / 2, "an answer may cross a byte on its way and be lost, but not most of them"
    for answer in told:
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in answer.lower()
    assert await server.callouts() == before + calls


async def test_a_client_that_goes_away_leaves_nothing(server: Server) -> None:
    """In the middle of a head or a body, at once or after closing its half first: no call-out, and no traceback."""
    before = await server.callouts()
    length = f"Content-Length: {len(BODY) + 1}"
    for sent in (server.head()[:50], server.head("POST", "/v1/callouts", length) + b"\r\n" + BODY):
        for at_once in (True, False):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(sent)
            await asyncio.sleep(0.1)
            if at_once:
                writer.transport.abort()
            else:
                writer.write_eof()
            with suppress(ConnectionError):
                answer = await asyncio.wait_for(reader.read(), PROMPTLY)
                assert not answer or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 "))
            writer.close()
    assert await server.callouts() == before


# ---- huge, and nonsense ----------------------------------------------------------------------------------------------


async def say(server: Server, *parts: bytes) -> list[int]:
    """The statuses that are answered until the server closes; those it could not deliver any more are lost."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    heard = b""
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(PROMPTLY):
            while some := await reader.read(65536):
                heard += some
    writer.transport.abort()
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", heard)]


_LENGTH = f"Content-Length: {len(BODY)}"
_CHUNKED, _CLOSE = "Transfer-Encoding: chunked", "Connection: close"


def _sayings(server: Server) -> Iterator[tuple[str, list[bytes], list[list[int]]]]:
    """What is sent, and what is answered; if the client is still sending when it is refused, the answer may be lost.
    What the proxy's own parser refuses is not repeated here."""
    well = server.head("GET", "/healthz", _CLOSE) + b"\r\n"
    chunks = server.head("POST", "/v1/callouts", _CHUNKED) + b"\r\n"
    huge = server.head("POST", "/v1/callouts", "Content-Length: 10000000") + b"\r\n"
    short = server.head("POST", "/v1/callouts", f"Content-Length: {len(BODY) - 5}") + b"\r\n"
    both = server.head("POST", "/v1/callouts", _LENGTH, _CHUNKED) + b"\r\n"
    upgrade = server.head("GET", "/healthz", "Connection: Upgrade", "Upgrade: websocket") + b"\r\n"
    to_http2 = server.head("GET", "/healthz", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c") + b"\r\n"
    whole = server.head("POST", "/v1/callouts", _LENGTH) + b"\r\n" + BODY
    yield "a header of 100 KiB", [well[:-2], b"X: " + b"x" * 102_400 + b"\r\n\r\n"], [[431], []]
    yield "a key of 60,000 bytes", [well[:-2], b"Authorization: Bearer " + b"x" * 60_000 + b"\r\n\r\n"], [[200]]
    yield "a body of 10 MB", [huge, *[b" " * 10**6] * 10], [[413], []]
    yield "chunks without end", [chunks, *[b"400\r\n" + b" " * 1024 + b"\r\n"] * 5000], [[413], []]
    yield "trailers without end", [chunks + b"0\r\n", *[b"x: y\r\n" * 10**4] * 100], [[], [400]]
    yield "a length that is too short, kept alive", [short, BODY + b"\r\n\r\n"], [[422, 400]]
    yield "a length and chunks", [both, BODY + b"\r\n"], [[502]]
    yield "an upgrade, and much behind it", [upgrade, *[b"x" * 1000] * 1000], [[200], [200, 400], [200, 431], []]
    yield "a hundred upgrades at once", [to_http2 * 99 + well], [[200] * 100]
    yield "no bytes that mean anything", [bytes(range(256)) * 100], [[400], []]
    yield "a call-out, then nonsense", [whole, b"\x00nonsense\r\n\r\n"], [[201, 400]]


async def test_a_client_that_leaves_in_the_middle_of_a_pipeline(server: Server) -> None:
    """It leaves no traceback, as the fixture sees: only the last of its requests was told, so the one that was being
    answered wrote 5 KB to the log, for each client that left."""
    for _ in range(60):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall((server.head("GET", "/v1/callouts") + b"\r\n") * 10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # its end is a reset


async def test_nonsense_is_refused(server: Server, subtests: pytest.Subtests) -> None:
    """Each is refused or answered in good order, at once, and costs no memory worth speaking of."""
    await honest(server)
    before, callouts = server.megabytes(), await server.callouts()
    for what, parts, answers in _sayings(server):
        with subtests.test(what):
            began = time.monotonic()
            assert await say(server, *parts) in answers
            assert time.monotonic() - began < PROMPTLY
    assert await server.callouts() == callouts + 1  # the one with nonsense after it
    assert server.megabytes() - before < 40
