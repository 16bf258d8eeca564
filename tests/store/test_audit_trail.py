"""The audit as people read it: against a plain reading of random lines, part by part, and beside very many."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.facts.actors import STRANGER, Actor, ActorKind, AuditEvent, Source
from dispatch.store.access import audit, audit_trail
from dispatch.store.access.audit_trail import AuditFilter, AuditLine
from dispatch.store.engine.database import Database
from dispatch.store.engine.sqlite import sqlite_engine

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)
_ACTORS = [
    Actor(ActorKind.COORDINATOR, "cora"),
    Actor(ActorKind.SUPERVISOR, "cora"),
    Actor(ActorKind.SPECIALIST, "ana"),
    Actor(ActorKind.OFFICER),
    STRANGER,
]
_EVENTS = [AuditEvent.READ, AuditEvent.CLOSED, AuditEvent.TOOK]
_SOURCES = [Source.WEB, Source.SMS, Source.API]


def _write(tx: Connection, count: int, chance: Random) -> None:
    """Many of them at one moment, as several nodes write them."""
    for _ in range(count):
        audit.write(
            tx,
            NOW - timedelta(minutes=chance.randrange(40)),
            chance.choice(_ACTORS),
            chance.choice(_SOURCES),
            chance.choice(_EVENTS),
            chance.choice([None, "c1", "c2", "c3"]),
        )


def _meant(line: AuditLine, wanted: AuditFilter) -> bool:
    return (
        (wanted.who is None or wanted.who == (line.who or line.kind))
        and (not wanted.did or line.did in wanted.did)
        and (wanted.callouts is None or line.callout in wanted.callouts)
        and (wanted.source is None or line.source == wanted.source)
        and (wanted.since is None or line.at >= wanted.since)
        and (wanted.until is None or line.at < wanted.until)
    )


def _some(chance: Random) -> AuditFilter:
    def perhaps(*values: Any) -> Any:
        return chance.choice([None, None, *values])

    return AuditFilter(
        who=perhaps("cora", "ana", "officer", "nobody"),
        did=perhaps((AuditEvent.READ,), (AuditEvent.READ, AuditEvent.TOOK)) or (),
        callouts=perhaps(("c1",), ("c1", "c3"), ()),
        source=perhaps(*_SOURCES),
        since=perhaps(NOW - timedelta(minutes=20)),
        until=perhaps(NOW - timedelta(minutes=5)),
    )


@pytest.mark.slow
async def test_every_filter_finds_what_it_says(database: Database) -> None:
    """Two hundred random questions, each turned page by page: no line twice, none left out, the newest first."""
    chance = Random(7)
    await database.write(lambda tx: _write(tx, 300, chance))
    everything = await database.report(lambda tx: audit_trail.newest(tx, AuditFilter(), 1000))
    assert len(everything) == 300
    assert everything == sorted(everything, key=lambda line: (line.at, line.id), reverse=True)
    for _ in range(200):
        wanted, size = _some(chance), chance.choice([1, 7, 50])
        found = await database.report(partial(_turned, wanted=wanted, size=size))
        assert found == [line for line in everything if _meant(line, wanted)], wanted


def _turned(tx: Connection, wanted: AuditFilter, size: int) -> list[AuditLine]:
    found: list[AuditLine] = []
    while page := audit_trail.newest(tx, _after(wanted, found), size):
        found += page
    return found


def _after(wanted: AuditFilter, found: list[AuditLine]) -> AuditFilter:
    values = {name: getattr(wanted, name) for name in AuditFilter.__slots__}
    return AuditFilter(**values | {"before": found[-1].rank if found else None})


async def test_everybody_in_it_can_be_asked_for(database: Database) -> None:
    """Each once, also whoever has no name; nobody while it is empty."""
    assert await database.report(audit_trail.doers) == []
    await database.write(lambda tx: _write(tx, 100, Random(1)))
    assert sorted(await database.report(audit_trail.doers)) == ["ana", "cora", "officer", "stranger"]


# ---- beside very many ----------------------------------------------------------------------------------------------

_QUESTIONS = [
    (AuditFilter(), {"ix_audit_at"}),
    (AuditFilter(since=NOW - timedelta(days=9), until=NOW), {"ix_audit_at"}),
    (AuditFilter(who="cora"), {"ix_audit_who"}),
    (
        AuditFilter(who="cora", did=(AuditEvent.READ, AuditEvent.CLOSED), source=Source.WEB, since=NOW),
        {"ix_audit_who_did"},
    ),
    (AuditFilter(who="cora", source=Source.WEB), {"ix_audit_who"}),
    (AuditFilter(did=(AuditEvent.READ,)), {"ix_audit_did"}),
    (AuditFilter(did=(AuditEvent.READ, AuditEvent.CLOSED), source=Source.WEB, until=NOW), {"ix_audit_did"}),
    (AuditFilter(source=Source.CLI), {"ix_audit_source"}),
    (AuditFilter(callouts=("c1", "c2")), {"ix_audit_callout"}),
    (
        AuditFilter(callouts=("c1",), who="cora", did=(AuditEvent.READ,), source=Source.WEB, until=NOW),
        {"ix_audit_callout"},
    ),
]

_RARE = [
    (AuditFilter(who="nobody"), {""}),
    (AuditFilter(did=("rare",)), {""}),
    (AuditFilter(who="cora", did=("rare",)), {""}),
    (AuditFilter(callouts=("c1",), did=("rare",)), {""}),
]


@pytest.mark.parametrize(("wanted", "indexes"), _QUESTIONS)
@pytest.mark.parametrize("further_back", [False, True])
def test_a_page_walks_one_index(sqlite_url: str, wanted: AuditFilter, indexes: set[str], further_back: bool) -> None:
    """In the order in which it is shown: nothing is sorted, and no line is read that could not be meant."""
    engine = sqlite_engine(sa.make_url(sqlite_url), writes=True)
    plans: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    if further_back:
        values = {name: getattr(wanted, name) for name in AuditFilter.__slots__}
        wanted = AuditFilter(**values | {"before": (NOW, 1000)})
    with engine.connect() as tx:
        audit_trail.newest(tx, wanted, 50)
    engine.dispose()
    of_audit = [plan for plan in plans if re.search(r"\baudit\b", plan)]
    assert of_audit
    assert {match for plan in of_audit for match in re.findall(r"USING (?:COVERING )?INDEX (\w+)", plan)} == indexes
    assert not [plan for plan in plans if "TEMP B-TREE" in plan], plans


async def test_a_page_costs_the_same_beside_a_hundred_thousand_lines(database: Database) -> None:
    """Each way to ask reads a few hundred lines, and so does the list of those whom one can ask for."""
    await database.write(_many)
    for wanted, _ in [*_QUESTIONS, *_RARE]:
        lines = await database.report(partial(_lines_read, ask=partial(audit_trail.newest, wanted=wanted, most=101)))
        assert lines < 500, wanted
    assert await database.report(partial(_lines_read, ask=audit_trail.doers)) < 500
    assert len(await database.report(audit_trail.doers)) == 42


_MANY = 100_000  # with fewer PostgreSQL rightly reads a third of them instead of walking


def _many(tx: Connection) -> None:
    at = "1700000000000000 + i * 1000000"
    if tx.dialect.name == "postgresql":
        at = "to_timestamp(1700000000 + i)"
    tx.exec_driver_sql(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_MANY}) "
        "INSERT INTO audit (at, who, did, actor_kind, actor_id, source, callout) "
        f"SELECT {at}, 'x', CASE WHEN i % 2 = 0 THEN 'read' ELSE 'listed' END, 'coordinator', "
        "CASE WHEN i % 3 = 0 THEN 'cora' ELSE 'p' || (i % 41) END, 'web', 'c' || (i % 10000) FROM n"
    )
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("ANALYZE audit")


_STEPS_FOR_A_LINE = 10  # of SQLite's virtual machine, at least: it counts no lines


def _lines_read(tx: Connection, ask: Callable[[Connection], object]) -> int:
    if tx.dialect.name == "postgresql":
        read = sa.text("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'audit'")
        before = tx.execute(read).scalar_one()
        ask(tx)
        return int(tx.execute(read).scalar_one() - before)
    ticks: list[None] = []
    driver: Any = tx.connection.driver_connection
    driver.set_progress_handler(lambda: ticks.append(None), _STEPS_FOR_A_LINE)
    ask(tx)
    driver.set_progress_handler(None, 0)
    return len(ticks)
