"""Stories about danger: the officer's, towards whom somebody drives, and our own people's, after the call-out as well."""

from tests.stories.story import DCFS, OFFICER, Story
from tests.stories.test_alarms import says, taken

CORA = "+15625550110"


async def drives(story: Story) -> str:
    """Ana has it and drives; returns the code."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    await taken(story)
    await says(story, "ana", "omw")
    story.forget("ana", OFFICER, DCFS, "cora")
    return str(callout["code"])


# ---- the officer in danger -----------------------------------------------------------------------------------------


async def test_whoever_drives_there_is_told_to_stay_away(story: Story) -> None:
    """The officer writes of shots: Ana is texted and rung at once, without the words, and Cora reads who comes."""
    code = await drives(story)
    await says(story, OFFICER, "shots fired at 400 Broadway")
    told = story.expect_text("ana", f"{code}: the officer may be in danger. Stay away", CORA, "/r/")
    assert "Broadway" not in told
    story.expect_call("ana")
    story.expect_text("cora", f"DANGER {code}", OFFICER, "Ana is coming, ETA 02:39.", f"{code} OK")
    story.expect_call("cora")
    story.expect_text(OFFICER, "call 911")
    await says(story, "cora", "ok")
    story.forget("cora")


async def test_the_call_says_why_it_rings(story: Story) -> None:
    """What Ana hears when she picks up."""
    await drives(story)
    await says(story, OFFICER, "he's got a knife")
    call = story.expect_call("ana")
    await story.phone("ana").answer()
    await story.passes(seconds=1)
    assert "the officer may be in danger. Stay away" in " ".join(call.heard)
    story.forget("ana", "cora", OFFICER)
    await says(story, "cora", "ok")
    story.forget("cora")


async def test_whoever_takes_it_afterwards_hears_it_too(story: Story) -> None:
    """The cry came while Ana slept. With the confirmation she hears to stay away."""
    code = str((await story.call_out())["code"])
    await story.passes(seconds=2)
    await says(story, OFFICER, "he has a gun")
    story.forget("ana", "cora", OFFICER)
    await says(story, "ana", "1 25")
    story.expect_text("ana", f"You have {code}")
    story.expect_text("ana", "the officer may be in danger. Stay away")
    story.expect_call("ana")
    await says(story, "cora", "ok")
    story.forget("cora", OFFICER, DCFS)


# ---- what the caller adds ------------------------------------------------------------------------------------------


async def test_a_scene_that_is_no_longer_safe_is_heard_on_the_road(story: Story) -> None:
    """The agency's program says so: Ana is texted and rung, Cora reads it; said again it is no news."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    await taken(story)
    code = callout["code"]
    for _ in range(2):
        await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"scene_safe": False})
        await story.passes(seconds=2)
    story.expect_text("ana", f"{code}: the scene is not safe now. Stay away", "/r/")
    story.expect_call("ana")
    story.expect_text("cora", f"{code}: the caller now says that the scene is not safe", "Ana is coming.", OFFICER)


async def test_a_medical_need_is_read_behind_the_link(story: Story) -> None:
    """A text names no injury: Ana is asked to look."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    await taken(story)
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"medical_need": True})
    await story.passes(seconds=2)
    assert "medical" not in story.expect_text("ana", "has changed. Please look", "/r/")
