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
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
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
        assert (await flooding.say(server.port, asked.encode("latin-1")))[0] == status
    assert time.monotonic() - began < PROMPTLY


# ---- slow ----------------------------------------------------------------------------------------------------------


@dataclass
class Ended:
    """What a slow client was told, and after how long its connection ended."""

    answer: bytes
    seconds: float


async def dribble(server: Server, begins: bytes, repeats: bytes) -> Ended:
    """Send `begins`, then `repeats` again and again, until the server ends it."""
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
    return Ended(answer, time.monotonic() - began)


async def test_slow_clients_are_ended_and_nobody_waits_for_them(server: Server) -> None:
    """Hundreds that send a byte at a time are let go, those with a body with a 408; meanwhile call-outs and texts go
    through, and no half of a call-out is one."""
    before = await server.callouts()
    length = f"Content-Length: {len(BODY) + 1000}"
    slow_heads = [b"", b"GET /", server.head(), server.head() + b"X-Slow: "]
    slow_bodies = [
        server.head("POST", "/v1/callouts", length) + b"\r\n" + BODY,
        server.head("POST", "/v1/callouts", length, "Expect: 100-continue") + b"\r\n",
        server.head("POST", "/twilio/sms", length) + b"\r\nBody=1",
        server.head("GET", "/healthz", length) + b"\r\n",
    ]
    slow_chunks = server.head("POST", "/v1/callouts", "Transfer-Encoding: chunked") + b"\r\n"
    heads = [
        asyncio.create_task(dribble(server, begins, b"x" if begins else b""))
        for begins in slow_heads
        for _ in range(30)
    ]
    bodies = [
        *(asyncio.create_task(dribble(server, begins, b"x")) for begins in slow_bodies * 30),
        *(asyncio.create_task(dribble(server, slow_chunks, b"1\r\n \r\n")) for _ in range(15)),
        *(asyncio.create_task(dribble(server, slow_chunks + b"0\r\n", b"a: b\r\n")) for _ in range(15)),
    ]
    calls = 0
    while not all(client.done() for client in (*heads, *bodies)):
        await honest(server)
        calls += 1
        await asyncio.sleep(0.5)
    assert calls > 5
    for head in heads:
        answer, seconds = head.result().answer, head.result().seconds
        assert HEAD_SECONDS - 2 < seconds < HEAD_SECONDS + 5
        assert not answer or answer.startswith(b"HTTP/1.1 400 ")
    told = []
    for body in bodies:
        assert BODY_SECONDS - 2 < body.result().seconds < BODY_SECONDS + 5
        told.append(body.result().answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
    told = [answer for answer in told if answer]
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


Saying = Callable[[Server], Awaitable[list[int]]]


def wholly(make: Callable[[Server], bytes]) -> Saying:
    return lambda server: say(server, make(server))


def _head_with(*headers: str) -> Saying:
    return wholly(lambda server: server.head("GET", "/healthz", *headers, "Connection: close") + b"\r\n")


def _post_with(*headers: str, body: bytes = BODY) -> Saying:
    return wholly(lambda server: server.head("POST", "/v1/callouts", *headers) + b"\r\n" + body)


_LENGTH = f"Content-Length: {len(BODY)}"
_CLOSE = "Connection: close"
# As Java's own client has it.
_TO_HTTP2 = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")

# What is sent, and what is answered; if the client is still sending when it is refused, the answer may be lost.
SAYINGS: dict[str, tuple[Saying, list[list[int]]]] = {
    "a header of 100 KiB": (_head_with("X: " + "x" * 102_400), [[431], []]),
    "a key of 60,000 bytes": (_head_with("Authorization: Bearer " + "x" * 60_000), [[200]]),
    "a body of 10 MB": (
        lambda server: say(
            server, server.head("POST", "/v1/callouts", "Content-Length: 10000000") + b"\r\n", *[b" " * 10**6] * 10
        ),
        [[413], []],
    ),
    "chunks without end": (
        lambda server: say(
            server,
            server.head("POST", "/v1/callouts", "Transfer-Encoding: chunked") + b"\r\n",
            *[b"400\r\n" + b" " * 1024 + b"\r\n"] * 5000,
        ),
        [[413], []],
    ),
    "one chunk of 2⁶⁴ bytes": (_post_with("Transfer-Encoding: chunked", body=b"F" * 17 + b"\r\n"), [[502]]),
    "trailers without end": (
        lambda server: say(
            server,
            server.head("POST", "/v1/callouts", "Transfer-Encoding: chunked") + b"\r\n0\r\n",
            *[b"x: y\r\n" * 10**4] * 100,
        ),
        [[], [400]],
    ),
    "a length that is too short, kept alive": (
        _post_with(f"Content-Length: {len(BODY) - 5}", body=BODY + b"\r\n\r\n"), [[422, 400]]
    ),
    "a negative length": (_post_with("Content-Length: -1"), [[400]]),
    "a length of 5,000 digits": (_post_with("Content-Length: " + "9" * 5000), [[400]]),
    "a length and chunks": (_post_with(_LENGTH, "Transfer-Encoding: chunked", body=BODY + b"\r\n"), [[502]]),
    "chunks that are none": (_post_with("Transfer-Encoding: chunked", body=b"officer\r\n"), [[502]]),
    "a space before the colon": (_head_with("Content-Length : 5"), [[400]]),
    "a folded header": (_head_with("X: a\r\n b"), [[200], [400]]),
    "NUL in a header": (_head_with("X: a\0b"), [[400]]),
    "a path of other bytes": (
        wholly(lambda _: b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), [[404]]
    ),
    "escapes that are none": (
        wholly(lambda server: server.head("GET", "/v1/callouts/%zz%", _CLOSE) + b"\r\n"), [[400]]
    ),
    "HTTP/1.0": (wholly(lambda _: b"GET /healthz HTTP/1.0\r\n\r\n"), [[200]]),
    "an upgrade to HTTP/2": (_head_with("Connection: Upgrade", "Upgrade: h2c"), [[200]]),
    "an upgrade, and much behind it": (
        lambda server: say(server, server.head("GET", "/healthz", "Connection: Upgrade", "Upgrade: websocket")
                           + b"\r\n", *[b"x" * 1000] * 1000),
        [[200], [200, 400], [200, 431], []],
    ),
    "a hundred upgrades at once": (
        wholly(
            lambda server: (server.head("GET", "/healthz", *_TO_HTTP2) + b"\r\n") * 99
            + server.head("GET", "/healthz", _CLOSE)
            + b"\r\n"
        ),
        [[200] * 100],
    ),
    "a call-out whose client would rather speak HTTP/2": (_post_with(_LENGTH, *_TO_HTTP2, _CLOSE), [[201]]),
    "TLS": (wholly(lambda _: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200))), [[400]]),
    "CONNECT": (
        wholly(lambda _: b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), [[400]]
    ),
    "an unknown method": (wholly(lambda server: server.head("OFFICER", "/healthz", _CLOSE) + b"\r\n"), [[400]]),
    "no bytes that mean anything": (wholly(lambda _: bytes(range(256)) * 100), [[400], []]),
    "a call-out, then nonsense": (_post_with(_LENGTH, body=BODY + b"\x00nonsense\r\n\r\n"), [[201, 400]]),
}  # fmt: skip


async def test_a_client_that_leaves_in_the_middle_of_a_pipeline(server: Server) -> None:
    """It leaves no traceback, as the fixture sees: only the last of its requests was told, so the one that was being
    answered wrote 5 KB to the log, for each client that left."""
    for _ in range(60):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall((server.head("GET", "/v1/callouts") + b"\r\n") * 10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # its end is a reset


async def test_connections_that_idle_keep_nothing_of_what_they_were_sent(server: Server) -> None:
    """Each would hold a quarter of a megabyte for as long as it is open."""
    asked = (server.head("GET", "/healthz", "X: " + "x" * 25_000) + b"\r\n") * 10
    opened, before = [], 0.0
    for number in range(320):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        opened.append(writer)
        writer.write(asked)
        for _ in range(10):
            await reader.readuntil(b'{"status":"ok"}')
        if number == 20:  # what the first few cost is not theirs alone
            before = server.megabytes()
    assert server.megabytes() - before < 25  # it was 43, and is 11
    for writer in opened:
        writer.close()


async def test_nonsense_is_refused(server: Server, subtests: pytest.Subtests) -> None:
    """Each is refused or answered in good order, at once, and costs no memory worth speaking of."""
    await honest(server)
    before, callouts = server.megabytes(), await server.callouts()
    for what, (saying, answers) in SAYINGS.items():
        with subtests.test(what):
            began = time.monotonic()
            heard = await saying(server)
            assert heard in answers
            assert time.monotonic() - began < PROMPTLY
    assert await server.callouts() == callouts + 2  # the one with nonsense after it, and the one that wished to upgrade
    assert server.megabytes() - before < 40
