"""Floods at the real `dispatch serve`, drawn from the doors that there are, so that a new door is attacked by itself.
Beside each an agency calls, a specialist texts, somebody looks at the board, and the node is asked whether it lives.

What they may wait stands in `flooding.py`; texts of strangers are in `test_texts_of_strangers.py`. `make floods` plays
them all and prints what was waited; with `ARGS='-k "slow_bodies and postgres"'` it plays one.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.serving.flooding import COORDINATORS, ON_POSTGRES, Deployed, Flood, post, request, withstand
from tests.serving.made_up import everything, routes
from tests.serving.proxy import proxying

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]  # floods wait for each other

CALL = json.dumps({"officer": {"callback_phone": "+15625550177"}}).encode()
_FORM = "application/x-www-form-urlencoded"
_STRANGERS, _KNOWN = 5_000, 400
_ANY = frozenset(range(200, 600))
_REFUSED = frozenset({403, 404, 503})


def _made_up(_: Deployed) -> Flood:
    """Each asks at every door with all that can be made up, again as soon as it is answered."""
    return Flood(everything(), _ANY, clients=_STRANGERS, stay=True)


def _leaves(_: Deployed) -> Flood:
    """As that, on a new connection for each, which is left once the first line is there. What a connection costs the
    loop is bounded by the proxy's machine alone: beside 5,000 of these call-outs were answered after up to 4 s."""
    return Flood(everything(), _ANY, clients=_KNOWN, leave=True)


def _by_http2(_: Deployed) -> Flood:
    """Few connections with many streams."""
    return Flood(["/nothing"], _REFUSED, clients=20, stay=True, streams=100)


def _slow_bodies(deployed: Deployed) -> Flood:
    """Connections that send most of a body, and no more of it. Beside 5,000 of them without a proxy, call-outs and
    `/healthz` are answered after 0.8 to 1.3 s; the proxy passes none on."""
    part = post("/v1/callouts", b" " * 60_000, f"Authorization: Bearer {deployed.server.key}")[:50_000]
    return Flood([part], frozenset(), clients=10, hold=True, at_first=_STRANGERS, allowance=4.0)


def _slow_heads(_: Deployed) -> Flood:
    """Connections whose heads do not end: 850, and a hundred more each second."""
    return Flood(["POST /v1/callouts HTTP/1.1\r\nHost: x\r\n"], frozenset(), clients=10, hold=True, at_first=850)


def _forged(_: Deployed) -> Flood:
    """Key presses, texts and receipts, some with as many fields as there may be, with a signature that is none."""
    fields = (urlencode([(f"x{n}", "y" * 300) for n in range(99)]), "Digits=1&CallSid=x&From=%2B15625550199")
    forged = [
        request("POST", path, body.encode(), f"X-Twilio-Signature: {'A' * 27}=", f"Content-Type: {_FORM}", ends="close")
        for method, path in routes()
        if path.startswith("/twilio/")
        for body in fields
    ]
    return Flood([one.replace("Connection: close", "Connection: keep-alive") for one in forged], _REFUSED, _STRANGERS,
                 stay=True)  # fmt: skip


def _session(deployed: Deployed) -> Flood:
    """Whatever somebody who is signed in reads and previews, as often as it is answered."""
    cookie = f"Cookie: dispatch-session={deployed.server.others_session}"
    asks = [
        request(method, path, b"" if method == "GET" else b"{}", cookie, ends="keep-alive")
        for method, path in routes()
        if method == "GET" or path.endswith("/preview")
        # Streams have bounds of their own, and one that is cut off when the flood ends leaves a traceback.
        if not path.endswith(("/events", ".csv"))
    ]
    return Flood(asks, _ANY, clients=_KNOWN, stay=True)


def _openings(deployed: Deployed) -> Flood:
    """Another agency's program has gone wild: what it sends tells of nobody to call back."""
    asks = post("/v1/callouts", b"{}", f"Authorization: Bearer {deployed.server.others_key}")
    return Flood([asks.replace("Connection: close", "Connection: keep-alive")], _ANY, clients=1500, stay=True)


def _link(deployed: Deployed) -> Flood:
    """Anybody who rings the hotline is texted one."""
    words = next(words for _, _, words in deployed.carrier.texts if "/o/" in words)
    path = f"/o/{words.partition('/o/')[2].split()[0]}"
    asks = [request("GET", path + more, b"", "Accept: text/html", ends="keep-alive") for more in ("", "/nothing")]
    return Flood(asks, frozenset({200, 404, 429}), clients=_KNOWN, stay=True)


FLOODS: dict[str, tuple[Callable[[Deployed], Flood], tuple[bool, ...]]] = {
    "made_up": (_made_up, (False, True)),
    "leaves": (_leaves, (False, True)),
    "by_http2": (_by_http2, (True,)),
    "slow_bodies": (_slow_bodies, (False, True)),
    "slow_heads": (_slow_heads, (True,)),  # a node by itself bounds no head
    "forged": (_forged, (False, True)),
    "openings": (_openings, (False,)),
    "a_session": (_session, (False, True)),
    "a_link": (_link, (False,)),
}
"""What floods, and whether the shipped proxy stands in front."""


_EACH_WAY_ONCE = {(False, "sqlite"), (True, "postgres")}
_CASES = [
    pytest.param(
        engine,
        name,
        proxied,
        id=f"{name}-{'proxy' if proxied else 'plain'}-{engine}",
        marks=[] if (proxied, engine) in _EACH_WAY_ONCE else [pytest.mark.crossed],
    )
    for name, (_, ways) in FLOODS.items()
    for proxied in ways
    for engine in ("sqlite", "postgres")
]


@pytest.mark.parametrize(("place_url", "name", "proxied"), _CASES, indirect=["place_url"])
async def test_nobody_else_waits(deployed: Deployed, tmp_path: Path, name: str, proxied: bool) -> None:
    """Whoever floods fills the places of their kind."""
    await deployed.waits(1)
    async with asyncio.timeout(30):
        while not any("/o/" in words for _, _, words in deployed.carrier.texts):  # noqa: ASYNC110  # texts are noted elsewhere
            await asyncio.sleep(0.01)
    if not proxied:
        await withstand(deployed, FLOODS[name][0](deployed))
        return
    with proxying(tmp_path, deployed.server.port) as deployed.server.port:
        await withstand(deployed, FLOODS[name][0](deployed))


@ON_POSTGRES
async def test_call_outs_without_a_key_that_holds(deployed: Deployed) -> None:
    """Two dozen strangers try keys and signatures, and ring nobody: each coordinator has one text of it."""
    false_key = post("/v1/callouts", CALL, f"Authorization: Bearer agency_{'x' * 43}")
    signed = (f"webhook-id: {'x' * 30}", f"webhook-timestamp: {int(time.time())}", f"webhook-signature:{' a' * 30_000}")
    await withstand(deployed, Flood([false_key, post("/v1/callouts?agency=LBPD", CALL, *signed)], frozenset({401})))
    async with asyncio.timeout(60):  # such a text goes out behind whatever asks somebody to come
        while _told_of_refusals(deployed).keys() < COORDINATORS:  # noqa: ASYNC110  # counted elsewhere
            await asyncio.sleep(0.05)
    assert _told_of_refusals(deployed) == dict.fromkeys(COORDINATORS, 1)
    assert not COORDINATORS.intersection(deployed.carrier.calls)


def _told_of_refusals(deployed: Deployed) -> Counter[str]:
    """How many texts about refused call-outs each number has."""
    return Counter(to for _, to, body in deployed.carrier.texts if "refused" in body)
