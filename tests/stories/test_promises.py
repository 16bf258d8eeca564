"""Stories of what an officer is told that a person will do: a deadline and an alarm with an owner stand behind it."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.alarms.keep_watch import make_up_for
from dispatch.actions.commands import give
from dispatch.actions.context import Context
from dispatch.rules.commands.commands import Close, RangOfficer
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from tests.stories.story import DCFS, OFFICER, Story
from tests.stories.test_by_link import link_in, look
from tests.stories.test_by_link import press as press_page
from tests.stories.test_hotline import HOTLINE, LISTED, STRANGER, does, heard, opened, press, ring, told_by_cora
from twilio_simulator import Behaviour

SET_IN = (HOTLINE,)


async def taken(story: Story) -> dict[str, Any]:
    """A call-out of the officer at the listed number that Ana has and drives to, and nothing left to tell."""
    callout = await story.paging(officer={"callback_phone": LISTED}, seconds=4)
    await story.says("ana", "omw 40", seconds=4)
    forget(story)
    return callout


def forget(story: Story) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED, STRANGER, OFFICER)


def rings(story: Story) -> int:
    return len(story.phone("cora").calls)


async def word(story: Story, key: str) -> str:
    """The officer calls about the open call-out, presses this, hears the answer and hangs up."""
    call = await ring(story, LISTED)
    await press(story, LISTED, "2", key)
    await story.passes(seconds=3)
    await story.hangs_up(LISTED)
    return heard(call)


async def promised(story: Story) -> list[str]:
    return [str(row["kind"]) for row in await story.rows(t.deadline) if row["kind"] == "ring_back"]


@pytest.mark.parametrize(
    ("key", "said"), [("4", "about the new place"), ("5", "will ring you"), ("6", "will ring you")]
)
async def test_a_key_that_promises_a_call_rings_until_somebody_has_it(story: Story, key: str, said: str) -> None:
    """Every two minutes, whoever has the call-out; five minutes after "I have it" once more; then it is said that the
    officer was rung, and no phone rings."""
    callout = await taken(story)
    assert said in await word(story, key)
    assert rings(story) == 1
    await story.passes(minutes=2)
    assert rings(story) == 2
    await story.passes(minutes=2)
    assert rings(story) == 3
    forget(story)
    await story.says("cora", "OK", minutes=4, seconds=30)
    assert rings(story) == 3
    await story.passes(seconds=40)
    assert rings(story) == 4, "she had it, and nobody has said that the officer was rung"
    async with told_by_cora(story) as cora:
        await does(cora, callout, {"do": "rang_officer"})
    await story.passes(minutes=10)
    assert rings(story) == 4
    assert await promised(story) == []
    assert (await story.timeline(callout)).count("rang_officer") == 1
    forget(story)


async def test_a_button_that_promises_a_call_says_so_while_it_is_owed(story: Story) -> None:
    """The view says that a coordinator rings for as long as a deadline stands behind it."""
    callout = await taken(story)
    link = link_in(story.introductions(LISTED)[0], "o")
    assert "rings you. Until then" not in (await look(story, link)).text
    await press_page(story, f"{link}/ring-me")
    await story.passes(seconds=2)
    assert "rings you. Until then" in (await look(story, link)).text
    await story.passes(minutes=4)
    assert rings(story) == 3
    async with told_by_cora(story) as cora:
        await does(cora, callout, {"do": "rang_officer"})
    assert "rings you. Until then" not in (await look(story, link)).text
    await story.passes(minutes=5)
    assert rings(story) == 3
    forget(story)


async def test_zero_on_hold_promises_and_speaking_with_them_keeps_it(story: Story) -> None:
    """A coordinator who is joined with the officer has made the call; closing the call-out ends it as well."""
    call = await ring(story, LISTED)
    await story.passes(seconds=80)
    await press(story, LISTED, "0")
    await story.passes(seconds=3)
    assert "will ring you" in heard(call)
    assert await promised(story) == ["ring_back"]
    await story.answers("cora", seconds=20)
    await story.presses("cora", "2", seconds=12)
    await story.presses(LISTED, "1", seconds=8)
    assert await promised(story) == []
    await story.hangs_up(LISTED, seconds=8)
    if story.phone("cora").connected:
        await story.phone("cora").hang_up()
    await story.says("ana", "omw 40", minutes=8)
    asked = [text.body for text in story.phone("cora").texts if "asks for you" in text.body]
    assert len(asked) == 1
    forget(story)


@pytest.mark.costs(2)
async def test_unlisted_callers_share_one_ring(story: Story) -> None:
    """Six strangers press 0; Cora reads of each and is rung once every two minutes for all of them."""
    story.behave("ana", Behaviour.LEFT_TO_RING)
    strangers = [f"+1310555019{number}" for number in range(6)]
    for phone in strangers:
        await ring(story, phone)
        await press(story, phone, "1")
    for _ in range(7):
        await story.passes(seconds=8)
    before = rings(story)
    for phone in strangers:
        await story.presses(phone, "0", seconds=3)
    told = [text.body for text in story.phone("cora").texts if "asks for you" in text.body]
    assert len(told) == 6
    assert rings(story) == before + 1
    assert len(await promised(story)) == 6
    await story.passes(minutes=2)
    about = [one for one in story.phone("cora").texts if "5 other unlisted callers were promised a call" in one.body]
    assert len(about) == 1
    for phone in strangers:
        await story.phone(phone).hang_up()
    await story.passes(seconds=5)
    story.forget("ana", "ben", "cleo", "cora", DCFS, *strangers)


async def test_what_was_promised_before_a_call_out_is_kept_by_it(story: Story) -> None:
    """A stranger who said nothing presses 0. The minute opens the call-out, and the promise goes over to it."""
    await ring(story, STRANGER)
    await story.passes(seconds=35)
    await press(story, STRANGER, "0")
    await story.hangs_up(STRANGER, seconds=40)
    assert len(await opened(story)) == 1
    assert await promised(story) == ["ring_back"]
    await story.replies("ana", "omw 40")
    rung = rings(story)
    await story.passes(minutes=4)
    assert rings(story) >= rung + 1
    assert any("was promised a call" in text.body for text in story.phone("cora").texts)
    forget(story)


async def test_what_was_promised_is_kept_by_the_call_out_of_an_earlier_call(story: Story) -> None:
    """The line drops, they call again, and press 0 on hold; the first call opens the call-out. They hang up, as they
    were told they may: the promise goes over, and nobody says that they hung up at once."""
    await ring(story, STRANGER)
    await story.passes(seconds=2)
    await story.hangs_up(STRANGER, seconds=18)
    again = await ring(story, STRANGER)
    await story.passes(seconds=30)
    await press(story, STRANGER, "0")
    await story.passes(seconds=12)
    assert "will ring you" in heard(again)
    assert len(await opened(story)) == 1
    assert await promised(story) == []
    await story.hangs_up(STRANGER, seconds=3)
    assert len(await opened(story)) == 1
    assert await promised(story) == ["ring_back"]
    assert not any("hung up at once" in text.body for text in story.phone("cora").texts)
    forget(story)


@pytest.mark.parametrize("key", ["0", "4", "5", "6"])
async def test_nothing_is_promised_about_a_call_out_that_was_closed_meanwhile(story: Story, key: str) -> None:
    """The officer listens to the keys while Cora closes it. No deadline could keep a promise: coordinators hear what
    the officer pressed, and the officer that it is over."""
    callout = await taken(story)
    call = await ring(story, LISTED)
    await press(story, LISTED, "2")
    if key == "0":
        await story.passes(seconds=25)
    async with told_by_cora(story) as cora:
        await does(cora, callout, {"do": "close"})
    before = len(story.phone("cora").texts)
    await story.presses(LISTED, key, seconds=12)
    said = heard(call)
    assert "will ring you" not in said
    assert call.ended
    assert said.endswith("This call-out is over. Goodbye.")
    assert any("the officer" in text.body for text in story.phone("cora").texts[before:])
    assert await promised(story) == []
    forget(story)


# ---- the officer has moved -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["rang_officer", "close"])
async def test_what_was_promised_before_a_call_out_ends_with_an_all_clear(story: Story, command: str) -> None:
    """Cora heard the alarm while there was no call-out yet: she hears that it is over, unless she ended it herself."""
    await ring(story, STRANGER)
    await story.passes(seconds=35)
    await press(story, STRANGER, "0")
    await story.passes(seconds=3)
    await press(story, STRANGER, "1")
    await story.passes(seconds=3)
    (callout,) = await opened(story)
    await story.says("ana", "1 25", seconds=3)
    before = [row for row in await story.rows(t.alarm) if row["kind"] == "officer_calls" and row["callout"] is None]
    assert [row["ended_at"] for row in before] == [None]
    forget(story)
    said = len(story.all_clears("cora"))
    another = Actor(ActorKind.COORDINATOR, "another")
    await story.town.service.runner.act(_done, callout["id"], command, another)
    await story.passes(seconds=3)
    assert [row["ended_at"] is None for row in await story.rows(t.alarm) if row["id"] == before[0]["id"]] == [False]
    assert len(story.all_clears("cora")) == said + 1
    await story.hangs_up(STRANGER, seconds=3)
    forget(story)


def _done(tx: Transaction, context: Context, callout: str, command: str, by: Actor) -> None:
    about = RangOfficer() if command == "rang_officer" else Close()
    shown = give.preview_command(tx, context, callout, about, by)
    give.do_command(tx, context, callout, about, by, shown.digest, Source.WEB)


async def test_whoever_drives_hears_at_once_that_the_officer_has_moved(story: Story) -> None:
    """A text, and a minute later a call that leads to the officer."""
    await taken(story)
    link = link_in(story.introductions(LISTED)[0], "o")
    await press_page(story, f"{link}/moved")
    story.expect_text("ana", "the place may have changed: speak with the officer before you go on")
    story.expect_text("cora", "the officer has moved")
    story.expect_call("cora")
    await story.passes(seconds=50)
    story.expect_silence()
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await story.passes(seconds=8)
    call = story.expect_call("ana")
    await story.answers("ana", seconds=20)
    assert "the place may have changed" in heard(call)
    await story.presses("ana", "4", seconds=3)
    assert "We are asking the officer." in heard(call)
    assert len(story.phone(LISTED).calls) == 1
    await story.hangs_up("ana", seconds=3)
    forget(story)


async def test_a_call_about_the_move_ends_with_the_call_out(story: Story) -> None:
    """Ana's phone rings about the move as nobody is needed any more: it is hung up, and rings with that."""
    callout = await taken(story)
    story.behave("ana", Behaviour.LEFT_TO_RING)
    await word(story, "4")
    await story.passes(seconds=62)
    forget(story)
    [moved] = [call for call in story.phone("ana").calls if call.status == "ringing"]
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", json={"reason": "not needed"})
    await story.passes(seconds=3)
    assert moved.status == "canceled"
    off = story.expect_call("ana")
    await story.answers("ana", seconds=3)
    assert "is off. Nobody needs to go." in heard(off)
    await story.passes(seconds=20)
    forget(story)


async def test_after_a_clock_was_set_back_the_next_move_is_told(story: Story) -> None:
    """What was told a moment ago by the old clock lies an hour ahead, and holds nothing back."""
    await taken(story)
    await word(story, "4")
    await story.says("ana", "ok thanks, calling", minutes=2)
    forget(story)
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.service.runner.act(make_up_for, timedelta(hours=1))
    await word(story, "4")
    story.expect_text("ana", "the place may have changed")
    await story.says("ana", "thanks, I ring them")
    forget(story)


async def test_an_officer_at_another_phone_is_rung_there(story: Story) -> None:
    """The call-out has a new number by now, and somebody phones again from the old one, and is promised a call: the
    alarm names that phone, and Cora's key rings it."""
    callout = await taken(story)
    await word(story, "6")
    new = {"officer": {"callback_phone": OFFICER}}
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json=new)
    await story.passes(minutes=4)
    forget(story)
    await ring(story, LISTED)
    await press(story, LISTED, "2", "6")
    await story.passes(seconds=3)
    await story.hangs_up(LISTED)
    assert LISTED in story.phone("cora").texts[-1].body
    before = len(story.phone(LISTED).calls), len(story.phone(OFFICER).calls)
    await story.answers("cora", seconds=20)
    await story.presses("cora", "2", seconds=5)
    assert (len(story.phone(LISTED).calls), len(story.phone(OFFICER).calls)) == (before[0] + 1, before[1])
    await story.hangs_up("cora", seconds=30)
    forget(story)


async def test_another_word_within_the_minute_is_heard(story: Story) -> None:
    """The officer asks for a call, phones again and says that they have moved: coordinators and Ana hear it."""
    await taken(story)
    await word(story, "6")
    await word(story, "4")
    assert any("has moved" in text.body for text in story.phone("cora").texts)
    assert any("may have changed" in text.body for text in story.phone("ana").texts)
    await story.says("ana", "call", seconds=90)
    forget(story)


@pytest.mark.parametrize("clears", ["", "place", "rang"])
async def test_whoever_takes_it_after_the_officer_has_moved_hears_it(story: Story, clears: str) -> None:
    """The officer says so while everybody sleeps. Ana, who takes it then, must not drive to where they were; nor must
    Ben, who takes it after her. Once the new place is written, or a coordinator has rung the officer, nobody hears it
    any more."""
    callout = await story.paging(
        officer={"callback_phone": LISTED}, meeting_place={"address": "1 Old Street"}, seconds=4
    )
    assert "about the new place" in await word(story, "4")
    if clears == "place":
        await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"meeting_place": {"address": "2 New Road"}})
    elif clears == "rang":
        await story.town.service.runner.act(_done, callout["id"], "rang_officer", Actor(ActorKind.COORDINATOR, "cora"))
    for who in ("ana", "ben"):
        await story.says(who, "1 25", seconds=4)
        told = [text.body for text in story.phone(who).texts if "the place may have changed" in text.body]
        assert len(told) == (0 if clears else 1)
        rang = len(story.phone(who).calls)
        await story.passes(minutes=1, seconds=2)
        assert len(story.phone(who).calls) == rang + (0 if clears else 1)
        await story.says(who, f"{callout['code']} no", seconds=4)
    forget(story)


async def named(story: Story) -> tuple[dict[str, Any], str]:
    """A caller whose number is only listed names a station, and Ana goes. Her link."""
    await ring(story, LISTED)
    await press(story, LISTED, "2", "4", "7", "2")
    await story.passes(seconds=2)
    await story.hangs_up(LISTED, seconds=4)
    (callout,) = await opened(story)
    assert "names a place that nobody has confirmed" in story.phone("cora").texts[-1].body
    await story.says("ana", "omw 50", seconds=4)
    link = link_in(next(text.body for text in reversed(story.phone("ana").texts) if "/r/" in text.body))
    return callout, link


CONFIRMS = "A coordinator confirms the meeting place"


async def test_a_meeting_place_that_a_coordinator_confirms_rings_until_somebody_has_it(story: Story) -> None:
    """Whoever goes reads that a coordinator confirms it, so one is rung every two minutes until somebody has the alarm,
    and again five minutes later unless the place is confirmed."""
    callout, link = await named(story)
    assert CONFIRMS in (await look(story, link)).text
    before = rings(story)
    await story.passes(minutes=2)
    assert rings(story) == before + 1
    await story.passes(minutes=2)
    assert rings(story) == before + 2
    await story.says("cora", "OK", minutes=4, seconds=30)
    assert rings(story) == before + 2
    await story.passes(seconds=40)
    assert rings(story) == before + 3, "she had it, and nobody has confirmed the meeting place"
    async with told_by_cora(story) as cora:
        await does(
            cora, callout, {"do": "change_details", "changes": {"meeting_place": {"address": "4891 Atlantic Avenue"}}}
        )
    await story.passes(minutes=9)
    assert rings(story) == before + 3
    assert CONFIRMS not in (await look(story, link)).text
    assert "4891 Atlantic Avenue" in (await look(story, link)).text
    forget(story)
