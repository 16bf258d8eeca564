"""The rows of areas: the roster reads back as it was written."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from demo import sample
from dispatch.rules.facts.roster import Roster, StartsFrom
from dispatch.store.engine.database import Database
from dispatch.store.roster import starts
from dispatch.store.roster.roster import read_roster, replace_roster

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 4, 10, 14, tzinfo=UTC)


async def _written(database: Database, roster: Roster) -> Roster:
    await database.write(lambda tx: replace_roster(tx, roster, NOW))
    return await database.read(read_roster)


async def test_a_roster_with_areas_reads_back(database: Database) -> None:
    """With everybody's, the stations', and the drives; one without leaves nothing of them behind."""
    assert _with_areas(await _written(database, sample.ROSTER)) == _with_areas(sample.ROSTER)
    without = Roster(people=sample.ROSTER.people[:1])
    assert _with_areas(await _written(database, without)) == _with_areas(without)


def _with_areas(roster: Roster) -> tuple[object, ...]:
    return roster.people, roster.agencies, roster.areas, roster.drives


async def test_where_people_start_from_outlives_an_import(database: Database) -> None:
    """A newer word replaces the older one, and an import writes people and areas anew without it."""
    until = NOW + timedelta(hours=6)
    first, second = (StartsFrom("ana", code, NOW, until) for code in ("LBH", "PMD"))

    def write(tx: sa.Connection) -> bool:
        starts.keep(tx, first)
        starts.keep(tx, second)
        return starts.end(tx, "ben")

    assert await database.write(write) is False
    roster = await _written(database, sample.ROSTER)
    assert roster.starts == (second,)
    assert roster.start_of("ana", NOW) == second
    assert roster.start_of("ana", until) is None
    assert await database.write(lambda tx: starts.end(tx, "ana")) is True
    assert (await database.read(read_roster)).starts == ()
