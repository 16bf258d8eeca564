"""Floods of strangers at the real `dispatch serve`. Beside each an agency calls: it is heard, and pages go out.

Each flood is bounded in time and in how much it sends, on loopback. Beside it one call-out is posted every quarter of a
second, each on a new connection, as an officer's system does.
"""

import asyncio
import itertools
import json
import re
import resource
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from dispatch.rules import overload
from tests.inbound.house import TOKEN
from tests.serving.served import Server, serving

SECONDS = 3.0
"""How long a flood lasts."""
CALLOUT_SECONDS, PAGE_SECONDS = 1.0, 2.0
"""What an honest agency may wait at most for its answer, and a specialist for the page."""
PUBLIC_URL = "http://127.0.0.1:8000"
_ASKS = re.compile(r"call-out (\w+)\. Reply")


@dataclass
class Carrier:
    """Takes whatever it is given, after `seconds`. `paged` has when each call-out's first page came in."""

    seconds: float = 0.0
    paged: dict[str, float] = field(default_factory=dict)
    texts: list[tuple[float, str, str]] = field(default_factory=list)
    port: int = 0
    talking: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talking += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                self._take(parse_qs(body.decode()))
                await asyncio.sleep(self.seconds)
                answer = json.dumps({"sid": f"SM{secrets.token_hex(16)}", "status": "queued"}).encode()
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer))
        writer.close()
        self.talking -= 1

    def _take(self, form: dict[str, list[str]]) -> None:
        if "Body" in form:
            now = time.monotonic()
            self.texts.append((now, form["To"][0], form["Body"][0]))
            for code in _ASKS.findall(form["Body"][0]):
                self.paged.setdefault(code, now)


@dataclass
class Place:
    """The server and its carrier."""

    server: Server
    carrier: Carrier
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))

    async def waits(self, times: int = 4, apart: float = 0.25) -> tuple[float, float]:
        """The longest waits of an honest agency for its answer, and of a specialist for the page of its call-out."""
        answered, codes = [], {}
        for _ in range(times):
            began = time.monotonic()
            async with httpx.AsyncClient(base_url=self.server.url, timeout=30) as web:
                answer = await web.post("/v1/callouts", json=self.officer(), headers=_bearer(self.server.key))
            assert answer.status_code == 201, answer.text
            answered.append(time.monotonic() - began)
            codes[answer.json()["code"]] = began
            await asyncio.sleep(apart)
        async with asyncio.timeout(30):
            while codes.keys() - self.carrier.paged.keys():  # noqa: ASYNC110  # the times are noted elsewhere
                await asyncio.sleep(0.01)
        return max(answered), max(self.carrier.paged[code] - began for code, began in codes.items())

    def officer(self) -> dict[str, Any]:
        """A request to open a call-out that is like no other."""
        return {"officer": {"callback_phone": f"+1562555{next(self._numbers):04}", "name": secrets.token_hex(4)}}

    async def signed(self, web: httpx.AsyncClient, path: str, form: dict[str, str]) -> httpx.Response:
        """What the carrier brings."""
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, form)
        return await web.post(path, data=form, headers={"X-Twilio-Signature": signature})


@asynccontextmanager
async def _place(folder: Path, url: str, carrier_seconds: float = 0.0) -> AsyncIterator[Place]:
    carrier = Carrier(carrier_seconds)
    listening = await asyncio.start_server(carrier.talk, "127.0.0.1", 0)
    carrier.port = listening.sockets[0].getsockname()[1]
    served = serving(folder, url, carrier_url=f"http://127.0.0.1:{carrier.port}")
    server = await asyncio.to_thread(served.__enter__)  # its loop and its waiting must not stop the carrier in ours
    try:
        yield Place(server, carrier)
    finally:
        await asyncio.to_thread(served.__exit__, None, None, None)
        listening.close()
        while carrier.talking:  # noqa: ASYNC110  # it ends by itself, now that nobody listens
            await asyncio.sleep(0.05)
    assert "Traceback" not in server.log.read_text(), server.log.read_text()[-4000:]


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(_place(tmp_path, database_url))


async def flood(place: Place, clients: int, one: Callable[[], Awaitable[Any]]) -> None:
    """As many `clients` do `one` again and again, until the honest agency beside them has had its answers.

    It may wait no longer than it should; on a machine that is busy with other tests, no longer than ten times as long
    as without the flood. What this guards against took seven seconds, or did not end.
    """
    quiet = await place.waits(times=3, apart=0.1)
    until = time.monotonic() + SECONDS

    async def client() -> int:
        done = 0
        while time.monotonic() < until:
            with suppress(ConnectionError, httpx.TransportError):
                await one()
            done += 1
        return done

    flooding = [asyncio.create_task(client()) for _ in range(clients)]
    try:
        await asyncio.sleep(0.3)
        answered, paged = await place.waits(times=int(SECONDS / 0.5))
    finally:
        done = sum(await asyncio.gather(*flooding))
    record = {"quiet": quiet, "answered": answered, "paged": paged, "requests": done}
    (place.server.folder / "waits.json").write_text(json.dumps(record))
    assert done >= clients, "it was no flood"
    assert answered <= max(CALLOUT_SECONDS, 10 * quiet[0])
    assert paged <= max(PAGE_SECONDS, 10 * quiet[1])


def _post(
    server: Server, path: str, kind: str, body: bytes, *more: str, method: str = "POST"
) -> Callable[[], Awaitable[int]]:
    """A request on a connection of its own; returns the status."""
    lines = (f"{method} {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()

    async def send() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            writer.write(head + body)
            answer = await reader.read()
        finally:
            writer.close()
        return int(answer.split(b" ", 2)[1]) if answer else 0

    return send


async def test_parts_without_a_signature(place: Place) -> None:
    """Two dozen strangers post a `multipart/form-data` of 60 KiB to the carrier's door, over and over."""
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    body = part * (60_000 // len(part)) + b"--b--\r\n"
    one = _post(place.server, "/twilio/sms", "multipart/form-data; boundary=b", body)
    assert await one() in (403, 413)
    await flood(place, 24, one)


async def test_fields_with_a_false_signature(place: Place) -> None:
    """Two dozen strangers post 30 KiB of fields with a signature that is none."""
    body = urlencode([(f"x{number}", "y" * 300) for number in range(99)]).encode()
    one = _post(
        place.server, "/twilio/sms", "application/x-www-form-urlencoded", body, f"X-Twilio-Signature: {'A' * 28}"
    )
    assert await one() == 403
    await flood(place, 24, one)


async def test_call_outs_without_a_key_that_holds(place: Place) -> None:
    """Two dozen strangers try keys and signatures, and ring nobody."""
    body = json.dumps({"officer": {"callback_phone": "+15625550177"}}).encode()
    kind = "application/json"
    false_key = _post(place.server, "/v1/callouts", kind, body, f"Authorization: Bearer agency_{'x' * 43}")
    now = int(time.time())
    signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {now}", f"webhook-signature: v1,{'A' * 43}=")
    false_signature = _post(place.server, "/v1/callouts?agency=LBPD", kind, body, *signed)
    either = itertools.cycle((false_key, false_signature))
    assert {await false_key(), await false_signature()} == {401}

    async def one_of_both() -> int:
        return await next(either)()

    await flood(place, 24, one_of_both)


async def test_thousands_of_fields(place: Place) -> None:
    """An agency's program has gone wild: 6,000 unknown fields at a time, with a key that holds."""
    fields = {"officer": {"callback_phone": "+15625550177"}, **{f"{number:x}": 1 for number in range(6000)}}
    body = json.dumps(fields, separators=(",", ":")).encode()
    bearer = f"Authorization: Bearer {place.server.key}"
    assert await _post(place.server, "/v1/callouts", "application/json", body, bearer)() == 201
    strict = _post(place.server, "/v1/callouts", "application/json", body, bearer, "Prefer: handling=strict")
    assert await strict() == 422
    await flood(place, 24, strict)


async def test_links_that_nobody_was_given(place: Place) -> None:
    """Two dozen strangers guess at links."""

    async def guess() -> int:
        return await _post(place.server, f"/r/{secrets.token_urlsafe(17)}", "", b"", method="GET")()

    assert await guess() == 410
    await flood(place, 24, guess)


async def test_half_sent_heads(place: Place) -> None:
    """850 connections whose heads do not end, and as many again as the server lets go: newcomers are heard."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    held: list[asyncio.StreamWriter] = []

    async def hold() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", place.server.port)
        writer.write(b"POST /v1/callouts HTTP/1.1\r\nHost: x\r\n")
        held.append(writer)
        await asyncio.sleep(0.1)

    try:
        for _ in range(850):
            _, writer = await asyncio.open_connection("127.0.0.1", place.server.port)
            writer.write(b"POST /v1/callouts HTTP/1.1\r\nHost: x\r\n")
            held.append(writer)
        await asyncio.sleep(1.1)
        await flood(place, 10, hold)
    finally:
        for writer in held:
            writer.transport.abort()


@pytest.mark.timeout(180)
async def test_more_call_outs_than_can_be_paged(database_url: str, tmp_path: Path) -> None:
    """An agency's program opens call-outs faster than the carrier takes pages: it is told to send again after
    five seconds; what was answered 201 is paged in its time; and an agency with nobody waiting is answered at once."""
    async with _place(tmp_path, database_url, carrier_seconds=4.0) as place:
        opened: dict[str, float] = {}
        turned_away: list[tuple[float, httpx.Response]] = []
        until = time.monotonic() + 11

        async def program() -> None:
            async with httpx.AsyncClient(base_url=place.server.url, timeout=30) as web:
                while time.monotonic() < until:
                    began = time.monotonic()
                    answer = await web.post("/v1/callouts", json=place.officer(), headers=_bearer(place.server.key))
                    if answer.status_code == 201:
                        opened[answer.json()["code"]] = time.monotonic()
                    else:
                        turned_away.append((time.monotonic() - began, answer))

        programs = [asyncio.create_task(program()) for _ in range(64)]
        await asyncio.sleep(9)
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=place.server.url, timeout=30) as web:
            other = await web.post("/v1/callouts", json=place.officer(), headers=_bearer(place.server.others_key))
        waited = time.monotonic() - began
        await asyncio.gather(*programs)

        assert other.status_code == 201
        assert waited < overload.PATIENCE_SECONDS, "nobody of theirs waited to be paged"
        assert turned_away
        for seconds, answer in turned_away:
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "10"
            assert "was not opened; send it again with the same idempotency key" in answer.json()["detail"]
            assert seconds >= overload.PATIENCE_SECONDS, "intake waits first"
        async with asyncio.timeout(60):
            while opened.keys() - place.carrier.paged.keys():  # noqa: ASYNC110  # the times are noted elsewhere
                await asyncio.sleep(0.1)
        latest = max(place.carrier.paged[code] - at for code, at in opened.items())
        # The carrier takes 12 a second. With all of them let in at once, the last of 1,000 would be paged after 80 s.
        assert latest < 45, f"{latest:.1f} s for {len(opened)}"
        assert any("more call-outs come in" in text for _, _, text in place.carrier.texts), "coordinators are told"


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
