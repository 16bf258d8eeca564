"""The only node is ended in the middle of its work, killed or told to stop, and started again."""

import asyncio
import contextlib
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.client import Answer, Disconnected, connections, run
from benchmarks.deployment import BOTH, SQLITE, Bench, Deployed, callout_requests
from benchmarks.figures import Figure, also, beyond, ms
from benchmarks.processes import free_port, running
from benchmarks.seed import connect as connect_to
from benchmarks.storms import Outcome, outcome
from benchmarks.watching import VIEWERS, watching
from dispatch.rules.facts.pages import PageState, Purpose

NAME = "restart"
_CALLOUTS = 400
_CALLERS = 32
_LONGEST = 45.0
_MOST = {signal.SIGTERM: 1.0, signal.SIGKILL: 2.0}
"""Seconds until every open page goes on. A node that is told to stop leaves nothing half done. Behind one that was
killed, a page that the carrier does not list is sent again after 1.5 s at the earliest
(`rules/delivery/reconciling.py`): the list may lag."""

# Pages that the dead node left behind: not sent yet, or claimed with an unknown outcome.
_LEFT = f"""
    SELECT page.id, page.state, callout.code FROM page JOIN callout ON callout.id = page.callout
    WHERE page.purpose = '{Purpose.PAGE}' AND page.channel = 'sms'
    AND page.state IN ('{PageState.WAITING}', '{PageState.SENDING}')
"""


@dataclass(frozen=True, slots=True)
class _Restart:
    """`ended` is from the signal to the end of the process; all else counts from the start of the next one. `waiting`
    and `unsure` are its first pages: those that had waited, and those that were being sent. `watched_again` is when the
    last viewer's board was live."""

    came: Outcome
    left: int
    claimed: int
    ended: float
    went_on: float
    ready: float
    waiting: list[float]
    unsure: list[float]
    watched_again: float

    @property
    def last_sent(self) -> float:
        return max(*self.waiting, *self.unsure, 0.0, 0.0)


def figures(bench: Bench) -> Iterator[Figure]:
    killed = {engine: _restart(bench, engine, signal.SIGKILL, viewers=0) for engine in BOTH}
    for engine in BOTH:
        yield _killed(engine, killed[engine])
    for engine in BOTH:
        for how in (signal.SIGKILL, signal.SIGTERM):
            yield _watched(engine, how, _restart(bench, engine, how, viewers=VIEWERS), killed[engine])


def _restart(bench: Bench, engine: str, how: signal.Signals, *, viewers: int) -> _Restart:
    port = free_port()
    ended: list[float] = []
    with bench.database(engine) as deployed, bench.carrier() as carrier, contextlib.ExitStack() as ends:
        node = bench.node(deployed, carrier, port=port)

        def end() -> None:
            began = time.monotonic()
            node.child.end(how)
            ended.append(time.monotonic() - began)

        with running(node.child):
            node.ready()
            audience = ends.enter_context(watching(bench, deployed, [node], viewers)) if viewers else None
            answers = run(_until_half(node.url, callout_requests(deployed.agency_key, _CALLOUTS), end))
        left = run(_left(deployed))
        claimed = {code for _, state, code in left if state == PageState.SENDING}
        again = bench.node(deployed, carrier, port=port)
        with running(again.child):
            started_at = again.child.started_at
            went_on = run(_went_on(deployed, {id_ for id_, _, _ in left}, started_at))
            ready = again.ready()
            watched_again = audience.all_live(started_at) - started_at if audience is not None else 0.0
            until = started_at + _LONGEST
            wanted = {answer.json()["code"] for answer in answers} | {code for _, _, code in left}
            while wanted - set(_codes(carrier.look())) and time.time() < until:
                time.sleep(0.1)
    # What arrived before the restart was sent by the dead node; the rest is what the new one had to finish.
    arrived = {code: at - started_at for code, at in carrier.first_pages().items() if at > started_at}
    return _Restart(
        outcome(answers, carrier),
        len(left),
        len(claimed),
        ended[0],
        went_on,
        ready,
        [seconds for code, seconds in arrived.items() if code not in claimed],
        [seconds for code, seconds in arrived.items() if code in claimed],
        watched_again,
    )


def _killed(engine: str, one: _Restart) -> Figure:
    last = max(one.went_on, one.last_sent)
    holds = one.came.lost == 0 and last <= _MOST[signal.SIGKILL]
    return Figure(
        f"SIGKILL and restart of the only node, {engine}",
        f"every open page goes on within {_MOST[signal.SIGKILL]:.0f} s of the start",
        f"{one.left} pages were left behind, {one.claimed} of them being sent: all sent or looked for at the "
        f"carrier {ms(one.went_on)} after the start of the process, the last that had to be sent there after "
        f"{ms(one.last_sent)}; {one.came.lost} of {one.came.taken} lost, {one.came.twice} twice",
        f"ready after {ms(one.ready)}; last page that had waited at the carrier after "
        f"{ms(max(one.waiting, default=0.0))}; "
        + (
            f"{len(one.unsure)} cut off while being sent were not found there and came after {ms(max(one.unsure))}"
            if one.unsure
            else "all pages that were being sent had arrived"
        ),
        holds,
        "" if holds else f"{one.came.lost} lost" if one.came.lost else f"{ms(last - _MOST[signal.SIGKILL])} too late",
    )


def _watched(engine: str, how: signal.Signals, one: _Restart, unwatched: _Restart) -> Figure:
    last, most = max(one.went_on, one.last_sent), _MOST[how]
    return Figure(
        f"{how.name} and restart with {VIEWERS} viewers, {engine}",
        f"every open page goes on within {most:.0f} s of the start, all viewers are live again within 3 s",
        f"{one.left} pages were left behind: all sent or looked for at the carrier {ms(one.went_on)} after the start, "
        f"the last that had to be sent there after {ms(one.last_sent)}; {one.came.lost} of {one.came.taken} lost, "
        f"{one.came.twice} twice; all viewers live after {ms(one.watched_again)}",
        f"from the signal to the end of the process {ms(one.ended)}; ready after {ms(one.ready)}; "
        f"killed without viewers: last page after {ms(max(unwatched.went_on, unwatched.last_sent))}, "
        f"ready after {ms(unwatched.ready)}",
        one.came.lost == 0 and last <= most and one.watched_again <= 3.0,
        also(
            f"{one.came.lost} lost" if one.came.lost else "",
            beyond(last, most, "the last page is"),
            beyond(one.watched_again, 3.0, "the last viewer is"),
        ),
    )


def _codes(requests: object) -> list[str]:
    assert isinstance(requests, list)
    return [request.code for request in requests]


async def _until_half(url: str, requests: list[bytes], end: Callable[[], None]) -> list[Answer]:
    """Callers keep calling; when half of the call-outs are taken, the node ends."""
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
        await asyncio.to_thread(end)
        await asyncio.gather(*callers)
    return [answer for answer in answers if answer.status == 201]


async def _left(deployed: Deployed) -> list[tuple[str, str, str]]:
    if deployed.engine == SQLITE:
        with sqlite3.connect(f"file:{deployed.url.removeprefix('sqlite:///')}?mode=ro", uri=True) as connection:
            rows = connection.execute(_LEFT).fetchall()
        connection.close()
        return rows
    database = await connect_to(deployed.url)
    try:
        return [tuple(row) for row in await database.fetch(_LEFT)]
    finally:
        await database.close()


async def _went_on(deployed: Deployed, left: set[str], started_at: float) -> float:
    """The seconds from the start until none of these pages is still as the dead node left it."""
    while time.time() < started_at + _LONGEST:
        if not left & {id_ for id_, _, _ in await _left(deployed)}:
            break
        await asyncio.sleep(0.05)
    return time.time() - started_at
