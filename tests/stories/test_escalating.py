"""Stories in which the first one asked does not come: declined, unreachable, silent, off shift."""

import pytest

from tests.stories.story import DCFS, NIGHT, OFFICER, Behaviour, Story, t


async def test_declined_pages_the_next_now(story: Story) -> None:
    """A no brings the backup's page at once, not when the step ends; the one who declined is not paged again."""
    callout = await story.paging(seconds=30)
    story.forget("ana", DCFS)
    await story.says("ana", "no puedo")
    story.expect_text("ana")
    story.expect_text("ben", callout["code"])
    await story.passes(seconds=20)
    await story.says("ben", "1 10", minutes=4)
    story.expect_text("ben", "/r/")
    story.forget(OFFICER, DCFS)


async def test_voicemail_is_nobody(story: Story) -> None:
    """Machines that pick up acknowledge nothing: once every way to Ana has failed the backup is paged, before 02:19."""
    story.behave("ana", Behaviour.VOICEMAIL)
    callout = await story.paging(minutes=4, seconds=50)
    story.expect_text("ana")
    story.expect_text("ana")
    story.expect_call("ana")
    story.expect_call("ana")
    story.expect_text("ben", callout["code"])
    story.forget(DCFS)
    kinds = await story.timeline(callout)
    assert "acknowledged" not in kinds
    assert kinds.count("page_failed") == 2
    await story.says("ben", "1", seconds=5)
    story.forget("ana", "ben", OFFICER, DCFS)


@pytest.mark.slow
async def test_everyone_silent_for_three_rounds(story: Story) -> None:
    """When the chain runs out coordinators are alarmed, their phones ring, and everybody is paged, round after round;
    the officer is told the truth, and paging never stops."""
    callout = await story.paging(minutes=25, seconds=5)
    everybody = ("ana", "ben", "cleo", DCFS)
    story.forget(*everybody)
    alarms = [story.expect_text("cora", callout["code"]) for _ in range(4)]
    assert len({alarm for alarm in alarms if "round" in alarm.lower() or "everyone" in alarm.lower()}) >= 3
    rung = [story.expect_call("cora").created_at - NIGHT for _ in range(4)]
    assert [round(span.total_seconds() / 60) for span in rung] == [10, 15, 20, 25]
    told = [story.expect_text(OFFICER, callout["code"]) for _ in range(3)]
    assert all("8" in told[0] or "nobody" in text.lower() for text in told)
    paged = [row for row in await story.rows(t.page) if row["purpose"] == "page" and row["step"] == 5]
    assert {row["person"] for row in paged} == {"ana", "ben", "cleo"}

    await story.says("cleo", "1 20", seconds=5)
    story.expect_text("cleo", "/r/")
    story.expect_text(OFFICER, "Cleo is coming")
    story.expect_text("ana", "Cleo")
    story.expect_text("ben", "Cleo")
    story.forget(DCFS)


async def test_opted_out_is_rung_at_once(story: Story) -> None:
    """Somebody who has texted STOP is rung from the first second, and coordinators are alarmed."""
    story.behave("ana", Behaviour.OPTED_OUT)
    callout = await story.paging()
    story.expect_call("ana")
    story.expect_text("cora", "Ana", "opted out")
    story.forget(DCFS)
    await story.phone("ana").answer()
    await story.presses("ana", "1", seconds=60)
    assert (await story.status(callout))["specialist"] == "Ana"
    story.forget(OFFICER, DCFS, "ana")


async def test_whoever_has_it_can_let_go(story: Story) -> None:
    """A no from whoever has it starts the paging again with the next one; officer and coordinators hear of it."""
    callout = await story.paging()
    await story.replies("ana", "1 25")
    await story.passes(seconds=20)  # she has read the confirmation, which offers a no
    story.forget("ana", OFFICER, DCFS)
    await story.says("ana", "cant", seconds=5)
    story.expect_text("ana")
    story.expect_text(OFFICER, callout["code"])
    story.expect_text("cora", "Ana")
    story.expect_call("cora")  # a child waits with nobody on the way
    story.expect_text("ben", callout["code"])
    stands = await story.status(callout)
    assert (stands["status"], stands["acknowledged_at"]) == ("paging", None)
    await story.says("ben", "1 30", seconds=5)
    story.expect_text(OFFICER, "Ben is coming")
    story.forget("ben", DCFS)
