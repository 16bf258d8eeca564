"""Floods at the real `dispatch serve`, drawn from the doors that there are, so that a new door is attacked by itself.
Beside each an agency calls, a specialist texts, somebody looks at the board, and the node is asked whether it lives.

What they may wait stands in `flooding.py`; texts of strangers are in `test_texts_of_strangers.py`. `make floods` plays
them all and prints what was waited; with `ARGS='-k "slow_bodies and postgres"'` it plays one.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from dispatch.app import Service
from dispatch.settings import Settings
from tests.inbound import made_up
from tests.postgres import PostgresServer
from tests.serving.flooding import Deployed, Flood, post, request, standing, whatever_is_made_up, withstand
from tests.serving.proxy import proxying

pytestmark = [
    pytest.mark.alone,
    pytest.mark.timeout(300),  # floods wait for each other
    pytest.mark.asyncio(loop_scope="module"),
]

_STRANGERS, _KNOWN = 5_000, 400
_ANY = frozenset(range(200, 600))
_WEB = Service(Settings(database_url="sqlite:///:memory:", twilio_account_sid="AC1", twilio_from="+15625550100")).web


def _made_up(_: Deployed) -> Flood:
    """Each asks at every door with all that can be made up, again as soon as it is answered."""
    return Flood(whatever_is_made_up(_WEB), _ANY, _STRANGERS)


def _leaves(_: Deployed) -> Flood:
    """As that, on a new connection for each, which is left once the first line is there. What a connection costs the
    loop is bounded by the proxy's machine alone: beside 5,000 of these call-outs were answered after up to 4 s."""
    return Flood(whatever_is_made_up(_WEB), _ANY, _KNOWN, "leaves")


def _by_http2(_: Deployed) -> Flood:
    """Few connections with many streams."""
    return Flood([""], frozenset({404, 503}), 20, "http2")


def _slow_bodies(deployed: Deployed) -> Flood:
    """Connections that send most of a body, and no more of it. Beside 5,000 of them without a proxy, call-outs and
    `/healthz` are answered after some 0.45 s; the proxy passes none on."""
    part = post("/v1/callouts", b" " * 60_000, f"Authorization: Bearer {deployed.server.key}")[:50_000]
    return Flood([part], frozenset(), 10, "holds", at_first=_STRANGERS, allowance=2.0)


def _slow_heads(_: Deployed) -> Flood:
    """Connections whose heads do not end: 850, and a hundred more each second."""
    return Flood(["POST /v1/callouts HTTP/1.1\r\nHost: x\r\n"], frozenset(), 10, "holds", at_first=850)


def _forged(_: Deployed) -> Flood:
    """Key presses, texts and receipts, some with as many fields as there may be, with a signature that is none."""
    fields = (urlencode([(f"x{n}", "y" * 300) for n in range(99)]), "Digits=1&CallSid=x&From=%2B15625550199")
    signature, kind = f"X-Twilio-Signature: {'A' * 27}=", made_up.FORM["Content-Type"]
    doors = [path for _, path in made_up.doors(_WEB) if path.startswith("/twilio/")]
    forged = [post(path, body.encode(), signature, kind=kind) for path in doors for body in fields]
    return Flood(forged, frozenset({403, 404, 503}), _STRANGERS)


def _session(deployed: Deployed) -> Flood:
    """Whatever somebody who is signed in reads and previews, as often as it is answered."""
    cookie = f"Cookie: dispatch-session={deployed.server.others_session}"
    asks = [
        request(method, path, b"" if method == "GET" else b"{}", cookie)
        for method, path in made_up.doors(_WEB)
        if method == "GET" or path.endswith("/preview")
        # Streams have bounds of their own, and one that is cut off when the flood ends leaves a traceback.
        if not path.endswith(("/events", ".csv"))
    ]
    return Flood(asks, _ANY, _KNOWN)


def _link(deployed: Deployed) -> Flood:
    """Anybody who rings the hotline is texted one."""
    words = next(words for _, _, words in deployed.carrier.texts if "/o/" in words)
    path = f"/o/{words.partition('/o/')[2].split()[0]}"
    asks = [request("GET", path + more, b"", "Accept: text/html") for more in ("", "/nothing")]
    return Flood(asks, frozenset({200, 404, 429}), _KNOWN)


def _openings(deployed: Deployed) -> Flood:
    """Another agency's program has gone wild: what it sends tells of nobody to call back."""
    return Flood([post("/v1/callouts", b"{}", f"Authorization: Bearer {deployed.server.others_key}")], _ANY, 1500)


_PLACES = [(engine, proxied) for engine in ("sqlite", "postgres") for proxied in (False, True)]
_PLAIN, _PROXY = _PLACES[0], _PLACES[-1]
FLOODS: dict[Callable[[Deployed], Flood], set[tuple[str, bool]]] = {
    _made_up: {_PROXY},
    _slow_bodies: {_PLAIN},
    _forged: {_PLAIN},
    _leaves: {_PLAIN},
    _by_http2: {_PROXY},
    _slow_heads: {_PROXY},
    _session: {_PROXY},
    _link: {_PLAIN},
    _openings: {_PLAIN},  # the last, since its call-outs go on being paged
}
"""What floods, and where `make test-all` plays it: on which database, and whether the shipped proxy stands in front."""
_FILLS_MEMORY = {_made_up, _slow_bodies, _forged}
"""What a process has once had it keeps: each of these has a server of its own."""
_BY_THE_PROXY = {_by_http2, _slow_heads}
"""A node by itself speaks no HTTP/2, and bounds no head."""
_CASES = [
    pytest.param(
        place,
        flood,
        id=f"{flood.__name__[1:]}-{'proxy' if place[1] else 'plain'}-{place[0]}",
        marks=[] if place in played else [pytest.mark.crossed],
    )
    for place in _PLACES
    for flood, played in FLOODS.items()
    if place[1] or flood not in _BY_THE_PROXY
]


Floodable = Callable[[tuple[str, bool], Callable[[Deployed], Flood]], Awaitable[Deployed]]


@pytest.fixture(scope="module")
def new_url(
    sqlite_template: Path,
    postgres_server: PostgresServer,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], str]]:
    """Makes a fresh, migrated database of this kind each time it is called."""
    names: list[str] = []

    def make(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp(engine) / 'dispatch.db')}"
        names.append(f"{postgres_template}_flooded_{os.getpid()}_{len(names)}")
        return postgres_server.create_database(names[-1], template=postgres_template)

    yield make
    for name in names:
        postgres_server.drop_database(name)


@asynccontextmanager
async def _flooded(folder: Path, url: str, proxied: bool) -> AsyncIterator[Deployed]:
    """A server, and a call-out with a link to the officer's view."""
    async with standing(folder, url) as deployed:
        with proxying(folder, deployed.server.port) if proxied else nullcontext(deployed.server.port) as port:
            deployed.server.port = port
            await deployed.waits(1)
            async with asyncio.timeout(30):
                while not any("/o/" in words for _, _, words in deployed.carrier.texts):  # noqa: ASYNC110  # texts are noted elsewhere
                    await asyncio.sleep(0.01)
            yield deployed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floodable(
    new_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Floodable]:
    """One server for all floods in the same place that leave room: the one before it ends when the next begins."""
    stands: dict[object, Deployed] = {}
    async with AsyncExitStack() as stack:

        async def at(place: tuple[str, bool], flood: Callable[[Deployed], Flood]) -> Deployed:
            shared = place, flood if flood in _FILLS_MEMORY else None
            if shared not in stands:
                await stack.aclose()
                stands.clear()
                opens = _flooded(tmp_path_factory.mktemp("flooded"), new_url(place[0]), proxied=place[1])
                stands[shared] = await stack.enter_async_context(opens)
            return stands[shared]

        yield at


@pytest.mark.parametrize(("place", "flood"), _CASES)
async def test_nobody_else_waits(
    floodable: Floodable, place: tuple[str, bool], flood: Callable[[Deployed], Flood]
) -> None:
    """Whoever floods fills the places of their kind."""
    deployed = await floodable(place, flood)
    await withstand(deployed, flood(deployed))
