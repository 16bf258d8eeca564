"""The live board with a hundred viewers: how soon it shows a change, what it weighs, and that no page waits for it."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.client import Answer, connections, post, run
from benchmarks.deployment import BOTH, SQLITE, Bench, Carrier, Deployed, Node, callout_requests
from benchmarks.figures import Figure, also, beyond, percentile, spread
from benchmarks.processes import running
from benchmarks.watching import VIEWERS, Audience, watching

NAME = "board"
_BLOCK = 50  # call-outs while the board is watched, then as many while it is not
_REST_SECONDS = 1.0
_SHOWN_SECONDS = 3.0  # after which a change that a viewer has not seen is lost


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        yield from _changes(bench, engine)
    for engine in BOTH:
        yield _pages_beside_it(bench, engine)


# ---- from the answer to the viewers ----------------------------------------------------------------------------------


def _changes(bench: Bench, engine: str) -> Iterator[Figure]:
    """Call-outs at the first of two nodes, where the engine allows two; viewers at both, and the board ever longer."""
    with contextlib.ExitStack() as ends:
        deployed = ends.enter_context(bench.database(engine))
        carrier = ends.enter_context(bench.carrier())
        nodes = [bench.node(deployed, carrier) for _ in range(1 if engine == SQLITE else 2)]
        for node in nodes:
            ends.enter_context(running(node.child))
        for node in nodes:
            node.ready()
        time.sleep(_REST_SECONDS)
        alone = max(node.child.memory_mib() for node in nodes)
        audience = ends.enter_context(watching(bench, deployed, nodes))
        requests = callout_requests(deployed.agency_key, bench.count(100, 30))
        answers = run(_now_and_then(nodes[0], requests, 0.3, 0.9))
        time.sleep(_SHOWN_SECONDS)
        words = audience.listen()
        memory = max(node.child.memory_mib() for node in nodes)
    delays, unseen = _delays(answers, audience)
    sizes = [word.size / 1024 for word in words if word.kind == "state"]
    p50, p99 = percentile(delays, 50), percentile(delays, 99)
    where = f"{VIEWERS} viewers, {'one node' if engine == SQLITE else 'two nodes'}, {engine}"
    yield Figure(
        f"board: 201 answered → the change at a viewer, {where}",
        "p50 ≤ 150 ms, p99 ≤ 400 ms",
        spread(delays) + (f"; {unseen} NOT seen" if unseen else ""),
        f"{_by_node(answers, audience, len(nodes))}with up to {len(answers)} open a frame has "
        f"p50 {percentile(sizes, 50):.1f} KiB, worst {max(sizes):.1f}",
        p50 <= 0.15 and p99 <= 0.4 and not unseen,
        also(
            beyond(p50, 0.15, "p50"),
            beyond(p99, 0.4, "p99"),
            f"{unseen} changes were not seen by a viewer" if unseen else "",
        ),
    )
    most = 180
    yield Figure(
        f"resident memory of `dispatch serve` with {where}",
        f"≤ {most} MiB",
        f"{memory:.0f} MiB",
        f"before anybody looked {alone:.0f} MiB",
        memory <= most,
        "" if memory <= most else f"{memory - most:.0f} MiB too much",
    )


async def _now_and_then(node: Node, requests: Sequence[bytes], least: float, most: float) -> list[Answer]:
    """One call-out after another, at moments that keep no step with the board's own."""
    pauses = Random(7)
    answers = []
    async with connections(node.url, 1) as (connection,):
        for request in requests:
            answers.append(await connection.send(request))
            await asyncio.sleep(pauses.uniform(least, most))
    if any(answer.status != 201 for answer in answers):
        raise AssertionError(f"not every call-out was taken: {[answer.status for answer in answers]}")
    return answers


def _delays(
    answers: Sequence[Answer], audience: Audience, viewers: frozenset[int] | None = None
) -> tuple[list[float], int]:
    """For each call-out and each viewer the seconds from its answer to the first frame that shows it; and how many
    never came."""
    opened = {f"c-{answer.json()['id']}": answer.answered_at for answer in answers}
    shows = {digest: parts & opened.keys() for digest, parts in audience.shows.items()}
    seen: dict[tuple[int, str], float] = {}
    for word in audience.words:
        if word.kind == "state" and (viewers is None or word.viewer in viewers):
            for part in shows[word.digest]:
                seen.setdefault((word.viewer, part), word.at - opened[part])
    wanted = len(opened) * len(viewers if viewers is not None else range(audience.count))
    return list(seen.values()), wanted - len(seen)


def _by_node(answers: Sequence[Answer], audience: Audience, nodes: int) -> str:
    if nodes == 1:
        return ""
    own, other = (
        spread(_delays(answers, audience, frozenset(range(number, audience.count, nodes)))[0]) for number in range(2)
    )
    return f"at the node that took it {own}; at the other {other}; "


# ---- and no page waits for it ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pages:
    """From the answer to the page at the carrier, in blocks of `_BLOCK` call-outs."""

    turns: list[list[float]] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        return [seconds for step in self.turns for seconds in step]

    def apart(self, percent: float) -> float:
        """By what share one half of the blocks differs from the other: nothing but chance."""
        one, other = ([s for step in self.turns[half::2] for s in step] for half in range(2))
        return abs(percentile(one, percent) / percentile(other, percent) - 1)


def _pages_beside_it(bench: Bench, engine: str) -> Figure:
    """Ten call-outs a second, in blocks with viewers and without, alternately; what is open ends with each block."""
    turns = bench.count(8, 2)
    alone, watched = _Pages(), _Pages()
    numbers = iter(range(0, 2 * turns * _BLOCK, _BLOCK))
    # Callbacks of the last block's pages would come while the next one is measured.
    with (
        bench.database(engine) as deployed,
        bench.carrier(tells=False) as carrier,
        bench.serving(deployed, carrier) as node,
    ):
        _step(node, deployed, carrier, 1_000_000)  # to warm up
        for _ in range(turns):
            with watching(bench, deployed, [node]):
                watched.turns.append(_step(node, deployed, carrier, next(numbers)))
            alone.turns.append(_step(node, deployed, carrier, next(numbers)))
    ratios = {percent: percentile(watched.all, percent) / percentile(alone.all, percent) for percent in (50, 99)}
    holds = all(ratio <= 1.1 for ratio in ratios.values())
    return Figure(
        f"board: 201 answered → request at the carrier, {VIEWERS} viewers, {engine}",
        "p50 and p99 within 10% of the same without viewers",
        spread(watched.all),
        f"without viewers, in turns: {spread(alone.all)}; so p50 {ratios[50] - 1:+.0%}, p99 {ratios[99] - 1:+.0%}; "
        f"one half of the turns without viewers against the other: p50 {alone.apart(50):.0%} apart, "
        f"p99 {alone.apart(99):.0%}",
        holds,
        also(*(f"p{percent} {ratio - 1:.0%} slower" for percent, ratio in ratios.items() if ratio > 1.1)),
    )


def _step(node: Node, deployed: Deployed, carrier: Carrier, first: int) -> list[float]:
    time.sleep(_REST_SECONDS)
    answers = run(_now_and_then(node, callout_requests(deployed.agency_key, _BLOCK, first=first), 0.05, 0.15))
    codes = [answer.json()["code"] for answer in answers]
    end = time.monotonic() + 10
    while not carrier.first_pages().keys() >= set(codes):
        if time.monotonic() > end:
            raise TimeoutError("not every call-out was paged")
        time.sleep(0.05)
        carrier.look()
    arrived = carrier.first_pages()
    run(_cancel(node, deployed, answers))
    return [arrived[code] - answer.answered_at for code, answer in zip(codes, answers, strict=True)]


async def _cancel(node: Node, deployed: Deployed, answers: Sequence[Answer]) -> None:
    async with connections(node.url, 1) as (connection,):
        for answer in answers:
            request = post(f"/v1/callouts/{answer.json()['id']}/cancel", b"{}", key=deployed.agency_key)
            assert (await connection.send(request)).status == 200
