"""Strangers flood our number with texts, and somebody among them cries for help."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random

import pytest
import sqlalchemy as sa

from dispatch.actions.context import Context
from dispatch.actions.replies.record_reply import InboundText, record_reply
from dispatch.rules.alarms.promises import RING_AGAIN
from dispatch.rules.facts.people import Channel
from dispatch.rules.replies.strangers import MOST_OF_STRANGERS
from dispatch.store import tables as t
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters, replace_roster
from dispatch.store.transaction import Transaction
from tests.stories.test_covers import MORNING, NIGHTS

_ROSTER = replace(NIGHTS, people=tuple(one for one in NIGHTS.people if one.id != "finn"), rotations=())
_SEEDS = count()


@pytest.fixture
async def flooded(sqlite_url: str) -> AsyncIterator[Database]:
    """Coordinators have been sent as many texts from strangers as they can read. Cora is the only one."""
    database = Database(sqlite_url)
    await database.open()
    try:
        await database.write(lambda tx: replace_roster(tx, _ROSTER, MORNING))
        for number in range(MOST_OF_STRANGERS):
            await _text(database, f"+1310555{number:04}", f"hello {number}")
        yield database
    finally:
        await database.close()


async def _text(database: Database, sender: str, said: str, after: timedelta = timedelta()) -> None:
    seed = next(_SEEDS)
    context = Context(MORNING + after, Random(seed), Rosters())
    await database.write(lambda tx: record_reply(tx, context, InboundText(f"SM{seed}", sender, said)))


async def _told(database: Database, words: str) -> list[str]:
    """On which channels Cora is told of these words."""

    def read(tx: Transaction) -> list[str]:
        query = sa.select(t.page.c.channel).where(t.page.c.person == "cora", t.page.c.text.contains(words))
        return sorted(tx.execute(query).scalars())

    return await database.read(read)


async def test_a_cry_for_help_passes_the_bound_of_all_strangers(flooded: Database) -> None:
    """An officer on an unknown phone is one more stranger. What cries for nothing is summed up, as before."""
    await _text(flooded, "+15625550177", "need an advocate at 5th, child bleeding")
    assert await _told(flooded, "child bleeding") == [Channel.SMS, Channel.VOICE]
    assert await _told(flooded, "+15625550177") == [Channel.SMS, Channel.VOICE]
    await _text(flooded, "+15625550178", "hello again")
    assert await _told(flooded, "hello again") == []
    assert await _told(flooded, "you get no more of their texts but cries for help") == [Channel.SMS]


async def test_a_flood_of_invented_cries_is_no_phone_each(flooded: Database) -> None:
    """Each is read; one rings, and the next one that comes two minutes later."""
    for number in range(5):
        await _text(flooded, f"+1562555019{number}", f"help me, number {number}")
    assert [len(await _told(flooded, f"help me, number {number}")) for number in range(5)] == [2, 1, 1, 1, 1]
    await _text(flooded, "+15625550199", "help me, later", RING_AGAIN)
    assert await _told(flooded, "help me, later") == [Channel.SMS, Channel.VOICE]
