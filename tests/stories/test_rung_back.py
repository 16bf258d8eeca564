"""Stories of our own people who phone the number that paged them: they are rung back, and no second call-out opens."""

from dataclasses import replace
from typing import Any

from dispatch.actions.context import Context
from dispatch.actions.hotline import take_call
from dispatch.rules.facts.people import Person, Role
from dispatch.store.transaction import Transaction
from tests.stories.story import DCFS, OFFICER, Behaviour, Story, t
from tests.stories.test_hotline import HOTLINE, heard, opened, press, ring
from twilio_simulator import PhoneCall

DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR, Role.SPECIALIST}))
TOWN = replace(HOTLINE, people=(*HOTLINE.people, DAN))

SET_IN = (TOWN,)


async def phones_us(story: Story, who: str, *keys: str, seconds: float = 7) -> PhoneCall:
    """They call the number that paged them, press these keys, listen, and hang up."""
    call = await ring(story, story.phone(who).number)
    await press(story, story.phone(who).number, *keys)
    await story.passes(seconds=seconds)
    await story.hangs_up(who)
    return call


async def answers(story: Story, who: str, *keys: str) -> str:
    """They pick up the call that rings, press these keys, and hang up; returns what they have heard."""
    call = story.expect_call(who)
    await story.answers(who, seconds=1)
    for key in keys:
        await story.presses(who, key, seconds=1)
    if call.connected:
        await story.phone(who).hang_up()
    await story.passes(seconds=1)
    return heard(call)


async def paged(story: Story) -> dict[str, Any]:
    """Ana has the text, and her phone does not ring for a minute."""
    callout = await story.paging(seconds=3)
    story.expect_text("ana", callout["code"])
    story.forget(DCFS)
    return callout


async def test_ana_phones_the_number_that_paged_her(story: Story) -> None:
    """On the call itself no code, no name and no place, and her 1 counts for nothing. Her phone rings a second after
    she has hung up, with the page; there her 1 takes it. One call-out, and no coordinator is woken."""
    callout = await paged(story)
    call = await phones_us(story, "ana", "1")
    said = heard(call)
    assert "We call you back now; please hang up. If you call for an officer, press 9." in said
    assert "That key means nothing here" in said
    assert not any(word in said for word in (", ".join(callout["code"]), callout["code"], "Ana", "Long Beach"))
    assert (await story.status(callout))["status"] == "paging"
    assert "Press 1 to take it" in await answers(story, "ana", "1", "25#")
    assert (await story.status(callout))["specialist"] == "Ana"
    await story.passes(minutes=2)
    assert len(await opened(story)) == 1
    assert {who["person"] for who in await story.rows(t.page) if who["purpose"] == "alarm"} == set()
    story.forget("ana", OFFICER, DCFS)


async def test_a_number_of_ours_rings_its_phone_once_in_two_minutes(story: Story) -> None:
    """Somebody shows Ana's number again and again. She is rung once in two minutes, and whoever calls in between hears
    that; her own plan goes on as ever."""
    await paged(story)
    story.behave("ana", Behaviour.LEFT_TO_RING)
    calls = [await phones_us(story, "ana") for _ in range(5)]
    story.expect_call("ana")
    await story.passes(seconds=30)
    story.expect_text("ana", "Again")  # of her own plan, since the call reached nobody
    story.expect_silence()
    assert "We call you back within two minutes" in heard(calls[-1])
    await story.passes(seconds=80)
    story.expect_call("ana")
    story.expect_silence()
    assert len(await opened(story)) == 1


async def test_nine_is_for_an_officer(story: Story) -> None:
    """An officer has borrowed Ana's phone: 9 goes on as for any unlisted caller, and 1 pages. Nobody rings back."""
    callout = await paged(story)
    call = await ring(story, story.phone("ana").number)
    await press(story, story.phone("ana").number, "9", "1")
    assert "If a child needs a specialist now, press 1" in heard(call)
    new = [one for one in await opened(story) if one["id"] != callout["id"]]
    assert [(one["trust"], one["agency"]) for one in new] == [("unlisted", "UNLISTED")]
    await story.hangs_up("ana", seconds=5)
    assert not [row for row in await story.rows(t.page) if row["channel"] == "voice" and row["tried_at"]]
    story.forget("ana", DCFS)


async def test_silence_goes_on_as_an_unlisted_call(story: Story) -> None:
    """Whoever shows Ana's number and stays on the line is an unlisted caller after that: coordinators are rung, and it
    pages after a minute. The phone of Ana rings all the same."""
    callout = await paged(story)
    await ring(story, story.phone("ana").number)
    await story.passes(seconds=45)
    story.expect_text("cora", "ALARM hotline", story.phone("ana").number)
    story.expect_text("dan", "ALARM hotline")
    story.forget("cora", "dan")
    await story.hangs_up("ana", seconds=60)
    assert len(await opened(story)) == 2
    assert [row["step"] for row in await story.rows(t.page) if row["callout"] == callout["id"] and row["tried_at"]]
    story.forget("ana", "ben", "cora", "dan", DCFS)


async def test_nobody_is_promised_a_call_that_does_not_come(story: Story) -> None:
    """Cleo has nothing open: she hears that, hangs up, and nothing follows. With 9 she calls for an officer."""
    call = await phones_us(story, "cleo")
    said = heard(call)
    assert "Nothing waits for you now" in said
    assert "back" not in said
    await story.passes(minutes=3)
    assert await opened(story) == []
    story.expect_silence()
    await ring(story, story.phone("cleo").number)
    await press(story, story.phone("cleo").number, "9", "1")
    assert len(await opened(story)) == 1
    await story.phone("cleo").hang_up()
    story.forget("ana", DCFS)


async def test_a_lost_hang_up_opens_nothing(story: Story) -> None:
    """The carrier never says that Ana has hung up: her phone rings when the minute is over, and no call-out opens."""
    callout = await paged(story)
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await story.town.service.runner.act(_comes_in, story.phone("ana").number)
    await story.passes(seconds=70)
    assert len(await opened(story)) == 1
    (call,) = await story.rows(t.hotline_call)
    assert (call["calls_back"], call["due_at"], call["callout"]) == (True, None, None)
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ana", DCFS)


def _comes_in(tx: Transaction, context: Context, phone: str) -> None:
    take_call.answer(tx, context, take_call.InboundCall("CA" + "0" * 32, phone))


async def test_whoever_has_it_hears_the_menu(story: Story) -> None:
    """Ana took it by text, and phones: her phone rings with the place and the officer. Not picked up, nobody is
    alarmed."""
    callout = await story.call_out(meeting_place={"address": "Station 4"})
    await story.says("ana", "1 25", seconds=5)
    story.forget("ana", OFFICER, DCFS)
    await phones_us(story, "ana")
    said = await answers(story, "ana", "3")
    assert ", ".join(callout["code"]) in said
    assert "The meeting place is Station 4" in said
    await story.passes(minutes=2)
    story.behave("ana", Behaviour.BUSY)
    await phones_us(story, "ana")
    story.expect_call("ana")
    await story.passes(seconds=20)
    story.expect_silence()


async def test_whoever_phones_about_the_call_that_they_missed_hears_what_it_said(story: Story) -> None:
    """The officer writes what nobody understands, then of shots, and Ana calls back: she had heard only where to go.
    A key on that call says that she has heard it."""
    await story.call_out(meeting_place={"address": "Station 4"})
    await story.says("ana", "omw 25", seconds=5)
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await story.says(OFFICER, "zorblax", seconds=62)
    await phones_us(story, "ana")  # and misses that call as well
    await story.passes(seconds=125)
    story.forget("ana")
    await phones_us(story, "ana")
    assert "Speak to them before you go in" in await answers(story, "ana")
    await story.says(OFFICER, "shots fired", seconds=130)
    story.forget("ana")
    await phones_us(story, "ana")
    assert "Stay away until police say" in await answers(story, "ana", "9")
    unheard = [row for row in await story.rows(t.alarm) if row["kind"] == "danger_unheard"]
    assert unheard
    assert all(row["ended_at"] for row in unheard)
    story.forget("ana", "cora", "dan", OFFICER, DCFS)


async def test_a_coordinator_phones_about_an_alarm(story: Story) -> None:
    """Cora missed the call that rang for an alarm: rung back, she hears it, and 1 makes it hers."""
    callout = await story.paging(minutes=10, seconds=5)
    story.forget("ana", "ben", "cleo", DCFS, OFFICER)
    story.expect_text("cora", "nobody has it")
    story.behave("cora", Behaviour.LEFT_TO_RING)
    await story.passes(seconds=70)
    story.forget("cora", "dan")
    await phones_us(story, "cora")
    said = await answers(story, "cora", "1")
    assert "nobody has it" in said
    assert "You have this alarm" in said
    (alarm,) = [row for row in await story.rows(t.alarm) if row["kind"] == "chain_ended"]
    assert alarm["owner"] == "cora"
    assert callout["code"] in story.expect_text("dan", "Cora has this alarm")
    assert len(await opened(story)) == 1
    await story.says("cleo", "1 20", seconds=5)
    story.forget("ana", "ben", "cleo", "cora", "dan", OFFICER, DCFS)


async def test_whoever_is_both_is_rung_with_what_called_last(story: Story) -> None:
    """Dan is a coordinator, and paged with everybody: the alarm was a text, the page rang. He is rung with one call."""
    await story.paging(minutes=10, seconds=5)
    story.forget("ana", "ben", "cleo", "cora", "dan", DCFS, OFFICER)
    await story.passes(minutes=2)
    story.forget("ana", "ben", "cleo", "cora", "dan", DCFS, OFFICER)
    await phones_us(story, "dan")
    said = await answers(story, "dan", "1")
    assert "Press 1" in said
    assert len(await opened(story)) == 1
    story.forget("ana", "ben", "cleo", "cora", "dan", DCFS, OFFICER)
