"""A deadline falls due → the next person's page is at the carrier, while very many others wait."""

from collections.abc import Iterator

from benchmarks.deployment import BACKUP_PHONE, BOTH, Bench, wall_clock
from benchmarks.figures import Figure, latency, spread
from benchmarks.processes import running
from benchmarks.seed import Seeds
from dispatch.rules.decisions import DeadlineKind

NAME = "deadline_latency"
_APART = 0.04  # seconds between deadlines: each is met by itself
_START = 1.5  # seconds until the first of them


def figures(bench: Bench) -> Iterator[Figure]:
    waiting, due = 10_000, bench.count(300, 60)
    for engine in BOTH:
        few = _latencies(bench, engine, due, due)
        many = _latencies(bench, engine, waiting, due)
        yield latency(
            f"deadline due → next page at the carrier, {waiting:,} call-outs waiting, {engine}",
            many,
            f"with {due} waiting: {spread(few)}",
            p50=0.010,
            p99=0.050,
        )


def _latencies(bench: Bench, engine: str, waiting: int, due: int) -> list[float]:
    with bench.database(engine) as deployed, bench.carrier(tells=False) as carrier:
        seeds = Seeds(deployed)
        seeds.waiting_callouts(waiting)
        seeds.settle()
        node = bench.node(deployed, carrier)
        with running(node.child):
            node.ready()
            start = wall_clock()
            number = "CAST(substr(callout, 25) AS INTEGER)"
            seeds.run(
                f"UPDATE deadline SET due_at = {seeds.later(f'{number} * {_APART * 1e6:.0f}', _START, start)} "
                f"WHERE kind = '{DeadlineKind.ESCALATE}' AND callout <= {seeds.id(str(due))}"
            )
            carrier.wait_for(due, seconds=_START + 5)
    arrived = {
        request.code: request.at
        for request in carrier.requests
        if request.to == BACKUP_PHONE and request.kind == "message"
    }
    due_at = {f"X{number}": start.timestamp() + _START + number * _APART for number in range(1, due + 1)}
    return [arrived[code] - moment for code, moment in due_at.items()]
