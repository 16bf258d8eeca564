"""Durable intake on one process, against the same endpoint with the database left out."""

import contextlib
from collections.abc import Iterator, Sequence

from benchmarks.client import Answer, as_fast_as_answered, connections, run
from benchmarks.deployment import BOTH, Bench, Place, callout_requests
from benchmarks.figures import Figure, median, ms, percentile
from benchmarks.processes import free_port, running

NAME = "intake"
_CLIENTS = (16, 32, 64)
_MOST = 20_000  # requests made beforehand for one run


def figures(bench: Bench) -> Iterator[Figure]:
    seconds, rounds = bench.count(3, 1), bench.count(3, 1)
    rates: dict[tuple[str, int], list[float]] = {}
    waits: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for what in ("bare", *BOTH):
            with _serving(bench, what) as (url, key):
                run(_load(url, callout_requests(key, 200), 16, 10))
                for number, clients in enumerate(_CLIENTS, start=1):
                    answers = run(_load(url, callout_requests(key, _MOST, first=number * _MOST), clients, seconds))
                    if any(one.status != 201 for one in answers):
                        raise AssertionError("not every call-out was taken")
                    rates.setdefault((what, clients), []).append(_rate(answers))
                    waits.setdefault((what, clients), []).append(percentile([one.seconds for one in answers], 99))
    for engine in BOTH:
        best = max(_CLIENTS, key=lambda clients: median(rates[engine, clients]))
        durable, bare = median(rates[engine, best]), median(rates["bare", best])
        share = durable / bare
        yield Figure(
            f"durable intake on one process, {engine}",
            "≥ ¼ of the same endpoint without database; ½ is the goal",
            f"{durable:,.0f}/s with {best} clients (p99 {ms(median(waits[engine, best]))}): {share:.0%}",
            f"without database {bare:,.0f}/s; "
            + "; ".join(
                f"{clients} clients: {median(rates[engine, clients]):,.0f} of {median(rates['bare', clients]):,.0f}/s"
                for clients in _CLIENTS
            )
            + "; nothing is paged meanwhile",
            share >= 0.25,
            "" if share >= 0.5 else f"{0.5 - share:.0%} of the bare rate short of the goal of half",
        )


@contextlib.contextmanager
def _serving(bench: Bench, what: str) -> Iterator[tuple[str, str]]:
    """The endpoint's address, and a key that it takes."""
    with contextlib.ExitStack() as ends:
        place = ends.enter_context(bench.database(what)) if what in BOTH else None
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        kind = "without-paging" if place else "without-database"
        environment = {"DISPATCH_DATABASE_URL": place.url, "DISPATCH_PUBLIC_URL": url} if place else {}
        child = bench.child("intake", "-m", "benchmarks.bare", str(port), kind, environment=environment)
        ends.enter_context(running(child))
        child.wait_for(url + "/healthz")
        yield url, key_of(place)


def key_of(place: Place | None) -> str:
    return place.agency_key if place is not None else "a-key"


async def _load(url: str, requests: list[bytes], clients: int, seconds: float) -> list[Answer]:
    async with connections(url, clients) as opened:
        return await as_fast_as_answered(opened, requests, seconds)


def _rate(answers: Sequence[Answer]) -> float:
    span = max(one.answered_at for one in answers) - min(one.sent_at for one in answers)
    return len(answers) / span
