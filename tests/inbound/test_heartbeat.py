"""The heartbeat by itself, under the wall clock."""

import asyncio
from datetime import UTC, datetime

from dispatch.inbound.heartbeat import Heartbeat


async def test_what_is_due_and_cannot_be_taken_is_not_asked_for_without_end() -> None:
    """When there is no room for what is due, or another node has it in hand, the heartbeat looks again, but does not
    spin: with a carrier that hung a node took a whole core."""
    moment, rounds = datetime(2026, 11, 24, 10, 14, tzinfo=UTC), 0

    async def nothing_to_take() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    async def due() -> datetime:
        return moment

    heartbeat = Heartbeat(nothing_to_take, due, now=lambda: moment)
    heartbeat.start()
    await asyncio.sleep(0.3)
    await heartbeat.stop()
    assert 2 < rounds < 30
