"""Somebody is away twice at once, and back from one of the two."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from itertools import count
from random import Random

import pytest

from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import RosterOrder, change_roster, plan
from dispatch.actions.shifts.be_away import be_away, be_back
from dispatch.actions.shifts.take_cover import take_cover
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.schedule.edits import Remove, RosterPart
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.cover_texts import cover_said
from dispatch.rules.shifts.wanting import of_days
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters, replace_roster
from dispatch.store.shifts import asked_covers
from dispatch.store.transaction import Transaction
from tests.stories.test_covers import MORNING, NIGHTS

CLEO = next(one for one in NIGHTS.people if one.id == "cleo")
BY, DEV = Actor(ActorKind.SPECIALIST, "cleo"), Actor(ActorKind.SPECIALIST, "dev")
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in range(27, 31))


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    await database.open()
    try:
        await database.write(lambda tx: replace_roster(tx, NIGHTS, MORNING))
        yield database
    finally:
        await database.close()


_SEEDS = count()


def _context() -> Context:
    return Context(MORNING, Random(next(_SEEDS)), Rosters())


def _away(tx: Transaction, first: date, last: date) -> str:
    """The id of the absence. Cleo has Saturday's shift, from 18:00 to 18:00."""
    return be_away(tx, _context(), CLEO.id, *of_days(first, last), BY, Source.SMS).absence.id


def _back(tx: Transaction, absence: str) -> None:
    be_back(tx, _context(), CLEO.id, BY, Source.WEB, absence=absence)


def _open(tx: Transaction) -> list[tuple[int, str]]:
    return [(one.number, cover_said(one, NIGHTS)) for one in asked_covers.open_covers(tx)]


async def test_a_cover_that_another_absence_holds_is_asked_for_all_the_same(house: Database) -> None:
    """Whichever of the two asked first: she is still away on Saturday, and nobody would look for anybody."""
    short = await house.write(partial(_away, first=SATURDAY, last=SATURDAY))
    longer = await house.write(partial(_away, first=FRIDAY, last=SUNDAY))
    both = [(1, "Sat 28 Nov 18:00-Sun 06:00"), (2, "Sun 29 Nov 06:00-18:00")]
    assert await house.write(_open) == both
    await house.write(partial(_back, absence=short))
    assert await house.write(_open) == both
    await house.write(partial(_back, absence=longer))
    assert await house.write(_open) == []


async def test_whoever_took_it_leaves_and_she_is_away_all_the_same(house: Database) -> None:
    """The absence that asked is over, another stands: others are asked again."""
    short = await house.write(partial(_away, first=SATURDAY, last=SATURDAY))
    await house.write(partial(_away, first=FRIDAY, last=SUNDAY))
    await house.write(lambda tx: take_cover(tx, _context(), 1, "dev", DEV, Source.SMS))
    await house.write(partial(_back, absence=short))

    def leaves(tx: Transaction) -> Cover | None:
        planned = plan(tx, _context(), Remove(RosterPart.PEOPLE, "dev"))
        change_roster(tx, _context(), RosterOrder(planned, BY, Source.WEB))
        return asked_covers.find(tx, 1)

    found = await house.write(leaves)
    assert found is not None
    assert found.is_open
