"""One node of three is killed in the middle of a storm, on PostgreSQL."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import asyncpg

from benchmarks.client import Answer, Connection, Disconnected, connect, run
from benchmarks.deployment import POSTGRES, Bench, Deployed, Node, callout_requests
from benchmarks.figures import Figure, ms
from benchmarks.processes import running
from benchmarks.seed import connect as connect_to
from benchmarks.storms import outcome
from dispatch.rules.facts.pages import PageState

NAME = "node_killed"
_CALLOUTS = 600
_CALLERS = 48
_LONGEST = 45.0  # seconds after which the dead node's work is given up


def figures(bench: Bench) -> Iterator[Figure]:
    with contextlib.ExitStack() as ends:
        deployed = ends.enter_context(bench.database(POSTGRES))
        carrier = ends.enter_context(bench.carrier())
        nodes = [bench.node(deployed, carrier) for _ in range(3)]
        for node in nodes:
            ends.enter_context(running(node.child))
        for node in nodes:
            node.ready()
        requests = callout_requests(deployed.agency_key, _CALLOUTS)
        answers, killed_at, held, taken_over_at = run(_storm_and_kill(nodes, requests, deployed))
        carrier.wait_for(_CALLOUTS, seconds=3)
        end = killed_at + _LONGEST
        while set(_codes(answers)) - set(carrier.first_pages()) and time.time() < end:
            time.sleep(0.3)
            carrier.look()
    came = outcome(answers, carrier)
    late = [at - killed_at for code, at in carrier.first_pages().items() if code in held.values()]
    last = max(late, default=0.0)
    others = max(at for code, at in carrier.first_pages().items() if code not in held.values()) - killed_at
    holds = came.taken == _CALLOUTS and came.lost == 0 and taken_over_at <= 10 and last <= 10
    yield Figure(
        "one node of three killed (SIGKILL) mid-storm, PostgreSQL",
        "none lost; its work taken over in ≤ 10 s",
        f"{came.taken:,} of {_CALLOUTS:,} taken (callers turned to another node when the dead one had not answered), "
        f"{came.lost} lost, {came.twice} paged twice; {len(held)} pages were in the dead node's hands, taken over "
        f"within {ms(taken_over_at)}, "
        + (f"the last of them at the carrier {ms(last)} after the kill" if last > 0 else "all at the carrier already"),
        f"the last first page of all others {ms(others)} after the kill; "
        "a page twice is allowed where its outcome cannot be known",
        holds,
        "" if holds else f"{ms(max(taken_over_at, last) - 10)} too late",
    )


def _codes(answers: Sequence[Answer]) -> list[str]:
    return [answer.json()["code"] for answer in answers if answer.status in (200, 201)]


async def _storm_and_kill(
    nodes: Sequence[Node], requests: Sequence[bytes], deployed: Deployed
) -> tuple[list[Answer], float, dict[str, str], float]:
    """Every caller keeps asking until some node has answered.

    Returns the answers, when the node was killed, the pages it held, and how long it took until others had them.
    """
    waiting = iter(enumerate(requests))
    answers: list[Answer] = []
    killed = asyncio.Event()
    dead = nodes[0]

    async def call(number: int) -> None:
        connection: Connection | None = None
        for step, request in waiting:
            attempt = 0
            while True:
                node = nodes[(number + attempt) % 3]
                if attempt and connection is not None and not connection.open:
                    connection = None
                try:
                    connection = connection or await connect(node.url)
                    answer = await connection.send(request)
                except (Disconnected, OSError):
                    connection, attempt = None, attempt + 1
                    await asyncio.sleep(0.05)
                    continue
                if answer.status in (200, 201):
                    answers.append(answer)
                    break
                attempt += 1
                await asyncio.sleep(0.1)
            if step == len(requests) // 2 and not killed.is_set():
                killed.set()

    callers = [asyncio.create_task(call(number)) for number in range(_CALLERS)]
    await killed.wait()
    database = await connect_to(deployed.url)
    try:
        moment = dead.child.kill()
        node = await database.fetchval(f"SELECT id FROM node WHERE name LIKE '%:{urlsplit(dead.url).port}'")
        held = {row["id"]: row["code"] for row in await database.fetch(_HELD, node)}
        taken_over = asyncio.create_task(_until_free(database, node, moment))
        await asyncio.gather(*callers)
        return answers, moment, held, await taken_over
    finally:
        await database.close()


_HELD = f"""
    SELECT page.id, callout.code FROM page JOIN callout ON callout.id = page.callout
    WHERE page.state = '{PageState.SENDING}' AND page.claimed_by = $1
"""


async def _until_free(database: asyncpg.Connection, node: str, killed_at: float) -> float:
    """The seconds from the kill until no page is still as the dead node left it."""
    while time.time() < killed_at + _LONGEST and await database.fetch(_HELD, node):  # noqa: ASYNC110  # another process changes it
        await asyncio.sleep(0.05)
    return time.time() - killed_at
