"""Thirty call-outs over ten seconds beside strangers who ask for views and hold heads open, behind the proxy."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from benchmarks.client import Answer, connect, get, run
from benchmarks.deployment import BOTH, Bench, Carrier, callout_requests
from benchmarks.figures import Figure, beyond, spread
from benchmarks.storms import outcome
from tests.serving.flooding import Flood, flooding
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


async def _call(port: int, requests: Sequence[bytes]) -> list[Answer]:
    """Each at its time and on a connection of its own, whether or not the one before is answered."""
    began = time.monotonic()

    async def officer(number: int, request: bytes) -> Answer:
        await asyncio.sleep(began + number * _SECONDS / len(requests) - time.monotonic())
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
