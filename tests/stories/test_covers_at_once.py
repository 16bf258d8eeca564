"""Stories about shifts that several people swap in the same moment, at two nodes of one PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from dispatch.actions.context import Context
from dispatch.actions.replies.record_reply import InboundText, record_reply
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    PlannedChange,
    RosterMoved,
    RosterOrder,
    change_roster,
    make_change,
    plan_locked,
    plan_now,
    planning,
)
from dispatch.actions.shifts.ask_cover import withdraw_covers
from dispatch.actions.shifts.for_others import ask_for_other, handing_over
from dispatch.actions.shifts.take_cover import NoSuchCover
from dispatch.app import Service
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.edits import Edit, EditRefused, Put
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from tests.stories.own_view import asks, swaps
from tests.stories.story import Story, tell
from tests.stories.test_covers import CORA, MORNING, NIGHTS, state
from tests.stories.test_nodes import another_node

pytestmark = pytest.mark.both_databases

MANY = tuple(Person(f"p{n}", f"Pat{n} Low", f"+156255501{20 + n}") for n in range(30))
EVERYBODY = replace(NIGHTS, people=(*NIGHTS.people, *MANY))


def _texts(story: Story, *nodes: Service) -> Callable[[str, str], asyncio.Future[str | None]]:
    """Each text comes to the next of the nodes, as through a proxy, and is answered by it."""
    phones, turn = {one.id: one.phone for one in story.town.roster.people}, cycle(nodes)

    def write(who: str, body: str) -> asyncio.Future[str | None]:
        service, text = next(turn), InboundText(f"SM {who} {body} {next(serial)}", phones[who], body)
        return asyncio.ensure_future(again_on_conflict(lambda: service.runner.act(record_reply, text)))

    serial = iter(range(1000))
    return write


async def test_thirty_yeses_at_two_nodes_are_one_taker_and_all_are_answered(postgres_url: str) -> None:
    """Fifteen at each; and none waits for longer than a second once the machine is its own."""
    async with tell(postgres_url, EVERYBODY, MORNING) as story, another_node(story, 9001) as other:
        await swaps(story, "cleo", "WED")
        story.forget(*(one.id for one in EVERYBODY.people))
        write = _texts(story, story.town.service, other)
        await asyncio.gather(*(write(one.id, "COVER 1") for one in MANY))
        await story.passes(seconds=5)
        ((_, became, taker),) = await state(story)
        assert became == "taken"
        answers = {one.id: [text.body for text in story.phone(one.id).texts] for one in MANY}
        assert [who for who, bodies in answers.items() if any("Yours now" in one for one in bodies)] == [taker]
        losers = [who for who in answers if who != taker]
        assert all(any("is taken: " in one for one in answers[who]) for who in losers)
        assert len([one for one in await story.rows(t.override) if one["person"] == taker]) == 1
        assert len([row for row in await story.rows(t.roster_change) if row["source"] == "sms"]) == 1
        story.forget(*(one.id for one in EVERYBODY.people))


async def test_a_shift_is_asked_for_once_however_often_its_holder_says_so(postgres_url: str) -> None:
    """In her own view at both nodes, twice at each, and by a coordinator in the same moment: nobody meets an error."""
    async with tell(postgres_url, NIGHTS, MORNING) as story, another_node(story, 9001) as other:
        by_cleo = [node.runner.act(asks, "cleo", "WED") for node in (story.town.service, other) for _ in range(2)]
        begins = MORNING + timedelta(days=1, hours=8)
        by_cora = [
            other.runner.act(ask_for_other, "cleo", begins, begins + timedelta(days=1), CORA, Source.WEB)
            for _ in range(2)
        ]
        found = await asyncio.gather(*by_cleo, *by_cora, return_exceptions=True)
        assert not [one for one in found if isinstance(one, BaseException) and not isinstance(one, EditRefused)]
        assert len(await state(story)) == 1
        assert len({row["person"] for row in await story.rows(t.cover_asked)}) == len(await story.rows(t.cover_asked))
        await story.passes(seconds=5)
        story.forget(*(one.id for one in NIGHTS.people))


async def test_two_coordinators_and_a_text_at_once(postgres_url: str) -> None:
    """Both have seen the same preview, and Eva says yes: one has it, and whoever is late is told, by name."""
    async with tell(postgres_url, NIGHTS, MORNING) as story, another_node(story, 9001) as other:
        await swaps(story, "cleo", "WED")
        story.forget(*(one.id for one in NIGHTS.people))
        write = _texts(story, other)

        async def gives(service: Service, who: str) -> ChangedRoster | PlannedChange:
            planned, making = handing_over(1, who, CORA, is_given=True)
            shown = (await service.runner.ask(planned)).preview
            await asyncio.sleep(0)
            return await make_change(service.runner, planned, CORA, Source.WEB, shown.seen, making)

        found = await asyncio.gather(
            gives(story.town.service, "dev"), gives(other, "ana"), write("eva", "COVER 1"), return_exceptions=True
        )
        unexpected = [one for one in found if isinstance(one, BaseException) and not isinstance(one, EditRefused)]
        assert not unexpected
        ((_, became, taker),) = await state(story)
        assert became == "taken"
        overrides = [one["person"] for one in await story.rows(t.override)]
        assert overrides == [taker]
        await story.passes(seconds=5)
        story.forget(*(one.id for one in NIGHTS.people))


async def test_a_yes_beside_an_edit_of_somebody_else_is_a_yes(postgres_url: str) -> None:
    """The roster moves while it is worked out; nothing of the edit is lost, and the cover is taken on top of it."""
    async with tell(postgres_url, EVERYBODY, MORNING) as story, another_node(story, 9001) as other:
        await swaps(story, "cleo", "WED")
        story.forget(*(one.id for one in EVERYBODY.people))
        write = _texts(story, other)

        async def renames(number: int) -> None:
            wanted = planning(Put(replace(MANY[number], name=f"Pia{number} Low")))
            shown = (await story.town.service.runner.ask(wanted)).preview
            await make_change(story.town.service.runner, wanted, CORA, Source.WEB, shown.seen)

        async def all_of_them() -> None:
            for number in range(5):
                await renames(number)

        await asyncio.gather(all_of_them(), write("eva", "COVER 1"))
        assert await state(story) == [(1, "taken", "eva")]
        kept = {row["version"] for row in await story.rows(t.roster_change) if row["source"] == "web"}
        names = {row["name"] for row in await story.rows(t.person)}
        assert len([name for name in names if name.startswith("Pia")]) == len(kept)
        await story.passes(seconds=5)
        story.forget(*(one.id for one in EVERYBODY.people))


async def test_a_cover_that_is_withdrawn_as_it_is_taken_is_either(postgres_url: str) -> None:
    async with tell(postgres_url, NIGHTS, MORNING) as story, another_node(story, 9001) as other:
        await swaps(story, "cleo", "WED")
        story.forget(*(one.id for one in NIGHTS.people))
        write = _texts(story, other)
        cleo = Actor(ActorKind.SPECIALIST, "cleo")
        withdrawn = story.town.service.runner.act(withdraw_covers, "cleo", {1}, cleo, Source.LINK)
        await asyncio.gather(withdrawn, write("dev", "COVER 1"))
        ((_, became, taker),) = await state(story)
        assert (became, taker) in {("withdrawn", None), ("taken", "dev")}
        assert [one["person"] for one in await story.rows(t.override)] == (["dev"] if taker else [])
        await story.passes(seconds=5)
        story.forget(*(one.id for one in NIGHTS.people))


async def test_there_is_no_cover_before_it_is_asked_for(postgres_url: str) -> None:
    async with tell(postgres_url, NIGHTS, MORNING) as story:
        planned, _ = handing_over(1, "dev", CORA, is_given=True)
        with pytest.raises(NoSuchCover):
            await story.town.service.runner.ask(planned)
        assert not await story.town.service.database.read(lambda tx: tx.execute(sa.select(t.cover)).all())


def _corrects(other: Service) -> Callable[[], Awaitable[None]]:
    """A coordinator at another node corrects Ana's phone."""

    async def corrects() -> None:
        wanted = planning(Put(replace(NIGHTS.people[0], phone="+15625550199")))
        shown = (await other.runner.ask(wanted)).preview
        made = await make_change(other.runner, wanted, CORA, Source.WEB, shown.seen)
        assert isinstance(made, ChangedRoster)

    return corrects


async def test_what_was_worked_out_on_an_older_roster_is_not_made(postgres_url: str) -> None:
    """A coordinator corrects Ana's phone while her own choice is worked out: it would have been taken back."""
    async with tell(postgres_url, NIGHTS, MORNING) as story, another_node(story, 9001) as other:
        corrects = _corrects(other)

        def chooses(tx: Transaction, context: Context) -> None:
            def edit(_: Context, roster: Roster) -> Edit:
                await_only(corrects())
                return Put(replace(roster.people[0], turnout_minutes=17))

            planned, fresh = plan_now(tx, context, edit)
            change_roster(tx, fresh, RosterOrder(planned, CORA, Source.WEB, ticked=()))

        with pytest.raises(RosterMoved):
            await story.town.service.runner.act(chooses)
        (ana,) = [one for one in await story.rows(t.person) if one["id"] == "ana"]
        assert ana["phone"] == "+15625550199"
        story.forget(*(one.id for one in NIGHTS.people))


async def test_what_somebody_does_for_themselves_is_worked_out_again_and_made(postgres_url: str) -> None:
    """The same moment, and Ana presses once: her choice stands, and so does the phone."""
    async with tell(postgres_url, NIGHTS, MORNING) as story, another_node(story, 9001) as other:
        corrections = iter([_corrects(other)])

        def chooses(tx: Transaction, context: Context) -> None:
            context.roster(tx)  # as an action that has read it before

            def edit(_: Context, roster: Roster) -> Edit:
                for corrects in corrections:
                    await_only(corrects())
                return Put(replace(roster.people[0], turnout_minutes=17))

            planned, fresh = plan_locked(tx, context, edit)
            change_roster(tx, fresh, RosterOrder(planned, CORA, Source.WEB, ticked=()))

        await story.town.service.runner.act(chooses)
        (ana,) = [one for one in await story.rows(t.person) if one["id"] == "ana"]
        assert (ana["phone"], ana["turnout_minutes"]) == ("+15625550199", 17)
        story.forget(*(one.id for one in NIGHTS.people))
