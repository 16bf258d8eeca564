"""Stories about whoever drives, and whether they have been heard: the place is not safe, or their time has passed."""

import pytest

from tests.stories.story import DCFS, OFFICER, Behaviour, Story
from tests.stories.test_alarms import taken
from tests.stories.test_danger import drives
from tests.stories.test_people import office


async def unsafe(story: Story) -> str:
    """The agency's program says that the scene is not safe, while Ana drives there; returns the code."""
    callout = await story.paging()
    await taken(story)
    await story.says("ana", "omw")
    story.forget("ana", OFFICER, DCFS, "cora")
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"scene_safe": False})
    await story.passes(seconds=2)
    return str(callout["code"])


def unheard(story: Story, code: str) -> None:
    """Cora is rung: Ana drives there, and has not heard."""
    story.expect_text("cora", f"DANGER {code}", "Ana", "not heard", "+15625550101", "/a/")
    story.expect_call("cora")


# ---- the scene is not safe -----------------------------------------------------------------------------------------


async def test_whoever_drives_to_a_scene_that_is_not_safe_is_called_three_times(story: Story) -> None:
    """Ana gets a text, and calls at once and after one and three minutes. Cora is rung about the scene until she has
    it, and about Ana from the first call that Ana does not pick up."""
    code = await unsafe(story)
    story.expect_text("ana", f"{code}: the scene is not safe now. Stay away", "/r/")
    first = story.expect_call("ana")
    story.expect_text("cora", f"DANGER {code}: the caller says that the scene is not safe", "Ana", OFFICER, "/a/")
    story.expect_call("cora")
    await story.passes(minutes=1, seconds=5)
    second = story.expect_call("ana")
    unheard(story, code)
    await story.passes(minutes=2)
    third = story.expect_call("ana")
    after = [round((call.created_at - first.created_at).total_seconds() / 60) for call in (second, third)]
    assert after == [1, 3]
    await story.says("cora", f"{code} ok")
    story.forget("cora")
    await story.passes(minutes=6)
    story.expect_silence()


@pytest.mark.parametrize("cries", [True, False])
async def test_whoever_holds_everybody_back_is_asked_as_long_as_it_lasts(story: Story, cries: bool) -> None:
    """Ana waits on the road, so nothing else would ask: Cora is rung every ten minutes, though she was at it before."""
    code = await (drives(story) if cries else unsafe(story))
    if cries:
        await story.says(OFFICER, "he has a gun")
    await story.passes(seconds=2)
    await story.says("ana", "ok")
    for _ in range(3):
        await story.says("cora", f"{code} ok")
        story.forget("ana", "cora", OFFICER)
        await story.passes(minutes=10, seconds=2)
        story.expect_text("cora", f"ALARM {code}: you have this alarm, and somebody may be in danger")
        story.expect_call("cora")
    story.forget("ana", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("said", ["blorp the fnord", "I'm on my way.", "Sorry, I can't talk right now.", "eta 25"])
async def test_what_is_no_answer_to_it_ends_no_call(story: Story, said: str) -> None:
    """Two of these a phone writes by itself when its owner declines a call."""
    code = await unsafe(story)
    await story.says("cora", "ok")
    await story.says("ana", said)
    story.forget("ana", "cora", OFFICER)
    await story.passes(minutes=1)
    story.expect_call("ana")
    story.expect_text("cora", f"DANGER {code}", "not heard")
    story.expect_call("cora")
    await story.says("cora", "ok")
    await story.says("ana", "ok")
    story.forget("ana", "cora")


async def test_a_key_on_the_call_ends_the_calls(story: Story) -> None:
    """Ana picks up the first one, and presses 3 to hear where it was to be."""
    await unsafe(story)
    await story.says("cora", "ok")
    await story.answers("ana", seconds=1)
    await story.presses("ana", "3", seconds=1)
    await story.phone("ana").hang_up()
    story.forget("ana", "cora")
    await story.passes(minutes=4)
    story.expect_silence()


async def test_a_call_heard_to_its_end_ends_the_calls(story: Story) -> None:
    """Ana drives and presses nothing: she is called no more, and Cora reads that no key was pressed."""
    story.behave("ana", Behaviour.ANSWERS)
    code = await unsafe(story)
    await story.says("cora", "ok")
    story.forget("ana", "cora")
    await story.passes(minutes=1)
    story.expect_text("cora", f"{code}: Ana", "no key")
    await story.passes(minutes=4)
    story.expect_silence()


async def test_a_machine_has_heard_nothing(story: Story) -> None:
    """The first call goes to voicemail: Cora is rung at once, and Ana is called again."""
    story.behave("ana", Behaviour.VOICEMAIL)
    code = await unsafe(story)
    await story.says("cora", "ok")
    story.forget("ana", "cora")
    await story.passes(seconds=30)
    unheard(story, code)
    await story.passes(minutes=4)
    assert len(story.phone("ana").calls) == 3
    await story.says("cora", "ok")
    await story.says("ana", "ok")
    story.forget("ana", "cora")


async def test_a_call_that_is_hung_up_at_once_has_told_nothing(story: Story) -> None:
    await unsafe(story)
    await story.says("cora", "ok")
    await story.phone("ana").answer()
    await story.phone("ana").hang_up()
    story.forget("ana", "cora")
    await story.passes(minutes=1)
    story.expect_call("ana")
    story.forget("cora")
    await story.says("ana", "ok")
    story.forget("ana", "cora")


async def test_nobody_is_called_while_they_speak_with_us(story: Story) -> None:
    """Ana listens to the menu of an older call when the scene is no longer safe: she is called once she hangs up."""
    callout = await story.paging()
    await taken(story)
    await story.passes(minutes=15)
    await story.phone("ana").answer()
    await story.presses("ana", "1")
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"scene_safe": False})
    for _ in range(20):  # longer than a call waits for another
        await story.passes(seconds=7)
        await story.phone("ana").press("3")
    story.expect_text("ana", "not safe")
    assert len(story.phone("ana").calls) == story.told_calls[story.phone("ana").number]
    await story.hangs_up("ana", seconds=3)
    story.expect_call("ana")
    await story.says("ana", "ok")
    await story.says("cora", "ok")
    assert not [text for text in story.phone("cora").texts if "not heard" in text.body]
    story.forget("ana", "cora", OFFICER)


async def test_arrival_ends_no_danger(story: Story) -> None:
    """Ana drives into it and says HERE: Cora has the alarm, and is rung that Ana is there and has not heard."""
    code = await unsafe(story)
    await story.passes(minutes=1, seconds=5)
    await story.says("cora", f"{code} ok")
    await story.says("ana", "here")
    story.forget("ana", "cora", OFFICER)
    await story.passes(minutes=2)
    story.expect_call("ana")
    story.expect_text("cora", f"DANGER {code}: Ana is there and has not heard")
    story.expect_call("cora")
    await story.says("ana", "ok")
    await story.says("cora", f"{code} ok")
    story.forget("ana", "cora")
    await story.passes(minutes=6)


async def test_an_officer_s_threat_climbs_the_same_ladder(story: Story) -> None:
    code = await drives(story)
    await story.says(OFFICER, "shots fired")
    await story.says("cora", "ok")
    story.forget("ana", "cora", OFFICER)
    await story.passes(minutes=1)
    story.expect_call("ana")
    unheard(story, code)
    await story.passes(minutes=2)
    story.expect_call("ana")
    await story.says("cora", f"{code} ok")
    await story.says("ana", "ok")
    story.forget("ana", "cora")
    await story.passes(minutes=6)


async def test_they_go_on_once_a_coordinator_says_that_the_officer_is_safe(story: Story) -> None:
    """A stay-away that nobody could lift would leave the child waiting."""
    code = await drives(story)
    await story.says(OFFICER, "shots fired")
    await story.says("cora", "ok")
    story.forget("ana", "cora", OFFICER)
    await story.says("cora", f"{code} officer is safe")
    story.expect_text("cora", f"{code}: noted that the officer is safe")
    story.expect_text("ana", "Please look before you go on", "/r/")
    await story.says("ana", "omw")
    assert "Stay away" not in story.expect_text("ana")
    await story.passes(minutes=4)
    assert not [text for text in story.phone("cora").texts if "not heard" in text.body]
    story.forget("ana", "cora", OFFICER)


async def test_a_scene_that_is_safe_again(story: Story) -> None:
    """Nobody is called any more, Ana is asked to look, and Cora reads that it is over."""
    callout = await story.paging()
    await taken(story)
    story.forget("ana", "cora")
    for safe in (False, None, True):
        await story.request("PATCH", f"/v1/callouts/{callout['id']}", json={"scene_safe": safe})
        await story.passes(seconds=2)
    story.expect_text("ana", "not safe")
    story.expect_call("ana")
    story.expect_text("ana", "has changed. Please look")
    story.expect_text("cora", "not safe")
    story.expect_call("cora")
    story.expect_text("cora", "the caller now says that the scene is safe")
    assert len(story.all_clears("cora")) == 1
    await story.passes(minutes=4)


# ---- the time of arrival has passed --------------------------------------------------------------------------------


async def late(story: Story) -> str:
    """Ana drives, said 02:39, and it is 02:44; returns the code."""
    code = await drives(story)
    await story.passes(minutes=30)
    return code


def asked(story: Story, code: str) -> None:
    story.expect_text("ana", code, "/r/")


def rung(story: Story, code: str) -> None:
    story.expect_text("cora", f"ALARM {code}: Ana", "does not answer", "+15625550101", "/a/")
    story.expect_call("cora")


async def test_a_driver_who_is_not_there_and_says_nothing(story: Story) -> None:
    """Five minutes after her time Ana is asked, Cora is rung, Ben is asked to go along, and the officer hears it; Cora
    is rung every ten minutes, until Ana is heard."""
    code = await late(story)
    asked(story, code)
    rung(story, code)
    story.expect_text(OFFICER, f"{code}: Ana was due at 02:39", "asking")
    story.expect_text("ben", code, "Reply 1")
    await story.passes(minutes=1)
    story.expect_call("ben")
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.passes(minutes=9)
    asked(story, code)
    story.expect_text("cora", f"ALARM {code}: 20 minutes left")
    rung(story, code)
    await story.says("ana", "ok")
    assert any("Ana has answered" in text for text in story.all_clears("cora"))
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.passes(minutes=10)
    asked(story, code)
    assert len(story.phone("cora").calls) == story.told_calls[story.phone("cora").number]
    story.forget("ana", "ben", "cleo", "cora", OFFICER)


async def test_an_owner_is_asked_again_until_the_driver_is_heard(story: Story) -> None:
    """Cora says that she has it, and sleeps: she is rung after ten minutes, although Ana is on the way."""
    code = await late(story)
    await story.says("cora", "ok")
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.passes(minutes=10)
    story.expect_text("cora", f"ALARM {code}: 20 minutes left")
    story.expect_text("cora", f"ALARM {code}: you have this alarm, and Ana is silent")
    story.expect_call("cora")
    await story.says("ana", "eta 15")
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.passes(minutes=12)
    assert len(story.phone("cora").calls) == story.told_calls[story.phone("cora").number]
    story.forget("ana", "ben", "cleo", "cora", OFFICER)


# ---- what is going on is said first --------------------------------------------------------------------------------


@pytest.mark.costs(2)
@pytest.mark.slow
async def test_nobody_is_coming_is_not_said_while_a_phone_rings(story: Story) -> None:
    """The target is near and then past, and the officer asks for a call: the board says who is paged."""
    callout = await story.paging()
    code = callout["code"]
    async with office(story) as cora:
        for minutes in (1, 45, 20):
            await story.passes(minutes=minutes)
            for path in ("/", f"/callouts/{code}"):
                seen = (await cora.see(path)).lower()
                assert "nobody is coming" not in seen
                assert "paging" in seen
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
