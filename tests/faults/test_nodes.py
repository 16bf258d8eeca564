"""Equal nodes on one PostgreSQL: one freezes, one dies, and the connections by which they wake each other are cut."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

from dispatch.actions.callout.open_callout import open_callout
from dispatch.rules.facts.callout import Details
from tests.faults.agency import Agency
from tests.faults.deployment import Deployment, Node, connect, runner, until
from tests.faults.verdict import Measure, judge, last_after, wait_for_pages, wait_until_paged

_CALLOUTS = 60
_MOST = 2000  # more than are posted before a node is frozen at the right moment


def test_frozen_past_the_takeover(on_postgres: Deployment, seed: int, measure: Measure) -> None:
    """A node that is frozen, and wakes when another has its work, sends none of it: no page comes twice."""
    _frozen_and_woken(on_postgres, _held, random.Random(seed), measure)


def test_frozen_inside_a_transaction(on_postgres: Deployment, seed: int, measure: Measure) -> None:
    """A node that is frozen with pages locked blocks nobody: whichever node takes over ends its transaction."""
    _frozen_and_woken(on_postgres, _locked, random.Random(seed), measure)


def _frozen_and_woken(
    deployment: Deployment, at_work: Callable[[Deployment, Node], object], chance: random.Random, measure: Measure
) -> None:
    """Freeze one of two nodes when it is `at_work`."""
    carrier = deployment.carrier
    nodes = frozen, _ = [deployment.node() for _ in range(2)]
    urls = [node.ready().url for node in nodes]
    carrier.play("/play/faults", effect="TooManyRequests", times="always", probability=0.3)
    carrier.play("/play/faults", effect="HangAfterAccepting", seconds=0.2, times="always", probability=0.3)
    # Only to the node that is to freeze, because a node sends what it takes.
    agency = Agency(urls[:1], deployment.agency_key, _MOST, chance).start()
    wanted = chance.randint(1, 20)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    until(lambda: _freezes(deployment, frozen, at_work), 60, "it is frozen at work")
    frozen_at = time.time()
    held = _held(deployment, frozen)
    carrier.play("/play/faults", "DELETE")
    elsewhere = Agency(urls[1:], deployment.agency_key, _CALLOUTS // 2, chance, first=_MOST).start()
    until(lambda: not _held_as_before(deployment, held), 60, "another node has taken its work over")
    taken_over = time.time() - frozen_at
    until(elsewhere.is_done, 60, "the other node takes call-outs")
    # Woken while the other node still looks for the pages at the carrier, or after it has sent them again.
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, 3))
    else:
        wait_for_pages(carrier, held.keys(), 60)
    frozen.thaw()
    agency.give_up()
    frozen.ready()
    wait_for_pages(carrier, deployment.snapshot().pages.keys(), 60)
    time.sleep(1)  # what it must not send would go out now
    verdict = judge([agency, elsewhere], carrier, deployment.snapshot(), set())
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        unsure=len(held),
        recovery=taken_over,
        recovery_cut_off=last_after(carrier.first(), held.keys(), frozen_at),
    )
    assert all(node.child.runs for node in nodes)
    verdict.holds()


def test_one_of_three_killed(on_postgres: Deployment, seed: int, measure: Measure) -> None:
    """A node of three dies in the middle of its work: the others take it over within 10 s, and nothing is lost."""
    chance = random.Random(seed)
    carrier = on_postgres.carrier
    nodes = [on_postgres.node() for _ in range(3)]
    urls = [node.ready().url for node in nodes]
    carrier.play("/play/faults", effect="HangAfterAccepting", seconds=0.2, times="always", probability=0.5)
    agency = Agency(urls, on_postgres.agency_key, _CALLOUTS, chance, pause=0.05).start()
    wanted = chance.randint(5, 50)
    until(lambda: agency.has_taken(wanted), 60, "the service takes call-outs")
    time.sleep(chance.uniform(0, 0.03))
    dead = chance.choice(nodes)
    killed_at = dead.child.kill()
    held = _held(on_postgres, dead)
    until(lambda: not _held_as_before(on_postgres, held), 60, "the others have taken its work over")
    taken_over = time.time() - killed_at
    until(agency.is_done, 60, "the agency is done")
    wait_until_paged([agency], carrier, on_postgres.snapshot, 60)
    verdict = judge([agency], carrier, on_postgres.snapshot(), set(held))
    measure(
        taken=verdict.taken,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        unsure=len(held),
        unreached=agency.unreached,
        recovery=taken_over if held else 0.0,
        recovery_cut_off=last_after(carrier.first(), held.keys(), killed_at),
    )
    verdict.holds()
    assert taken_over <= 10


def test_nobody_hears_the_bell(on_postgres: Deployment, seed: int, measure: Measure) -> None:
    """With every listening connection cut, again and again, the beat finds the work; then the nodes listen again."""
    chance = random.Random(seed)
    carrier = on_postgres.carrier
    nodes = [on_postgres.node().ready() for _ in range(2)]
    delays = asyncio.run(_open_unheard(on_postgres, chance))
    wait_for_pages(carrier, delays.keys(), 60)
    came = carrier.first()
    asyncio.run(_until_all_listen(on_postgres, len(nodes)))
    verdict = judge([], carrier, on_postgres.snapshot(), set())
    measure(
        taken=len(delays),
        lost=len(delays.keys() - came.keys()),
        doubled=len(verdict.doubled),
        unexcused=len(verdict.unexcused),
        recovery=(slowest := max(came[page] - opened for page, opened in delays.items())),
    )
    verdict.holds()
    assert slowest <= 5  # a beat is 1 s; the rest is for a busy machine


def _held(deployment: Deployment, node: Node) -> dict[str, str | None]:
    """The pages that a node has claimed and not finished, and its claims, once all that it had sent has arrived."""
    ours = asyncio.run(_node_id(deployment, node))
    pages = deployment.snapshot().pages
    return {id_: page.claim for id_, page in pages.items() if page.is_unsure and page.claimed_by == ours}


def _held_as_before(deployment: Deployment, held: dict[str, str | None]) -> set[str]:
    pages = deployment.snapshot().pages
    return {id_ for id_, claim in held.items() if pages[id_].is_unsure and pages[id_].claim == claim}


def _freezes(deployment: Deployment, node: Node, at_work: Callable[[Deployment, Node], object]) -> bool:
    """Freeze a node; if it is not `at_work`, let it go on."""
    node.freeze()
    time.sleep(0.05)  # for what it had sent to arrive
    if at_work(deployment, node):
        return True
    node.thaw()
    return False


def _locked(deployment: Deployment, node: Node) -> bool:
    """Whether a node is inside a transaction that has locked pages of its own."""
    held = list(_held(deployment, node))
    return asyncio.run(_free(deployment, held)) < len(held)


async def _free(deployment: Deployment, pages: list[str]) -> int:
    """How many of these pages nobody has locked."""
    connection = await connect(deployment.database_url)
    try:
        return len(await connection.fetch("SELECT id FROM page WHERE id = ANY($1) FOR UPDATE SKIP LOCKED", pages))
    finally:
        await connection.close()


async def _node_id(deployment: Deployment, node: Node) -> str:
    connection = await connect(deployment.database_url)
    try:
        port = node.url.rpartition(":")[2]
        found: str = await connection.fetchval("SELECT id FROM node WHERE name LIKE '%:' || $1::text", port)
        return found
    finally:
        await connection.close()


_LISTENING = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND (query LIKE 'LISTEN %' OR query LIKE 'NOTIFY %')
"""


async def _open_unheard(deployment: Deployment, chance: random.Random) -> dict[str, float]:
    """Open call-outs without waking anybody, and cut the nodes' listening connections. Returns when each page was
    made."""
    made: dict[str, float] = {}
    connection: Any = await connect(deployment.database_url)
    try:
        async with runner(deployment.database_url) as ours:
            for _ in range(6):
                await connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({_LISTENING}) AS listening")
                opened = await ours.act(open_callout, "LBPD", Details(officer_phone="+15625550177"), None)
                page = await connection.fetchval(
                    "SELECT id FROM page WHERE callout = $1 AND channel = 'sms' AND purpose = 'page'", opened.record.id
                )
                made[page] = time.time()
                await asyncio.sleep(chance.uniform(0.1, 0.7))
    finally:
        await connection.close()
    return made


async def _until_all_listen(deployment: Deployment, count: int) -> None:
    connection: Any = await connect(deployment.database_url)
    try:
        end = time.monotonic() + 30
        while len(await connection.fetch(_LISTENING)) < count:
            assert time.monotonic() < end, "the nodes do not listen again"
            await asyncio.sleep(0.1)
    finally:
        await connection.close()
