"""Finding and claiming the rows that are due among very many that are not."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.deployment import BOTH, POSTGRES, Bench
from benchmarks.figures import Figure, beyond, median, ms, spread
from benchmarks.seed import Seeds
from dispatch.actions.callout.meet_deadlines import meet_deadlines
from dispatch.actions.delivery.send_pages import claim_pages
from dispatch.actions.runner import Runner
from dispatch.store import tables as t
from dispatch.store.callout import deadlines
from dispatch.store.delivery import due_pages
from dispatch.store.delivery.pages import Lane

NAME = "claiming"
_AT_ONCE = 100
_CALLOUTS = 10_000


@dataclass(slots=True)
class _Measured:
    claim: list[float] = field(default_factory=list)
    find: list[float] = field(default_factory=list)
    find_pages: list[float] = field(default_factory=list)
    meet: list[float] = field(default_factory=list)
    next_due: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)


def figures(bench: Bench) -> Iterator[Figure]:
    waiting, rounds = bench.count(1_000_000, 100_000), bench.count(40, 20)
    for engine in BOTH:
        few = _measure(bench, engine, 10_000, rounds)
        many = _measure(bench, engine, waiting, rounds)
        p50 = median(many.claim)
        yield Figure(
            f"finding and claiming {_AT_ONCE} due pages, {waiting:,} waiting, committed, {engine}",
            f"≤ 10 ms for {_AT_ONCE} rows",
            spread(many.claim),
            f"with 10,000 waiting: p50 {ms(median(few.claim))}; one statement by hand: p50 {ms(median(many.by_hand))}; "
            f"finding {_AT_ONCE} without claiming: pages {ms(median(many.find_pages))}, "
            f"deadlines {ms(median(many.find))}; when the next is due: {ms(median(many.next_due))}; "
            f"meeting 50 deadlines: {ms(median(many.meet))}",
            p50 <= 0.010,
            beyond(p50, 0.010, "p50"),
        )


def _measure(bench: Bench, engine: str, waiting: int, rounds: int) -> _Measured:
    with bench.database(engine) as deployed:
        seeds = Seeds(deployed)
        callouts = min(_CALLOUTS, waiting)
        seeds.callouts(callouts)
        due = 3 * rounds * _AT_ONCE
        of = seeds.id(f"(i % {callouts} + 1)")
        when = f"CASE WHEN i <= {due} THEN {seeds.later('i', -3600)} ELSE {seeds.later('i * 1000', 3600)} END"
        # Each to another phone: of two calls to one, the second waits.
        theirs = {"id": seeds.id(), "callout": of, "due_at": when, "to": "'+1562' || (5000000 + i)"}
        seeds.copy(t.page, waiting, theirs, "one.channel = 'voice'")
        seeds.copy(t.deadline, waiting, {"callout": of, "due_at": when}, "one.kind = 'target_missed'")
        seeds.settle()

        async def measure() -> _Measured:
            runner = await deployed.runner()
            try:
                return await _rounds(runner, rounds, on_postgres=engine == POSTGRES)
            finally:
                await runner.database.close()

        return asyncio.run(measure())


async def _rounds(runner: Runner, rounds: int, *, on_postgres: bool) -> _Measured:
    database, found = runner.database, _Measured()
    by_hand = _BY_HAND_POSTGRES if on_postgres else _BY_HAND_SQLITE
    for _ in range(rounds + 3):  # the first rounds prepare statements and warm the cache
        began = time.perf_counter()
        claimed, _ = await database.write(lambda tx: claim_pages(tx, runner.context(), dict.fromkeys(Lane, _AT_ONCE)))
        found.claim.append(time.perf_counter() - began)
        assert len(claimed) == _AT_ONCE
        began = time.perf_counter()
        await database.read(lambda tx: due_pages.due(tx, runner.now(), _AT_ONCE))
        found.find_pages.append(time.perf_counter() - began)
        began = time.perf_counter()
        await database.read(lambda tx: deadlines.due(tx, runner.now(), _AT_ONCE))
        found.find.append(time.perf_counter() - began)
        began = time.perf_counter()
        await database.read(lambda tx: (deadlines.next_due(tx), due_pages.next_due(tx)))
        found.next_due.append(time.perf_counter() - began)
        began = time.perf_counter()
        await database.write(lambda tx: tx.exec_driver_sql(by_hand).all())
        found.by_hand.append(time.perf_counter() - began)
    for _ in range(5):
        began = time.perf_counter()
        await database.write(lambda tx: meet_deadlines(tx, runner.context(), 50))
        found.meet.append(time.perf_counter() - began)
    for values in (found.claim, found.find, found.find_pages, found.next_due, found.by_hand):
        del values[:3]
    return found


# What the database alone can do: the same rows, claimed by one statement that is ready to run.
_CLAIM = """
    UPDATE page SET state = 'sending', claim = 'by hand', due_at = {later}, tries = tries + 1
    WHERE id IN (SELECT id FROM page WHERE due_at <= {now} ORDER BY due_at, id LIMIT 100 {lock})
    RETURNING *
"""
_BY_HAND_POSTGRES = _CLAIM.format(now="now()", later="now() + interval '20 seconds'", lock="FOR UPDATE SKIP LOCKED")
_BY_HAND_SQLITE = _CLAIM.format(now="unixepoch('now') * 1000000", later="(unixepoch('now') + 20) * 1000000", lock="")
