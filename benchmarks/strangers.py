"""Call-outs beside strangers: who ask for views and hold heads open, and who ask for any one door, with all that they
can make up."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from benchmarks.client import Answer, connect, get, run
from benchmarks.deployment import BOTH, POSTGRES, SQLITE, Bench, Carrier, callout_requests
from benchmarks.figures import Figure, also, beyond, ms, spread
from benchmarks.storms import outcome
from dispatch.app import Service
from dispatch.settings import Settings
from tests.serving.flooding import Flood, flooding, whatever_is_made_up
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
)
_HOLDING = Flood(
    ["POST /v1/callouts HTTP/1.1\r\nHost: x\r\n"], frozenset(), clients=10, way="holds", at_first=_STRANGERS
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

    def __str__(self) -> str:
        return f"{ms(self.seconds)} ({self.door})"


def _beside_one_door(bench: Bench, engine: str, *, proxied: bool) -> Figure:
    flooded = _doors()[:: 6 if bench.quick else 1]
    with ExitStack() as stack:
        deployed = stack.enter_context(bench.database(engine))
        carrier = stack.enter_context(bench.carrier())
        node = stack.enter_context(bench.serving(deployed, carrier))
        port = urlsplit(node.url).port or 0
        if proxied:
            port = stack.enter_context(proxying(bench.folder, port))
        [session] = run(deployed.sessions(1))
        requests = iter(callout_requests(deployed.agency_key, (len(flooded) + 1) * _CALLOUTS_BESIDE))

        def waits(asks: str | None) -> dict[str, float]:
            flood = Flood([asks], _ANY, clients=_AT_ONE_DOOR) if asks is not None else None
            answers = run(_wait_beside(port, flood, [*islice(requests, _CALLOUTS_BESIDE)], session))
            longest = {what: max(answer.seconds for answer in of_it) for what, of_it in answers.items()}
            return longest | {"paged": max(_until_paged(carrier, answers["answered"]))}

        quiet, worst = waits(None), dict.fromkeys(_MOST, _Worst(0.0, ""))
        for door, asks in flooded:
            for what, seconds in waits(asks).items():
                if seconds > worst[what].seconds and what not in door:
                    worst[what] = _Worst(seconds, door)
    why = also(*(beyond(worst[what].seconds, most, f"{what}:") for what, most in _MOST.items()))
    return Figure(
        f"{_CALLOUTS_BESIDE} call-outs over {_SECONDS_BESIDE:.0f} s beside {_AT_ONE_DOOR} strangers at one door, the "
        f"worst of {len(flooded)} doors, {'behind the proxy' if proxied else 'no proxy'}, {engine}",
        ", ".join(f"{what} ≤ {ms(most)}" for what, most in _MOST.items()),
        ", ".join(f"{what} {worst[what]}" for what in _MOST),
        "without strangers " + ", ".join(f"{what} {ms(quiet[what])}" for what in _MOST),
        not why,
        why,
    )


def _doors() -> list[tuple[str, str]]:
    """One request of each method below each first part of an address, and what it is, in words."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    settings = Settings(database_url="sqlite:///:memory:", twilio_account_sid="AC1", twilio_from="+15625550100")
    for asks in whatever_is_made_up(Service(settings).web):
        method, path, _ = asks.split(" ", 2)
        found.setdefault((path.split("/")[1], method), (f"{method} {path}", asks))
    return list(found.values())


async def _wait_beside(
    port: int, flood: Flood | None, requests: Sequence[bytes], session: str
) -> dict[str, list[Answer]]:
    """What is answered beside the flood: call-outs, the board, and whether the node is well."""
    board, well = get("/board/state", cookie=f"dispatch-session={session}"), get("/healthz")
    async with flooding(port, flood) if flood is not None else nullcontext():
        asked = {"answered": requests, "on the board": [board] * len(requests), "/healthz": [well] * len(requests)}
        answers = await asyncio.gather(*(_call(port, each, _SECONDS_BESIDE) for each in asked.values()))
        return dict(zip(asked, answers, strict=True))
