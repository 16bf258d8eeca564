"""Stories of a key that is named only where it does what is said."""

from tests.stories.story import DCFS, Story
from tests.stories.test_hotline import HOTLINE, PIN, heard, opened, press, ring

SET_IN = (HOTLINE,)


async def test_a_caller_over_the_bound_hears_what_is_so_and_how_to_be_verified(story: Story) -> None:
    """Ten strangers have called; the eleventh may be an officer. Key 1 would send nobody, so it is not named: a
    coordinator decides, and the PIN sends a specialist at once."""
    strangers = [f"+1310555018{number}" for number in range(10)]
    for phone in strangers:
        await ring(story, phone)
        await story.phone(phone).hang_up()
    honest = "+13105550170"
    call = await ring(story, honest)
    await story.passes(seconds=6)
    said = heard(call)
    assert "press 1" not in said.lower()
    assert "If you have your agency's hotline PIN, press 2" in said
    before = len(await opened(story))
    await press(story, honest, "1")
    await story.passes(seconds=4)
    assert len(await opened(story)) == before
    assert "Press 1 to send a specialist now" not in heard(call)
    assert "we send now: press 8" in heard(call)
    await press(story, honest, "8")
    await story.presses(honest, f"{PIN}#")
    assert [callout["trust"] for callout in await opened(story)].count("likely") == 1
    await story.hangs_up(honest)
    story.forget("ana", "ben", "cleo", "cora", DCFS, honest, *strangers)
