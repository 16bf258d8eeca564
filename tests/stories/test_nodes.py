"""Stories about more than one node, and about nodes that die, on PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import pytest
import sqlalchemy as sa

from dispatch.actions.alarms.keep_watch import alarm_when_late, arrive, beat, end_quiet_alarms, seen_ahead
from dispatch.actions.callout.change_callout import cancel
from dispatch.actions.delivery.send_pages import AMPLE, Claimed, claim_pages, still_ours
from dispatch.actions.schedule.change_roster import PersonIsNeeded, import_roster
from dispatch.app import Service
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.people import Channel
from dispatch.store import nodes
from dispatch.store import tables as t
from dispatch.store.delivery.pages import Lane
from dispatch.store.transaction import Transaction
from tests.stories.story import DCFS, OFFICER, OTHER, ROSTER, Story, tell
from twilio_simulator import HangAfterAccepting

pytestmark = pytest.mark.both_databases


@asynccontextmanager
async def another_node(story: Story, port: int) -> AsyncIterator[Service]:
    """A second node on the same database."""
    settings = story.town.service.settings.model_copy(update={"port": port})
    service = Service(settings, now=story.town.clock, chance=random.Random(port))
    await service.open()
    try:
        yield service
    finally:
        await service.stop()


async def _claim_and_die(story: Story, service: Service) -> list[Claimed]:
    opened = await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    assert opened.status_code == 201
    claimed, _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
    assert len(claimed) == 2
    return claimed


async def test_two_nodes_ring_one_phone_once(postgres_url: str) -> None:
    """Each has a call to Ana in hand at the same moment, and neither sees yet what the other has claimed."""
    async with tell(postgres_url) as story, another_node(story, 9001) as other:
        for number in range(2):
            await story.call_out(officer={"callback_phone": f"+1562555012{number}"})
        await story.passes(seconds=50)
        story.forget("ana", DCFS)
        story.town.clock.moment += timedelta(seconds=15)

        claimed, over = asyncio.Event(), asyncio.Event()

        def claim_one(service: Service) -> Callable[[Transaction], list[Claimed]]:
            def claim(tx: Transaction) -> list[Claimed]:
                found, _ = claim_pages(tx, service.runner.context(), dict.fromkeys(Lane, 1), service.node.id)
                claimed.set()
                while service is not other and not over.is_set():
                    tx.execute(sa.text("SELECT 1"))  # the loop goes on meanwhile
                return found

            return claim

        first = asyncio.create_task(story.town.service.database.write(claim_one(story.town.service)))
        await claimed.wait()
        assert await other.database.write(claim_one(other)) == []
        over.set()
        rung = [one.page.fact for one in await first]
        assert [(page.person, page.channel) for page in rung] == [("ana", Channel.VOICE)]
        story.forget("ana", DCFS, "+15625550120", "+15625550121")


async def test_a_line_that_another_node_holds_is_not_asked_for_without_end(postgres_url: str) -> None:
    """The other is frozen while it claims a call to Ana. This one finds nothing that it can take, and its round ends:
    it used to ask again and again, as fast as the database answered."""
    async with tell(postgres_url) as story:
        await story.paging(seconds=50)
        story.forget("ana", DCFS)
        story.town.clock.moment += timedelta(seconds=15)
        direct = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        try:
            async with direct.transaction(), asyncio.timeout(10):
                line = "SELECT pg_advisory_xact_lock(hashtext('calls to one number'), hashtext($1))"
                await direct.execute(line, story.phone("ana").number)
                assert await story.town.service._rounds.start_due() == 0
        finally:
            await direct.close()
        await story.passes(seconds=2)
        story.expect_call("ana")


async def test_a_cry_in_the_moment_in_which_its_call_out_ends(postgres_url: str) -> None:
    """The other node is cancelling it while Ana writes SOS: coordinators are rung, as a second later."""
    async with tell(postgres_url) as story, another_node(story, 9001) as other:
        callout = await story.paging()
        await story.says("ana", "1 25")
        story.forget("ana", OFFICER, DCFS)

        cancelled = asyncio.Event()

        def cancel_slowly(tx: Transaction) -> None:
            cancel(tx, other.runner.context(), callout["id"], "LBPD")
            cancelled.set()
            waits = sa.text(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            while not tx.execute(waits).first():  # until whoever hears her waits for this transaction
                tx.execute(sa.text("SELECT pg_stat_clear_snapshot()"))

        ending = asyncio.create_task(other.database.write(cancel_slowly))
        await cancelled.wait()
        await asyncio.gather(ending, story.replies("ana", "SOS"))
        await story.passes(seconds=2)
        story.expect_text("cora", f"DANGER {callout['code']}: Ana", story.phone("ana").number, "SOS")
        story.expect_call("cora")
        story.forget("ana", OFFICER, DCFS)


async def test_what_a_dead_node_claimed_is_taken_over(postgres_url: str) -> None:
    """When a node's beat stops the others send what it had claimed, within ten seconds and once."""
    async with tell(postgres_url) as story, another_node(story, 9001) as dying:
        claimed = await _claim_and_die(story, dying)
        await story.passes(seconds=4)
        await story.town.service.runner.act(beat, story.town.service.node)
        story.expect_silence()
        await story.passes(seconds=2)
        assert await story.town.service.runner.act(beat, story.town.service.node) == 2
        await story.passes(seconds=20)
        story.expect_text("ana")
        story.expect_text(DCFS)
        # When it wakes, the first node finds out that its pages are no longer its own.
        assert not await dying.database.read(lambda tx: still_ours(tx, claimed[0]))
        await story.says("ana", "1")
        story.forget("ana", OFFICER, DCFS)


async def test_a_node_that_listens_where_another_did_takes_over_at_once(postgres_url: str) -> None:
    """A node that starts again on the same address need not wait until its former self is given up for dead."""
    async with tell(postgres_url) as story:
        async with another_node(story, 9001) as dying:
            await _claim_and_die(story, dying)
            async with another_node(story, 9001):
                pass
            await story.passes(seconds=16)
            story.expect_text("ana")
            story.expect_text(DCFS)
        await story.says("ana", "1")
        story.forget("ana", OFFICER, DCFS)


async def test_the_doors_wait_for_what_was_left_behind(postgres_url: str) -> None:
    """A node that starts sends what is due before it opens its doors; a carrier that hangs does not keep them shut."""
    async with tell(postgres_url) as story:
        settings = story.town.service.settings.model_copy(update={"port": 9001})

        async def left_behind(officer: str) -> Service:
            await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": officer}})
            return Service(settings, now=story.town.clock)

        async with (await left_behind(OFFICER)).running() as node, asyncio.timeout(60):
            await node.caught_up(60)
            assert [row["state"] for row in await story.rows(t.page)].count("sent") == 2

        story.town.carrier.faults.add(HangAfterAccepting(), only="message", times=None)
        async with (await left_behind(OTHER)).running() as node:
            async with asyncio.timeout(60):
                await node.caught_up(1)
                while len(node.sender.in_hand) < 2:  # noqa: ASYNC110  # it tells nobody
                    await asyncio.sleep(0.01)
            story.town.carrier.faults.release()
        story.forget("ana", DCFS)


async def test_calendar_jobs_run_once_for_all_nodes(postgres_url: str) -> None:
    """Of two nodes that find the same job due, one does it."""
    async with tell(postgres_url) as story, another_node(story, 9001) as other:
        now, later = story.town.clock(), story.town.clock() + timedelta(hours=1)
        for _ in range(2):
            queued = [
                await service.database.write(lambda tx: nodes.take_job_lock(tx, "digest", now, later))
                for service in (story.town.service, other)
            ]
            assert sum(queued) == 0
        at = later + timedelta(seconds=1)
        queued = [
            await service.database.write(lambda tx: nodes.take_job_lock(tx, "digest", at, at + timedelta(hours=1)))
            for service in (story.town.service, other)
        ]
        assert sum(queued) == 1


async def test_a_job_lock_of_a_clock_that_was_set_back_holds_nobody_up(story: Story) -> None:
    """It is taken again at once. A node whose clock is a little behind the one that has it does not take it."""
    now, span = story.town.clock(), timedelta(minutes=10)

    async def takes(at: datetime) -> bool:
        return await story.town.service.database.write(
            lambda tx: nodes.take_job_lock(tx, "digest", at, at + span, at_once=True)
        )

    assert await takes(now)
    assert not await takes(now - timedelta(seconds=4))
    assert await takes(now - timedelta(hours=1))
    assert not await takes(now - timedelta(hours=1))


async def test_late_work_is_an_alarm(story: Story) -> None:
    """When no work has been done for a minute coordinators are alarmed and rung, once in ten minutes."""
    opened = await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    assert opened.status_code == 201
    story.town.clock.moment += timedelta(seconds=60)
    for _ in range(3):
        await story.town.service.runner.act(alarm_when_late)
    await story.passes(seconds=2)
    story.expect_text("cora", "60 seconds behind")
    story.expect_call("cora")
    story.forget("ana", DCFS)
    await story.says("ana", "1")
    story.forget("ana", OFFICER, DCFS)


async def test_an_alarm_about_the_service_says_that_it_is_over(story: Story) -> None:
    """Work that is late is told every ten minutes. A quarter of an hour after it was told last, whoever heard it hears
    that it is over, once; nothing stays open on the board."""
    opened = await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    assert opened.status_code == 201
    story.town.clock.moment += timedelta(seconds=60)
    runner = story.town.service.runner
    await runner.act(alarm_when_late)
    await story.passes(seconds=2)
    story.expect_text("cora", "60 seconds behind")
    story.expect_call("cora")
    await story.replies("ana", "1")
    await story.says("ana", "HERE", minutes=14)
    story.forget("ana", "cora", OFFICER, DCFS)
    await runner.act(end_quiet_alarms)
    assert await _open_alarms(story) == [AlarmKind.WORK_IS_LATE]
    await story.passes(minutes=1)
    story.forget("ana", "cora", OFFICER, DCFS)
    for _ in range(2):
        await runner.act(end_quiet_alarms)
    await story.passes(seconds=2)
    assert [told for told in story.all_clears("cora") if "Work is late" in told] == [
        "Work is late (02:15): nothing more of it for 15 min; alarm over."
    ]
    assert await _open_alarms(story) == []
    story.forget("ana", OFFICER, DCFS)


async def _open_alarms(story: Story) -> list[str]:
    rows = await story.rows(t.alarm)
    return [row["kind"] for row in rows if row["ended_at"] is None and row["callout"] is None]


async def test_a_call_out_without_a_next_move_is_rescued(story: Story) -> None:
    """Should a bug of ours ever take the last deadline away, the watch gives the call-out a next move again."""
    callout = await story.paging()
    story.forget("ana", DCFS)
    await story.town.service.database.write(lambda tx: tx.execute(t.deadline.delete()))
    await story.town.service.database.write(lambda tx: tx.execute(t.page.update().values(due_at=None)))
    await story.town.service.runner.act(alarm_when_late)
    await story.passes(seconds=2)
    story.expect_text("ben", callout["code"])
    story.expect_text("cora", callout["code"], "a fault")
    await story.says("ben", "1")
    story.forget("ana", "ben", OFFICER, DCFS)


async def test_nodes_whose_clocks_are_apart_are_told_so(postgres_url: str) -> None:
    """A node whose clock is five seconds ahead has said a second ago that it is alive: the other alarms coordinators,
    once in ten minutes."""
    async with tell(postgres_url) as story, another_node(story, 9001) as ahead:
        await ahead.runner.act(beat, ahead.node)
        await story.town.service.runner.act(beat, story.town.service.node)
        await story.passes(seconds=2)
        story.expect_silence()
        for _ in range(2):
            later = story.town.clock() + timedelta(seconds=5 - 0.9)
            await ahead.database.write(lambda tx, later=later: nodes.beat(tx, ahead.node, later))  # type: ignore[misc]
            await story.town.service.runner.act(beat, story.town.service.node)
            await story.passes(seconds=1)
        story.expect_text("cora", "the clocks of two nodes are 5 seconds apart")


async def test_a_node_whose_clock_is_behind_a_living_one_moves_no_due_time(story: Story) -> None:
    """It starts an hour behind. The other beats on, so its due times are right; a third, which is dead, is taken over
    although its last beat lies in the future."""
    await story.paging()
    story.forget("ana", DCFS)
    service, clock = story.town.service, story.town.clock
    due = [row["due_at"] for row in await story.rows(t.deadline)]
    dead, behind = (replace(service.node, id=name, name=name) for name in ("dead", "behind"))
    await service.database.write(lambda tx: nodes.beat(tx, dead, clock()))
    clock.moment -= timedelta(hours=1)
    seen = await service.runner.ask(seen_ahead, behind)
    assert seen is not None
    clock.moment += timedelta(hours=1, seconds=1)
    await service.database.write(lambda tx: nodes.beat(tx, service.node, clock()))
    clock.moment -= timedelta(hours=1)
    await service.runner.act(arrive, behind, seen)
    assert [row["due_at"] for row in await story.rows(t.deadline)] == due
    assert {row["id"] for row in await story.rows(t.node)} == {service.node.id, "behind"}
    clock.moment += timedelta(hours=1)


async def test_a_roster_does_not_remove_whoever_takes_it_in_that_moment(postgres_url: str) -> None:
    """The import waits for the answer that is being committed, and is refused. Had the import been first, the answer
    would not have stood: whoever is no longer in the roster is given no call-out."""
    without_ana = replace(ROSTER, people=ROSTER.people[1:], rotations=ROSTER.rotations[1:], policies=())
    async with tell(postgres_url) as story:
        runner = story.town.service.runner
        callout = await story.paging()
        story.expect_text("ana")
        direct = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        try:
            async with direct.transaction():
                await direct.execute("SELECT version FROM roster_version FOR SHARE")
                await direct.execute(
                    "INSERT INTO assignment (callout, person, role, acknowledged_at, sources) "
                    "VALUES ($1, 'ana', 'primary', now(), '{}')",
                    callout["id"],
                )
                importing = asyncio.create_task(runner.act(import_roster, without_ana, OPERATOR, Source.CLI))
                await asyncio.sleep(0.3)
                assert not importing.done()
            with pytest.raises(PersonIsNeeded, match="ana"):
                await importing
            await direct.execute("DELETE FROM assignment")

            async with direct.transaction():
                await direct.execute("SELECT version FROM roster_version FOR UPDATE")
                taking = asyncio.create_task(story.replies("ana", "1"))
                await asyncio.sleep(0.3)
                assert not await story.rows(t.assignment)
                await direct.execute("DELETE FROM person WHERE id = 'ana'")
                await direct.execute("UPDATE roster_version SET version = version + 1")
            await taking
        finally:
            await direct.close()
        assert not await story.rows(t.assignment)
        assert (await story.status(callout))["status"] == "paging"
        await story.passes(seconds=2)
        story.forget(*(phone.number for phone in story.town.carrier.phones))
