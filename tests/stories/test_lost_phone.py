"""Stories about somebody whose number changes while they are paged, on a call-out or rung: what went to the phone that
they have lost ends, and they go on with the one that they have."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dispatch.actions.access.sign_in import Browser, sign_in_as
from dispatch.actions.hotline import answer_call
from dispatch.actions.schedule.change_roster import import_roster, make_change, undoing
from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.phone_calls import PagedStage
from tests.stories.story import DCFS, OFFICER, ROSTER, Behaviour, Story, t, tell
from tests.stories.test_by_link import link_in, look, press
from tests.stories.test_people import NEW, office, roster_of

OLD = "+15625550101"
DORA = Person("dora", "Dora Diaz", "+15625550113", frozenset({Role.COORDINATOR}))


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, DORA))) as told:
        yield told


async def _vouched(story: Story, who: str = "ana") -> None:
    """The phone is lost, and Cora vouches for another one."""
    async with office(story) as cora:
        await cora.make(f"/people/{who}/number", phone=NEW, way="vouch")


async def _paged(story: Story) -> dict[str, Any]:
    callout = await story.paging()
    story.expect_text("ana", "LBPD call-out")
    return callout


async def test_whoever_is_paged_is_paged_where_they_can_be_reached(night: Story) -> None:
    """Ana's page goes to her new number at once, and so does the call that was to follow. A yes from the phone that she
    has lost takes nothing; coordinators read whose number that was."""
    callout = await _paged(night)
    await _vouched(night)
    night.expect_text(OLD, "From now on we page you at the number ending in 0143")
    night.expect_text(NEW, "LBPD call-out")
    await night.says(OLD, "1 25")
    night.expect_text(OLD, "We do not know this number")
    for coordinator in ("cora", "dora"):
        night.expect_text(coordinator, "Ana Reyes's former number +15625550101 is paged no more", "1 25")
    assert (await night.status(callout))["status"] == "paging"
    night.forget(OFFICER, DCFS)
    await night.passes(minutes=1)
    night.expect_call(NEW)
    await night.says(NEW, "1 25")
    assert (await night.status(callout))["status"] == "acknowledged"
    night.forget(NEW, OFFICER, DCFS)


async def test_a_key_on_the_lost_phone_takes_nothing(night: Story) -> None:
    """It rings when the number changes: it is hung up, and rings at the new number. Whoever had picked it up hears
    nothing of the call-out, and coordinators hear of the key."""
    callout = await _paged(night)
    night.behave(OLD, Behaviour.ANSWERS, presses=["1"], after=20)
    await night.passes(minutes=1)
    night.expect_call(OLD)
    (call,) = [row["id"] for row in await night.rows(t.page) if row["channel"] == "voice" and row["sid"]]
    await _vouched(night)
    night.expect_text(OLD, "From now on we page you")
    night.expect_text(NEW, "LBPD call-out")
    night.expect_call(NEW)
    heard = await night.town.service.runner.act(answer_call.press, call, PagedStage.PAGE, "1")
    assert callout["code"] not in str(heard)
    await night.passes(minutes=1)
    for coordinator in ("cora", "dora"):
        night.expect_text(coordinator, "Ana Reyes's former number", '"key 1"')
    night.expect_text(NEW, "Again: LBPD call-out")
    assert (await night.status(callout))["status"] == "paging"
    night.forget(OFFICER, DCFS)


async def _on_the_way(story: Story) -> tuple[dict[str, Any], str]:
    callout = await _paged(story)
    await story.says("ana", "1 25")
    path = link_in(story.expect_text("ana", "/r/"))
    story.forget(OFFICER, DCFS)
    assert (await look(story, path)).status_code == 200
    return callout, path


async def test_the_meeting_place_is_shown_on_the_new_phone_alone(night: Story) -> None:
    """Ana is on the way. The link on her lost phone shows nothing and does nothing; a new one is on the new phone."""
    callout, path = await _on_the_way(night)
    await _vouched(night)
    assert (await look(night, path)).status_code == 410
    assert (await press(night, f"{path}/stamp", stamp="en_route_at")).status_code == 410
    night.expect_text(OLD, "From now on we page you")
    again = link_in(night.expect_text(NEW, f"You have {callout['code']}"))
    assert (await look(night, again)).status_code == 200
    await press(night, f"{again}/stamp", stamp="en_route_at")
    assert (await night.status(callout))["status"] == "en_route"
    night.forget(OFFICER, DCFS)


async def test_an_alarm_goes_on_at_the_new_phone(night: Story) -> None:
    """Dora was told of a cry for help. Her lost phone opens the alarm no more, and she is signed out everywhere; the
    alarm, with a link of its own, is on the new phone."""
    callout, _ = await _on_the_way(night)
    made = await night.town.service.runner.act(sign_in_as, "dora", Browser("203.0.113.9", "lost", None), "for a test")
    await night.says("ana", "SOS")
    path = link_in(night.expect_text("dora", callout["code"], "/a/"), "a")
    assert (await look(night, path)).status_code == 200
    night.expect_call("dora")
    await _vouched(night, "dora")
    assert (await look(night, path)).status_code == 410
    night.expect_text(DORA.phone, "From now on we page you")
    again = link_in(night.expect_text(NEW, callout["code"], "/a/"), "a")
    assert (await look(night, again)).status_code == 200
    async with httpx.AsyncClient(base_url=night.town.url, cookies={"dispatch-session": made.token}) as browser:
        assert (await browser.get("/")).status_code == 401
    await night.says(NEW, "OK")
    assert [row["owner"] for row in await night.rows(t.alarm) if row["kind"] == "danger"] == ["dora"]
    night.forget("ana", "cora", NEW, DORA.phone, OFFICER, DCFS)


async def test_a_calendar_ends_with_the_phone_it_was_made_on(night: Story) -> None:
    """One that went empty by itself would tell Ana that she is free, so she is told."""
    own = (await night.town.service.runner.act(new_own_link, "ana")).removeprefix(night.town.url)
    made = await press(night, f"{own}/feed")
    feed = link_in(made.text, "calendar") + ".ics"
    assert (await look(night, feed)).status_code == 200
    await _vouched(night)
    assert (await look(night, feed)).status_code in {404, 410}
    night.expect_text(OLD, "From now on we page you")
    night.expect_text(NEW, "text NIGHTS")


async def test_a_file_and_its_undo_move_whoever_is_paged(night: Story) -> None:
    """Whichever door the number comes through: Ana is paged where the roster says now."""
    await _paged(night)
    runner, before = night.town.service.runner, await roster_of(night)
    people = tuple(replace(one, phone=NEW) if one.id == "ana" else one for one in before.people)
    changed = await runner.act(import_roster, replace(before, people=people), OPERATOR, Source.CLI)
    await night.passes(seconds=2)
    night.expect_text(NEW, "LBPD call-out")
    wanted = undoing(changed.version)
    shown = (await runner.ask(wanted)).preview
    await make_change(runner, wanted, OPERATOR, Source.CLI, shown.seen)
    await night.passes(seconds=2)
    night.expect_text(OLD, "LBPD call-out")
    night.forget(OFFICER, DCFS)


async def test_until_the_new_number_is_shown_the_old_one_is_paged(night: Story) -> None:
    """A wrong digit would page a stranger, and nobody else: so nothing waits for the code."""
    callout = await _paged(night)
    async with office(night) as cora:
        await cora.post("/people/ana/number", phone=NEW, line="mobile", way="verify")
    night.expect_text(NEW, "we want to page you")
    night.expect_text("ana", "changes your number")
    await night.says("ana", "1 25")
    assert (await night.status(callout))["status"] == "acknowledged"
    night.forget("ana", NEW, OFFICER, DCFS)


async def test_no_code_and_no_link_stays_in_what_was_sent(night: Story) -> None:
    """Not in a text that came to its phone, in one that failed, nor in one that was taken back before it left: that is
    looked at when each story ends. What people read of it still says what it was."""
    async with office(night) as cora:
        await cora.post("/people/ana/number", phone=NEW, line="mobile", way="verify")
    path = link_in(night.expect_text(NEW, "we want to page you"), "n")
    await press(night, f"{path}/text")
    night.expect_text(NEW, "is your code")
    night.behave(NEW, Behaviour.UNREACHABLE)
    await press(night, f"{path}/text")
    callout = await night.call_out()
    assert (await night.request("POST", f"/v1/callouts/{callout['id']}/cancel")).status_code == 200
    await night.passes(seconds=4)
    pages = {(row["purpose"], row["state"]): row["text"] for row in await night.rows(t.page)}
    assert pages["number", "delivered"].startswith("[code] is your code")
    assert pages["number", "failed"].startswith("[code] is your code")
    assert pages["officer", "withdrawn"].endswith("/o/[link]")
    night.forget("ana", "cora", "dora", NEW, OFFICER, DCFS)
