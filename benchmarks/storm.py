"""A storm: a thousand callers at the same moment."""

import asyncio
from collections.abc import Iterator

from benchmarks.client import Answer, connections, run
from benchmarks.deployment import BOTH, Bench, callout_requests
from benchmarks.figures import Figure, ms, percentile, spread
from benchmarks.storms import outcome

NAME = "storm"
_CALLERS = 1_000
_AT_ONCE = 100  # pages under way at the same time; among these the network decides which is first


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        with bench.database(engine) as place, bench.carrier() as carrier, bench.serving(place, carrier) as node:
            answers = run(_storm(node.url, callout_requests(place.agency_key, _CALLERS)))
            carrier.wait_for(_CALLERS, seconds=10)
        came = outcome(answers, carrier)
        waits = [answer.seconds for answer in answers]
        began = min(answer.sent_at for answer in answers)
        p99 = percentile(waits, 99)
        in_order = came.out_of_place < _AT_ONCE
        holds = came.taken == _CALLERS and came.nothing_lost and in_order and p99 <= 1.0
        yield Figure(
            f"a storm of {_CALLERS:,} call-outs at once, {engine}",
            "none lost, none paged twice, first pages in order of arrival, intake p99 ≤ 1 s",
            f"{came.taken:,} taken, {came.lost} lost, {came.twice} twice; intake {spread(waits)}; "
            f"{'in order' if in_order else 'NOT in order'}: at most {came.out_of_place} places "
            f"and {ms(came.overtaken)} out of turn",
            f"{_CALLERS / max(waits):,.0f} taken/s; all first pages out after {ms(came.last_page_at - began)}: "
            f"{_CALLERS / (came.last_page_at - began):,.0f}/s",
            holds,
            "" if holds else _why(p99, in_order),
        )


def _why(p99: float, in_order: bool) -> str:
    words = [f"intake p99 {ms(p99 - 1)} too slow"] if p99 > 1 else []
    return "; ".join(
        words + ([] if in_order else ["a page was more places out of turn than pages are under way at once"])
    )


async def _storm(url: str, requests: list[bytes]) -> list[Answer]:
    async with connections(url, len(requests)) as opened:
        return await asyncio.gather(
            *(connection.send(request) for connection, request in zip(opened, requests, strict=True))
        )
