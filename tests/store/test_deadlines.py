"""A deadline is met as it stands by then, not as it was found."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch.rules.decisions import DeadlineKind
from dispatch.store import tables as t
from dispatch.store.callout import deadlines
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction
from tests.store.open_callout import RECEIVED, open_callout

pytestmark = pytest.mark.both_databases


async def test_a_deadline_that_another_was_put_in_place_of_is_not_met(database: Database) -> None:
    """Several are found due, and meeting the first drops the second and sets another one, which SQLite gives the same
    number: that one is not due, and nobody is told before its time that their time is up."""

    def found_and_replaced(tx: Transaction) -> list[object]:
        open_callout(tx, "K7Q")
        escalate = {"callout": "K7Q", "kind": DeadlineKind.ESCALATE, "person": None, "attempt": 1}
        tx.execute(sa.insert(t.deadline), {**escalate, "due_at": RECEIVED})
        [found] = deadlines.due(tx, RECEIVED, 10)
        later = RECEIVED + timedelta(minutes=5)
        tx.execute(sa.update(t.deadline).values(due_at=later))
        return [deadlines.meet(tx, found, now) is not None for now in (RECEIVED, later)]

    assert await database.write(found_and_replaced) == [False, True]


async def test_no_kinds_drop_nothing(database: Database) -> None:
    """Not everything that somebody's call-out waits for."""

    def left(tx: Transaction) -> int:
        open_callout(tx, "K7Q")
        check = {"callout": "K7Q", "kind": DeadlineKind.CLEAR_UP, "person": "ana", "attempt": 1, "due_at": RECEIVED}
        tx.execute(sa.insert(t.deadline), check)
        deadlines.drop_of(tx, "K7Q", frozenset(), "ana")
        deadlines.drop(tx, "K7Q", frozenset())
        deadlines.drop(tx, "K7Q", frozenset(), frozenset({DeadlineKind.CLEAR_UP}))
        count: int = tx.execute(sa.select(sa.func.count()).select_from(t.deadline)).scalar_one()
        return count

    assert await database.write(left) == 1
