"""A storm: a thousand callers at the same moment; and two hundred, each with texts to two partners."""

import asyncio
from collections.abc import Iterator

from benchmarks.client import Answer, connections, run
from benchmarks.deployment import BOTH, PARTNERS, Bench, callout_requests
from benchmarks.figures import Figure, also, beyond, ms, spread
from benchmarks.storms import outcome

NAME = "storm"
_CALLERS = 1_000
_BURST, _BURST_SECONDS = 200, 0.5
_AT_ONCE = 100  # pages under way at the same time; among these the network decides which is first
_OUT_OF_ORDER = "a page was more places out of turn than pages are under way at once"


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        with bench.database(engine) as deployed, bench.carrier() as carrier, bench.serving(deployed, carrier) as node:
            answers = run(_storm(node.url, callout_requests(deployed.agency_key, _CALLERS)))
            carrier.wait_for(_CALLERS, seconds=10)
        came = outcome(answers, carrier)
        waits = [answer.seconds for answer in answers]
        began = min(answer.sent_at for answer in answers)
        in_order = came.out_of_place < _AT_ONCE
        why = also(came.short_of(_CALLERS), "" if in_order else _OUT_OF_ORDER)
        yield Figure(
            f"a storm of {_CALLERS:,} call-outs at once, {engine}",
            "no 503, none lost, none paged twice, first pages in order of arrival",
            f"{came.taken:,} taken, {came.told}; intake {spread(waits)}; "
            f"{'in order' if in_order else 'NOT in order'}: at most {came.out_of_place} places "
            f"and {ms(came.overtaken)} out of turn",
            f"{_CALLERS / max(waits):,.0f} taken/s; all first pages out after {ms(came.last_page_at - began)}: "
            f"{_CALLERS / (came.last_page_at - began):,.0f}/s",
            not why,
            why,
        )

        yield _burst(bench, engine)


def _burst(bench: Bench, engine: str) -> Figure:
    """The last first page, with partners to be told of each call-out and without."""
    after, short = {}, []
    for partners in ((), PARTNERS):
        with bench.database(engine) as deployed, bench.carrier() as carrier:
            asyncio.run(deployed.tells(partners))
            with bench.serving(deployed, carrier) as node:
                answers = run(_storm(node.url, callout_requests(deployed.agency_key, _BURST)))
                carrier.wait_for(_BURST, seconds=10)
            came = outcome(answers, carrier)
            short.append(came.short_of(_BURST))
            after[partners] = came.last_page_at - min(answer.sent_at for answer in answers)
    why = also(*short, beyond(after[PARTNERS], _BURST_SECONDS, "the last first page"))
    return Figure(
        f"a storm of {_BURST} call-outs at once, each with texts to two partners, {engine}",
        f"no 503, last first page ≤ {_BURST_SECONDS} s after the start",
        f"{came.taken} taken, {came.told}; last first page after {ms(after[PARTNERS])}",
        f"without partners {ms(after[()])}: what only informs costs the pages {after[PARTNERS] / after[()] - 1:+.0%}",
        not why,
        why,
    )


async def _storm(url: str, requests: list[bytes]) -> list[Answer]:
    async with connections(url, len(requests)) as opened:
        return await asyncio.gather(
            *(connection.send(request) for connection, request in zip(opened, requests, strict=True))
        )
