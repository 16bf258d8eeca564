"""An officer phones: the carrier's first request → the first page at the carrier; and every answer, beside a storm."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from html import unescape

from benchmarks.client import Answer, Connection, connections, one_after_another, run
from benchmarks.deployment import (
    BOTH,
    LISTED,
    OUR_NUMBER,
    Bench,
    Carrier,
    callout_requests,
    from_carrier,
)
from benchmarks.figures import Figure, also, beyond, latency, percentile, spread

NAME = "hotline"
_WARM_UP = 20
_PAUSE = 0.05
_STORM = 1_000
_OFFICERS = 20  # on the line while the storm comes in
_CODE = re.compile(rb"code is ((?:\w, )+\w)\.")
_ASKS = re.compile(rb'action="([^"#]+)')


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        with (
            bench.database(engine) as deployed,
            bench.carrier(tells=False) as carrier,
            bench.serving(deployed, carrier) as node,
        ):
            calls = [_called(node.url, number) for number in range(_WARM_UP + bench.count(200, 100))]
            answers = run(_one_by_one(node.url, calls))[_WARM_UP:]
            carrier.wait_for(len(calls), seconds=5)
        yield _first_page(engine, answers, carrier)
        with bench.database(engine) as deployed, bench.carrier() as carrier, bench.serving(deployed, carrier) as node:
            answers = run(_beside_a_storm(node.url, callout_requests(deployed.agency_key, _STORM)))
        yield _answers(engine, answers)


def _first_page(engine: str, answers: Sequence[Answer], carrier: Carrier) -> Figure:
    arrived = carrier.first_pages()
    took = [arrived[_code_in(answer)] - answer.sent_at for answer in answers]
    return latency(
        f"hotline: the carrier's first request → the first page at the carrier, a listed number, {engine}",
        took,
        f"the request → its TwiML: {spread([answer.seconds for answer in answers])}",
        p50=0.015,
        p99=0.050,
    )


def _answers(engine: str, answers: Sequence[Answer]) -> Figure:
    took = [answer.seconds for answer in answers]
    p99, worst = percentile(took, 99), max(took)
    return Figure(
        f"hotline: every TwiML answer beside a storm of {_STORM:,} call-outs, {engine}",
        "p99 ≤ 500 ms, none above 2 s",
        spread(took),
        f"{len(took):,} answers to {_OFFICERS} officers in the menu",
        p99 <= 0.5 and worst <= 2,
        also(beyond(p99, 0.5, "p99"), beyond(worst, 2.0, "the worst")),
    )


def _code_in(answer: Answer) -> str:
    found = _CODE.search(answer.body)
    if answer.status != 200 or found is None:
        raise AssertionError(f"no code was said: {answer.status} {answer.body[:300]!r}")
    return found[1].decode().replace(", ", "")


def _called(url: str, number: int) -> bytes:
    return _form(url, "/twilio/voice/hotline", number, {})


def _form(url: str, path: str, number: int, more: dict[str, str]) -> bytes:
    """A request as Twilio signs and sends it, about the call with this number of a listed phone."""
    fields = {
        "CallSid": f"CA{number:032}",
        "From": LISTED[number],
        "To": OUR_NUMBER,
        "CallStatus": "in-progress",
        **more,
    }
    return from_carrier(url, path, fields)


async def _one_by_one(url: str, requests: list[bytes]) -> list[Answer]:
    async with connections(url, 1) as opened:
        return await one_after_another(opened[0], requests, pause=_PAUSE)


async def _beside_a_storm(url: str, storm: list[bytes]) -> list[Answer]:
    async with connections(url, len(storm) + _OFFICERS) as opened:
        officers, callers = opened[:_OFFICERS], opened[_OFFICERS:]
        over = asyncio.Event()
        calls = [
            asyncio.create_task(_through_the_menu(url, number, line, over)) for number, line in enumerate(officers)
        ]
        await asyncio.gather(*(caller.send(request) for caller, request in zip(callers, storm, strict=True)))
        await asyncio.sleep(2)  # the pages go out
        over.set()
        return [answer for call in calls for answer in await call]


async def _through_the_menu(url: str, number: int, line: Connection, over: asyncio.Event) -> list[Answer]:
    """An officer calls, and presses 1 at every question and on hold, as fast as a hurried person does."""
    answers = [await line.send(_called(url, number))]
    while not over.is_set():
        asks = _ASKS.search(answers[-1].body)
        if asks is None:  # they may hang up now
            break
        await asyncio.sleep(0.1)
        path = unescape(asks[1].decode()).removeprefix(url)
        answers.append(await line.send(_form(url, path, number, {"Digits": "1" if "hold" not in path else ""})))
    return answers
