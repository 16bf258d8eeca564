"""What an action asks about many things at once is asked once: as many questions for twelve as for six."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeVar

import pytest
import sqlalchemy as sa

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.callout import open_callout as opening
from dispatch.actions.context import Context
from dispatch.actions.delivery.send_pages import claim_pages
from dispatch.actions.replies.record_reply import InboundText, record_reply
from dispatch.actions.shifts.be_away import be_away, be_back
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.shifts.coming_on import ComingOn
from dispatch.store import tables as t
from dispatch.store.alarms import alarms
from dispatch.store.engine.database import Database
from dispatch.store.roster.roster import Rosters, replace_roster
from dispatch.store.shifts import shift_test_rows
from dispatch.store.transaction import Transaction
from tests.store.open_callout import open_callout
from tests.stories.story import ROSTER
from tests.stories.test_covers import MORNING, NIGHTS

NOW = MORNING
_DUE = NOW + timedelta(minutes=3)


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


_Result = TypeVar("_Result")


def _asking(tx: Transaction, act: Callable[[], _Result]) -> tuple[_Result, list[str]]:
    """What `act` returns, and the statements with which it reads."""
    asked: list[str] = []
    connection = tx.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.set_trace_callback(asked.append)
    found = act()
    connection.set_trace_callback(None)
    return found, [statement for statement in asked if statement.startswith("SELECT")]


def _context(seed: int, minutes: int = 0) -> Context:
    return Context(NOW + timedelta(minutes=minutes), Random(seed), Rosters())


def _tests_of_the_busy(tx: Transaction, context: Context, many: int) -> None:
    open_callout(tx, f"K{many}")
    for number in range(many):
        person = f"p{many}-{number}"
        coming = ComingOn("primary", person, NOW, NOW + timedelta(hours=8), NOW)
        shift_test_rows.begin(tx, context.new_id(), coming, NOW, _DUE, needed=False)
        sent = SendPage(Purpose.TEST, Channel.SMS, f"+1562555{many}{number:03}", "a test", _DUE, person)
        send_standalone(tx, context, sent)


def _texts_of_the_schedule(tx: Transaction, context: Context, many: int) -> None:
    for number in range(many):
        send_standalone(
            tx,
            context,
            SendPage(Purpose.SCHEDULE, Channel.SMS, f"+1562555{many}{number:03}", "changed", _DUE, f"p{many}-{number}"),
        )


def _alarms(channel: Channel, tx: Transaction, context: Context, many: int) -> None:
    """A text waited for its reader's turn, a call for its line."""
    for number in range(many):
        alarm = context.new_id()
        alarms.insert(tx, Alarm(alarm, AlarmKind.CARRIER, "trouble", NOW))
        phone, person = f"+1562555{many}{number:03}", f"p{many}-{number}"
        send_standalone(tx, context, SendPage(Purpose.ALARM, channel, phone, "trouble", _DUE, person, alarm=alarm))


@pytest.mark.parametrize(
    "written",
    [_tests_of_the_busy, _texts_of_the_schedule, partial(_alarms, Channel.SMS), partial(_alarms, Channel.VOICE)],
)
async def test_a_claim_asks_as_much_for_many_as_for_few(
    house: Database, written: Callable[[Transaction, Context, int], None]
) -> None:
    """Who is busy, whom a shift's test waits for, which alarms still stand: read once a claim."""

    def claimed(tx: Transaction, many: int) -> int:
        context = _context(many)
        written(tx, context, many)
        now = _context(many, minutes=4)
        _, asked = _asking(tx, lambda: claim_pages(tx, now))
        tx.execute(sa.update(t.page).values(state=PageState.DONE, due_at=None))
        return len(asked)

    await house.write(lambda tx: replace_roster(tx, ROSTER, NOW))
    assert await house.write(partial(claimed, many=2)) == await house.write(partial(claimed, many=4))


@pytest.mark.parametrize(("text", "most"), [("1 25", 10), ("no", 13), ("where", 12), ("what?", 12)])
async def test_a_reply_reads_a_call_out_once(house: Database, text: str, most: int) -> None:
    """All that is its own, and what holds for every call-out, in six statements. The others find whether the text is
    known, what its sender was sent and is involved in, and keep the roster as it is; of some words also whether they
    were said before, answer a test, or the offer of a cover."""
    known = Rosters()

    def opens(tx: Transaction) -> None:
        replace_roster(tx, ROSTER, NOW)
        context = replace(_context(1), rosters=known)
        opening.open_callout(tx, context, "LBPD", Details("+15625550177"), None)
        claim_pages(tx, context)

    def replies(tx: Transaction) -> list[str]:
        heard = InboundText("SM1", ROSTER.people[0].phone, text)
        return _asking(tx, lambda: record_reply(tx, replace(_context(2, minutes=1), rosters=known), heard))[1]

    await house.write(opens)
    assert len(await house.write(replies)) <= most


async def test_coming_back_reads_the_open_covers_once(house: Database) -> None:
    """However many are asked for no longer: each is locked and ended, and nothing else is asked for each."""
    ana = next(one for one in NIGHTS.people if one.id == "ana")
    by = Actor(ActorKind.SPECIALIST, "ana")

    def back(tx: Transaction, weeks: int) -> tuple[int, int]:
        context = _context(weeks)
        be_away(tx, context, ana.id, NOW, NOW + timedelta(weeks=weeks), by, Source.CLI)
        found, asked = _asking(tx, lambda: be_back(tx, context, ana.id, by, Source.CLI))
        return len(found.withdrawn), sum("state = 'open'" in statement for statement in asked)

    await house.write(lambda tx: replace_roster(tx, NIGHTS, NOW))
    few, asked = await house.write(partial(back, weeks=2))
    many, asked_of_many = await house.write(partial(back, weeks=4))
    assert many > few > 2
    assert asked_of_many == asked
