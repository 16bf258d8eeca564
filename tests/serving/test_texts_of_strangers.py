"""Texts that strangers bring about have a small lane of their own: not even a carrier that is slow with them, and with
what we tell coordinators of them, holds up a page."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.replies.strangers import MOST_OF_STRANGERS
from dispatch.store.callout import decided
from dispatch.store.callout.decided import NewPage
from tests.serving.flooding import (
    CALLOUTS,
    COORDINATORS,
    ON_POSTGRES,
    QUIET_CALLOUTS,
    Deployed,
    Flood,
    judge,
    signed_text,
    withstand,
)
from tests.serving.served import Server

_OTHER_WRITERS = 3
pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]  # floods wait for each other

SLOW_SECONDS = 8.0
"""How long the carrier takes for a text that a stranger has brought about; more than a page may wait."""
MOST_AT_ONCE = 4
"""What each node may have under way of them: a small share of the hundred connections to the carrier."""


async def _owe_strangers(server: Server, texts: int) -> None:
    """As after an hour without a carrier: so many answers to strangers are due."""
    now = datetime.now(UTC)
    due = [
        NewPage(f"stray-{n:03}", None, SendPage(Purpose.ANSWER, Channel.SMS, f"+1310555{n:04}", "words", now), now)
        for n in range(texts)
    ]
    async with server.database() as database:
        await database.write(lambda tx: decided.write_standalone(tx, due))


@ON_POSTGRES
async def test_on_several_nodes(deployed: Deployed, database_url: str, tmp_path: Path) -> None:
    """Each of two nodes keeps strangers in their lane, whichever of them an agency calls at."""
    another = Server(tmp_path / "another", database_url, deployed.server.carrier_url, key=deployed.server.key)
    another.folder.mkdir()
    try:
        another.start()
        quiet = await deployed.waits(QUIET_CALLOUTS)
        deployed.carrier.slow = lambda to, _: SLOW_SECONDS if to.startswith("+1310555") else 0.0
        await _owe_strangers(deployed.server, 300)
        for server in (deployed.server, another):
            judge(deployed, quiet, await deployed.waits(CALLOUTS, server))
        assert 0 < deployed.carrier.most_slow <= 2 * MOST_AT_ONCE
    finally:
        another.kill()


@ON_POSTGRES
async def test_hundreds_of_strangers_text(deployed: Deployed) -> None:
    """Three hundred numbers text, over and over: each costs an answer, and a text to each coordinator, until forty."""
    # Five digits: "hello 998" would be an officer who cries for help.
    texts = [signed_text(f"+1310555{n % 300:04}", f"hello {n + 10_000}") for n in range(3000)]
    await withstand(deployed, Flood(texts, frozenset({200}), clients=24))
    # The text that is waited for beside each flood comes from a stranger, too: its repeats count, and are answered
    # once. On PostgreSQL texts are counted side by side, so each other writer may take one more.
    answered = await _settled(deployed, lambda to, _: to.startswith("+1310555"))
    assert MOST_OF_STRANGERS - 10 <= answered <= MOST_OF_STRANGERS + _OTHER_WRITERS
    told = await _settled(deployed, lambda to, body: to in COORDINATORS and "nknown number" in body)
    assert 2 * (answered + 1) <= told <= 2 * (MOST_OF_STRANGERS + _OTHER_WRITERS + 1)


async def _settled(deployed: Deployed, which: Callable[[str, str], bool]) -> int:
    """How many such texts the carrier has been given, once a second has brought no more."""
    before = -1
    while (count := sum(which(to, body) for _, to, body in deployed.carrier.texts)) > before:
        before = count
        await asyncio.sleep(1)
    return count
