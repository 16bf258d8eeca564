"""The log of the roster's changes, and the rows that a change writes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from demo.sample import ROSTER as SAMPLE
from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import (
    NoSuchChange,
    RosterMoved,
    RosterOrder,
    WouldUndoLater,
    change_roster,
    import_roster,
    plan,
    plan_import,
    plan_undo,
)
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Area, Drive
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause
from dispatch.rules.schedule.edits import AddOverride, Edit, EditRefused, ImportRoster, PauseRotation, Put
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters, read_roster
from dispatch.store.schedule import roster_changes
from dispatch.store.transaction import Transaction
from tests.rules.situations import NIGHT

HOUR = timedelta(hours=1)
COVER = Override("primary", OverrideKind.REPLACE, NIGHT + 20 * HOUR, NIGHT + 30 * HOUR, "dev", key="cover")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    await database.write(lambda tx: import_roster(tx, _context(), SAMPLE, OPERATOR, Source.CLI))
    yield database
    await database.close()


_CHANCE = Random(1)


def _context() -> Context:
    return Context(NIGHT, _CHANCE, Rosters())


def _make(tx: Transaction, edit: Edit) -> int:
    planned = plan(tx, _context(), edit)
    return change_roster(tx, _context(), RosterOrder(planned, OPERATOR, Source.CLI, planned.preview.ticks)).version


async def made(database: Database, edit: Edit) -> int:
    return await database.write(lambda tx: _make(tx, edit))


EDITS: tuple[Edit, ...] = (
    AddOverride(COVER),
    PauseRotation("backup", Pause(NIGHT + 40 * HOUR, NIGHT + 90 * HOUR)),
    ImportRoster(
        replace(
            SAMPLE,
            people=(
                replace(SAMPLE.people[0], phone=SAMPLE.people[1].phone),
                replace(SAMPLE.people[1], phone=SAMPLE.people[0].phone),
                *SAMPLE.people[2:],
            ),
            areas=(*SAMPLE.areas[1:], Area("NEW", "Newhall", 34.38, -118.53)),
            drives=(Drive("NEW", "LBH", 60, 90),),
            agencies=SAMPLE.agencies[1:],
        )
    ),
)


@pytest.mark.parametrize("edit", EDITS)
async def test_what_is_written_reads_back_as_it_was_foreseen(database: Database, edit: Edit) -> None:
    """Only rows that differ are written, and the roster read afterwards is the one that was previewed; two people who
    exchange their phones share one at no moment. The log gives back what it was given, and so does an undo."""
    planned = await database.read(lambda tx: plan(tx, _context(), edit))
    version = await made(database, edit)
    assert await database.read(read_roster) == planned.foreseen.after
    change = await database.read(lambda tx: roster_changes.find(tx, version))
    assert change is not None
    assert (change.touched, change.reordered) == (planned.foreseen.touched, planned.foreseen.reordered)
    undo = await database.read(lambda tx: plan_undo(tx, _context(), version))
    undone = await database.write(lambda tx: change_roster(tx, _context(), RosterOrder(undo, OPERATOR, Source.CLI)))
    undoing = await database.read(lambda tx: roster_changes.find(tx, undone.version))
    assert undoing is not None
    assert undoing.touched == undo.foreseen.touched
    after = await database.read(read_roster)
    assert set(after.people) == set(SAMPLE.people)
    assert set(after.agencies) == set(SAMPLE.agencies)
    assert set(after.areas) == set(SAMPLE.areas)
    assert set(after.drives) == set(SAMPLE.drives)
    assert not after.listed_overrides
    assert [one.as_listed for one in after.rotations] == list(SAMPLE.rotations)


async def test_a_change_is_made_on_its_own_version_only(database: Database) -> None:
    """Whatever was planned before another change is planned again, and nothing of it is written."""
    planned = await database.read(lambda tx: plan(tx, _context(), AddOverride(COVER)))
    await made(database, PauseRotation("backup", Pause(NIGHT + 40 * HOUR, NIGHT + 90 * HOUR)))
    with pytest.raises(RosterMoved):
        await database.write(lambda tx: change_roster(tx, _context(), RosterOrder(planned, OPERATOR, Source.CLI)))
    assert not (await database.read(read_roster)).overrides


async def test_an_edit_that_changes_nothing_makes_no_version(database: Database) -> None:
    before = await database.read(lambda tx: roster_changes.latest(tx, 5))
    await made(database, ImportRoster(SAMPLE))
    assert await database.read(lambda tx: roster_changes.latest(tx, 5)) == before


async def test_a_file_undoes_nothing_in_silence(database: Database) -> None:
    """A file that was exported before the cover would remove it: it is named, and refused unless that is meant."""
    (first,) = await database.read(lambda tx: roster_changes.latest(tx, 5))
    version = await made(database, AddOverride(COVER))

    def imported(tx: Transaction, *, undo_later: bool = False) -> None:
        plan_import(tx, _context(), SAMPLE, exported_from=first.version, undo_later=undo_later)

    with pytest.raises(WouldUndoLater, match=f"version {version} by operator .overrides cover."):
        await database.read(imported)
    await database.read(lambda tx: imported(tx, undo_later=True))
    listing_it = replace(SAMPLE, overrides=(COVER,))
    await database.read(lambda tx: plan_import(tx, _context(), listing_it, exported_from=first.version))
    with pytest.raises(NoSuchChange):
        await database.read(lambda tx: plan_undo(tx, _context(), 99))


async def test_what_a_change_says_of_people_is_forgotten(database: Database) -> None:
    """After ninety days its version, actor and names stay, and it can no longer be undone."""
    version = await made(database, Put(replace(SAMPLE.people[0], phone="+15625550188")))
    await database.write(lambda tx: roster_changes.forget(tx, NIGHT + HOUR))
    rows = await database.read(lambda tx: tx.execute(sa.select(t.roster_change)).mappings().all())
    assert not [row for row in rows if row["before"] is not None or row["after"] is not None]
    assert "5625550" not in str(rows)
    change = await database.read(lambda tx: roster_changes.find(tx, version))
    assert change is not None
    assert change.is_forgotten
    assert [one.name for one in change.touched] == ["ana"]
    with pytest.raises(EditRefused, match="forgotten"):
        await database.read(lambda tx: plan_undo(tx, _context(), version))
