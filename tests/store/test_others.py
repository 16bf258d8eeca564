"""What is asked of the other call-outs costs no more questions, and no walk through history."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.actions.callout.open_callout import open_callout
from dispatch.actions.context import Context
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.facts.roster import Agency, Roster
from dispatch.store.callout import arrivals, own_rows, records
from dispatch.store.callout.arrivals import Likely
from dispatch.store.callout.records import CallOutFilter
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters, replace_roster
from tests.store.long_history import analyzed
from tests.store.query_plans import indexes_used

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)
_LIKELY = Likely("+15625550177", "West Division", NOW - timedelta(minutes=30), NOW - timedelta(days=1))

Ask = Callable[[Connection], object]


def _list(**wanted: Any) -> Ask:
    return lambda tx: records.listed(tx, CallOutFilter(**wanted))


_OPENS = {"ix_callout_taken", "ix_callout_officer_phone", "ix_callout_unit", "uq_callout_open_code"}
_FOUND: list[tuple[str, Ask, set[str]]] = [
    ("opening", lambda tx: arrivals.ask(tx, "LBPD", None, ["K7Q", "K7Q4M"], _LIKELY), _OPENS),
    (
        "locking",
        lambda tx: own_rows.lock(tx, "c1"),
        {"sqlite_autoindex_callout_1", "ix_callout_taken", "ix_callout_repeat", "uq_callout_open_code"},
    ),
    ("by code", lambda tx: records.newest_called(tx, "K7Q"), {"uq_callout_open_code", "ix_callout_code"}),
    ("all", _list(), {"ix_callout_received_at"}),
    ("all that are closed", _list(status=Status.CLOSED), {"ix_callout_received_at"}),
    ("an agency's", _list(agency="LBPD"), {"ix_callout_agency"}),
    ("an agency's, closed", _list(agency="LBPD", status=Status.CLOSED), {"ix_callout_agency"}),
    ("all open ones", _list(only_open=True), {"uq_callout_open_code"}),
    ("how many are open", lambda tx: records.count(tx, CallOutFilter(only_open=True)), {"uq_callout_open_code"}),
    ("an agency's open ones", _list(agency="LBPD", only_open=True), {"uq_callout_open_code"}),
    ("all that page", _list(status=Status.PAGING, since=NOW), {"uq_callout_open_code"}),
    ("all cancelled ones", _list(status=Status.CANCELLED), {"ix_callout_cancelled"}),
    ("an agency's cancelled ones", _list(agency="LBPD", status=Status.CANCELLED), {"ix_callout_cancelled"}),
    ("a reference", _list(reference="26-1"), {"ix_callout_reference"}),
    ("an agency's reference", _list(agency="LBPD", reference="26-1"), {"ix_callout_reference"}),
]


@pytest.mark.parametrize("counted", [False, True], ids=["without statistics", "with statistics"])
@pytest.mark.parametrize(("ask", "indexes"), [one[1:] for one in _FOUND], ids=[one[0] for one in _FOUND])
def test_sqlite_finds_by_index(sqlite_url: str, ask: Ask, indexes: set[str], counted: bool) -> None:
    """Whatever the history holds, no more is read than what is found, or what is open."""
    if counted:
        analyzed(sqlite_url)
    reads = r"^(SCAN|SEARCH) (?!assignment|idempotency|roster_version|drawn|near|1 |CONSTANT|anon_)"
    assert indexes_used(sqlite_url, ask, reads) == indexes


async def test_an_opening_asks_twice_and_writes_each_table_once(postgres_url: str) -> None:
    """On PostgreSQL each statement is a way to the server and back: one asks who rests, one everything else."""
    database = Database(postgres_url)
    await database.open()
    rosters = Rosters()
    run: list[str] = []

    def counted(*execution: Any) -> None:
        run.append(execution[2])

    def opens(tx: Connection, number: int) -> None:
        context = Context(NOW, Random(number), rosters)
        open_callout(tx, context, "LBPD", Details("+15625550177", unit="West Division"), None)

    try:
        await database.write(lambda tx: replace_roster(tx, Roster(agencies=(Agency("LBPD", "Police"),)), NOW))
        await database.write(lambda tx: opens(tx, 1))
        sa.event.listen(sa.Engine, "before_cursor_execute", counted)
        await database.write(lambda tx: opens(tx, 2))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", counted)
        await database.close()
    assert [statement.split()[0] for statement in run[:2]] == ["SELECT", "SELECT"]
    assert [statement.split()[:3] for statement in run[2:]] == [
        ["INSERT", "INTO", table] for table in ("callout", "deadline", "alarm", "timeline")
    ]
