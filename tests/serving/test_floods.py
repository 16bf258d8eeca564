"""Floods of strangers at the real `dispatch serve`. Beside each an agency calls: it is heard, and pages go out.

What 99 of 100 call-outs may wait stands in `flooding.py`; texts of strangers are in `test_texts_of_strangers.py`.
"""

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from standardwebhooks.webhooks import Webhook

from tests.serving.flooding import COORDINATORS, ON_POSTGRES, Deployed, Flood, post, request, say, standing, withstand
from tests.serving.made_up import doors
from tests.serving.proxy import proxying
from tests.serving.summary import MEASURED

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]  # floods wait for each other

CALL = json.dumps({"officer": {"callback_phone": "+15625550177"}}).encode()
FORM = "application/x-www-form-urlencoded"


@ON_POSTGRES
async def test_half_sent_heads(deployed: Deployed, tmp_path: Path) -> None:
    """850 connections whose heads do not end, at the proxy, and a hundred more each second: newcomers are heard."""
    head = "POST /v1/callouts HTTP/1.1\r\nHost: x\r\n"
    with proxying(tmp_path, deployed.server.port) as deployed.server.port:
        await withstand(deployed, Flood([head], frozenset(), clients=10, hold=True, at_first=850))


async def test_parts_without_a_signature(deployed: Deployed) -> None:
    """A hundred strangers post a `multipart/form-data` of 60 KiB to the carrier's door, over and over."""
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    body = part * (60_000 // len(part)) + b"--b--\r\n"
    parts = post("/twilio/sms", body, kind="multipart/form-data; boundary=b")
    await withstand(deployed, Flood([parts], frozenset({403, 413}), clients=100))


@ON_POSTGRES
async def test_fields_with_a_false_signature(deployed: Deployed) -> None:
    """A hundred strangers post fields with a signature that is none: as many as may be, and far more."""
    bodies = [
        urlencode([(f"x{number}", "y" * length) for number in range(count)]).encode()
        for count, length in ((99, 300), (9_000, 0))
    ]
    fields = [post("/twilio/sms", body, f"X-Twilio-Signature: {'A' * 28}", kind=FORM) for body in bodies]
    await withstand(deployed, Flood(fields, frozenset({403, 413}), clients=100))


async def test_the_view_behind_an_officers_link(deployed: Deployed) -> None:
    """Anybody who rings the hotline is texted one, and asks for the view behind it on 200 connections."""
    await deployed.waits(1)
    links: list[str] = []
    async with asyncio.timeout(30):
        while not links:
            links = [words.partition("/o/")[2].split()[0] for _, _, words in deployed.carrier.texts if "/o/" in words]
            await asyncio.sleep(0.01)
    view = request("GET", f"/o/{links[0]}", b"", "Accept: text/html", ends="keep-alive")
    await withstand(deployed, Flood([view], frozenset({200}), clients=200, stay=True))


async def test_a_signature_that_is_replayed(deployed: Deployed) -> None:
    """Somebody has read a signed call-out and a signed question on their way. The one opens no second call-out, and the
    other neither looks anything up nor cancels it."""
    opens, asks = (_signed(deployed.server.webhook_secret, body) for body in (CALL, b""))
    opening = post("/v1/callouts?agency=LBPD", CALL, *opens)
    status, answer = await say(deployed.server.port, opening.encode())
    assert status == 201
    replayed = [
        post(f"/v1/callouts/{json.loads(answer)['code']}/cancel?agency=LBPD", b"", *asks),
        request("GET", "/v1/callouts?agency=LBPD", b"", *asks),
    ]
    assert [(await say(deployed.server.port, one.encode()))[0] for one in replayed] == [401, 401]
    await withstand(deployed, Flood([opening, *replayed], frozenset({200, 401})))
    assert await deployed.server.callouts() == deployed.measured["all_call_outs"] + 1


def _signed(secret: str, body: bytes) -> tuple[str, ...]:
    message, now = f"msg-{secrets.token_hex(8)}", int(time.time())
    signed = Webhook(secret).sign(message, datetime.fromtimestamp(now, UTC), body.decode())
    return f"webhook-id: {message}", f"webhook-timestamp: {now}", f"webhook-signature: {signed}"


@ON_POSTGRES
async def test_call_outs_without_a_key_that_holds(deployed: Deployed) -> None:
    """Two dozen strangers try keys and signatures, and ring nobody: each coordinator has one text of it."""
    false_key = post("/v1/callouts", CALL, f"Authorization: Bearer agency_{'x' * 43}")
    signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {int(time.time())}", f"webhook-signature: v1,{'A' * 43}=")
    await withstand(deployed, Flood([false_key, post("/v1/callouts?agency=LBPD", CALL, *signed)], frozenset({401})))
    async with asyncio.timeout(60):  # such a text goes out behind whatever asks somebody to come
        while _told_of_refusals(deployed).keys() < COORDINATORS:  # noqa: ASYNC110  # counted elsewhere
            await asyncio.sleep(0.05)
    assert _told_of_refusals(deployed) == dict.fromkeys(COORDINATORS, 1)
    assert not COORDINATORS.intersection(deployed.carrier.calls)


def _told_of_refusals(deployed: Deployed) -> Counter[str]:
    """How many texts about refused call-outs each number has."""
    return Counter(to for _, to, body in deployed.carrier.texts if "refused" in body)


@pytest.mark.parametrize(("place_url", "way"), [("postgres", "strict"), ("sqlite", "lenient")], indirect=["place_url"])
async def test_thousands_of_fields(deployed: Deployed, way: str) -> None:
    """An agency's program has gone wild: 6,000 unknown fields at a time, with a key that holds."""
    fields = {"officer": {"callback_phone": "+15625550177"}, **{f"{number:x}": 1 for number in range(6000)}}
    body = json.dumps(fields, separators=(",", ":")).encode()
    headers = (f"Authorization: Bearer {deployed.server.key}", f"Prefer: handling={way}", "Idempotency-Key: wild")
    statuses = frozenset({422}) if way == "strict" else frozenset({200, 201})
    await withstand(deployed, Flood([post("/v1/callouts", body, *headers)], statuses))


async def test_cookies_that_are_not_ours(deployed: Deployed) -> None:
    """A dozen strangers send 50 KB of backslashes in a cookie, which Python up to 3.12.4 reads in quadratic time."""
    cookie = 'Cookie: dispatch-session="' + "\\" * 50_000 + '"'
    asks = [request("GET", path, b"", cookie) for path in ("/healthz", "/sign-in", "/nope", f"/{'x' * 9_000}")]
    await withstand(deployed, Flood(asks, frozenset({200, 404, 414}), clients=12))


@pytest.mark.parametrize(
    ("place_url", "accept", "at_once"),
    [("sqlite", "text/html", 1), ("postgres", "application/json", 1), ("sqlite", "text/html", 15)],
    indirect=["place_url"],
)
async def test_pages_that_cost_next_to_nothing(deployed: Deployed, accept: str, at_once: int) -> None:
    """Four hundred strangers ask for what is there and what is not, each again as soon as it is answered.

    Fifteen call-outs at once are more than a few in the database's queue, and that does not make it slower.
    """
    paths = ("/nope", "/healthz", "/docs", f"/a/{secrets.token_urlsafe(17)}", "/v1/callouts", "/sign-in")
    asks = [request("GET", path, b"", f"Accept: {accept}", ends="keep-alive") for path in paths]
    await withstand(deployed, Flood(asks, frozenset({200, 303, 401, 404, 410}), clients=400, stay=True), at_once)


@pytest.mark.parametrize(
    ("place_url", "shown"),
    [("sqlite", "a key"), ("postgres", "a signature"), ("sqlite", "a session"), ("postgres", "half a session")],
    indirect=["place_url"],
)
async def test_whatever_can_be_made_up(deployed: Deployed, shown: str) -> None:
    """Four hundred strangers show it wherever it may count, each again as soon as it is answered."""
    asks = [request for door, request in doors() if door.endswith(shown)]
    await withstand(deployed, Flood(asks, frozenset(range(200, 600)), clients=400, stay=True))


@ON_POSTGRES
async def test_a_signature_of_thousands(deployed: Deployed) -> None:
    """A hundred strangers sign with 30,000 signatures at a time, none of which holds."""
    signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {int(time.time())}", f"webhook-signature:{' a' * 30_000}")
    await withstand(deployed, Flood([post("/v1/callouts?agency=LBPD", CALL, *signed)], frozenset({401}), clients=100))


async def test_links_that_nobody_was_given(deployed: Deployed) -> None:
    """Two dozen strangers guess at links of every kind, with GET and HEAD."""
    guesses = [
        request(method, f"/{kind}/{secrets.token_urlsafe(17)}")
        for kind in ("r", "o", "a")
        for method in ("GET", "HEAD")
        for _ in range(300)
    ]
    await withstand(deployed, Flood(guesses, frozenset({404, 405, 410})))


@ON_POSTGRES
async def test_addresses_with_a_slash_too_many(deployed: Deployed) -> None:
    """Two dozen strangers ask for `/v1/callouts/` under a host of their own, and are sent nowhere."""
    forged = "GET /v1/callouts/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    await withstand(deployed, Flood([forged], frozenset({404})))


async def test_metrics_that_anybody_reads(deployed: Deployed) -> None:
    """A hundred strangers read `/metrics` without end."""
    await withstand(deployed, Flood([request("GET", "/metrics")], frozenset({200}), clients=100))


async def test_an_agency_that_asks_for_the_year_9999(
    postgres_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every webhook to an agency is answered 503 with a `Retry-After` at the end of time: each is tried again after a
    while, as always, and none of them without end."""
    async with standing(tmp_path, postgres_url, webhooks_of="LBPD") as deployed:
        await withstand(deployed, Flood([request("GET", "/healthz")], frozenset({200}), clients=1))
        record_property(MEASURED, deployed.measured)
        async with asyncio.timeout(10):
            while len(deployed.carrier.hooks) < deployed.measured["all_call_outs"]:  # noqa: ASYNC110  # counted elsewhere
                await asyncio.sleep(0.05)
    assert max(Counter(deployed.carrier.hooks).values()) <= 2
