"""What a transaction says in the log: all of what was committed, and nothing of what was undone."""

import asyncio
import contextlib

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from structlog.typing import EventDict

from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.engine.job import Work
from dispatch.store.engine.log_lines import add
from dispatch.store.engine.savepoint import InternalError, apart
from dispatch.store.transaction import Transaction

pytestmark = pytest.mark.both_databases


def _saying(tx: Transaction, *words: str) -> None:
    """What work does that says `words`."""
    for word in words:
        add(tx, word, code="K7Q", person=None)


async def _said_by(database: Database, *works: Work[None]) -> list[str]:
    with capture_logs() as said:
        await asyncio.gather(*(database.write(work, together=True) for work in works), return_exceptions=True)
        await asyncio.sleep(0)
    return _steps(said)


def _steps(said: list[EventDict]) -> list[str]:
    return [step.event for entry in said if "steps" in entry for step in entry["steps"]]


async def test_what_is_committed_is_said_in_order_and_once(database: Database) -> None:
    """Beside other work in the same commit; a field without a value is left out."""

    def saying(number: int) -> Work[None]:
        return lambda tx: _saying(tx, f"{number}a", f"{number}b")

    said = await _said_by(database, *map(saying, range(20)))
    assert sorted(said) == sorted(f"{number}{letter}" for number in range(20) for letter in "ab")
    assert all(said.index(f"{number}a") < said.index(f"{number}b") for number in range(20))


async def test_what_is_undone_is_not_said(database: Database) -> None:
    """A part behind a savepoint, and work that fails beside work that does not."""

    def half(tx: Transaction) -> None:
        _saying(tx, "before")
        with contextlib.suppress(InternalError), apart(tx):
            fails(tx)
        _saying(tx, "after")

    def fails(tx: Transaction) -> None:
        _saying(tx, "never")
        raise RuntimeError

    said = await _said_by(database, half, fails, lambda tx: _saying(tx, "beside"))
    assert sorted(said) == ["after", "before", "beside"]


async def test_a_commit_that_fails_says_nothing(database: Database) -> None:
    """The row is refused after the line was gathered."""

    def refused(tx: Transaction) -> None:
        _saying(tx, "never")
        tx.execute(sa.insert(t.receipt), {"page": None})

    assert await _said_by(database, refused) == []


async def test_whoever_leaves_takes_no_line_along(database: Database) -> None:
    """A client hangs up while its call-out is written: the call-out is there, and the log says so."""
    with capture_logs() as said:
        waiting = asyncio.create_task(database.write(lambda tx: _saying(tx, "written")))
        await asyncio.sleep(0)
        waiting.cancel()
        await database.write(lambda tx: _saying(tx, "next"))
        async with asyncio.timeout(60):
            while "written" not in _steps(said):  # noqa: ASYNC110  # on PostgreSQL it may be written on another connection
                await asyncio.sleep(0.001)
