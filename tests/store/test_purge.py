"""What the purge leaves: no word, name or number that anybody wrote, in any column of any table."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo import history
from dispatch.actions.context import Context
from dispatch.actions.reports.show_response_times import show_response_times
from dispatch.rules.facts.pages import TakeCover
from dispatch.rules.facts.people import DayPart
from dispatch.rules.facts.roster import StartsFrom
from dispatch.rules.facts.situation import Timings
from dispatch.rules.nearer.estimate import MeasuredDrive
from dispatch.rules.reports.responses import Response
from dispatch.store import purge
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import AlarmLink, Link, NewLink, OfficerLink, SpecialistLink, WallLink, WelcomeLink
from dispatch.store.engine.database import Database
from dispatch.store.reports import counting
from dispatch.store.reports.counting import Span
from dispatch.store.roster import measured_drives, starts
from dispatch.store.roster.roster import Rosters
from dispatch.store.types import Moment, OfFacts
from tests.store.what_stays import ABOUT_CALLOUTS, NO_DOOR, NOT_PURGED, can_hold_text, dump, everything
from tests.thrown import Thrown, found_in

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 4, 10, 14, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)
LONG_AGO = BEFORE - timedelta(days=1)

DETAILS = ("place_lat", "place_lon", "place_unconfirmed", "medical_need", "scene_safe", "officer_leaves_at")
"""What is no text and goes nevertheless."""

_ids = itertools.count(1)


def test_every_column_is_thought_of() -> None:
    """A new table is about call-outs, or never purged, or behind no door; of the first a new column of text goes unless
    it is listed, and of the second it is listed."""
    assert {*ABOUT_CALLOUTS, *NOT_PURGED, *NO_DOOR} == set(t.metadata.tables)
    for name, columns in ABOUT_CALLOUTS.items():
        assert columns.keys() <= set(t.metadata.tables[name].columns.keys())
    for name, columns in NOT_PURGED.items():
        assert set(columns) == {column.name for column in t.metadata.tables[name].columns if can_hold_text(column)}


@given(chance=st.randoms(use_true_random=True))
@settings(
    max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # words need not shrink
@pytest.mark.costs(5)
async def test_no_word_is_left_in_any_column(database: Database, chance: Random) -> None:
    """Whatever a row of any table holds in a column that is not listed is gone; the rest of it is unchanged. Through
    which doors words come into these columns is tried in `tests/inbound/test_forgetting.py`."""
    thrown, number = Thrown(chance), next(_ids)
    rows = [
        (table, _row(table, number, thrown.line)) for table in t.metadata.sorted_tables if table.name in ABOUT_CALLOUTS
    ]

    def write(tx: sa.Connection) -> None:
        for table, row in rows:
            tx.execute(sa.insert(table), row).close()

    await database.write(write)
    before = await database.read(everything)
    assert found_in(dump(before))
    assert await database.write(lambda tx: purge.forget_details(tx, BEFORE)) == 1
    after = await database.read(everything)
    assert found_in(dump(after)) == []
    (callout,) = (row for row in after["callout"] if row["id"] == f"c{number}")
    assert {callout[name] for name in DETAILS} == {None}
    for name in ABOUT_CALLOUTS:
        for row in after[name]:
            (was,) = (one for one in before[name] if _key(name, one) == _key(name, row))
            assert {column: row[column] for column in _lasting(name)} == {
                column: was[column] for column in _lasting(name)
            }
    assert await database.write(lambda tx: purge.forget_details(tx, BEFORE)) == 0


def _row(table: sa.Table, number: int, draw: Any) -> dict[str, Any]:
    """A row that was written long ago, about the call-out of this number."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.computed is not None or column.autoincrement is True:
            continue
        if column.name in ABOUT_CALLOUTS[table.name]:
            row[column.name] = _of_ours(column, number)
        elif isinstance(column.type, Moment):
            row[column.name] = LONG_AGO
        elif isinstance(column.type, OfFacts):  # numbers, codes and moments: no words
            row[column.name] = TakeCover((1,))
        elif isinstance(column.type, sa.JSON):
            row[column.name] = [draw()]
        elif isinstance(column.type, sa.Text):
            row[column.name] = draw() + f" {number}" if column.unique or column.primary_key else draw()
        elif isinstance(column.type, sa.Boolean):
            row[column.name] = False
        elif isinstance(column.type, sa.Float):
            row[column.name] = 33.77
        elif not column.primary_key:
            row[column.name] = 1
    if table.name == "phone_call":
        row["call"] = None  # once there is a call-out, it is about that
    if table.name in ("page", "hotline_call"):
        row["due_at"] = None  # nothing more has to be done about it
    return row


def _of_ours(column: sa.Column[Any], number: int) -> object:
    if isinstance(column.type, sa.JSON):
        return {"name": "default"}
    return f"c{number}" if column.name in ("callout", "id") else f"{column.name}-{number}"


def _lasting(name: str) -> Iterator[str]:
    """The columns of a row that the purge must not touch."""
    for column in t.metadata.tables[name].columns:
        if (
            (column.name in ABOUT_CALLOUTS[name])
            if can_hold_text(column)
            else column.name not in (*DETAILS, "ended_at")
        ):
            yield column.name


def _key(name: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[column.name] for column in t.metadata.tables[name].primary_key.columns)


async def test_what_an_older_version_left_goes_too(database: Database) -> None:
    """It kept units and age bands of call-outs from which it had taken the rest: "Maria 14" among them."""
    row = _row(t.callout, 1, lambda: "Maria 14") | {"officer_phone": purge.GONE}
    await database.write(lambda tx: tx.execute(sa.insert(t.callout), row).close())
    assert await database.write(lambda tx: purge.forget_details(tx, BEFORE)) == 1
    assert "Maria" not in str(await database.read(everything))


async def test_a_reason_that_was_written_long_after_goes_in_its_time(database: Database) -> None:
    """A stamp is corrected after the details have gone: its reason goes when it is old itself, in the timeline too."""
    said = {"officer_phone": purge.GONE, **dict.fromkeys(("unit", "age_band"))}
    row = {name: value for name, value in _row(t.callout, 1, lambda: "x").items() if name not in DETAILS} | said
    row |= dict.fromkeys(name for name in purge._SAID if name in row) | {"languages": sa.null()}
    change = _row(t.stamp_change, 1, lambda: "Maria says so") | {"at": NOW}
    line = _row(t.timeline, 1, lambda: "arrived, was later: Maria says so") | {"at": NOW}

    def write(tx: sa.Connection) -> None:
        for table, values in ((t.callout, row), (t.stamp_change, change), (t.timeline, line)):
            tx.execute(sa.insert(table).values(values)).close()

    await database.write(write)
    await database.write(lambda tx: purge.forget_details(tx, BEFORE))
    assert "Maria" in str((await database.read(everything))["timeline"])
    await database.write(lambda tx: purge.forget_details(tx, NOW + timedelta(seconds=1)))
    assert "Maria" not in str(await database.read(everything))


async def test_a_moment_that_is_no_stamp_goes(database: Database) -> None:
    """A moment around the call is a stamp, and stays. A date of birth that a program sent as one is none."""
    around = {"recovered_at": LONG_AGO - timedelta(hours=5), "hotline_called_at": LONG_AGO + timedelta(days=6)}
    far = {"recovered_at": datetime(2011, 3, 27, tzinfo=UTC), "hotline_called_at": LONG_AGO + timedelta(days=8)}
    for number, moments in enumerate((around, far)):
        row = _row(t.callout, number, lambda: "x") | moments
        await database.write(lambda tx, row=row: tx.execute(sa.insert(t.callout), row).close())  # type: ignore[misc]
    assert await database.write(lambda tx: purge.forget_details(tx, BEFORE)) == 2
    kept, gone = (await database.read(everything))["callout"]
    assert {name: kept[name] for name in around} == around
    assert {gone[name] for name in far} == {None}


async def test_what_is_not_old_stays(database: Database) -> None:
    """A call-out that is open, or ended a day ago, keeps everything, however long ago it came in."""
    for number, ended_at in ((1, None), (2, NOW - timedelta(days=1))):
        row = _row(t.callout, number, lambda: "Maria 14") | {"ended_at": ended_at, "open": ended_at is None}
        await database.write(lambda tx, row=row: tx.execute(sa.insert(t.callout), row).close())  # type: ignore[misc]
    before = await database.read(everything)
    assert await database.write(lambda tx: purge.forget_details(tx, BEFORE)) == 0
    assert await database.read(everything) == before


async def test_a_long_history_goes_in_portions(database: Database) -> None:
    """The oldest first, and what ended in one moment together, until nothing is left."""
    for number, days in enumerate((3, 2, 2, 1)):
        row = _row(t.callout, number, lambda: "x") | {"ended_at": BEFORE - timedelta(days=days)}
        await database.write(lambda tx, row=row: tx.execute(sa.insert(t.callout), row).close())  # type: ignore[misc]

    def forget(tx: sa.Connection) -> tuple[int, bool]:
        portion = purge.portion(tx, BEFORE, 2)
        return purge.forget_details(tx, portion), portion < BEFORE

    assert [await database.write(forget) for _ in range(3)] == [(3, True), (1, False), (0, False)]


async def test_each_link_goes_in_its_time(database: Database) -> None:
    """A specialist's and a coordinator's long after it expired, an officer's long after the end of its call-out. Those
    that lead to a sign-in go by the rules of signing in."""
    rows = [_row(t.callout, 1, lambda: "x"), _row(t.callout, 2, lambda: "x") | {"ended_at": None, "open": True}]
    go: list[Link] = [
        SpecialistLink(callout="c2", person="ana", expires_at=LONG_AGO),
        AlarmLink(alarm="alarm", person="cora", expires_at=LONG_AGO),
        OfficerLink(callout="c1", expires_at=NOW),
    ]
    stay: list[Link] = [
        SpecialistLink(callout="c1", person="ana", expires_at=BEFORE),
        AlarmLink(alarm="alarm", person="cora", expires_at=BEFORE),
        OfficerLink(callout="c2", expires_at=LONG_AGO),
        WelcomeLink(person="cora", expires_at=LONG_AGO),
        WallLink(person="cora", expires_at=LONG_AGO),
    ]

    def write(tx: sa.Connection) -> None:
        for row in rows:
            tx.execute(sa.insert(t.callout), row).close()
        links.make(tx, [NewLink(str(number), one, LONG_AGO) for number, one in enumerate([*go, *stay])])

    await database.write(write)
    await database.write(lambda tx: purge.forget_details(tx, BEFORE))
    left = (await database.read(everything))["link"]
    assert sorted(row["token_hash"] for row in left) == sorted(
        links.token_hash(str(number)) for number in range(len(go), len(go) + len(stay))
    )


async def test_where_somebody_started_from_goes_once_it_has_ended(database: Database) -> None:
    """What still holds stays; nobody need know next month where somebody slept."""

    def write(tx: sa.Connection) -> list[str]:
        for person, until in (("ana", NOW), ("ben", NOW + timedelta(seconds=1))):
            starts.keep(tx, StartsFrom(person, "LBH", BEFORE, until))
        starts.forget_ended(tx, NOW)
        return [one.person for one in starts.read_starts(tx)]

    assert await database.write(write) == ["ben"]


async def test_a_drive_loses_its_day_when_the_details_go(database: Database) -> None:
    """With it, the stamps that stay would say in which area the child was; the minutes go on being counted."""
    days = (LONG_AGO.date(), BEFORE.date(), NOW.date())

    def write(tx: sa.Connection) -> None:
        for day in days:
            measured_drives.keep(tx, MeasuredDrive("HWD", "LBH", DayPart.NIGHT, 20, day))
        purge.forget_details(tx, BEFORE)

    await database.write(write)
    left = await database.read(lambda tx: measured_drives.to_area(tx, "LBH"))
    assert [drive.day for drive in left] == [NOW.date(), BEFORE.date(), None]
    assert {drive.minutes for drive in left} == {20}
    assert await database.read(lambda tx: measured_drives.to_area(tx, "HWD")) == []


@pytest.mark.timeout(180)  # thirteen weeks are lived through; a busy machine takes its time
@pytest.mark.slow
async def test_reports_are_the_same_afterwards(database_url: str) -> None:
    """Thirteen weeks of call-outs with reviews and outcomes: every figure, dot and miss is as it was, but for the line
    in somebody's own words under a review."""
    await history.play(database_url, NOW)
    database = Database(database_url)
    await database.open()
    try:
        before = await database.read(_reports)
        forgotten = await database.write(lambda tx: purge.forget_details(tx, NOW))
        assert forgotten > 50
        assert await database.read(_reports) == before
    finally:
        await database.close()


def _reports(tx: sa.Connection) -> list[object]:
    """Each report of the service."""
    context = Context(NOW, Random(1), Rosters(), Timings(), "https://dispatch.example")
    figures: list[object] = []
    for span in (Span(), Span(NOW - timedelta(days=30), None)):
        figures.append({name: tally.summary() for name, tally in counting.tallies(tx, span, NOW).items()})
        shown = show_response_times(tx, context, span)
        assert shown is not None
        assert shown.responses
        each, misses = ([_wordless(one) for one in found] for found in (shown.responses, shown.misses))
        figures.append(replace(shown, responses=each, misses=misses))
    return figures


def _wordless(one: Response) -> Response:
    return replace(one, review=replace(one.review, line="") if one.review else None)
