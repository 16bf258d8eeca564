"""Call-outs beside strangers: who ask for views and hold heads open, and who ask for any one door, with all that they
can make up."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.client import Answer, connect, get, run
from benchmarks.deployment import BOTH, POSTGRES, SQLITE, Bench, Carrier, callout_requests
from benchmarks.figures import Figure, beyond, ms, spread
from benchmarks.storms import outcome
from tests.serving.flooding import Flood, flooding
from tests.serving.made_up import doors
from tests.serving.proxy import proxying

NAME = "strangers"
_STRANGERS = 100
_CALLOUTS, _SECONDS = 30, 10.0
_LONGEST = 2.0
_VIEWS = ("/nope", "/healthz", "/docs", f"/a/{secrets.token_urlsafe(17)}", "/v1/callouts", "/sign-in")
_ASKING = Flood(
    [get(path).decode().removesuffix("\r\n") + "Accept: text/html\r\n\r\n" for path in _VIEWS],
    frozenset({200, 303, 401, 404, 410}),
    clients=_STRANGERS,
    stay=True,
)
_HOLDING = Flood(
    ["POST /v1/callouts HTTP/1.1\r\nHost: x\r\n"], frozenset(), clients=10, hold=True, at_first=_STRANGERS
)  # and a hundred more each second


def figures(bench: Bench) -> Iterator[Figure]:
    yield from _beside_views_and_heads(bench)
    yield _beside_one_door(bench, SQLITE, proxied=False)
    yield _beside_one_door(bench, POSTGRES, proxied=True)


def _beside_views_and_heads(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        with (
            bench.database(engine) as deployed,
            bench.carrier() as carrier,
            bench.serving(deployed, carrier) as node,
            proxying(bench.folder, urlsplit(node.url).port or 0) as port,
        ):
            requests = callout_requests(deployed.agency_key, 2 * _CALLOUTS)
            quiet = _until_paged(carrier, run(_call(port, requests[:_CALLOUTS])))
            beside = _until_paged(carrier, run(_call_beside_strangers(port, requests[_CALLOUTS:])))
        why = beyond(max(beside), _LONGEST, "the last page is")
        yield Figure(
            f"{_CALLOUTS} call-outs beside {_STRANGERS} strangers who ask for views and hold heads open, behind the "
            f"proxy, {engine}",
            f"each paged ≤ {_LONGEST:.0f} s",
            spread(beside),
            f"without strangers {spread(quiet)}",
            not why,
            why,
        )


async def _call_beside_strangers(port: int, requests: Sequence[bytes]) -> list[Answer]:
    async with flooding(port, _ASKING), flooding(port, _HOLDING):
        return await _call(port, requests)


async def _call(port: int, requests: Sequence[bytes], seconds: float = _SECONDS) -> list[Answer]:
    """Each at its time and on a connection of its own, whether or not the one before is answered."""
    began = time.monotonic()

    async def officer(number: int, request: bytes) -> Answer:
        await asyncio.sleep(began + number * seconds / len(requests) - time.monotonic())
        connection = await connect(f"http://127.0.0.1:{port}")
        try:
            return await connection.send(request)
        finally:
            connection.close()

    return await asyncio.gather(*(officer(number, request) for number, request in enumerate(requests)))


def _until_paged(carrier: Carrier, answers: Sequence[Answer]) -> list[float]:
    """How long after it was posted each call-out was paged."""
    carrier.wait_for(len(carrier.requests) + len(answers), seconds=10)
    if short := outcome(answers, carrier).short_of(len(answers)):
        raise AssertionError(short)
    paged = carrier.first_pages()
    return [paged[answer.json()["code"]] - answer.sent_at for answer in answers]


# ---- any one door --------------------------------------------------------------------------------------------------

_AT_ONE_DOOR = 400
_CALLOUTS_BESIDE, _SECONDS_BESIDE = 12, 4.0  # as many a second as above
_MOST = {"answered": 0.5, "paged": 1.0, "on the board": 2.0, "/healthz": 0.5}
_ANY = frozenset(range(200, 600))


@dataclass(frozen=True, slots=True)
class _Worst:
    """The longest wait of its kind, and the door that was flooded."""

    seconds: float
    door: str


def _beside_one_door(bench: Bench, engine: str, *, proxied: bool) -> Figure:
    worst: dict[str, _Worst] = {}
    flooded = doors()[:: 6 if bench.quick else 1]
    with ExitStack() as stack:
        deployed = stack.enter_context(bench.database(engine))
        carrier = stack.enter_context(bench.carrier())
        node = stack.enter_context(bench.serving(deployed, carrier))
        port = urlsplit(node.url).port or 0
        if proxied:
            port = stack.enter_context(proxying(bench.folder, port))
        [session] = run(deployed.sessions(1))
        requests = callout_requests(deployed.agency_key, len(flooded) * _CALLOUTS_BESIDE)
        for number, (door, asks) in enumerate(flooded):
            these = requests[number * _CALLOUTS_BESIDE : (number + 1) * _CALLOUTS_BESIDE]
            flood = Flood([asks], _ANY, clients=_AT_ONE_DOOR, stay=True)
            waits = run(_wait_beside(port, flood, these, session))
            answers = waits.pop("call-outs")
            took = {
                "answered": max(answer.seconds for answer in answers),
                "paged": max(_until_paged(carrier, answers)),
                "on the board": max(answer.seconds for answer in waits["on the board"]),
                "/healthz": 0.0 if "/healthz" in door else max(answer.seconds for answer in waits["/healthz"]),
            }
            for what, seconds in took.items():
                if seconds > worst.get(what, _Worst(0.0, "")).seconds:
                    worst[what] = _Worst(seconds, door)
    why = "; ".join(said for what, most in _MOST.items() if (said := beyond(worst[what].seconds, most, f"{what}:")))
    return Figure(
        f"{_CALLOUTS_BESIDE} call-outs over {_SECONDS_BESIDE:.0f} s beside {_AT_ONE_DOOR} strangers at one door, the "
        f"worst of {len(flooded)} doors, {'behind the proxy' if proxied else 'no proxy'}, {engine}",
        ", ".join(f"{what} ≤ {ms(most)}" for what, most in _MOST.items()),
        ", ".join(f"{what} {ms(one.seconds)} ({one.door})" for what, one in worst.items()),
        "",
        not why,
        why,
    )


async def _wait_beside(port: int, flood: Flood, requests: Sequence[bytes], session: str) -> dict[str, list[Answer]]:
    """What is answered beside the flood: call-outs, the board until it shows each, and whether the node is well."""
    board, well = get("/board/state", cookie=f"dispatch-session={session}"), get("/healthz")
    async with flooding(port, flood):
        calling = asyncio.create_task(_call(port, requests, _SECONDS_BESIDE))
        health = asyncio.create_task(_call(port, [well] * len(requests), _SECONDS_BESIDE))
        shown = asyncio.create_task(_call(port, [board] * len(requests), _SECONDS_BESIDE))
        return {"call-outs": await calling, "/healthz": await health, "on the board": await shown}
