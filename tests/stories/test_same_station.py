"""Stories of two reports of one recovery that come out later, and of an officer who phones again and says nothing."""

from dataclasses import replace

from dispatch.rules.facts.roster import Agency
from dispatch.store import tables as t
from tests.stories.story import DCFS, OTHER, Story
from tests.stories.test_hotline import HOTLINE, LISTED, press, ring

LBPD: Agency = HOTLINE.agencies[0]
TWO_PHONES = replace(HOTLINE, agencies=(replace(LBPD, listed_numbers=(LISTED, OTHER)), *HOTLINE.agencies[1:]))

SET_IN = (TWO_PHONES,)


async def test_two_listed_phones_at_one_station_are_probably_about_the_same(story: Story) -> None:
    """Once the second has said where they are, coordinators hear it, and the view says so."""
    for phone in (LISTED, OTHER):
        await ring(story, phone)
        await press(story, phone, "2", "6", "7")
    before = [text.body for text in story.phone("cora").texts if "probably the same" in text.body]
    assert before == []
    for phone in (LISTED, OTHER):
        await press(story, phone, "1")
        await story.phone(phone).hang_up()
    await story.passes(seconds=2)
    first, second = sorted(await story.rows(t.callout), key=lambda row: row["received_at"])
    told = [text.body for text in story.phone("cora").texts if "probably the same" in text.body]
    assert len(told) == 1
    assert second["probable_duplicate_of"] == first["code"]
    assert "same meeting place" in told[0]
    assert first["open"]
    assert second["open"], "both are paged"
    story.forget("ana", "ben", "cora", DCFS, LISTED, OTHER)


async def test_whoever_phones_again_and_hangs_up_in_the_greeting_reaches_a_coordinator(story: Story) -> None:
    """It pages nobody anew; Cora reads of it, and is rung."""
    await ring(story, LISTED)
    await press(story, LISTED, "2", "6", "7", "1")
    await story.hangs_up(LISTED, seconds=70)
    story.forget("ana", "cora", DCFS, LISTED)
    rung = len(story.phone("cora").calls)
    await ring(story, LISTED)
    await story.passes(seconds=2)
    await story.hangs_up(LISTED, seconds=4)
    story.expect_text("cora", "the officer phoned again and hung up at once")
    assert len(story.phone("cora").calls) == rung + 1
    assert len(await story.rows(t.callout)) == 1
    story.forget("ana", "ben", "cora", DCFS, LISTED)
