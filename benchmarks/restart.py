"""The only node is killed in the middle of its work, and started again."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator

from benchmarks.client import Answer, Disconnected, connections, run
from benchmarks.deployment import BOTH, SQLITE, Bench, Place, callout_requests
from benchmarks.figures import Figure, ms
from benchmarks.processes import free_port, running
from benchmarks.seed import connect as connect_to
from benchmarks.storms import outcome
from dispatch.rules.facts.pages import PageState, Purpose

NAME = "restart"
_CALLOUTS = 400
_CALLERS = 32
_LONGEST = 45.0

# Pages that the dead node left behind: not sent yet, or claimed with an unknown outcome.
_LEFT = f"""
    SELECT page.id, page.state, callout.code FROM page JOIN callout ON callout.id = page.callout
    WHERE page.purpose = '{Purpose.PAGE}' AND page.channel = 'sms'
    AND page.state IN ('{PageState.WAITING}', '{PageState.SENDING}')
"""


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        port = free_port()
        with bench.database(engine) as place, bench.carrier() as carrier:
            node = bench.node(place, carrier, port=port)
            with running(node.child):
                node.ready()
                answers = run(_until_half(node.url, callout_requests(place.agency_key, _CALLOUTS), node.child.kill))
            left = run(_left(place))
            claimed = {code for _, state, code in left if state == PageState.SENDING}
            again = bench.node(place, carrier, port=port)
            with running(again.child):
                started_at = again.child.started_at
                went_on = run(_went_on(place, {id_ for id_, _, _ in left}, started_at))
                ready = again.ready()
                end = started_at + _LONGEST
                wanted = {answer.json()["code"] for answer in answers} | {code for _, _, code in left}
                while wanted - set(_codes(carrier.look())) and time.time() < end:
                    time.sleep(0.1)
        came = outcome(answers, carrier)
        # What arrived before the restart was sent by the dead node; the rest is what the new one had to finish.
        arrived = {code: at - started_at for code, at in carrier.first_pages().items() if at > started_at}
        waiting = [seconds for code, seconds in arrived.items() if code not in claimed]
        unsure = [seconds for code, seconds in arrived.items() if code in claimed]
        last = max(went_on, *waiting, *unsure, 0.0)
        holds = came.lost == 0 and last <= 2.0
        yield Figure(
            f"SIGKILL and restart of the only node, {engine}",
            "every open page goes on within 2 s of the start",
            f"{len(left)} pages were left behind, {len(claimed)} of them being sent: all sent or looked for at the "
            f"carrier {ms(went_on)} after the start of the process, the last that had to be sent there after "
            f"{ms(max(*waiting, *unsure, 0.0, 0.0))}; {came.lost} of {came.taken} lost, {came.twice} twice",
            f"ready after {ms(ready)}; last page that had waited at the carrier after {ms(max(waiting, default=0.0))}; "
            + (
                f"{len(unsure)} cut off while being sent were not found there and came after {ms(max(unsure))}"
                if unsure
                else "all pages that were being sent had arrived"
            ),
            holds,
            "" if holds else f"{came.lost} lost" if came.lost else f"{ms(last - 2)} too late",
        )


def _codes(requests: object) -> list[str]:
    assert isinstance(requests, list)
    return [request.code for request in requests]


async def _until_half(url: str, requests: list[bytes], kill: Callable[[], float]) -> list[Answer]:
    """Callers keep calling; when half of the call-outs are taken, the node dies."""
    waiting, answers = iter(requests), list[Answer]()
    half = asyncio.Event()

    async with connections(url, _CALLERS) as opened:

        async def call(number: int) -> None:
            for request in waiting:
                try:
                    answers.append(await opened[number].send(request))
                except Disconnected:
                    return
                if len(answers) >= len(requests) // 2:
                    half.set()

        callers = [asyncio.create_task(call(number)) for number in range(_CALLERS)]
        await half.wait()
        await asyncio.to_thread(kill)
        await asyncio.gather(*callers)
    return [answer for answer in answers if answer.status == 201]


async def _left(place: Place) -> list[tuple[str, str, str]]:
    if place.engine == SQLITE:
        with sqlite3.connect(f"file:{place.url.removeprefix('sqlite:///')}?mode=ro", uri=True) as connection:
            rows = connection.execute(_LEFT).fetchall()
        connection.close()
        return rows
    database = await connect_to(place.url)
    try:
        return [tuple(row) for row in await database.fetch(_LEFT)]
    finally:
        await database.close()


async def _went_on(place: Place, left: set[str], started_at: float) -> float:
    """The seconds from the start until none of these pages is still as the dead node left it."""
    while time.time() < started_at + _LONGEST:
        if not left & {id_ for id_, _, _ in await _left(place)}:
            break
        await asyncio.sleep(0.05)
    return time.time() - started_at
