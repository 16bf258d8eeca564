"""`/response-times` as a coordinator opens it, beside a million call-outs: the last thirteen weeks, and all of them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchmarks.client import Answer, Connection, connections, get, run
from benchmarks.deployment import BOTH, SQLITE, Bench, Deployed, Node
from benchmarks.figures import Figure, beyond, median, ms
from benchmarks.seed import Seeds
from dispatch.actions.reports.show_response_times import MOST_RESPONSES
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.reports.exclusions import Cause, Help
from dispatch.store import tables as t

NAME = "response-times"
_WEEKS = timedelta(weeks=12)  # before now: the thirteen weeks of the view begin on a Monday, and hold this one
_YEARS = timedelta(days=3650)
_LATELY = 2_000  # in those weeks: three times as many as in the busiest quarter that is known
_PATIENCE = 60.0
_TIMES = 5


def figures(bench: Bench) -> Iterator[Figure]:
    count = bench.count(1_000_000, 100_000)
    for engine in BOTH:
        with bench.database(engine) as deployed, bench.carrier() as carrier:
            _fill(deployed, count)
            (token,) = run(deployed.sessions(1))
            with bench.serving(deployed, carrier) as node:
                lately = run(_opened(node, token, "", _TIMES))
                most_read = run(_opened(node, token, f"?period=days&from={_first_of_most(count)}", _TIMES))
                everything = run(_opened(node, token, "?period=all", _TIMES))
                memory = node.child.memory_mib()
        most = 1.0 if engine == SQLITE else 0.5
        yield Figure(
            f"the page of response times, thirteen weeks ({_LATELY:,}) beside {count:,} call-outs, {engine}",
            "≤ 300 ms",
            f"{ms(median(lately))} (worst {ms(max(lately))})",
            "",
            median(lately) <= 0.3,
            beyond(median(lately), 0.3, "the page is"),
        )
        yield Figure(
            f"the page of as many as it reads one by one, {engine}",
            "≤ 500 ms",
            f"{ms(median(most_read))} (worst {ms(max(most_read))})",
            "",
            median(most_read) <= 0.5,
            beyond(median(most_read), 0.5, "the page is"),
        )
        yield Figure(
            f"headlines and misses of all {count:,} call-outs, {engine}",
            f"≤ {ms(most)}",
            f"{ms(median(everything))} (worst {ms(max(everything))})",
            f"{memory:.0f} MiB afterwards",
            median(everything) <= most,
            beyond(median(everything), most, "the page is"),
        )


def _first_of_most(count: int) -> date:
    """The day from which on nearly so many came in as the view reads one by one."""
    earlier = (MOST_RESPONSES - _LATELY) * 0.95 * (_YEARS / count)
    return (datetime.now(UTC) - _WEEKS - timedelta(weeks=1) - earlier).date()


def _fill(deployed: Deployed, count: int) -> None:
    """Ten years of call-outs before those weeks, and the weeks; one in twenty missed, each with its review."""
    seeds = Seeds(deployed)
    apart = _YEARS // timedelta(microseconds=1) // count
    before = (_WEEKS + timedelta(weeks=1)) // timedelta(microseconds=1)
    _write(seeds, f"(i - {count}) * {apart} - {before}", count, 0)
    lately = _WEEKS // timedelta(microseconds=1) // _LATELY
    _write(seeds, f"(i - {_LATELY}) * {lately}", _LATELY, count)
    closed = f"FROM callout WHERE status = '{Status.CLOSED}'"
    seeds.run(
        f"INSERT INTO {t.assignment.name} (callout, person, role, acknowledged_at, en_route_at, sources) "
        f"SELECT id, CASE WHEN agency < 'A2' THEN 'ana' ELSE 'ben' END, '{AssignmentRole.PRIMARY}', acknowledged_at, "
        f"acknowledged_at, '{{}}' {closed}",
        f"INSERT INTO {t.outcome.name} (callout, children_met, freedom_bags, noted_at, actor_kind) "
        f"SELECT id, 1, 1, ended_at, 'coordinator' {closed}",
        f"INSERT INTO {t.miss_review.name} (callout, cause, help, line, written_by, written_at) "
        f"SELECT id, '{Cause.FAR_AWAY}', '{Help.NEARER}', '', 'cora', ended_at {closed} AND past_target = 1",
    )
    seeds.settle()


def _write(seeds: Seeds, received: str, count: int, already: int) -> None:
    """Call-outs with every stamp; they arrive after 10 to 63 minutes."""
    seeds.callouts(
        count,
        {
            "id": seeds.id(f"i + {already}"),
            "agency": "'A' || (i % 3)",
            "status": f"'{Status.CLOSED}'",
            "open": "false",
            "policy": "'{}'",
            "received_at": seeds.later(received, -7200),
            "respond_by": seeds.later(f"{received} + 3600000000", -7200),
            "first_paged_at": seeds.later(f"{received} + 1000000", -7200),
            "acknowledged_at": seeds.later(f"{received} + 300000000", -7200),
            "arrived_at": seeds.later(f"{received} + (600 + (i * 104729) % 3150) * 1000000", -7200),
            "ended_at": seeds.later(f"{received} + 7000000000", -7200),
        },
    )


async def _opened(node: Node, token: str, query: str, times: int) -> list[float]:
    async with connections(node.url, 1) as (connection,):
        return [await _open(connection, token, query) for _ in range(times)]


async def _open(connection: Connection, token: str, query: str) -> float:
    answer = await _ask(connection, token, query)
    assert answer.status == 200, answer.body[:300]
    return answer.seconds


async def _ask(connection: Connection, token: str, query: str) -> Answer:
    async with asyncio.timeout(_PATIENCE):
        return await connection.send(get(f"/response-times{query}", cookie=f"dispatch-session={token}"))
