"""Stories of a database or a service that is away while officers phone: nobody is lost, and nothing happens twice."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from demo.town import OUR_NUMBER, doors, set_up_number
from dispatch.actions.alarms.keep_watch import beat
from dispatch.actions.hotline import take_call
from dispatch.actions.hotline.take_call import InboundCall
from dispatch.actions.phone import missed_calls
from dispatch.inbound.carrier import patience
from dispatch.inbound.carrier.patience import InTime
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.store import purge
from dispatch.store import tables as t
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.hotline import hotline_calls
from dispatch.worker.missed_calls import COMPARE_SECONDS
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_hotline import HOTLINE, LISTED, STRANGER, heard, opened, press, ring
from twilio_simulator import PhoneCall, ServerError

MOMENT = "One moment please."


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """A quiet night in a town whose agencies have listed their phones; the service has looked back once."""
    async with tell(database_url, HOTLINE) as told:
        assert await told.town.service.missed_calls.compare() == 0
        yield told


class Away:
    """A database that does not answer: `before` or, where the commit is in doubt, `after` it did what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before = self.after = 0
        act = InTime.act

        async def unreliable(in_time: InTime, action: Callable[..., Any], *args: Any) -> Any:
            if self.before:
                self.before -= 1
                raise DatabaseUnreachable
            done = await act(in_time, action, *args)
            if self.after:
                self.after -= 1
                raise DatabaseUnreachable
            return done

        monkeypatch.setattr(InTime, "act", unreliable)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    return Away(monkeypatch)


def fall_back(story: Story, twiml: str = "<Response><Say>A coordinator.</Say><Pause length='60'/></Response>") -> None:
    story.town.carrier.number(OUR_NUMBER, voice_fallback_url=story.town.carrier.host(twiml))


async def test_a_call_that_comes_in_waits_a_moment(story: Story, away: Away) -> None:
    """Three times; then the database is back, the call-out is open, and the officer hears the code."""
    away.before = 3
    call = await ring(story, LISTED)
    await story.passes(seconds=40)
    assert heard(call).count(MOMENT) == 3
    assert heard(call).count("Un momento por favor.") == 3
    (callout,) = await opened(story)
    assert ", ".join(callout["code"]) in heard(call)
    assert call.connected
    await story.phone(LISTED).hang_up()
    story.forget("ana", DCFS)


async def test_after_three_times_the_carriers_fallback_takes_over(story: Story, away: Away) -> None:
    """The error stands, each try of the carrier's retry policy included; a document at the carrier answers."""
    fall_back(story)
    away.before = 100
    call = await ring(story, LISTED)
    await story.passes(seconds=60)
    assert heard(call).count(MOMENT) == 3
    assert heard(call).endswith("A coordinator.")
    assert {error.code for error in story.town.carrier.errors} <= {11200}
    story.town.carrier.errors.clear()
    await story.phone(LISTED).hang_up()


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_a_key_is_kept_and_counts_once(story: Story, away: Away, lost: str) -> None:
    """Whether or not the first try was committed: one answer, one line in the timeline, one question next."""
    call = await ring(story, LISTED)
    setattr(away, lost, 2)
    await press(story, LISTED, "2")
    await story.passes(seconds=20)
    assert heard(call).count(MOMENT) == 2
    (callout,) = await opened(story)
    assert callout["children"] == 2
    assert heard(call).count("Does anybody need a doctor") == 1
    said = [line for line in await story.rows(t.timeline) if "2 children" in line["text"] or "2 child" in line["text"]]
    assert len(said) <= 1
    await story.phone(LISTED).hang_up()
    story.forget("ana", DCFS)


async def test_a_wrong_pin_that_was_counted_counts_once(story: Story, away: Away) -> None:
    """The commit was in doubt twice, and the PIN was tried once. The star key, too, arrives as it was pressed."""
    await ring(story, STRANGER)
    away.before = 1
    await press(story, STRANGER, "*")
    await story.passes(seconds=8)
    (call,) = await story.rows(t.hotline_call)
    assert call["language"] == "es"
    await press(story, STRANGER, "2")
    away.after = 2
    await story.presses(STRANGER, "999999#", seconds=16)
    (call,) = await story.rows(t.hotline_call)
    assert call["tries"] == 1
    await press(story, STRANGER, "1")
    await story.hangs_up(STRANGER)
    story.forget("ana", "cora", DCFS)


async def test_a_specialist_takes_it_once(story: Story, away: Away) -> None:
    """A paged call waits a moment as well: on picking up, and after the key."""
    created = await story.call_out()
    story.forget("ana", DCFS)
    await story.passes(seconds=61)
    call = story.expect_call("ana")
    away.before = 1
    await story.answers("ana", seconds=8)
    assert heard(call).count(MOMENT) == 1
    away.after = 1
    await story.presses("ana", "1", seconds=8)
    assert heard(call).count(MOMENT) == 2
    assert "Key in how many minutes" in heard(call)
    assert (await story.status(created))["status"] == "acknowledged"
    assert len(await story.rows(t.assignment)) == 1
    story.forget("ana", DCFS, OFFICER)


async def test_a_slow_database(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that waits for a lock is answered in time; the try that was given up changes nothing in its turn."""
    call = await ring(story, LISTED)
    database, loop = story.town.service.database, asyncio.get_running_loop()
    held, over = asyncio.Event(), threading.Event()

    def lock_only(tx: Any) -> None:
        tx.execute(sa.select(t.hotline_call).with_for_update()).all()
        loop.call_soon_threadsafe(held.set)
        while not over.wait(0.01):
            tx.execute(sa.text("SELECT 1"))  # on PostgreSQL the loop goes on meanwhile

    holding = asyncio.create_task(database.write(lock_only))
    await held.wait()
    with monkeypatch.context() as hurried:
        hurried.setattr(patience, "SECONDS", 0.3)
        await story.phone(LISTED).press("3")
    over.set()
    await holding
    await asyncio.sleep(0.1)
    (callout,) = await opened(story)
    assert callout["children"] is None, "nobody waits for the first try any more"
    await story.passes(seconds=12)
    assert MOMENT in heard(call)
    (callout,) = await opened(story)
    assert callout["children"] == 3
    await story.phone(LISTED).hang_up()
    story.forget("ana", DCFS)


# ---- calls that nobody was here to answer --------------------------------------------------------------------------


async def _while_down(story: Story, call: Callable[[], Awaitable[PhoneCall]], seconds: int = 30) -> PhoneCall:
    """Somebody calls while the service does not answer, hears the fallback, and hangs up."""
    carrier, nowhere = story.town.carrier, doors("http://127.0.0.1:9")
    fall_back(story)
    carrier.number(OUR_NUMBER, voice_url=nowhere.address("/voice"), voice_status_url=nowhere.address("/status"))
    placed = await call()
    await story.passes(seconds=seconds)
    set_up_number(carrier, story.town.url)
    return placed


async def test_a_missed_call_is_decided_by_a_coordinator(story: Story) -> None:
    """A node that comes back finds the call in the carrier's list: a row, an alarm that rings, once. 1 pages."""
    call = await _while_down(story, lambda: story.phone(STRANGER).call(OUR_NUMBER))
    assert "A coordinator." in heard(call)
    await story.hangs_up(STRANGER, minutes=5)
    story.town.carrier.errors.clear()
    await story.town.crash()
    story.expect_silence()
    assert await story.town.service.missed_calls.compare(at_start=True) == 1
    await story.passes(seconds=2)
    story.expect_text("cora", "ALARM hotline: a call on", "did not reach us", STRANGER)
    rung = story.expect_call("cora")
    (kept,) = await story.rows(t.hotline_call)
    assert (kept["phone"], kept["due_at"], kept["callout"], kept["trust"]) == (STRANGER, None, None, "unlisted")
    await story.passes(seconds=11)
    assert await story.town.service.missed_calls.compare(at_start=True) == 0, "once per call"
    assert await opened(story) == [], "it may be hours old, so it opens nothing by itself"
    await story.answers("cora", seconds=25)
    assert "Press 1 to page a specialist now. Press 3 if it is no call-out." in heard(rung)
    await story.presses("cora", "1")
    story.expect_text("ana", "UNLISTED call-out", "(unverified)")
    story.forget("cora", "ana", DCFS, STRANGER)


async def test_whoever_hangs_up_in_the_moment_that_they_wait_is_missed_for_a_minute(story: Story, away: Away) -> None:
    """The database stalls, and the caller hears "one moment please". The end of a call that we never saw has the
    carrier's list read at the next beat, not ten minutes later."""
    away.before = 100
    call = await ring(story, STRANGER)
    await story.passes(seconds=2)
    assert MOMENT in heard(call)
    await story.phone(STRANGER).hang_up()
    away.before = 0
    await story.passes(seconds=COMPARE_SECONDS)
    assert await opened(story) == []
    assert await story.town.service.missed_calls.compare() == 1
    await story.passes(seconds=2)
    story.expect_text("cora", "ALARM hotline: a call on", "did not reach us", STRANGER)
    story.forget("cora")


async def test_a_missed_call_rings_until_it_is_decided(story: Story) -> None:
    """Every ten minutes; "no call-out" ends it, by name."""
    await _while_down(story, lambda: story.phone("+15625550198").call(OUR_NUMBER, withheld="anonymous"))
    await story.hangs_up("+15625550198", minutes=11)
    story.town.carrier.errors.clear()
    compare = story.town.service.missed_calls.compare
    assert await compare() == 1
    await story.passes(seconds=2)
    story.expect_text("cora", "It showed no number")
    story.expect_call("cora")
    assert await compare() == 0
    await story.passes(minutes=5)
    story.forget("cora")
    await story.passes(minutes=6)
    assert await compare() == 0
    await story.passes(seconds=2)
    story.expect_text("cora", "did not reach us")
    await story.answers("cora", seconds=1)
    await press(story, "cora", "3", "3")
    (kept,) = await story.rows(t.hotline_call)
    assert kept["dismissed_by"] == "cora"
    await story.passes(minutes=11)
    story.forget("cora")
    assert await compare() == 0
    await story.passes(seconds=2)
    story.expect_silence()


async def test_a_missed_call_that_is_brought_back(story: Story) -> None:
    """The fallback leads back to the hotline once nobody has picked up: then it is taken like any other."""
    await _while_down(story, lambda: story.phone(LISTED).call(OUR_NUMBER))
    await story.passes(minutes=2)
    story.town.carrier.errors.clear()
    assert await story.town.service.missed_calls.compare(at_start=True) == 1
    await story.passes(seconds=1)
    story.forget("cora")
    assert await opened(story) == []
    (missed,) = await story.rows(t.hotline_call)
    call = InboundCall(missed["carrier_id"], LISTED)
    await story.town.service.runner.act(take_call.answer, call)
    (kept,) = await story.rows(t.hotline_call)
    (callout,) = await opened(story)
    assert (kept["callout"], kept["trust"]) == (callout["id"], "listed")
    await story.passes(seconds=1)
    story.forget("ana", "cora", DCFS)
    assert [alarm for alarm in await story.rows(t.alarm) if alarm["ended_at"] is None] == []
    await story.passes(seconds=50)
    story.forget("ana", DCFS)


@pytest.mark.both_databases
async def test_nothing_is_asked_for_twice(story: Story) -> None:
    """One node has the turn, whichever comes first; a start takes one out of turn, but not two nodes at once."""
    runner = story.town.service.runner
    await story.passes(minutes=11)
    assert await runner.act(missed_calls.begin) is not None
    assert await runner.act(missed_calls.begin) is None
    assert await runner.act(missed_calls.begin, at_start=True) is None
    await story.passes(seconds=11)
    assert await runner.act(missed_calls.begin, at_start=True) is not None
    await story.passes(minutes=60 * 48)
    since = await runner.act(missed_calls.begin)
    assert since == story.town.clock.moment - timedelta(hours=24)


async def test_after_a_clock_was_set_back_a_whole_day_is_asked_for(story: Story) -> None:
    """When we last compared seems to lie ahead, and by how much is not known: a missed call might be lost."""
    runner = story.town.service.runner
    await runner.act(missed_calls.compare, [], story.town.clock())
    story.town.clock.moment -= timedelta(hours=1)
    assert await runner.act(missed_calls.begin) == story.town.clock.moment - timedelta(hours=24)


async def test_a_carrier_that_does_not_answer_is_asked_again(story: Story) -> None:
    """For the same span of time: what was missed before is found when the carrier answers."""
    await _while_down(story, lambda: story.phone(STRANGER).call(OUR_NUMBER))
    await story.hangs_up(STRANGER, minutes=11)
    story.town.carrier.errors.clear()
    story.town.carrier.faults.add(ServerError(), only="call", on="read")
    assert await story.town.service.missed_calls.compare() == 0
    assert await story.town.service.missed_calls.compare() == 0, "not at once"
    await story.passes(seconds=61)
    assert await story.town.service.missed_calls.compare() == 1
    await story.passes(seconds=2)
    story.forget("cora")


async def test_a_missed_call_rings_on_while_the_carrier_cannot_be_asked(story: Story) -> None:
    """Its list is away; whoever is known to have called is not forgotten."""
    await _while_down(story, lambda: story.phone(STRANGER).call(OUR_NUMBER))
    await story.hangs_up(STRANGER, minutes=11)
    story.town.carrier.errors.clear()
    assert await story.town.service.missed_calls.compare() == 1
    await story.passes(seconds=2)
    story.forget("cora")
    story.town.carrier.faults.add(ServerError(), only="call", on="read", times=None)
    await story.passes(minutes=11)
    assert await story.town.service.missed_calls.compare() == 0
    await story.passes(seconds=2)
    story.expect_text("cora", "ALARM hotline")
    story.forget("cora")
    story.town.carrier.faults.clear()


# ---- what is counted, and what is forgotten ------------------------------------------------------------------------


async def _metrics(story: Story) -> dict[str, float]:
    lines = (await story.town.service.metrics.exposition()).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if "hotline" in line[:20])}


async def test_calls_are_counted(story: Story) -> None:
    """Who holds now, and what nobody has decided."""
    await ring(story, LISTED)
    await story.passes(seconds=75)
    counted = await _metrics(story)
    assert counted["dispatch_hotline_on_hold"] == 1.0
    await story.phone(LISTED).hang_up()
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER)
    counted = await _metrics(story)
    assert counted["dispatch_hotline_on_hold"] == 0.0
    assert counted["dispatch_hotline_undecided"] == 1.0
    await story.passes(seconds=61)
    assert (await _metrics(story))["dispatch_hotline_undecided"] == 0.0
    story.forget("ana", "cora", DCFS, LISTED)


async def test_numbers_of_callers_are_forgotten(story: Story) -> None:
    """With the rest, once it is decided; a call that nobody has decided keeps its number."""
    now = story.town.clock.moment
    old = now - timedelta(days=100)

    def keep(tx: Any) -> None:
        for id_, more in {
            "dismissed": {"dismissed_at": old, "dismissed_by": "cora"},
            "undecided": {},
            "young": {"dismissed_at": now, "dismissed_by": "cora"},
        }.items():
            call = HotlineCall(id_, STRANGER, Trust.UNLISTED, "UNLISTED", called_at=old, **more)  # type: ignore[arg-type]
            hotline_calls.insert(tx, call, f"CA-{id_}")

    await story.town.service.database.write(keep)
    await story.town.service.database.write(lambda tx: purge.forget_details(tx, now - timedelta(days=90)))
    phones = {row["id"]: row["phone"] for row in await story.rows(t.hotline_call)}
    assert phones == {"dismissed": purge.GONE, "undecided": STRANGER, "young": STRANGER}


async def test_an_officer_hears_that_nobody_can_be_called(database_url: str) -> None:
    """The carrier brings us the call and takes nothing from us: the officer does not hear that people are being called.
    Once it takes our texts again they do."""
    async with tell(database_url, HOTLINE) as story:
        await story.town.carrier.stop()
        await looked_at_carrier(story)
        call = await ring(story, LISTED)
        await story.passes(seconds=75)
        assert "We cannot reach our specialists at the moment. We go on trying." in heard(call)
        assert "being called" not in heard(call)
        await story.town.carrier.start()
        await looked_at_carrier(story)
        await story.passes(minutes=2)
        assert "Specialists are being called" in heard(call)
        await story.hangs_up(LISTED)
        story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED)


async def looked_at_carrier(story: Story) -> None:
    """The node beats, and looks at the carrier."""
    service = story.town.service
    await service.runner.act(beat, service.node)
    await service.health.check_carrier()
