"""Stories of officers who phone: the call-out is open before they hear a word, whatever they press, or do not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from demo.town import OUR_NUMBER
from dispatch.actions.alarms.keep_watch import make_up_for, overdue
from dispatch.actions.context import Context
from dispatch.actions.hotline import take_call
from dispatch.actions.roster.edit_roster import new_key
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source, Trust
from dispatch.rules.hotline.open_one import keypad
from dispatch.rules.hotline.stages import Stage
from dispatch.rules.wording.alphabet import segments
from dispatch.store import tables as t
from dispatch.store.replies import inbound_texts
from dispatch.store.transaction import Transaction
from tests.inbound.house import unbroken
from tests.rules.hotline import lines
from tests.stories.story import DCFS, OFFICER, OTHER, ROSTER, Story, tell
from tests.stories.test_by_link import link_in, look
from tests.stories.test_by_link import press as press_page
from twilio_simulator import PhoneCall

LISTED, DESK, STRANGER, PIN = lines.LISTED, lines.DESK, lines.STRANGER, lines.PIN
HOTLINE = replace(ROSTER, agencies=(lines.LBPD, *ROSTER.agencies[1:]))
SET_IN = (HOTLINE,)


async def ring(story: Story, phone: str) -> PhoneCall:
    """An officer dials the hotline."""
    call = await story.phone(phone).call(OUR_NUMBER)
    await story.town.settle()
    return call


def heard(call: PhoneCall) -> str:
    return " ".join(call.heard)


async def press(story: Story, phone: str, *keys: str) -> None:
    """Press each of these once its question is asked."""
    for key in keys:
        await story.presses(phone, key, seconds=1)


async def opened(story: Story) -> list[dict[str, Any]]:
    return await story.rows(t.callout)


@asynccontextmanager
async def told_by_cora(story: Story) -> AsyncIterator[httpx.AsyncClient]:
    """A program with the key of a coordinator."""
    made = await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, coordinator="cora")
    async with httpx.AsyncClient(
        base_url=story.town.url, headers={"Authorization": f"Bearer {made.key}"}, timeout=30
    ) as client:
        yield client


async def test_a_listed_number_is_paged_before_a_word_is_said(story: Story) -> None:
    """The text to Ana has left when the officer hears the code, and says that nobody has verified the caller."""
    call = await ring(story, LISTED)
    await story.passes(seconds=1)
    story.expect_text("ana", "LBPD call-out", "(unverified)")
    story.expect_text(DCFS)
    (callout,) = await opened(story)
    await story.passes(seconds=12)
    assert heard(call).count(", ".join(callout["code"])) == 2
    assert (callout["trust"], callout["agency"], callout["officer_phone"]) == ("listed", "LBPD", LISTED)
    assert callout["hotline_called_at"] == callout["received_at"]
    await story.hangs_up(LISTED, seconds=46)
    assert story.introductions(LISTED) == []
    await story.passes(seconds=2)
    assert callout["code"] in story.introductions(LISTED)[0]
    story.forget("ana")


async def test_each_answer_is_kept_when_it_is_given(story: Story) -> None:
    """Children, a doctor, the scene and the station stand in the call-out at once; the officer may go at any moment."""
    call = await ring(story, LISTED)
    await press(story, LISTED, "2")
    (callout,) = await opened(story)
    assert callout["children"] == 2
    await press(story, LISTED, "4", "7")
    (callout,) = await opened(story)
    assert (callout["medical_need"], callout["scene_safe"]) == (True, True)
    assert "Press 1 for West Division. Press 2 for North Division." in heard(call)
    await press(story, LISTED, "2")
    (callout,) = await opened(story)
    assert callout["place_address"] == "4891 Atlantic Avenue"
    assert callout["place_unconfirmed"] is True, "the number may be faked"
    assert "You may hang up, we text you the news" in heard(call)
    story.expect_text("cora", "names a place that nobody has confirmed")
    story.expect_call("cora")
    await story.phone(LISTED).hang_up()
    story.forget("ana", DCFS)
    await story.says("ana", "1 25", seconds=3)
    story.expect_text("cora", "Ana goes, and nobody has verified the caller")
    story.forget("ana", "cora", DCFS)
    story.expect_text(LISTED)


async def test_a_listed_number_hears_no_name(story: Story) -> None:
    """Somebody who fakes a listed number learns that a specialist comes, not who, nor when."""
    call = await ring(story, LISTED)
    await story.passes(seconds=50)
    story.forget("ana", DCFS)
    await story.says("ana", "1 25", seconds=40)
    assert "A specialist has taken it" in heard(call)
    assert "Ana" not in heard(call)
    story.expect_text("cora", "Ana goes, and nobody has verified the caller")
    story.expect_call("cora")
    story.forget("ana", DCFS)
    told = story.expect_text(LISTED)
    assert "Ana" not in told
    assert "02:" not in told
    await story.phone(LISTED).hang_up()


async def test_a_pin_makes_an_officer_likely(story: Story) -> None:
    """With the agency's PIN an unlisted phone pages at once, hears a name, and its station is the meeting place."""
    call = await ring(story, STRANGER)
    assert await opened(story) == []
    await press(story, STRANGER, "2")
    await story.presses(STRANGER, f"{PIN}#", seconds=1)
    (callout,) = await opened(story)
    assert (callout["trust"], callout["agency"]) == ("likely", "LBPD")
    assert "unverified" not in story.expect_text("ana", "LBPD call-out")
    await press(story, STRANGER, "1", "6", "7", "1")
    (callout,) = await opened(story)
    assert (callout["place_address"], callout["place_unconfirmed"]) == ("1835 Santa Fe Avenue", None)
    await story.says("ana", "1 25", seconds=20)
    assert "Ana is coming" in heard(call)
    await story.phone(STRANGER).hang_up()
    story.forget("ana", DCFS, STRANGER)


@pytest.mark.parametrize("seconds", [0, 2, 20])
async def test_hung_up_after(story: Story, seconds: int) -> None:
    """A stranger who hangs up without a key: coordinators are rung at once, and after a minute it pages by itself."""
    await ring(story, STRANGER)
    await story.passes(seconds=seconds)
    await story.hangs_up(STRANGER)
    story.expect_text("cora", "ALARM hotline", STRANGER)
    story.expect_call("cora")
    assert await opened(story) == []
    await story.passes(seconds=60)
    (callout,) = await opened(story)
    assert callout["agency"] == "UNLISTED"
    story.expect_text("ana", "(unverified)")
    assert story.all_clears("cora") == [f"Hotline: the call is {callout['code']}, and people are paged; alarm over."]
    story.forget("ana", "cora", DCFS)


async def test_a_clock_that_is_set_back_lets_no_caller_wait(story: Story) -> None:
    """The clock goes back an hour while nobody has decided: the call opens when the minute is over all the same."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER, seconds=20)
    story.forget("cora")
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.service.runner.act(make_up_for, timedelta(hours=1))
    await story.passes(seconds=2)
    story.expect_text("cora", "set back by 60 minutes")
    await story.passes(seconds=37)
    assert await opened(story) == []
    await story.passes(seconds=2)
    assert len(await opened(story)) == 1
    story.forget("ana", "cora", DCFS)


async def test_a_call_that_does_not_open_in_time_is_late_work(story: Story) -> None:
    """Nothing opens it although its minute is over: for whoever watches, that is work that is late."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER, seconds=20)
    story.forget("cora")
    story.town.clock.moment += timedelta(seconds=80)
    assert await story.town.service.runner.act(overdue) == timedelta(seconds=40)
    await story.passes(seconds=1)
    assert len(await opened(story)) == 1
    story.forget("ana", "cora", DCFS)


async def test_a_coordinator_pages_at_once(story: Story) -> None:
    """Key 1 on the ringing call: the minute need not pass."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER)
    story.forget("cora")
    await story.answers("cora", seconds=1)
    await story.presses("cora", "1")
    story.expect_text("ana", "(unverified)")
    assert len(await opened(story)) == 1
    await story.passes(seconds=50)
    assert len(await opened(story)) == 1
    assert story.all_clears("cora") == []  # who decided it knows
    story.forget("ana", "cora", DCFS)


async def test_a_coordinator_dismisses_with_two_presses(story: Story) -> None:
    """One press of 3 asks once more; the second ends it, by name, and nobody is paged."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER)
    story.forget("cora")
    call = story.phone("cora").calls[0]
    await story.answers("cora", seconds=1)
    await story.presses("cora", "3", seconds=1)
    assert "Press 3 once more" in heard(call)
    await story.presses("cora", "3", minutes=3)
    assert await opened(story) == []
    (kept,) = await story.rows(t.hotline_call)
    assert (kept["dismissed_by"], kept["due_at"]) == ("cora", None)
    assert any(line["did"] == "dismissed a call" for line in await story.rows(t.audit))
    story.forget("cora")


async def test_a_withheld_number(story: Story) -> None:
    """Withheld callers have no number to be texted at: the menu asks for one, and until then it is noted."""
    call = await ring(story, "+266696687")
    await press(story, "+266696687", "1")
    (callout,) = await opened(story)
    assert (callout["trust"], callout["officer_phone"]) == ("withheld", "")
    await story.passes(seconds=14)
    assert "a mobile phone that we can text" in heard(call)
    await story.presses("+266696687", "5625550188#", seconds=3)
    (callout,) = await opened(story)
    assert callout["officer_phone"] == "+15625550188"
    assert callout["code"] in story.introductions("+15625550188")[0]
    await story.phone("+266696687").hang_up()
    story.forget("ana", DCFS)


async def test_a_flood_from_one_number_is_asked_about(story: Story) -> None:
    """The fourth call in ten minutes rings coordinators; a listed number beside the flood is paged at once."""
    for _ in range(3):
        await ring(story, STRANGER)
        await press(story, STRANGER, "1")
        await story.hangs_up(STRANGER, seconds=10)
    assert len(await opened(story)) == 3
    story.forget("ana", "cora", DCFS)
    call = await ring(story, STRANGER)
    await press(story, STRANGER, "1")
    assert len(await opened(story)) == 3
    assert "A coordinator is being called" in heard(call)
    story.expect_text("cora", "ALARM hotline")
    story.expect_call("cora")
    await ring(story, LISTED)
    assert len(await opened(story)) == 4
    await story.hangs_up(LISTED, seconds=60)
    assert len(await opened(story)) == 5, "no coordinator picked up, so it opens after all"
    await story.hangs_up(STRANGER)
    story.forget("ana", "ben", "cora", DCFS, STRANGER, LISTED)


@pytest.mark.parametrize("keys", ["1", "21"])
@pytest.mark.costs(2)
async def test_a_new_recovery_of_a_flood_opens_after_a_minute(story: Story, keys: str) -> None:
    """Whether they say so at once or ask for the open one first, a coordinator is rung; and whoever then hangs up has
    not asked for news, so it opens by itself."""
    for _ in range(3):
        await ring(story, STRANGER)
        await press(story, STRANGER, "1")
        await story.hangs_up(STRANGER, seconds=10)
    story.forget("ana", "cora", DCFS, STRANGER)
    call = await ring(story, STRANGER)
    await story.passes(seconds=8)
    await press(story, STRANGER, *keys)
    assert len(await opened(story)) == 3
    assert "A coordinator is being called" in heard(call)
    story.expect_text("cora", "presses 1, one of many calls. It pages in")
    story.expect_call("cora")
    await story.hangs_up(STRANGER, seconds=61)
    assert len(await opened(story)) == 4
    story.forget("ana", "ben", "cora", DCFS, STRANGER)


async def test_a_late_two_is_not_told_that_it_is_over(story: Story) -> None:
    """A coordinator has paged for this very call while its caller was asked which one it is about."""
    await ring(story, STRANGER)
    await press(story, STRANGER, "1")
    await story.hangs_up(STRANGER, seconds=10)
    call = await ring(story, STRANGER)
    await story.passes(seconds=8)
    (_, asked) = await story.rows(t.hotline_call)
    runner, cora = story.town.service.runner, Actor(ActorKind.COORDINATOR, "cora")
    await runner.act(take_call.page_now, asked["id"], cora, Source.API)
    await press(story, STRANGER, "2")
    assert "This call-out is over" not in heard(call)
    assert "Specialists are being called" in heard(call)
    await story.phone(STRANGER).hang_up()
    story.forget("ana", "cora", DCFS, STRANGER)


async def test_the_same_officer_calls_again(story: Story) -> None:
    """2 is the open one: its status, and a word by key, which a coordinator hears."""
    await ring(story, LISTED)
    await story.hangs_up(LISTED, seconds=70)
    story.forget("ana", DCFS)
    call = await ring(story, LISTED)
    await story.passes(seconds=8)
    assert "Press 1 for a new recovery. Press 2 for the call-out" in heard(call)
    await press(story, LISTED, "2")
    assert "Specialists are being called" in heard(call)
    await press(story, LISTED, "5")
    story.expect_text("cora", "nobody is needed")
    story.expect_call("cora")
    (callout,) = await opened(story)
    assert callout["status"] == "paging", "a key cancels nothing"
    assert "Until then nothing is cancelled" in heard(call)
    await story.phone(LISTED).hang_up()
    story.forget("ana", "cora", DCFS)


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_silent_call_is_a_new_one_once_somebody_has_come(story: Story, *, hangs_up: bool) -> None:
    """Ana is with the officer's first child, and their phone calls again without a word: coordinators are rung, and it
    pages after a minute."""
    await ring(story, LISTED)
    await story.hangs_up(LISTED, seconds=70)
    await story.replies("ana", "1 25")
    await story.replies("ana", "HERE")
    await story.passes(minutes=2)  # Cora was rung, since nobody has verified the caller
    story.forget("ana", "cora", DCFS, LISTED)
    await ring(story, LISTED)
    await story.passes(seconds=2 if hangs_up else 40)
    if hangs_up:
        await story.hangs_up(LISTED)
    story.expect_text("cora", "has said nothing we can go by", LISTED)
    story.expect_call("cora")
    await story.passes(seconds=60)
    assert [row["status"] for row in await opened(story)] == ["on_scene", "paging"]
    if not hangs_up:
        await story.phone(LISTED).hang_up()
    story.forget("ana", "ben", "cora", DCFS, LISTED)


async def test_nought_calls_a_coordinator_from_any_menu(story: Story) -> None:
    """An officer who is asked for a number of children, and Ana, who is asked for minutes."""
    call = await ring(story, LISTED)
    await story.passes(seconds=10)
    story.forget("ana", DCFS)
    await press(story, LISTED, "0")
    story.expect_text("cora", "the officer asks for you", LISTED)
    story.expect_call("cora")
    assert "Coordinators are being called, and will ring you" in heard(call)
    await story.hangs_up(LISTED, seconds=60)
    story.expect_call("ana")
    await story.answers("ana", seconds=1)
    await story.presses("ana", "0")
    story.forget("cora", LISTED)
    (asked,) = [row for row in await story.rows(t.alarm) if row["kind"] == "asks_for_a_call"]
    assert (asked["person"], story.phone("ana").number in asked["text"]) == ("ana", True)
    await story.presses("ana", "1")
    (callout,) = await opened(story)
    assert callout["status"] == "acknowledged"
    await story.hangs_up("ana")
    story.forget("ana", "cora", DCFS, LISTED)


async def test_a_desk_has_many_officers(story: Story) -> None:
    """From a station's line a new recovery may be on the phone: silence opens one after a minute, a code finds the
    other."""
    await ring(story, DESK)
    await story.hangs_up(DESK, seconds=5)
    (first,) = await opened(story)
    story.forget("ana", DCFS)
    call = await ring(story, DESK)
    await press(story, DESK, "2")
    await story.presses(DESK, "999#", seconds=1)
    assert "We cannot find that" in heard(call)
    digits = first["code"].translate(str.maketrans("FKLMQRTWX", "355677899"))
    await story.presses(DESK, f"{digits}#", seconds=1)
    assert "Press 5 if nobody is needed" in heard(call)
    await story.hangs_up(DESK)
    second = await ring(story, DESK)
    await story.hangs_up(DESK)
    story.expect_text("cora", "ALARM hotline")
    await story.passes(seconds=61)
    assert len(await opened(story)) == 2
    assert second.ended
    story.forget("ana", "ben", "cora", DCFS)


async def test_the_same_webhook_again_gets_the_same_document(story: Story) -> None:
    """A restart in the menu changes nothing: what is known of the call is a row."""
    call = await ring(story, LISTED)
    await press(story, LISTED, "1")
    await story.town.crash()
    await press(story, LISTED, "6")
    (callout,) = await opened(story)
    assert (callout["children"], callout["medical_need"]) == (1, False)
    assert "Is the place safe" in heard(call)
    await story.phone(LISTED).hang_up()
    story.forget("ana", DCFS)


@pytest.mark.slow
async def test_fifteen_minutes_on_hold_end_in_a_promise(story: Story) -> None:
    """Nobody holds for ever: the officer is promised a call, and a deadline keeps asking until a coordinator has it."""
    call = await ring(story, LISTED)
    await story.passes(minutes=17)
    assert "a coordinator will ring you" in heard(call)
    assert call.ended
    told = [text.body for text in story.phone("cora").texts]
    assert any("was promised a call" in body for body in told)
    await story.passes(minutes=5)
    again = [text.body for text in story.phone("cora").texts if "was promised a call" in text.body]
    assert len(again) == 3, "every two minutes"
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED)


# ---- who called ----------------------------------------------------------------------------------------------------


async def test_a_coordinator_verifies_the_caller(story: Story) -> None:
    """Ana goes to a place that nobody has confirmed; once Cora has rung the station, Ana gets it and the officer hears
    who comes and when."""
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", "4", "7", "2")
    await story.says("ana", "1 25", seconds=3)
    (callout,) = await opened(story)
    link = link_in(story.phone("ana").texts[-1].body)
    before = (await look(story, link)).text
    assert "4891 Atlantic" not in before
    assert "a coordinator confirms the meeting place" in before.lower()
    assert "Nobody has verified the caller yet" in before
    story.forget("ana", "cora", DCFS, LISTED)
    async with told_by_cora(story) as cora:
        seen = (await cora.get(f"/v1/callouts/{callout['id']}")).json()
        assert (seen["trust"], seen["unverified"], seen["meeting_place"]["unconfirmed"]) == ("listed", True, True)
        body = {"command": {"do": "verify"}}
        shown = (await cora.post(f"/v1/callouts/{callout['id']}/commands/preview", json=body)).json()
        assert {letter["name"] for letter in shown["letters"]} == {"the officer", "Ana Reyes"}
        await cora.post(f"/v1/callouts/{callout['id']}/commands", json=body | {"digest": shown["digest"]})
        await story.passes(seconds=12)
        seen = (await cora.get(f"/v1/callouts/{callout['id']}")).json()
        assert (seen["trust"], seen["unverified"], seen["meeting_place"]["unconfirmed"]) == ("verified", False, False)
    story.expect_text("ana", "meeting place has changed", "/r/")
    story.expect_text(LISTED, "Ana is coming, ETA 02:")
    after = (await look(story, link)).text
    assert "4891 Atlantic Avenue" in after
    assert "Nobody has verified" not in after
    assert "Ana is coming" in heard(call), "the officer has held the line"
    assert any(line["did"] == "verified the caller" for line in await story.rows(t.audit))
    await story.phone(LISTED).hang_up()


async def test_verifying_waits_for_no_key_of_the_caller(postgres_url: str) -> None:
    """A key holds the call, and then asks for its call-out. Whoever holds the call-out must not ask for the call: the
    two would wait for each other."""
    async with tell(postgres_url, HOTLINE) as story:
        await ring(story, LISTED)
        (callout,) = await opened(story)
        key = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        try:
            async with key.transaction(), told_by_cora(story) as cora, asyncio.timeout(60):
                await key.fetch("SELECT id FROM hotline_call FOR UPDATE")
                await does(cora, callout, {"do": "verify"})
        finally:
            await key.close()
        (callout,) = await opened(story)
        assert callout["trust"] == "verified"
        (call,) = await story.rows(t.hotline_call)
        seen = await story.town.service.runner.ask(take_call.see_call, call["id"])
        assert seen.trust is Trust.VERIFIED
        await story.phone(LISTED).hang_up()
        story.forget("ana", DCFS, LISTED)


async def does(cora: httpx.AsyncClient, callout: dict[str, Any], command: dict[str, Any]) -> None:
    """A coordinator's command, as it was shown."""
    path = f"/v1/callouts/{callout['id']}/commands"
    shown = (await cora.post(f"{path}/preview", json={"command": command})).json()
    done = await cora.post(path, json={"command": command, "digest": shown["digest"]})
    assert done.status_code == 200, done.text


async def test_a_call_is_decided_behind_the_alarms_link(story: Story) -> None:
    """Nobody pressed anything: Cora says by link that it is no call-out, in two steps, and no phone rings any more."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER, seconds=4)
    link = link_in(story.expect_text("cora", "ALARM hotline"), "a")
    story.forget("cora")
    shown = (await look(story, link)).text
    assert "Page now" in shown
    assert STRANGER in shown
    assert "Not a call-out?" in unbroken((await look(story, f"{link}/dismiss")).text)
    assert (await press_page(story, f"{link}/dismiss")).status_code == 200
    assert (await press_page(story, f"{link}/page-now")).status_code == 410, "it is decided"
    await story.passes(minutes=3)
    assert await opened(story) == []
    (kept,) = await story.rows(t.hotline_call)
    assert kept["dismissed_by"] == "cora"
    story.forget("cora")


async def test_a_call_is_paged_behind_the_alarms_link(story: Story) -> None:
    """One press, and Ana is paged; pressed again it is over."""
    await ring(story, STRANGER)
    await story.hangs_up(STRANGER, seconds=4)
    link = link_in(story.expect_text("cora", "ALARM hotline"), "a")
    answer = await press_page(story, f"{link}/page-now")
    (callout,) = await opened(story)
    assert f"{callout['code']}: a specialist is being paged" in answer.text
    story.expect_text("ana", "(unverified)")
    assert (await press_page(story, f"{link}/page-now")).status_code == 410
    await story.passes(minutes=1)
    assert len(await opened(story)) == 1
    story.forget("ana", "cora", DCFS)


# ---- the officer's page --------------------------------------------------------------------------------------------


async def test_the_officers_page_says_no_more_than_the_officer_hears(story: Story) -> None:
    """From a number that may be faked: that it is taken. Nothing of who, when, where, or anybody's number."""
    await ring(story, LISTED)
    await story.hangs_up(LISTED, seconds=66)
    (introduced,) = story.introductions(LISTED)
    assert segments(introduced) == 1
    link = link_in(introduced, "o")
    assert "Specialists are being called" in (await look(story, link)).text
    await story.says("ana", "1 25", seconds=3)
    shown = (await look(story, link)).text
    assert "A specialist has taken it" in shown
    for secret in ("Ana", "02:4", LISTED, "Atlantic", "+1562555"):
        assert secret not in shown
    story.forget("ana", "cora", DCFS, LISTED)


async def test_what_the_officers_page_asks_rings_coordinators(story: Story) -> None:
    """It moves nothing, is asked once a minute, and stands in the timeline and in the audit."""
    callout = await story.paging(seconds=5)
    link = link_in(story.introductions()[0], "o")
    await look(story, f"{link}/not-needed")  # what only looks does nothing
    story.forget("ana", DCFS)
    story.expect_silence()
    for _ in range(2):
        assert (await press_page(story, f"{link}/not-needed")).status_code == 303
    story.expect_text("cora", f"ALARM {callout['code']}: the officer says that nobody is needed", OFFICER)
    story.expect_call("cora")
    assert (await story.status(callout))["status"] == "paging"
    (line,) = [line for line in await story.rows(t.timeline) if line["kind"] == "officer_asked"]
    assert (line["actor_kind"], line["source"]) == ("officer", "link")
    assert "No longer needed" in (await look(story, link)).text
    assert any(line["did"] == "asked for a coordinator" for line in await story.rows(t.audit))
    story.forget("ana", "cora")


async def test_another_number_ends_the_officers_link(story: Story) -> None:
    """Whoever was texted at a wrong number sees nothing more; the officer at the right one has a link of their own."""
    callout = await story.paging(seconds=5)
    old = link_in(story.introductions()[0], "o")
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"officer": {"callback_phone": OTHER}})
    await story.passes(seconds=3)
    assert (await look(story, old)).status_code == 410
    assert (await look(story, link_in(story.introductions(OTHER)[0], "o"))).status_code == 200
    story.forget("ana", DCFS)


async def test_the_officers_link_outlives_the_call_out_by_twelve_hours(story: Story) -> None:
    callout = await story.paging(seconds=5)
    link = link_in(story.introductions()[0], "o")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=5)
    shown = (await look(story, link)).text
    assert "This call-out is cancelled" in unbroken(shown)
    assert "Ring me" not in shown
    before = await story.rows(t.timeline)
    assert (await press_page(story, f"{link}/ring-me")).status_code == 303
    assert await story.rows(t.timeline) == before
    await story.passes(minutes=12 * 60)
    over, guessed = await look(story, link), await look(story, "/o/nobody")
    assert over.status_code == guessed.status_code == 410
    story.forget("ana", "cora", DCFS, OFFICER)


# ---- strangers, hurried officers, late keys ------------------------------------------------------------------------


async def change_place(story: Story, callout: dict[str, Any], **place: Any) -> None:
    """Cora gives the place, as a program of hers would."""
    command = {"do": "change_details", "changes": {"meeting_place": place}}
    async with told_by_cora(story) as cora:
        shown = (await cora.post(f"/v1/callouts/{callout['id']}/commands/preview", json={"command": command})).json()
        done = await cora.post(
            f"/v1/callouts/{callout['id']}/commands", json={"command": command, "digest": shown["digest"]}
        )
    assert done.is_success, done.text
    await story.passes(seconds=2)


async def _ana_goes(story: Story) -> str:
    """Ana takes it; returns the link to her page."""
    await story.says("ana", "1 25", seconds=3)
    return link_in([text.body for text in story.phone("ana").texts if "/r/" in text.body][-1])


async def test_what_a_stranger_writes_sends_nobody_anywhere(story: Story) -> None:
    """Coordinators read it; neither a text nor the view of whoever goes holds a word of it, but that they speak with
    the officer first."""
    await ring(story, STRANGER)
    await press(story, STRANGER, "1")
    await story.phone(STRANGER).hang_up()
    link = await _ana_goes(story)
    before = len(story.phone("ana").texts)
    await story.says(STRANGER, "We moved. Come to 99 Elm Street, back door, alone", seconds=3)
    (caution,) = story.phone("ana").texts[before:]
    assert "Speak to them before you go in" in caution.body
    assert "Elm Street" not in caution.body
    assert "Elm Street" not in (await look(story, link)).text
    assert any("99 Elm Street" in text.body for text in story.phone("cora").texts)
    story.forget("ana", "cora", DCFS, STRANGER)


async def test_coordinates_of_a_coordinator_confirm_and_drop_what_was_said(story: Story) -> None:
    """Whatever part of the place a coordinator gives, the caller's other parts do not stand beside it."""
    await ring(story, LISTED)
    await press(story, LISTED, "2", "4", "7", "1")
    (callout,) = await opened(story)
    await change_place(story, callout, lat=33.8, lon=-118.2, note="north lot")
    (callout,) = await opened(story)
    assert (callout["place_address"], callout["place_note"], callout["place_unconfirmed"]) == (None, "north lot", None)
    await story.phone(LISTED).hang_up()
    story.forget("ana", "cora", DCFS)


async def test_a_call_about_an_open_one_changes_nothing_of_it(story: Story) -> None:
    """Not even when the carrier's fallback brings it back: the questions are for whoever opened it."""
    await ring(story, DESK)
    await story.hangs_up(DESK, seconds=5)
    (callout,) = await opened(story)
    await ring(story, DESK)
    await press(story, DESK, "2")
    await story.presses(DESK, f"{keypad(callout['code'])}#", seconds=1)
    (again,) = [call for call in await story.rows(t.hotline_call) if call["again"]]
    runner = story.town.service.runner
    brought_back = await runner.act(take_call.answer, take_call.InboundCall(again["carrier_id"], DESK))
    assert brought_back.said.heard.ask is Stage.STATUS
    await runner.act(take_call.press, again["id"], Stage.CALLBACK, OTHER[2:])
    await runner.act(take_call.press, again["id"], Stage.WHERE, "1")
    (after,) = await opened(story)
    assert (after["officer_phone"], after["place_address"]) == (DESK, None)
    await story.phone(DESK).hang_up()
    story.forget("ana", "cora", DCFS)


async def test_a_key_rings_coordinators_once_a_minute(story: Story) -> None:
    """Thirty presses of 0 are one alarm."""
    await ring(story, LISTED)
    await story.passes(seconds=70)
    story.forget("cora")
    before = len(story.phone("cora").texts)
    for _ in range(30):
        await story.presses(LISTED, "0", seconds=1)
    assert len(story.phone("cora").texts) - before == 1
    await story.phone(LISTED).hang_up()
    story.forget("ana", "cora", DCFS)


async def test_an_officer_is_known_by_their_callback_number(story: Story) -> None:
    """Whoever gave it by webhook and phones for news pages nobody, not even by hanging up."""
    callout = await story.call_out()
    call = await ring(story, OFFICER)
    await story.passes(seconds=8)
    assert f"the call-out {', '.join(callout['code'])} that is open" in heard(call)
    await story.hangs_up(OFFICER, seconds=70)
    assert len(await opened(story)) == 1
    story.forget("ana", "cora", DCFS)


async def test_a_code_may_be_keyed_in_slowly(story: Story) -> None:
    """Somebody at a desk who looks for the letters on a keypad, and errs twice, pages nobody meanwhile."""
    await ring(story, DESK)
    await story.hangs_up(DESK, seconds=5)
    (first,) = await opened(story)
    story.forget("ana", DCFS)
    call = await ring(story, DESK)
    await story.passes(seconds=17)
    await press(story, DESK, "2")
    await story.passes(seconds=18)
    await story.presses(DESK, "999#", seconds=1)
    await story.passes(seconds=18)
    await story.presses(DESK, "998#", seconds=10)
    await story.presses(DESK, f"{keypad(first['code'])}#", seconds=30)
    assert "Press 5 if nobody is needed" in heard(call)
    assert [callout["id"] for callout in await opened(story)] == [first["id"]]
    await story.hangs_up(DESK)
    story.forget("ana", "cora", DCFS)


@pytest.mark.slow
async def test_unlisted_callers_who_text_are_bounded_together(story: Story) -> None:
    """Three callers from unlisted numbers text twenty times each: coordinators get forty texts and one sum. Beyond
    that each still comes through with the first words, and with a cry for help; a verified officer is heard as ever.
    """
    strangers = [f"+1562555014{number}" for number in range(4)]
    for phone in strangers:
        await ring(story, phone)
        await press(story, phone, "1")
        await story.phone(phone).hang_up()
    callout = await story.paging()
    for phone in strangers[:3]:
        for number in range(20):
            await story.replies(phone, f"where is she {phone} {number}")
    await story.passes(seconds=2)
    told = [text.body for text in story.phone("cora").texts]
    assert sum("where is she" in text for text in told) == 41  # the third came through with the first words
    assert sum("unlisted numbers" in text for text in told) == 1
    for said in ("we are at the pier", "we have moved", "she is bleeding"):
        await story.replies(strangers[3], said)
    for number in range(3):
        await story.replies(OFFICER, f"verified words {number}")
    await story.passes(seconds=2)
    told = [text.body for text in story.phone("cora").texts]
    assert sum("at the pier" in text for text in told) == 1
    assert not any("have moved" in text for text in told)
    assert sum("bleeding" in text for text in told) == 1
    assert sum("verified words" in text for text in told) == 3
    assert sum("unlisted numbers" in text for text in told) == 1
    wrote = [row for row in await story.rows(t.audit) if row["did"] == "wrote" and row["callout"] != callout["id"]]
    assert len(wrote) < 60, "what nobody is told of leaves a line for each number, not for each text"

    def heard_since(tx: Transaction, context: Context, ago: timedelta) -> dict[str, int]:
        return inbound_texts.of_bound_officers(tx, context.now - ago, context.now - timedelta(hours=12))

    ask = story.town.service.runner.ask
    assert await ask(heard_since, timedelta(hours=1)) == dict(zip(strangers, (20, 20, 20, 3), strict=True))
    assert await ask(heard_since, timedelta(0)) == {}, "an hour later they are heard again"
    story.forget(*(phone.number for phone in story.town.carrier.phones))
