"""What is due when a clock was set back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch.store import backlog, nodes
from dispatch.store import tables as t
from dispatch.store.engine.database import Database

NOW = datetime(2026, 11, 4, 10, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
_SHIFT = {"rotation": "primary", "starts_at": NOW + HOUR, "ends_at": NOW + 8 * HOUR}
_ROWS: list[tuple[sa.Table, dict[str, Any], tuple[str, ...]]] = [
    (t.shift_test, {"id": "test", "person": "ana", "stage": "texted", **_SHIFT}, ("asked_at", "due_at")),
    (t.cover, {"holder": "ana", "asked_at": NOW - HOUR, "state": "open", **_SHIFT}, ("ask_at", "warn_at")),
    (
        t.alarm,
        {"id": "alarm", "kind": "news", "text": "words"},
        ("opened_at", "told_at", "rang_at", "owned_at", "acted_at"),
    ),
    (t.phone_call, {"id": "call", "party": "officer", "state": "joined"}, ("since", "seen_at")),
    (
        t.page,
        {"id": "page", "purpose": "page", "channel": "sms", "to": "+15625550101", "text": "words", "state": "sent"}
        | {"step": 1, "tries": 1, "reconciled": 0, "created_at": NOW - HOUR},
        ("due_at", "held_since", "tried_at", "sent_at"),
    ),
    (t.sign_in_delay, {"whose": "cora", "count": 1, "last_at": NOW - HOUR}, ("ready_at",)),
]


def test_whatever_is_due_is_moved() -> None:
    """A new table whose rows are due is thought of. Job locks of the old clock do not hold (`nodes.take_job_lock`)."""
    moved = {table.name: names for table, names in backlog._WAITED_FOR}
    due = {table.name for table in t.metadata.sorted_tables if "due_at" in table.columns}
    assert due - {"calendar"} == {name for name, names in moved.items() if "due_at" in names}


@pytest.mark.both_databases
@pytest.mark.parametrize(("table", "row", "moments"), _ROWS, ids=[table.name for table, *_ in _ROWS])
async def test_what_is_waited_for_comes_when_it_would_have(
    database: Database, table: sa.Table, row: dict[str, Any], moments: tuple[str, ...]
) -> None:
    """By the new clock it seemed to come an hour late. What is past is past."""

    async def pulled(at: datetime) -> set[datetime]:
        def pull(tx: sa.Connection) -> sa.RowMapping:
            tx.execute(sa.delete(table)).close()
            tx.execute(sa.insert(table), row | dict.fromkeys(moments, at)).close()
            backlog.pull_nearer(tx, NOW, HOUR)
            return tx.execute(sa.select(table)).mappings().one()

        found = await database.write(pull)
        return {found[name] for name in moments}

    assert await pulled(NOW + HOUR + timedelta(minutes=2)) == {NOW + timedelta(minutes=2)}
    assert await pulled(NOW) == {NOW}


async def test_a_job_of_the_day_is_done_once(database: Database) -> None:
    """Also where another node's clock is half a second behind, so that today's time is still to come there. One that
    was put off after a mistake waits as long as it should; one of a clock that was set back by days does not."""
    nine, half_a_second, day = NOW.replace(hour=17, minute=0), timedelta(seconds=0.5), timedelta(hours=25)

    async def takes(now: datetime, next_at: datetime) -> bool:
        return await database.write(lambda tx: nodes.take_job_lock(tx, "check", now, next_at, longest=day))

    await database.write(lambda tx: nodes.keep_moment(tx, "check", nine))
    assert await takes(nine, nine + timedelta(days=1))
    assert not await takes(nine - half_a_second, nine)
    await database.write(lambda tx: nodes.keep_moment(tx, "check", nine + timedelta(minutes=2)))
    assert not await takes(nine - timedelta(minutes=8), nine)
    assert await takes(nine - timedelta(days=3), nine - timedelta(days=3) + HOUR)
