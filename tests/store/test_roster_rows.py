"""An import adds to the rows of the roster and ends some; it deletes none that anybody has been on call by."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import ChangedRoster, import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause
from dispatch.rules.roster.edited import edited
from dispatch.rules.roster.on_call import shifts
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters
from tests.rules.situations import NIGHT, ROSTER

DAY = timedelta(days=1)
COVER = Override("primary", OverrideKind.REPLACE, NIGHT - DAY, NIGHT + DAY, "ben", "ana", "cover")
LATER = Override("primary", OverrideKind.REMOVE, NIGHT + 2 * DAY, NIGHT + 3 * DAY, key="later")


async def imported(database: Database, roster: Roster, now: datetime) -> ChangedRoster:
    context = Context(now, Random(1), Rosters())
    return await database.write(lambda tx: import_roster(tx, context, roster, OPERATOR, Source.CLI))


async def rows(database: Database, *columns: sa.Column[Any]) -> list[tuple[Any, ...]]:
    query = sa.select(*columns).order_by(*columns[:2])
    found = await database.write(lambda tx: tx.execute(query).all())
    return [tuple(row) for row in found]


async def test_overrides_are_added_changed_and_ended_by_key(database: Database) -> None:
    """One that runs is changed: it ends, and its next version follows; one that is left out ends. None is deleted, and
    who has been on call is read from the rows as before."""
    await imported(database, replace(ROSTER, overrides=(COVER, LATER)), NIGHT - 2 * DAY)
    before = (await imported(database, replace(ROSTER, overrides=(COVER, LATER)), NIGHT)).after
    done = await imported(database, replace(ROSTER, overrides=(replace(COVER, person="cleo"),)), NIGHT)
    columns = (
        t.override.c.key,
        t.override.c.version,
        t.override.c.person,
        t.override.c.holds_from,
        t.override.c.ended_at,
    )
    assert await rows(database, *columns) == [
        ("cover", 1, "ben", None, NIGHT),
        ("cover", 2, "cleo", NIGHT, None),
        ("later", 1, None, None, NIGHT),
    ]
    assert str(done.preview.counted) == "overrides: 1 changed, 1 removed"
    (primary,) = (rotation for rotation in ROSTER.rotations if rotation.name == "primary")
    was, is_ = (shifts(roster, primary, NIGHT - 3 * DAY, NIGHT) for roster in (before, done.after))
    assert was == is_


async def test_what_an_import_makes_is_what_the_rows_say(database: Database) -> None:
    """Versions that held, one that is to hold, a pause, what the file has no longer: all is read as it was meant."""
    before = (await imported(database, replace(ROSTER, overrides=(COVER,)), NIGHT - DAY)).after
    primary, *others = ROSTER.rotations
    pause = Pause(NIGHT + 5 * DAY, NIGHT + 9 * DAY)
    longer = tuple(replace(policy, round_wait_seconds=600) for policy in ROSTER.policies)
    files = [
        replace(ROSTER, rotations=(replace(primary, members=("cleo", "ana")), *others), policies=longer),
        replace(ROSTER, rotations=(replace(primary, pauses=(pause,)), *others)),
        replace(ROSTER, rotations=(primary,), policies=()),
        ROSTER,
    ]
    for day, file in enumerate(files):
        now = NIGHT + day * DAY
        expected = edited(before, file, now)
        before = (await imported(database, file, now)).after
        assert before == expected
    assert [version.version for version in before.rotations[0].versions] == [1, 2, 3, 4]


async def test_a_version_may_come_before_one_that_waits(database: Database) -> None:
    """A pause that is made while an order waits takes its number, and the order the next one."""
    await imported(database, ROSTER, NIGHT - DAY)
    primary, *others = ROSTER.rotations
    ordered = replace(primary, members=("cleo", "ana"))
    before = (await imported(database, replace(ROSTER, rotations=(ordered, *others)), NIGHT)).after
    later = NIGHT + timedelta(hours=1)
    paused = replace(ordered, pauses=(Pause(later + timedelta(hours=1), later + timedelta(hours=2)),))
    file = replace(ROSTER, rotations=(paused, *others))
    after = (await imported(database, file, later)).after
    assert after == edited(before, file, later)
    handoff = before.rotations[0].holds_from
    assert await rows(database, t.rotation.c.name, t.rotation.c.version, t.rotation.c.holds_from) == [
        ("backup", 1, None),
        ("primary", 1, None),
        ("primary", 2, later),
        ("primary", 3, handoff),
    ]
