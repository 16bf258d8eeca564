"""The views that count over a million call-outs: published figures of one month; everything, beside call-outs."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta

from benchmarks.client import Answer, Connection, connections, get, run
from benchmarks.deployment import BOTH, SQLITE, Bench, Deployed, Node, callout_requests, wall_clock
from benchmarks.figures import Figure, median, ms
from benchmarks.seed import Seeds, connect
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.store import tables as t

NAME = "reports"
_DAYS = 130 * 7  # two and a half years
_PATIENCE = 60.0
_TIMES = 5


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.count(1_000_000, 100_000)
    for engine in BOTH:
        with bench.database(engine) as deployed, bench.carrier() as carrier:
            _fill(deployed, count)
            by_hand = run(_by_hand(deployed))
            (token,) = run(deployed.sessions(1))
            with bench.serving(deployed, carrier) as node:
                over = wall_clock().replace(day=1) - timedelta(days=40)
                month = run(_month(node, token, f"/public/{over:%Y-%m}", bench.count(5, 3)))
                whole, beside = run(_everything(node, deployed, token))
                memory = node.child.memory_mib()
                carrier.wait_for(len(beside), seconds=10)
        arrived = carrier.first_pages()
        late = [arrived[answer.json()["code"]] - answer.sent_at for answer in beside]
        most = 1.0 if engine == SQLITE else 0.5
        yield Figure(
            f"figures of one month of {count:,} call-outs, {engine}",
            "≤ 50 ms",
            f"{ms(median(month))} (worst {ms(max(month))})",
            "",
            median(month) <= 0.05,
            "" if median(month) <= 0.05 else f"{ms(median(month) - 0.05)} too slow",
        )
        yield Figure(
            f"response times of all {count:,} call-outs, {engine}",
            f"≤ {ms(most)}",
            ms(whole),
            f"the same percentiles by the database itself: {ms(by_hand)}; a call-out sent meanwhile was at the carrier "
            f"after p50 {ms(median(late))}, worst {ms(max(late))}; {memory:.0f} MiB afterwards",
            whole <= most,
            "" if whole <= most else f"{ms(whole - most)} too slow",
        )


def _fill(deployed: Deployed, count: int) -> None:
    """Closed call-outs of 130 weeks and 41 agencies, stored in order of arrival; one in 50 was never answered."""
    seeds = Seeds(deployed)
    received = f"(i - {count}) * {_DAYS * 86_400_000_000 // count}"
    arrived = seeds.later(f"{received} + (600 + (i * 104729) % 4200) * 1000000", -60)
    seeds.callouts(
        count,
        {
            "agency": "'A' || (i % 41)",
            "status": f"'{Status.CLOSED}'",
            "open": "false",
            "policy": "'{}'",
            "received_at": seeds.later(received, -60),
            "respond_by": seeds.later(f"{received} + 3600000000", -60),
            "arrived_at": f"CASE WHEN i % 50 = 0 THEN NULL ELSE {arrived} END",
            "ended_at": seeds.later(f"{received} + 9000000000", -60),
        },
    )
    seeds.run(
        f"INSERT INTO {t.assignment.name} (callout, person, role, acknowledged_at, sources) "
        f"SELECT id, 'ana', '{AssignmentRole.PRIMARY}', received_at, '{{}}' FROM callout "
        f"WHERE status = '{Status.CLOSED}'"
    )
    seeds.settle()


async def _report(connection: Connection, token: str, query: str) -> float:
    async with asyncio.timeout(_PATIENCE):
        answer = await connection.send(get(f"/response-times{query}", cookie=f"dispatch-session={token}"))
    assert answer.status == 200, answer.body[:300]
    return answer.seconds


async def _month(node: Node, token: str, query: str, times: int) -> list[float]:
    async with connections(node.url, 1) as (connection,):
        return [await _report(connection, token, query) for _ in range(times)]


async def _everything(node: Node, deployed: Deployed, token: str) -> tuple[float, list[Answer]]:
    """The seconds that the whole report takes (the median), and the answers to call-outs sent meanwhile."""
    requests = iter(callout_requests(deployed.agency_key, 1000))
    async with connections(node.url, 2) as (reporting, calling):
        report = asyncio.create_task(_reports(reporting, token))
        answers = [await calling.send(next(requests))]
        while not report.done():
            await asyncio.sleep(0.05)
            answers.append(await calling.send(next(requests)))
        return median(await report), answers


async def _reports(connection: Connection, token: str) -> list[float]:
    """The whole report several times in a row, so that call-outs arrive at every stage of it."""
    return [await _report(connection, token, "?period=all") for _ in range(_TIMES)]


async def _by_hand(deployed: Deployed) -> float:
    if deployed.engine == SQLITE:
        with contextlib.closing(sqlite3.connect(deployed.url.removeprefix("sqlite:///"))) as connection:
            began = time.perf_counter()
            connection.execute(_PERCENTILES_SQLITE).fetchall()
            return time.perf_counter() - began
    database = await connect(deployed.url)
    try:
        began = time.perf_counter()
        await database.fetch(_PERCENTILES_POSTGRES)
        return time.perf_counter() - began
    finally:
        await database.close()


# Grouped by `coalesce`, which no index has. Through an index by agency both databases would read the table at random,
# in five times as long: the comparison is with what they do at their best.
_PERCENTILES_POSTGRES = """
    SELECT coalesce(agency, agency), count(*), count(*) FILTER (WHERE arrived_at <= respond_by),
        percentile_cont(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (ORDER BY arrived_at - received_at)
    FROM callout GROUP BY coalesce(agency, agency)
"""
_PERCENTILES_SQLITE = """
    SELECT agency, n, within, max(span) FILTER (WHERE place = (n + 1) / 2), max(span) FILTER (WHERE place = n * 9 / 10)
    FROM (
        SELECT agency, arrived_at - received_at AS span, count(*) OVER w AS n,
            sum(arrived_at <= respond_by) OVER w AS within,
            row_number() OVER (PARTITION BY coalesce(agency, agency) ORDER BY arrived_at - received_at) AS place
        FROM callout WHERE arrived_at IS NOT NULL WINDOW w AS (PARTITION BY coalesce(agency, agency))
    ) GROUP BY agency
"""
