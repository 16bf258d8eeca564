"""Durable intake on one process, compared with the same endpoint without a database."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.client import Answer, as_fast_as_answered, connections, run
from benchmarks.deployment import BOTH, Bench, callout_requests
from benchmarks.figures import Figure, median, ms, percentile
from benchmarks.processes import Child, free_port, running

NAME = "intake"
_CLIENTS = (16, 32, 64)
_SLICE = 1.0  # seconds; the three alternate, so that other load on the machine hits them all alike
_MOST = 6_000  # requests made beforehand for one slice
_BARE = "without database"


@dataclass(slots=True)
class _Measured:
    rates: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # the serving process's seconds for each call-out


def figures(bench: Bench) -> Iterator[Figure]:
    rounds = bench.count(5, 1)
    found: dict[tuple[str, int], _Measured] = defaultdict(_Measured)
    with contextlib.ExitStack() as ends:
        serving = {what: ends.enter_context(_serving(bench, what)) for what in (_BARE, *BOTH)}
        first = 0
        for _, url, key in serving.values():
            run(_load(url, callout_requests(key, 300), 16, 10), seconds=30)
        for clients in _CLIENTS:
            for _ in range(rounds):
                first += _MOST
                for what, (child, url, key) in serving.items():
                    requests = callout_requests(key, _MOST, first=first)
                    before = child.cpu_seconds()
                    answers = run(_load(url, requests, clients, _SLICE), seconds=30)
                    measured = found[what, clients]
                    measured.processor.append((child.cpu_seconds() - before) / len(answers))
                    measured.rates.append(_rate(answers))
                    measured.p99.append(percentile([answer.seconds for answer in answers], 99))
    for engine in BOTH:
        shares = {clients: _shares(found, engine, clients) for clients in _CLIENTS}
        share = median([share for some in shares.values() for share in some])
        best = max(_CLIENTS, key=lambda clients: median(found[engine, clients].rates))
        durable, bare = found[engine, best], found[_BARE, best]
        yield Figure(
            f"durable intake on one process, {engine}",
            "≥ ¼ of the same endpoint without database; ½ is the goal",
            f"{share:.0%}: at best {median(durable.rates):,.0f}/s, with {best} clients (p99 {ms(median(durable.p99))})",
            f"without database {median(bare.rates):,.0f}/s; "
            + "; ".join(f"with {clients} clients {median(some):.0%}" for clients, some in shares.items())
            + f"; processor time for each: {ms(median(durable.processor))} against {ms(median(bare.processor))}",
            share >= 0.25,
            "" if share >= 0.5 else f"half is the goal, a quarter is needed: {share:.0%}",
        )


def _shares(found: Mapping[tuple[str, int], _Measured], engine: str, clients: int) -> list[float]:
    """One share for each round: only what was measured in the same seconds is compared."""
    pairs = zip(found[engine, clients].rates, found[_BARE, clients].rates, strict=True)
    return [durable / bare for durable, bare in pairs]


@contextlib.contextmanager
def _serving(bench: Bench, what: str) -> Iterator[tuple[Child, str, str]]:
    """The process, its address, and a key that it takes."""
    with contextlib.ExitStack() as ends:
        deployed = ends.enter_context(bench.database(what)) if what in BOTH else None
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        kind = "without-paging" if deployed else "without-database"
        environment = {"DISPATCH_DATABASE_URL": deployed.url, "DISPATCH_PUBLIC_URL": url} if deployed else {}
        child = bench.child("intake", "-m", "benchmarks.bare", str(port), kind, environment=environment)
        ends.enter_context(running(child))
        child.wait_for(url + "/healthz")
        yield child, url, deployed.agency_key if deployed else "a-key"


async def _load(url: str, requests: list[bytes], clients: int, seconds: float) -> list[Answer]:
    async with connections(url, clients) as opened:
        answers = await as_fast_as_answered(opened, requests, seconds)
    if any(answer.status != 201 for answer in answers):
        raise AssertionError("not every call-out was taken")
    return answers


def _rate(answers: Sequence[Answer]) -> float:
    span = max(answer.answered_at for answer in answers) - min(answer.sent_at for answer in answers)
    return len(answers) / span
