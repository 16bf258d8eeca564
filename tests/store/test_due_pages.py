"""Which due pages are claimed first, and in which lane."""

import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.rules import admission
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import backlog
from dispatch.store import tables as t
from dispatch.store.callout import decided
from dispatch.store.callout.decided import NewPage
from dispatch.store.delivery import claims, due_pages
from dispatch.store.delivery.pages import Lane
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction
from tests.store.open_callout import open_callout
from tests.stories.story import NIGHT

pytestmark = pytest.mark.both_databases

MOST = 10


def _page(
    number: int, purpose: Purpose, *, minutes_late: float, person: str | None = None, callout: str | None = None
) -> NewPage:
    due_at = NIGHT - timedelta(minutes=minutes_late)
    alarm = "late" if purpose is Purpose.ALARM else None
    sent = SendPage(purpose, Channel.SMS, "+15625550177", "words", due_at, person, alarm=alarm)
    return NewPage(f"{purpose}-{number:03}", callout, sent, NIGHT)


@pytest.mark.parametrize("waits", [Purpose.OFFICER, Purpose.PARTNER, Purpose.ANSWER, Purpose.ACCOUNT])
async def test_a_page_does_not_stand_behind_what_only_informs(database: Database, waits: Purpose) -> None:
    """A hundred texts to officers, partners, strangers or owners of accounts, due for longer, are claimed after a
    specialist's page."""
    informs = [_page(number, waits, minutes_late=5) for number in range(100)]
    asked = _page(900, Purpose.PAGE, minutes_late=1, person="ana")
    answered = _page(901, Purpose.ANSWER, minutes_late=0, person="ben")
    await database.write(lambda tx: decided.write_standalone(tx, [*informs, asked, answered]))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due[:3]] == ["page-900", "answer-901", f"{waits}-000"]
    assert len({found.page.fact.id for found in due}) == len(due)


async def test_when_all_that_is_due_can_be_claimed_the_longest_due_is_first(database: Database) -> None:
    """Without a crowd nothing is passed over."""
    both = [_page(1, Purpose.OFFICER, minutes_late=5), _page(1, Purpose.PAGE, minutes_late=1, person="ana")]
    await database.write(lambda tx: decided.write_standalone(tx, both))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due] == ["officer-001", "page-001"]


async def test_what_asks_somebody_to_come_is_first_and_strangers_are_last(database: Database) -> None:
    """Behind a hundred texts to coordinators, and before answers to strangers and notices, whatever came due first."""
    alarms = [_page(number, Purpose.ALARM, minutes_late=9, person="cora") for number in range(100)]
    standalone = [_page(number, Purpose.ANSWER, minutes_late=8) for number in range(5)]
    notices = [_page(number, Purpose.PARTNER, minutes_late=7) for number in range(3)]
    asks = _page(900, Purpose.PAGE, minutes_late=1, person="ana")
    await database.write(lambda tx: decided.write_standalone(tx, [*alarms, *standalone, *notices, asks]))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST))
    assert [found.page.fact.id for found in due[:2]] == ["page-900", "alarm-000"]
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, 109))
    purposes = [found.page.fact.purpose for found in due]
    assert purposes == [Purpose.PAGE, *[Purpose.ALARM] * 100, *[Purpose.PARTNER] * 3, *[Purpose.ANSWER] * 5]


@pytest.mark.parametrize("most", [12, 40], ids=["some are behind the oldest", "enough are among the oldest"])
async def test_what_asks_leaves_in_the_order_of_its_coming(database: Database, most: int) -> None:
    """Between texts to coordinators: those on the lines are the oldest that ask, and none is passed over."""
    mixed = [
        _page(number, purpose, minutes_late=9 - number / 10, person="ana")
        for number in range(30)
        for purpose in (Purpose.ALARM, Purpose.PAGE)
    ]
    await database.write(lambda tx: decided.write_standalone(tx, mixed))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, most, lines=10))
    assert [found.page.fact.id for found in due[:10]] == [f"page-{number:03}" for number in range(10)]


async def test_a_storm_is_found_by_one_question(sqlite_url: str) -> None:
    """What asks somebody to come is not asked for where enough of it has been read."""
    asked: list[str] = []

    def count(tx: Transaction) -> None:
        connection = tx.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(asked.append)
        due_pages.due(tx, NIGHT, MOST)
        connection.set_trace_callback(None)

    database = Database(sqlite_url)
    await database.open()
    try:
        pages = [_page(number, Purpose.PAGE, minutes_late=0, person="ana") for number in range(2 * MOST)]
        await database.write(lambda tx: decided.write_standalone(tx, pages))
        await database.read(count)
    finally:
        await database.close()
    assert [statement.split()[0] for statement in asked] == ["SELECT"]


def _of_two_agencies(tx: Transaction, seconds_late: float, *, many: int = 30) -> None:
    """Many pages of one agency, then three of another."""
    for code, agency in (("A", "LBPD"), ("B", "LAPD")):
        open_callout(tx, code, agency=agency)
    theirs = [
        _page(number, Purpose.PAGE, minutes_late=(seconds_late - number / 100_000) / 60, person="ana", callout=code)
        for number, code in enumerate("A" * many + "B" * 3)
    ]
    decided.write_standalone(
        tx, [page._replace(asks_for={"A": "LBPD", "B": "LAPD"}[str(page.callout)]) for page in theirs]
    )


def _claimed_by_agency(tx: Transaction, times: int, most: int) -> str:
    """The call-outs in the order in which pages are claimed with one line to the carrier, `most` at other lanes."""
    order, under_way = "", Counter[str | None]()
    for _ in range(times):
        page = due_pages.due(tx, NIGHT, most, lines=1, under_way=under_way)[0].page
        until = NIGHT + timedelta(seconds=20)
        claims.take(tx, [page.fact.id], claim="c", node="n", until=until, state=PageState.SENDING, sent_at=NIGHT)
        under_way[page.agency] += 1
        order += page.callout or "?"
    return order


@pytest.mark.parametrize("most", [1, 100])
async def test_agencies_take_turns_once_pages_are_late(database: Database, most: int) -> None:
    """Whoever has fewer under way is next, so three pages do not wait behind thirty."""
    await database.write(lambda tx: _of_two_agencies(tx, admission.FAIR_AFTER.total_seconds() + 1))
    assert await database.write(lambda tx: _claimed_by_agency(tx, 8, most)) == "ABABABAA"


async def test_nobody_waits_behind_the_thousands_of_another(database: Database) -> None:
    """Follow-ups are held back by nothing, so one agency may have any number of pages due."""
    await database.write(lambda tx: _of_two_agencies(tx, 60, many=2_500))
    first = await database.write(lambda tx: due_pages.due(tx, NIGHT, 100, lines=96))
    assert [found.page.callout for found in first[:8]] == [*"ABABABAA"]


async def test_what_the_carrier_has_is_asked_about_after_what_is_to_be_sent(database: Database) -> None:
    """In a flood whose reports are lost, questions about a thousand sent pages hold up none that waits."""
    await database.write(lambda tx: _of_two_agencies(tx, 60, many=200))
    sent = sa.update(t.page).where(t.page.c.callout == "A").values(state=PageState.SENT)
    await database.write(lambda tx: tx.execute(sent).close())
    first = await database.write(lambda tx: due_pages.due(tx, NIGHT, 10))
    assert [found.page.callout for found in first[:4]] == [*"BBBA"]
    assert await database.read(lambda tx: backlog.ask(tx, NIGHT, 100, ["LBPD", "LAPD"]).of) == {"LBPD": 0, "LAPD": 3}


async def test_pages_of_agencies_that_are_not_late_leave_in_the_order_of_their_coming(database: Database) -> None:
    """A storm is paged in order of arrival."""
    await database.write(lambda tx: _of_two_agencies(tx, admission.FAIR_AFTER.total_seconds()))
    assert await database.write(lambda tx: _claimed_by_agency(tx, 8, 1)) == "A" * 8


async def test_two_nodes_claim_side_by_side_while_agencies_take_turns(postgres_url: str) -> None:
    """What one node has locked another passes over: it does not wait, and finds something else to do."""
    engine = create_async_engine(postgres_url)
    async with engine.begin() as writer:
        await writer.run_sync(lambda tx: _of_two_agencies(tx, admission.FAIR_AFTER.total_seconds() + 1))
    async with engine.connect() as one, engine.connect() as other:
        first = await one.run_sync(lambda tx: due_pages.due(tx, NIGHT, MOST))
        second = await other.run_sync(lambda tx: due_pages.due(tx, NIGHT, MOST))
    await engine.dispose()
    assert len(second) >= MOST
    assert not {found.page.fact.id for found in first} & {found.page.fact.id for found in second}


@pytest.mark.parametrize(
    ("make_due", "come_due"),
    [
        (lambda tx: claims.give_back(tx, "ours", {"page-002"}, NIGHT), "page-001"),
        (lambda tx: claims.release(tx, ["ours"], NIGHT), "page-001 page-002"),
        (lambda tx: claims.orphan(tx, NIGHT), "page-001 page-002 page-003"),
    ],
    ids=["a node that lost track", "a node that is gone", "the only node, at its start"],
)
async def test_only_what_nobody_works_on_comes_due_again(
    database: Database, make_due: Callable[[Transaction], int], come_due: str
) -> None:
    """Not what is in flight, nor what another node has, nor what has been sent or waits for its time."""
    soon = NIGHT + timedelta(seconds=10)
    pages = [_page(number, Purpose.PAGE, minutes_late=0, person="ana") for number in range(1, 5)]
    pages.append(_page(5, Purpose.PAGE, minutes_late=-1 / 6, person="ana"))

    def claimed(tx: Transaction) -> None:
        decided.write_standalone(tx, pages)
        for node, ids in (("ours", ["page-001", "page-002", "page-004"]), ("another", ["page-003"])):
            claims.take(tx, ids, claim="c", node=node, until=soon, state=PageState.SENDING, sent_at=NIGHT)
        tx.execute(sa.update(t.page).where(t.page.c.id == "page-004").values(state=PageState.SENT))

    await database.write(claimed)
    assert await database.write(make_due) == len(come_due.split())
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST))
    assert sorted(found.page.fact.id for found in due) == come_due.split()


async def test_each_page_has_one_lane(database: Database) -> None:
    """The database finds in a lane exactly the pages whose records say that they belong there."""
    kinds = itertools.product(Purpose, Channel, (None, "ana"), (None, "late"))
    every = [
        NewPage(
            f"page-{number:03}", None, SendPage(purpose, channel, "+15625550177", "words", NIGHT, who, alarm=of), NIGHT
        )
        for number, (purpose, channel, who, of) in enumerate(kinds)
    ]
    await database.write(lambda tx: decided.write_standalone(tx, every))
    found: dict[tuple[Lane, ...], list[due_pages.DuePage]] = {}
    for count in range(1, len(Lane) + 1):
        for lanes in itertools.combinations(Lane, count):
            found[lanes] = await database.write(partial(due_pages.due, now=NIGHT, most=1_000, lanes=lanes))
    of = {due.page.fact.id: due.page.lane for due in found[tuple(Lane)]}
    assert len(of) == len(every)
    assert set(of.values()) == set(Lane)
    for some, pages in found.items():
        assert {due.page.fact.id for due in pages} == {page for page, lane in of.items() if lane in some}


async def test_news_of_strangers_is_a_stray_and_trouble_is_not(database: Database) -> None:
    """What strangers bring about: answers to them, and texts to coordinators about nothing that anybody could have.
    Beside them go tests, of which sixty are due at nine."""
    standalone = [
        _page(1, Purpose.ANSWER, minutes_late=1),
        _news(2),
        _page(5, Purpose.TEST, minutes_late=1, person="ana"),
    ]
    others = [
        _page(3, Purpose.ANSWER, minutes_late=1, person="ana"),
        _page(4, Purpose.ALARM, minutes_late=1, person="cora"),
    ]
    await database.write(lambda tx: decided.write_standalone(tx, [*standalone, *others]))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST, (Lane.STANDALONE,)))
    assert {found.page.fact.id for found in due} == {page.id for page in standalone}


async def test_a_crowd_of_strays_hides_nothing(database: Database) -> None:
    """Where their lane is full, neither they nor the news about them stand before what cannot wait."""
    crowd = [*(_page(number, Purpose.ANSWER, minutes_late=9) for number in range(50)), *map(_news, range(50, 99))]
    rest = [_page(900, Purpose.OFFICER, minutes_late=2), _page(901, Purpose.ALARM, minutes_late=1, person="cora")]
    await database.write(lambda tx: decided.write_standalone(tx, [*crowd, *rest]))
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST, (Lane.CARRIER, Lane.WEBHOOKS)))
    assert [found.page.fact.id for found in due] == ["officer-900", "alarm-901"]
    due = await database.write(lambda tx: due_pages.due(tx, NIGHT, MOST))
    assert due[0].page.fact.id == "alarm-901"


def _news(number: int) -> NewPage:
    sent = SendPage(Purpose.ALARM, Channel.SMS, "+15625550177", "words", NIGHT - timedelta(minutes=9), "cora")
    return NewPage(f"news-{number:03}", None, sent, NIGHT)
