"""Stories of a call-out that is closed before the officer has had our first text: nothing comes behind "nobody will
come"."""

import pytest

from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, Story, tell
from tests.stories.test_danger import close_by_slip
from tests.stories.test_hotline import HOTLINE, LISTED, press, ring
from twilio_simulator.faults import Doomed, Effect, ServerError, TooManyRequests

PAGING, OVER = "we page for your request", "closed by our coordinator, nobody will come"


def texts(story: Story, phone: str) -> list[str]:
    return [text.body for text in story.phone(phone).texts]


async def test_whoever_phoned_is_not_told_a_minute_later_that_we_page(database_url: str) -> None:
    """On the hotline the first text waits until the menu is over."""
    async with tell(database_url, HOTLINE) as story:
        await ring(story, LISTED)
        await press(story, LISTED, "2", "6", "7", "1")
        await story.phone(LISTED).hang_up()
        await close_by_slip(story, (await story.rows(t.callout))[0]["code"])
        await story.passes(minutes=3)
        assert [OVER in text for text in texts(story, LISTED)] == [True]
        story.forget("ana", "ben", "cora", DCFS, LISTED)


@pytest.mark.parametrize("trouble", [TooManyRequests(), ServerError()])
async def test_a_first_text_that_the_carrier_did_not_take_is_not_sent_again(story: Story, trouble: Effect) -> None:
    """Refused, or its fate is unknown: meanwhile the call-out is closed."""
    fault = story.town.carrier.faults.add(trouble, number=OFFICER, only="message", times=None)
    callout = await story.paging()
    assert fault.struck
    fault.off()
    await close_by_slip(story, callout["code"])
    await story.passes(minutes=3)
    assert [OVER in text for text in texts(story, OFFICER)] == [True]
    story.forget("ana", "ben", "cora", DCFS, OFFICER)


async def test_a_first_text_that_turns_out_lost_is_not_rung_after_the_end(story: Story) -> None:
    """That it did not arrive is learnt half a minute later. The text of the end did."""
    story.town.carrier.faults.add(Doomed("undelivered", 30003), number=OFFICER, only="message")
    story.phone(OFFICER).delivers_after = 30
    callout = await story.paging(seconds=3)
    story.phone(OFFICER).delivers_after = 1
    await close_by_slip(story, callout["code"])
    await story.passes(minutes=2)
    assert [OVER in text for text in texts(story, OFFICER)] == [True]
    assert story.phone(OFFICER).calls == []
    assert not any("did not reach" in text for text in texts(story, "cora"))
    story.forget("ana", "ben", "cora", DCFS, OFFICER)


async def test_the_end_itself_is_rung_when_its_text_is_lost(story: Story) -> None:
    """So is the first text, and only the end is said."""
    story.town.carrier.faults.add(Doomed("undelivered", 30003), number=OFFICER, only="message", times=None)
    story.phone(OFFICER).delivers_after = 30
    callout = await story.paging(seconds=3)
    await close_by_slip(story, callout["code"])
    await story.passes(seconds=40)
    (call,) = story.phone(OFFICER).calls
    await story.answers(OFFICER, seconds=30)
    assert "so we ring you with the news" in call.heard[0]
    assert OVER in call.heard[0]
    story.forget("ana", "ben", "cora", DCFS, OFFICER)
