"""Stories in which somebody answers."""

from tests.stories.story import DCFS, OFFICER, Story


async def test_acknowledged_at_once(story: Story) -> None:
    """The first page goes out at once; a reply with an ETA takes the call-out, and everybody hears what they need."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    page = story.expect_text("ana", "LBPD", callout["code"], "Reply 1")
    assert "http" not in page
    story.expect_text(DCFS, callout["code"])

    await story.passes(seconds=20)
    await story.replies("ana", "1 25")
    await story.passes(seconds=2)

    story.expect_text("ana", callout["code"], "/r/")
    story.expect_text(OFFICER, "Ana", "02:39")
    story.expect_text(DCFS, callout["code"])
    status = await story.status(callout)
    assert (status["status"], status["specialist"]) == ("acknowledged", "Ana")
