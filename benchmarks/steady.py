"""500 call-outs a second for a minute on one node, each paged."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from benchmarks.client import Answer, Connection, connections, run
from benchmarks.deployment import BOTH, Bench, callout_requests
from benchmarks.figures import Figure, also, ms, spread
from benchmarks.storms import outcome

NAME = "steady"
_RATE = 500
_CLIENTS = 64
_DRAIN = 5.0  # seconds without a new page after which we stop waiting


def figures(bench: Bench) -> Iterator[Figure]:
    seconds = bench.count(60, 10)
    count = _RATE * seconds
    for engine in BOTH:
        with bench.database(engine) as deployed, bench.carrier() as carrier, bench.serving(deployed, carrier) as node:
            requests = callout_requests(deployed.agency_key, count)
            before = node.child.cpu_seconds()
            answers = run(_offer(node.url, requests, seconds + 5))
            ended_at = max(answer.answered_at for answer in answers)
            carrier.wait_for(len(answers), seconds=_DRAIN)
            processor = node.child.cpu_seconds() - before
            memory = node.child.memory_mib()
        came = outcome(answers, carrier)
        in_time = came.last_page_at - ended_at
        span = ended_at - min(answer.sent_at for answer in answers)
        pages = sum(at <= ended_at for at in carrier.first_pages().values()) / span
        late = f"pages went out at {pages:,.0f}/s and were done {ms(in_time - 1)} too late" if in_time > 1 else ""
        why = also(came.short_of(count), late)
        yield Figure(
            f"{_RATE} call-outs a second for {seconds} s on one node, {engine}",
            "no 503, nothing lost, all first pages out within 1 s of the end",
            f"{came.taken:,} of {count:,} taken in {span:.0f} s, {came.told}; "
            f"last first page {ms(in_time)} after the end; 201 → carrier {spread(came.latencies)}",
            f"taken {came.taken / span:,.0f}/s, paged meanwhile {pages:,.0f}/s; due → answered "
            f"{spread([answer.seconds for answer in answers])}; processor {ms(processor / max(1, came.taken))} for "
            f"each call-out, its page and two callbacks; {memory:.0f} MiB at the end",
            not why,
            why,
        )


async def _offer(url: str, requests: Sequence[bytes], give_up: float) -> list[Answer]:
    """Send on schedule, whether or not the last request is answered; answer times count from the scheduled moment."""
    answers: list[Answer] = []
    began = time.time() + 0.05
    turns = iter(enumerate(requests))

    async def keep_sending(connection: Connection) -> None:
        for number, request in turns:
            step = began + number / _RATE
            if time.time() > began + give_up:
                return
            if (wait := step - time.time()) > 0:
                await asyncio.sleep(wait)
            answer = await connection.send(request)
            answers.append(Answer(answer.status, answer.body, step, answer.answered_at))

    async with connections(url, _CLIENTS) as opened:
        await asyncio.gather(*(keep_sending(connection) for connection in opened))
    return answers
