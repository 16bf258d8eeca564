"""Stories in which somebody answers: at once, late, twice, both at the same instant."""

import asyncio

import pytest

from dispatch.actions.replies.record_reply import InboundText, record_reply
from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, t


async def test_acknowledged_at_once(story: Story) -> None:
    """The first page goes out at once; a reply with an ETA takes the call-out, and everybody hears what they need."""
    callout = await story.paging()
    page = story.expect_text("ana", "LBPD", callout["code"], "Reply 1")
    assert "http" not in page
    story.expect_text(DCFS, callout["code"])

    await story.passes(seconds=20)
    await story.says("ana", "1 25")

    story.expect_text("ana", callout["code"], "/r/")
    story.expect_text(OFFICER, "Ana", "02:39")
    story.expect_text(DCFS, callout["code"])
    status = await story.status(callout)
    assert (status["status"], status["specialist"]) == ("acknowledged", "Ana")


async def test_the_whole_night(story: Story) -> None:
    """Ana sleeps; Ben takes it, drives, arrives, leaves and comes home: every stamp is set, the clock stops at 29."""
    callout = await story.paging(minutes=5, seconds=3)
    story.expect_text("ana", callout["code"])
    story.expect_text("ana", callout["code"])
    assert story.expect_call("ana").status == "no-answer"
    story.expect_call("ana")
    story.expect_text("ben", callout["code"])
    story.forget(DCFS)

    await story.passes(seconds=55)
    await story.says("ben", "1 25", seconds=5)
    story.expect_text("ben", "/r/")
    story.expect_text("ana", "Ben has", callout["code"])
    story.expect_text(OFFICER, "Ben is coming", "02:44")
    story.expect_text(DCFS)

    await story.says("ben", "omw", minutes=22, seconds=55)
    story.expect_text("ben")
    await story.says("ben", "HERE", seconds=5)
    story.expect_text("ben")
    status = await story.status(callout)
    assert status["status"] == "on_scene"
    assert status["arrived_at"] == "2026-11-24T10:42:58Z"

    await story.passes(minutes=90)
    await story.says("ben", "done", minutes=20)
    story.expect_text("ben", "HOME")
    await story.says("ben", "home", minutes=600)
    story.expect_text("ben")
    assert (await story.status(callout))["status"] == "closed"
    assert not await story.rows(t.deadline)


@pytest.mark.both_databases
async def test_two_acknowledgements_at_the_same_instant(story: Story) -> None:
    """Of two who answer at the same moment exactly one has the call-out; the other is noted as an offer to join."""
    callout = await story.paging(minutes=5, seconds=2)
    story.forget("ana", "ben", DCFS)
    await asyncio.gather(story.phone("ana").reply("1 20"), story.phone("ben").reply("1 25"))
    await story.passes(seconds=5)

    assignments = await story.rows(t.assignment)
    assert sorted(row["role"] for row in assignments) == ["offered", "primary"]
    first = next(row["person"] for row in assignments if row["role"] == "primary")
    second = {"ana": "ben", "ben": "ana"}[first]
    story.expect_text(first, "/r/")
    told = [story.expect_text(second), story.expect_text(second)]
    assert any(f"{first.title()} has" in text for text in told)
    assert any("OMW" in text for text in told)
    story.expect_text(OFFICER, f"{first.title()} is coming")
    story.expect_text("cora", second.title(), "come too")
    story.expect_text(DCFS)
    assert (await story.timeline(callout)).count("acknowledged") == 1


async def test_a_late_answer_comes_as_a_partner(story: Story) -> None:
    """Whoever answers late is told who goes; on OMW they go as well, and arriving first stops the clock."""
    callout = await story.paging(minutes=5, seconds=2)
    await story.says("ben", "1 30", seconds=5)
    story.forget("ana", "ben", DCFS, OFFICER)

    await story.says("ana", "yes", seconds=5)
    story.expect_text("ana", "Ben", "OMW")
    story.expect_text("cora", "Ana", "come too")
    await story.says("ana", "omw", seconds=5)
    story.expect_text("ana", "/r/")
    story.expect_text("ben", "Ana goes along with you")

    await story.says("ana", "here", seconds=5)
    story.expect_text("ana")
    assert (await story.status(callout))["status"] == "on_scene"
    await story.says("ben", "here", seconds=5)
    story.expect_text("ben")
    for who in ("ana", "ben"):
        await story.says(who, "done", seconds=5)
        story.expect_text(who)
    assert (await story.status(callout))["status"] == "cleared"
    await story.says("ana", "home", seconds=5)
    story.expect_text("ana")
    await story.passes(minutes=60)
    story.expect_text("ben", "HOME")  # that Ana is home says nothing of him
    await story.says("ben", "home", seconds=5)
    story.expect_text("ben")
    assert (await story.status(callout))["status"] == "closed"


async def test_start_is_answered_by_text(story: Story) -> None:
    """Whoever takes our texts again reads so: nobody is rung for it."""
    await story.says("ana", "STOP", seconds=5)
    story.expect_text("cora", "opted out")
    story.forget("ana")
    await story.says("ana", "START", seconds=5)
    assert story.all_clears("cora") == ["Ana gets texts again; alarm over."]
    assert "our texts reach you again" in [text.body for text in story.phone("ana").texts][-1]
    story.told_texts[story.phone("ana").number] = len(story.phone("ana").texts)


async def test_a_y_to_a_question_that_was_rung_through_answers_it(story: Story) -> None:
    """Ana takes no texts, so "not going?" is said on the phone. Her Y had taken the call-out."""
    callout = await story.paging()
    await story.says("ana", "STOP", seconds=130)
    await story.says("ana", "my mother had a stroke, i am at the er with her", seconds=3)
    call = await story.answers("ana", seconds=1)
    assert "not going? Reply Y" in " ".join(call.heard)
    await story.hangs_up("ana", seconds=20)
    await story.says("ana", "Y", seconds=5)
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    assert (await story.status(callout))["status"] == "paging"
    assert [row["person"] for row in await story.rows(t.decline)] == ["ana"]


async def test_the_same_text_twice_is_one_text(story: Story) -> None:
    """A text that the carrier hands on twice does not count as two answers."""
    await story.paging()
    story.forget("ana", DCFS)
    text = InboundText("SM1", story.phone("ana").number, "1 25")
    runner = story.town.service.runner
    assert await runner.act(record_reply, text) is not None
    assert await runner.act(record_reply, text) is None
    await story.passes(seconds=5)
    story.expect_text("ana", "/r/")
    story.expect_text(OFFICER)
    story.expect_text(DCFS)


async def test_two_open_call_outs_need_the_code(story: Story) -> None:
    """With two open the second page says to put the code first. A bare yes takes neither; one with the code does."""
    first = await story.call_out()
    second = await story.paging("LAPD", officer=OTHER_OFFICER, seconds=62)
    story.expect_text("ana", f"LBPD call-out {first['code']}", "Reply 1 ")
    story.expect_text("ana", f"LAPD call-out {second['code']}", f"Reply {second['code']} 1 ", f"or {second['code']} 2")
    story.forget("ana", DCFS)
    await story.says("ana", "1 25", seconds=5)
    story.expect_text("ana", first["code"], second["code"])
    story.expect_text("cora", "Ana wrote", "1 25")
    await story.says("ana", f"{second['code'].lower()} 1 25", seconds=5)
    story.expect_text("ana", second["code"], "/r/")
    story.expect_text(OTHER, second["code"])
    story.expect_text(DCFS)
    assert (await story.status(first))["status"] == "paging"
    await story.passes(seconds=240)
    story.expect_text("ben", f"Reply {first['code']} 1 ")
    story.forget("ana", OFFICER)
    await story.says("ben", "hello?", seconds=5)
    story.expect_text("ben")
    story.expect_text("cora", "hello?")


async def test_who_is_home_can_take_the_next(story: Story) -> None:
    """Ana is home while Ben is still there: her bare yes is about the call-out that she is paged for."""
    first = await story.call_out()
    await story.passes(minutes=6)
    await story.replies("ben", "omw")
    await story.replies("ben", "here")
    await story.replies("ana", f"{first['code']} 1")
    await story.replies("ana", f"{first['code']} omw")
    await story.replies("ana", f"{first['code']} here")
    await story.replies("ana", "done")
    await story.says("ana", "home", seconds=5)
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    second = await story.paging(officer=OTHER_OFFICER)
    await story.says("ana", "1 25", seconds=5)
    assert [(await story.status(opened))["status"] for opened in (first, second)] == ["on_scene", "acknowledged"]
    story.forget("ana", OTHER, DCFS)


async def test_a_phone_that_answers_by_itself_is_heard_once(story: Story) -> None:
    """Ana's phone answers each of our texts with the same words: one alarm, one answer, and no endless exchange."""
    for _ in range(5):
        await story.says("ana", "I am driving right now, I will get back to you later.", seconds=5)
    story.expect_text("ana", "Not understood")
    story.expect_text("cora", "I am driving")
    assert len(await story.rows(t.inbound_text)) == 5
    await story.passes(minutes=11)
    await story.says("ana", "I am driving right now, I will get back to you later.", seconds=5)
    story.expect_text("ana", "Not understood")
    story.expect_text("cora", "I am driving")
