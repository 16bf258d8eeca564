"""The report that the database counts, checked against the rule that says what it means, on random histories.

A history is written with the actions' own store functions, and changed afterwards: stamps corrected, call-outs handed
over, cancelled, closed late, purged. After that the database's figures must equal those of `summarise` over each row.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.rules.callout.response_clock import Summary
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.store import purge
from dispatch.store import tables as t
from dispatch.store.callout import assignments, callouts, involvements, records
from dispatch.store.engine.database import Database
from dispatch.store.reports import callout_times, census, counting
from dispatch.store.reports.counting import Span
from tests.response_times import Response, summarise
from tests.store.long_history import analyzed
from tests.store.query_plans import indexes_used

pytestmark = pytest.mark.both_databases

NOW = datetime(2025, 11, 4, 3, 30, tzinfo=UTC)
# Around the two days on which the clocks change, a new year, the turn of a month, and just now.
_BEGINNINGS = [
    datetime(2024, 12, 31, 12, tzinfo=UTC),
    datetime(2025, 3, 8, 20, tzinfo=UTC),
    datetime(2025, 10, 31, 20, tzinfo=UTC),
    NOW - timedelta(hours=60),
    NOW - timedelta(hours=3),
]


# ---- a history -----------------------------------------------------------------------------------------------------


@dataclass
class _History:
    """What is done to call-outs, through the store's functions; every moment is drawn at random."""

    tx: Connection
    chance: Random
    count: int = 0

    def opened(self) -> str:
        id_ = f"c{self.count}"
        self.count += 1
        received = self.chance.choice(_BEGINNINGS) + self.some(48 * 60)
        received = min(received, NOW - timedelta(minutes=1))
        values: dict[str, Any] = {
            "id": id_,
            "code": f"X{self.count}",
            "agency": self.chance.choice(["LBPD", "LAPD", "LASD"]),
            "status": "paging",
            "open": True,
            "policy": {"name": "default", "steps": [], "round_wait_seconds": 300},
            "step": 1,
            "missed": False,
            "officer_phone": "+15625550177",
            "received_at": received,
            "respond_by": received + timedelta(minutes=self.chance.choice([45, 60])),
        }
        self.tx.execute(sa.insert(t.callout), values)
        return id_

    def some(self, minutes: float) -> timedelta:
        """A random span of up to so many `minutes`; whole tenths of a minute are likelier than by chance."""
        if self.chance.random() < 0.4:
            return timedelta(seconds=6 * self.chance.randint(0, int(minutes * 10)))
        return timedelta(microseconds=self.chance.randint(0, int(minutes * 60_000_000)))

    def change(self, id_: str) -> None:
        row = self.tx.execute(sa.select(t.callout).where(t.callout.c.id == id_)).mappings().one()
        what = self.chance.choice([self._taken, self._taken, self._let_go, self._arrived, self._arrived, self._ended])
        what(id_, row["received_at"], row)

    def _taken(self, id_: str, received: datetime, _row: Any) -> None:
        self._let_go(id_, received, _row)
        who = self.chance.choice(["ana", "ben", "eva"])
        assignments.assign(self.tx, id_, who, AssignmentRole.PRIMARY, None, received, Source.SMS)
        if self.chance.random() < 0.5:
            assignments.assign(self.tx, id_, "dev", AssignmentRole.PARTNER, None, received, Source.SMS)

    def _let_go(self, id_: str, received: datetime, _row: Any) -> None:
        for who in ("ana", "ben", "eva", "dev"):
            assignments.release(self.tx, id_, who, received)

    def _arrived(self, id_: str, received: datetime, row: Any) -> None:
        """Stamp an arrival for the first time, or correct the old stamp."""
        on_the_minute = row["respond_by"] - received if self.chance.random() < 0.2 else self.some(100)
        arrived = received + on_the_minute
        callouts.change(self.tx, id_, {"arrived_at": arrived, "missed": arrived > row["respond_by"]})

    def _ended(self, id_: str, received: datetime, row: Any) -> None:
        ended = row["respond_by"] if self.chance.random() < 0.1 else received + self.some(180)
        status = self.chance.choice([Status.CLOSED, Status.CANCELLED])
        callouts.change(self.tx, id_, {"status": status, "open": status.is_open, "ended_at": ended})


def _grown(tx: Connection, chance: Random) -> None:
    """Add some call-outs, change many of all that there are, and perhaps purge the old ones."""
    known = list(tx.execute(sa.select(t.callout.c.id)).scalars())
    history = _History(tx, chance, len(known))
    known += [history.opened() for _ in range(chance.randint(0, 60))]
    for id_ in known:
        for _ in range(chance.randint(0, 4)):
            history.change(id_)
    if chance.random() < 0.3:
        purge.forget_details(tx, NOW - timedelta(days=90))


# ---- what the report means, row by row -----------------------------------------------------------------------------


def _meant(tx: Connection, span: Span) -> dict[str, Summary]:
    primary = sa.and_(
        t.assignment.c.callout == t.callout.c.id,
        t.assignment.c.role == AssignmentRole.PRIMARY,
        t.assignment.c.released_at.is_(None),
    )
    rows = tx.execute(
        sa.select(t.callout, t.assignment.c.person).select_from(t.callout.outerjoin(t.assignment, primary))
    )
    found: dict[str, list[Response]] = defaultdict(list)
    for row in rows.mappings():
        if (span.since and row["received_at"] < span.since) or (span.until and row["received_at"] >= span.until):
            continue
        if span.specialist is not None and row["person"] != span.specialist:
            continue
        response = _response(row)
        if response is not None:
            found[row["agency"]].append(response)
    return {agency: summarise(responses) for agency, responses in found.items()}


def _response(row: Any) -> Response | None:
    """A cancelled call-out counts only when somebody had arrived or the target had passed."""
    if row["arrived_at"] is not None:
        return Response((row["arrived_at"] - row["received_at"]).total_seconds(), row["arrived_at"] > row["respond_by"])
    if row["ended_at"] is None:
        return Response(None, row["respond_by"] < NOW, is_open=True)
    return Response(None, True) if row["ended_at"] > row["respond_by"] else None


_SPANS = [
    Span(),
    Span(datetime(2025, 3, 9, 8, tzinfo=UTC)),
    Span(None, datetime(2025, 11, 2, 9, 30, tzinfo=UTC)),
    Span(datetime(2025, 3, 9, 9, 59, tzinfo=UTC), datetime(2025, 11, 2, 8, 30, tzinfo=UTC)),
    Span(NOW),
]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.costs(5)
async def test_the_database_counts_what_the_rule_means(database: Database, seed: int) -> None:
    """Every span of a random history, and one specialist's part of it, whatever was done to it afterwards, equals the
    rule's."""
    chance = Random(seed)
    for _ in range(3):  # the history grows, and some of its older part changes
        await database.write(lambda tx: _grown(tx, chance))
        for span in [*_SPANS, *(replace(span, specialist=chance.choice(["ana", "ben", "eva"])) for span in _SPANS)]:
            counted = await database.report(lambda tx, span=span: counting.tallies(tx, span, NOW))  # type: ignore[misc]
            meant = await database.read(lambda tx, span=span: _meant(tx, span))  # type: ignore[misc]
            assert {agency: tally.summary() for agency, tally in counted.items()} == meant, (seed, span)


# ---- how it is found -----------------------------------------------------------------------------------------------


Ask = Callable[[Connection], object]
_EVERYTHING = Span()
_A_MONTH = Span(NOW - timedelta(days=30), NOW)


def _tallies(span: Span) -> Ask:
    return lambda tx: counting.tallies(tx, span, NOW)


_OPEN = "uq_callout_open_code"
_FOUND: list[tuple[str, Ask, set[str]]] = [
    (
        "the officer's open ones",
        lambda tx: involvements.open_with_officer(tx, "+15625550177"),
        {"ix_callout_officer_phone"},
    ),
    ("the open ones", lambda tx: records.newest(tx, only_open=True), {_OPEN}),
    ("those without a next move", callouts.without_next_move, {_OPEN}),
    ("the census", lambda tx: census.take(tx, NOW, timedelta(seconds=30)), {_OPEN}),
    ("a month", _tallies(_A_MONTH), {"ix_callout_received_at"}),
    ("everything", _tallies(_EVERYTHING), {"ix_callout_response", _OPEN}),
    # The page of response times: nothing reads a history to show a month of it.
    ("a month's call-outs", lambda tx: callout_times.newest(tx, _A_MONTH, 2000), {"ix_callout_received_at"}),
    ("a month's misses", lambda tx: callout_times.misses(tx, _A_MONTH, NOW, 30), {"ix_callout_received_at"}),
    ("every miss", lambda tx: callout_times.misses(tx, _EVERYTHING, NOW, 30), {"ix_callout_received_at"}),
    (
        "reviews of a month",
        lambda tx: callout_times.said_about_misses(tx, _A_MONTH, NOW),
        {"ix_callout_received_at"},
    ),
    (
        "every review",
        lambda tx: callout_times.said_about_misses(tx, _EVERYTHING, NOW),
        {"sqlite_autoindex_callout_1"},
    ),
    ("what came of a month", lambda tx: callout_times.came_of(tx, _A_MONTH), {"ix_callout_received_at"}),
    ("a specialist's month", _tallies(replace(_A_MONTH, specialist="ana")), {"ix_callout_received_at"}),
]


@pytest.mark.parametrize("counted", [False, True], ids=["without statistics", "with statistics"])
@pytest.mark.parametrize(("ask", "indexes"), [case[1:] for case in _FOUND], ids=[case[0] for case in _FOUND])
def test_sqlite_finds_by_index(sqlite_url: str, ask: Ask, indexes: set[str], counted: bool) -> None:
    """Queries about open call-outs never read those that are over, and a report reads an index."""
    if counted:
        analyzed(sqlite_url)
    assert indexes_used(sqlite_url, ask, r"\b(SCAN|SEARCH) callout\b") == indexes
