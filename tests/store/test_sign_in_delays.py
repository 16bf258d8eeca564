"""What is remembered of mistakes loses none of them, however many are made at once."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from dispatch.rules.access.sign_in import FailedAttempts
from dispatch.store.access import sign_in_delays
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import Conflict

NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)
FIRST = FailedAttempts(1, NOW, NOW)


@pytest.mark.parametrize("new_database_url", ["postgres"], indirect=True)
async def test_a_first_mistake_is_not_written_over(database: Database) -> None:
    """Two attempts see that nothing is remembered: the second to write does not count as the first, but tries again."""
    looked, written = asyncio.Event(), asyncio.Event()

    def attempt_at_once(tx: Connection) -> None:
        before = sign_in_delays.locked(tx, "name:cora")
        looked.set()
        while not written.is_set():
            tx.execute(text("SELECT 1"))  # the loop goes on meanwhile
        sign_in_delays.remember(tx, "name:cora", before, FIRST)

    late = asyncio.create_task(database.write(attempt_at_once))
    await looked.wait()
    await database.write(lambda tx: sign_in_delays.remember(tx, "name:cora", None, FIRST))
    written.set()
    with pytest.raises(Conflict):
        await late
