"""A NO that may be about something else releases nobody, and nobody waits for what it meant."""

from typing import Any

import pytest

from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, Behaviour, Story
from twilio_simulator import Late


async def driving(story: Story) -> dict[str, Any]:
    """Ana drives to a call-out, and has just been answered that her new time is noted."""
    callout = await story.paging()
    await story.replies("ana", "1 25")
    await story.says("ana", "omw", seconds=20)
    await story.says("ana", "eta 30", seconds=20)
    story.forget("ana", "cora", OFFICER, DCFS)
    return callout


async def test_a_no_to_something_else(story: Story) -> None:
    """She is asked once; OMW keeps it, and nobody is rung."""
    callout = await driving(story)
    await story.says("ana", "No thanks", seconds=5)
    story.expect_text("ana", f"{callout['code']} NO lets it go, OMW keeps it")
    story.expect_text("cora", "Ana wrote", "No thanks")
    assert (await story.status(callout))["status"] == "en_route"
    await story.says("ana", "yes", seconds=5)
    story.expect_text("ana", f"{callout['code']} NO lets it go, OMW keeps it")
    await story.says("ana", "omw", minutes=5)
    story.expect_text("ana", "on your way")
    assert (await story.status(callout))["status"] == "en_route"


async def test_a_second_no_counts(story: Story) -> None:
    """As the answer to the question, not to a text that she cannot have read yet."""
    callout = await driving(story)
    await story.replies("ana", "no")
    await story.says("ana", "No", seconds=20)
    story.expect_text("ana", "NO lets it go")
    story.expect_text("ana", "NO lets it go")
    story.forget("cora")
    assert (await story.status(callout))["status"] == "en_route"
    await story.says("ana", "NO", seconds=5)
    story.expect_text("ana", "you are not going")
    story.forget("ben", "cora", OFFICER)
    assert (await story.status(callout))["status"] == "paging"


@pytest.mark.parametrize("text", ["no", "2"])
async def test_a_no_to_a_reminder_may_say_not_yet(story: Story, text: str) -> None:
    """Her time has passed, and "NO only if you cannot go" stands behind two other words: she is asked once."""
    callout = await driving(story)
    await story.passes(minutes=45)
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.says("ana", text, seconds=20)
    story.expect_text("ana", f"{callout['code']}: if you cannot go, reply NO" if text == "2" else "NO lets it go")
    story.forget("cora", OFFICER)
    assert (await story.status(callout))["status"] == "en_route"
    await story.says("ana", "NO", seconds=5)
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_a_no_to_a_call_may_say_not_yet(story: Story) -> None:
    """No text reaches her any more, so the reminder rings: the last text that she has read offered a NO, and is not
    what she answers."""
    callout = await story.paging()
    await story.says("ana", "1 25", seconds=20)
    story.behave("ana", Behaviour.LANDLINE)
    while not [row for row in await story.rows(t.page) if (row["purpose"], row["channel"]) == ("reminder", "voice")]:
        await story.passes(seconds=30)
    await story.passes(seconds=20)
    await story.says("ana", "no", seconds=5)
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.says("ana", f"{callout['code']} NO", seconds=5)
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_her_phone_rings_after_a_minute(story: Story) -> None:
    """1 keeps it; 2 would let it go."""
    callout = await driving(story)
    await story.says("ana", "no", seconds=61)
    story.forget("cora")
    ana = story.phone("ana")
    call = await ana.answer()
    await story.passes(seconds=1)
    assert "press 2 to let it go" in " ".join(call.heard).lower()
    await ana.press("1")
    await story.passes(seconds=5)
    assert "you still have it" in " ".join(call.heard)
    await ana.hang_up()
    await story.passes(minutes=5)
    story.forget("ana")
    assert (await story.status(callout))["status"] == "en_route"


async def test_after_two_minutes_others_are_asked_beside_her(story: Story) -> None:
    """Coordinators are rung, Ben is asked to go along, and she still has it; then Ben goes, and she may."""
    callout = await driving(story)
    await story.says("ana", "no", minutes=2, seconds=1)
    story.expect_text("ana", "NO lets it go")
    story.expect_call("ana")
    story.expect_text("cora", "Ana wrote")
    story.expect_text("cora", "Ana wrote NO", "Asked too: Ben")
    story.expect_call("cora")
    story.expect_text("ben", "Ana has", f"{callout['code']} OMW")
    story.expect_call("ben")
    assert (await story.status(callout))["status"] == "en_route"
    await story.says("ben", "omw", seconds=5)
    story.expect_text("ben", "you go along")
    story.expect_text("ana", "Ben goes along")
    await story.says("ana", f"{callout['code']} NO", seconds=5)
    assert (await story.status(callout))["specialist"] == "Ben"
    story.forget("ana", "ben", "cora", OFFICER, DCFS)


async def test_a_call_that_asks_ends_with_the_answer(story: Story) -> None:
    """Her phone rings to ask whether she goes, and she lets it go by text: it rings no more about what she has not."""
    callout = await driving(story)
    await story.says("ana", "no", seconds=61)
    rung = story.expect_call("ana")
    await story.says("ana", f"{callout['code']} NO", seconds=5)
    assert rung.status == "canceled"
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ana", "ben", "cora", OFFICER, DCFS)


async def test_a_no_that_was_written_before_a_late_text_came(story: Story) -> None:
    """The carrier took the confirmation at once and brought it half a minute later: a NO seconds after that answers
    something else."""
    callout = await story.paging()
    story.town.carrier.faults.add(Late(30.0), times=None, number=story.phone("ana").number)
    await story.says("ana", "1 25", seconds=36)
    story.town.carrier.faults.clear()
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says("ana", "no", seconds=5)
    story.expect_text("ana", f"{callout['code']} NO lets it go, OMW keeps it")
    story.forget("cora")
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.says("ana", "omw", seconds=5)
    story.forget("ana", "cora", OFFICER)


async def test_she_goes_after_all(story: Story) -> None:
    """Coordinators and Ben were rung because she wrote no: both hear that she goes, and no alarm stands."""
    await driving(story)
    await story.says("ana", "no", minutes=2, seconds=1)
    story.forget("ana", "ben", "cora")
    await story.says("ana", "omw", seconds=5)
    story.expect_text("ana", "on your way")
    story.expect_text("ben", "Ana has", "Nothing to do")
    assert [one.partition(": ")[2] for one in story.all_clears("cora")] == ["Ana has answered, and goes; alarm over."]
    assert all(alarm["ended_at"] for alarm in await story.rows(t.alarm) if alarm["kind"] == "still_unclear")
