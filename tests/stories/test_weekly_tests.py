"""Stories of whoever no shift tests: a text in the evening, what its silence shows, and who is reachable tonight."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.actions.covers.own_shifts import new_own_link
from dispatch.actions.roster.who_is_near import who_is_near
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.actions.schedule.read_changing import read_sickness, see_stand_ins
from dispatch.actions.shift_tests.run_shift_tests import run_shift_tests
from dispatch.cli.area_plans import as_json_plan, plan_lines
from dispatch.rules.board.area_plan import AreaPlan
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import TEST_HOURS
from dispatch.rules.facts.roster import Area
from dispatch.rules.people.reachable import Reachability
from dispatch.store import tables as t
from dispatch.store.roster.roster import touch_roster
from tests.stories.story import DCFS, OFFICER, ROSTER, Behaviour, Story, tell
from tests.stories.test_by_link import look, press
from tests.stories.test_people import office
from tests.stories.test_shift_tests import waits

EVENING = datetime(2026, 11, 25, 3, 58, tzinfo=UTC)  # Tuesday 19:58 in Los Angeles
WEEK = timedelta(days=7)
_OTHERS = ("ana", "ben", "cora")


@pytest.fixture
async def evening(database_url: str) -> AsyncIterator[Story]:
    """Two minutes before eight, with an area and nobody tested so far."""
    roster = replace(ROSTER, areas=(Area("LBH", "Long Beach", 33.77, -118.19),))
    roster = replace(roster, people=tuple(replace(one, area_night="LBH") for one in roster.people))
    async with tell(database_url, roster, start=EVENING) as story:
        yield story


async def eight(story: Story) -> None:
    """Eight o'clock: everybody who is to be tested is, and all but Cleo answer."""
    await waits(story, 1.5)
    await story.passes(seconds=30)
    for who in _OTHERS:
        if story.phone(who).texts:
            await story.replies(who, "1")
    await story.passes(seconds=2)
    story.forget(*_OTHERS)


async def a_week_later(story: Story) -> None:
    """The same moment of next week; in between nobody looks, as if each node had been down."""
    since = story.town.clock()
    await story.town.pass_time(EVENING + WEEK - since)


async def known(story: Story, who: str) -> Reachability:
    roster = await story.town.service.runner.ask(lambda tx, context: context.roster(tx))
    found = await story.town.service.runner.ask(who_is_reachable, roster.people)
    return found[who]


async def ends(story: Story, who: str) -> list[str | None]:
    return [row["ending"] for row in await story.rows(t.shift_test) if row["person"] == who and not row["rotation"]]


async def test_an_answer_says_that_they_are_reachable(evening: Story) -> None:
    """One text at eight, no call, and whatever they answer is known with its time; a week later they are tested again,
    and not before."""
    await eight(evening)
    evening.expect_text("cleo", "this is a test, no call-out", "Reply 1")
    await evening.passes(minutes=4)
    await evening.replies("cleo", "yes hello")
    await evening.passes(seconds=2)
    evening.forget("cleo")
    await waits(evening, 1)
    assert await ends(evening, "cleo") == ["answered"]
    assert (await known(evening, "cleo")).known == "reachable tonight (answered Tue 20:04 by text)"
    await waits(evening, 24 * 60 - 5)
    assert await ends(evening, "cleo") == ["answered"]
    await a_week_later(evening)
    await eight(evening)
    assert await ends(evening, "cleo") == ["answered", None]
    evening.forget("cleo")


async def test_silence_adds_nobody_and_rings_nobody(evening: Story) -> None:
    """It shows, with the moment of the test. Of the second in a row coordinators read, once, and no phone rings."""
    await eight(evening)
    evening.expect_text("cleo", "this is a test")
    for _ in range(3):
        await waits(evening, 31)
    assert await ends(evening, "cleo") == ["silent"]
    assert (await known(evening, "cleo")).known == "no answer to the last test (Tue 20:00)"
    assert await evening.rows(t.alarm) == []
    await a_week_later(evening)
    await eight(evening)
    evening.expect_text("cleo", "this is a test")
    await waits(evening, 61)
    evening.expect_text("cora", "Cleo has not answered the last 2 tests", "+15625550103")
    await waits(evening, 31)
    assert await evening.rows(t.alarm) == []
    assert not [row for row in await evening.rows(t.page) if row["channel"] == "voice"]
    assert not [row for row in await evening.rows(t.roster_change) if row["actor_kind"] == "service"]
    await evening.replies("cleo", "sorry, was away")
    assert (await known(evening, "cleo")).tonight
    evening.forget("cleo", "cora")


async def test_whoever_is_away_or_out_is_tested_another_evening(evening: Story) -> None:
    """Neither Cleo, who is away until Thursday, nor Ana, who is out; the next evening Ana is."""
    await evening.replies("cleo", "AWAY 11/24-11/25")
    await evening.call_out()
    await evening.passes(seconds=2)
    await evening.replies("ana", "OMW 25")
    await evening.passes(seconds=2)
    evening.forget("ana", "cleo", "cora", OFFICER, DCFS)
    await waits(evening, 1.5)
    await evening.passes(seconds=30)
    tested = {row["person"] for row in await evening.rows(t.page) if row["purpose"] == "test"}
    assert tested == {"ben", "cora"}
    for said in ("HERE", "DONE", "HOME"):
        await evening.replies("ana", said)
        await evening.passes(seconds=2)
    evening.forget("ana", "ben", "cora", OFFICER, DCFS)
    await waits(evening, 24 * 60)
    await evening.passes(seconds=30)
    evening.expect_text("ana", "this is a test")
    assert await ends(evening, "cleo") == []
    evening.forget("ben", "cora", OFFICER, DCFS)


async def test_a_page_withdraws_a_test_that_waits(evening: Story) -> None:
    """Its text is written a minute ahead; the page comes before it leaves."""
    await waits(evening, 1.5)
    await evening.call_out()
    await evening.passes(minutes=1)
    waited = [row for row in await evening.rows(t.page) if row["purpose"] == "test" and row["person"] == "ana"]
    assert [row["state"] for row in waited] == ["withdrawn"]
    await run_shift_tests(evening.town.service.runner)
    assert await ends(evening, "ana") == ["needed"]
    evening.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_a_page_ends_a_test_that_rings(evening: Story) -> None:
    """A coordinator tests Ana beside her weekly test. Her phone rings for that when she is paged, and would be busy."""
    await waits(evening, 1.5)
    await evening.passes(seconds=30)
    evening.behave("ana", Behaviour.LEFT_TO_RING)
    async with office(evening) as cora:
        await cora.post("/people/ana/test")
        await evening.passes(seconds=5)
    assert evening.phone("ana").ringing is not None
    await evening.call_out()
    await evening.passes(seconds=5)
    await waits(evening, 0)
    await evening.passes(seconds=3)
    assert await ends(evening, "ana") == ["needed"]
    assert evening.phone("ana").ringing is None
    evening.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_what_a_coordinator_tested_before_says_nothing_of_this_test(database_url: str) -> None:
    """Cleo pressed a key a quarter to eight, while Ana's test has waited for the carrier since seven."""
    async with tell(database_url, start=EVENING - timedelta(minutes=13)) as story:
        now = story.town.clock()
        waiting = {
            **dict.fromkeys(("starts_at", "asked_at"), now - timedelta(minutes=45)),
            **dict.fromkeys(("ends_at", "due_at"), now + timedelta(hours=1)),
        }
        row = t.shift_test.insert().values(id="one", rotation="", person="ana", stage="texted", **waiting)
        await story.town.service.database.write(lambda tx: tx.execute(row))
        story.behave("cleo", Behaviour.ANSWERS, presses=["1"])
        async with office(story) as cora:
            await cora.post("/people/cleo/test")
            await story.passes(minutes=1)
        await waits(story, 13.5)
        await waits(story, 0.6)
        assert await ends(story, "cleo") == [None]
        story.forget("ana", "ben", "cleo", "cora")


async def test_the_carriers_trouble_is_no_silence(evening: Story) -> None:
    """What came to no phone says nothing of whoever has it, and is tried again the next evening."""
    evening.behave("cleo", Behaviour.INVALID)
    await eight(evening)
    for _ in range(4):
        await waits(evening, 31)
    assert await ends(evening, "cleo") == ["not_arrived"]
    assert (await known(evening, "cleo")).tonight is None
    await evening.passes(minutes=24 * 60 - 4 * 31 - 2)
    await waits(evening, 1)
    assert await ends(evening, "cleo") == ["not_arrived", None]
    evening.forget("ana", "ben", "cleo", "cora")


async def test_whom_a_shift_has_tested_is_not_tested_again(evening: Story) -> None:
    """Within the week."""
    now = evening.town.clock()
    tested = {
        **dict.fromkeys(("starts_at", "asked_at", "ended_at"), now - timedelta(days=6)),
        **dict.fromkeys(("ends_at", "due_at"), now - timedelta(days=5)),
    }
    row = t.shift_test.insert().values(
        id="one", rotation="primary", person="cleo", stage="texted", ending="shift_over", **tested
    )
    await evening.town.service.database.write(lambda tx: tx.execute(row))
    await eight(evening)
    assert await ends(evening, "cleo") == []
    assert await ends(evening, "ana") == [None]


async def test_a_key_on_a_call_is_an_answer_too(evening: Story) -> None:
    """As good as a text, and said so; with another phone than then nobody knows."""
    async with office(evening) as cora:
        evening.behave("cleo", Behaviour.ANSWERS, presses=["1"])
        await cora.post("/people/cleo/test")
        await evening.passes(minutes=1)
    assert (await known(evening, "cleo")).known == "reachable tonight (answered Tue 19:58 by call)"
    evening.behave("ana", Behaviour.ANSWERS)
    async with office(evening) as cora:
        await cora.post("/people/ana/test")
        await evening.passes(minutes=1)
    assert (await known(evening, "ana")).known == "not heard from in 30 days", "a pocket may have picked it up"
    evening.forget("ana")
    moved = t.person.update().where(t.person.c.id == "cleo").values(phone="+15625550199")
    await evening.town.service.database.write(lambda tx: tx.execute(moved))
    await evening.town.service.database.write(touch_roster)
    assert (await known(evening, "cleo")).known == "not heard from in 30 days"
    passed_on = t.person.update().where(t.person.c.id == "ben").values(phone="+15625550103")
    await evening.town.service.database.write(lambda tx: tx.execute(passed_on))
    await evening.town.service.database.write(touch_roster)
    assert (await known(evening, "ben")).known == "not heard from in 30 days", "it was Cleo who answered there"
    evening.forget("cleo", "cora")


async def test_stop_is_no_answer(evening: Story) -> None:
    """Whoever writes it can be rung alone, and a text that says so does not make them reachable."""
    await evening.replies("ana", "STOP")
    await evening.passes(seconds=2)
    assert (await known(evening, "ana")).known == "not heard from in 30 days"
    evening.forget("ana", "cora")


async def test_whoever_chose_another_hour_is_tested_then(evening: Story) -> None:
    """Behind their own link, in Spanish as their texts are: a change of the roster like any other, which the log has.
    Another hour than those offered is refused."""
    runner = evening.town.service.runner
    spanish = t.person.update().where(t.person.c.id == "cleo").values(texts_in="es")
    await runner.database.write(lambda tx: tx.execute(spanish))
    await runner.database.write(touch_roster)
    path = (await runner.act(new_own_link, "cleo")).removeprefix(evening.town.url)
    shown = await look(evening, path)
    assert "Nuestra prueba semanal" in shown.text
    choice = shown.text.partition('name="test_hour"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="(\d+)"', choice) == [str(hour) for hour in TEST_HOURS]
    refused = await press(evening, f"{path}/test-hour", test_hour="3")
    assert refused.status_code == 409
    assert "Elija una hora de 17 a 20." in refused.text
    assert (await press(evening, f"{path}/test-hour", test_hour="17")).status_code == 303
    assert [row["edit"] for row in await evening.rows(t.roster_change)][-1:] == ["changed"]
    await eight(evening)
    assert not evening.phone("cleo").texts
    await waits(evening, 21 * 60)
    await evening.passes(seconds=30)
    evening.expect_text("cleo", "prueba")
    evening.forget("ana", "ben", "cora")


def everybody(plan: AreaPlan) -> dict[str, dict[str, Any]]:
    """What `dispatch who --area --json` says of each, by their id."""
    shown = json.loads(json.dumps(as_json_plan(plan)))
    return {one["person"]: one for one in [*shown["within"], *shown["beyond"]]}


async def test_where_coordinators_read_it(evening: Story) -> None:
    """On `/people`, of who could come in for Ana, and in the plan for an area by every door; a plan for another night
    says nothing of it."""
    await eight(evening)
    evening.forget("cleo")
    await waits(evening, 61)
    silent, answered = "no answer to the last test (Tue 20:00)", "reachable tonight (answered Tue 20:00 by text)"
    runner = evening.town.service.runner
    async with office(evening) as cora:
        people = await cora.see("/people")
        assert "No answer to the last test (Tue 20:00)" in people
        assert "Reachable tonight (answered Tue 20:00 by text)" in people
        assert "No answer to the last test (Tue 20:00)" in await cora.see("/people/cleo")
        assert silent in await cora.see("/schedule/sick?person=ana")
        assert answered in await cora.see("/on-call?area=LBH")
    sickness = await runner.ask(read_sickness, "ana")
    (found,) = await runner.act(see_stand_ins, sickness, OPERATOR, Source.CLI)
    assert {one.person.id for one in found if silent in one.known} == {"cleo"}
    near = await runner.act(who_is_near, "LBH", runner.now(), OPERATOR, Source.CLI)
    assert any(line.endswith(f", {silent}") and "Cleo" in line for line in plan_lines(near.plan))
    listed = everybody(near.plan)
    assert (listed["cleo"]["reachable_tonight"], listed["cleo"]["tests_missed"]) == (False, ["2026-11-25T04:00:00Z"])
    assert (listed["ben"]["reachable_tonight"], listed["ben"]["answered_by"]) == (True, "sms")
    later = await runner.act(who_is_near, "LBH", runner.now() + WEEK, OPERATOR, Source.CLI)
    assert {one["reachable_tonight"] for one in everybody(later.plan).values()} == {None}
    evening.forget("cora")
