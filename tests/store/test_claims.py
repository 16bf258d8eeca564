"""Which due pages are claimed first."""

from datetime import timedelta

import pytest

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import claims, decided
from dispatch.store.decided import NewPage
from dispatch.store.engine.database import Database
from tests.stories.story import NIGHT

MOST = 10


def _page(number: int, purpose: Purpose, *, minutes_late: int, person: str | None = None) -> NewPage:
    due_at = NIGHT - timedelta(minutes=minutes_late)
    sent = SendPage(purpose, Channel.SMS, "+15625550177", "words", due_at, person)
    return NewPage(f"{purpose}-{number:03}", None, sent, NIGHT)


@pytest.mark.parametrize("waits", [Purpose.OFFICER, Purpose.PARTNER, Purpose.ANSWER])
async def test_a_page_does_not_stand_behind_what_only_informs(database: Database, waits: Purpose) -> None:
    """A hundred texts to officers, partners or strangers, due for longer, are claimed after a specialist's page."""
    informs = [_page(number, waits, minutes_late=5) for number in range(100)]
    asked = _page(900, Purpose.PAGE, minutes_late=1, person="ana")
    answered = _page(901, Purpose.ANSWER, minutes_late=0, person="ben")
    await database.write(lambda tx: decided.write_strays(tx, [*informs, asked, answered]))
    due = await database.write(lambda tx: claims.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due[:3]] == ["page-900", "answer-901", f"{waits}-000"]
    assert len({found.page.fact.id for found in due}) == len(due)


async def test_when_all_that_is_due_can_be_claimed_the_longest_due_is_first(database: Database) -> None:
    """Without a crowd nothing is passed over."""
    due_pages = [_page(1, Purpose.OFFICER, minutes_late=5), _page(1, Purpose.PAGE, minutes_late=1, person="ana")]
    await database.write(lambda tx: decided.write_strays(tx, due_pages))
    due = await database.write(lambda tx: claims.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due] == ["officer-001", "page-001"]


async def test_what_asks_somebody_to_come_is_first_and_strangers_are_last(database: Database) -> None:
    """Behind a hundred texts to coordinators, and before answers to strangers and notices, whatever came due first."""
    alarms = [_page(number, Purpose.ALARM, minutes_late=9, person="cora") for number in range(100)]
    strays = [_page(number, Purpose.ANSWER, minutes_late=8) for number in range(5)]
    notices = [_page(number, Purpose.PARTNER, minutes_late=7) for number in range(3)]
    asks = _page(900, Purpose.PAGE, minutes_late=1, person="ana")
    await database.write(lambda tx: decided.write_strays(tx, [*alarms, *strays, *notices, asks]))
    due = await database.write(lambda tx: claims.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due[:2]] == ["page-900", "alarm-000"]
    due = await database.write(lambda tx: claims.due(tx, NIGHT, 109))
    purposes = [found.page.fact.purpose for found in due]
    assert purposes == [Purpose.PAGE, *[Purpose.ALARM] * 100, *[Purpose.PARTNER] * 3, *[Purpose.ANSWER] * 5]
