"""Stories of nights with more than one call-out: who is out is left alone, and what is probably one is flagged."""

from typing import Any

import pytest

from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, tell
from twilio_simulator import Behaviour


async def another(story: Story, **detail: Any) -> dict[str, Any]:
    """A second call-out, from another officer of another agency."""
    return await story.call_out("LAPD", officer=OTHER_OFFICER, **detail)


async def ana_is_out(story: Story) -> dict[str, Any]:
    """Ana has a call-out and is on the way."""
    first = await story.paging()
    await story.says("ana", "OMW 25")
    story.forget("ana", OFFICER, DCFS)
    return first


async def test_who_is_home_is_paged_again(database_url: str) -> None:
    """Out ends at home, not at the scene: on the way home nobody turns round while others sleep in their beds. Where
    the deployment gives no rest, that is all."""
    async with tell(database_url, rest_hours=0) as story:
        first = await ana_is_out(story)
        for word in ("HERE", "DONE"):
            await story.says("ana", f"{first['code']} {word}")
        second = await another(story)
        await story.passes(seconds=2)
        story.forget("ana")
        story.expect_text("ben", second["code"])
        await story.request("POST", f"/v1/callouts/{second['code']}/cancel", "LAPD")
        await story.says("ana", f"{first['code']} HOME")
        story.forget("ana", "ben", OTHER, DCFS)
        third = await another(story)
        await story.passes(seconds=2)
        story.expect_text("ana", third["code"])
        await story.request("POST", f"/v1/callouts/{third['code']}/cancel", "LAPD")
        await story.passes(seconds=2)
        story.forget("ana", OTHER, DCFS)


async def test_who_is_out_is_asked_when_nobody_else_is_left(story: Story) -> None:
    """Ben and Cleo decline: Ana is paged although she is out, and is told that she is the last, by voice too."""
    await ana_is_out(story)
    second = await another(story)
    code = second["code"]
    await story.passes(seconds=2)
    await story.says("ben", f"{code} 2")
    story.forget("ben", "cora")  # everyone is being paged
    story.expect_text("cleo", code)
    await story.replies("cleo", f"{code} 2")
    story.behave("ana", Behaviour.ANSWERS)
    await story.passes(seconds=90)
    story.forget("cleo")
    story.expect_text("ana", code, "you are out, but you are the last we can ask", f"Reply {code} 1")
    assert "you are the last we can ask" in " ".join(story.expect_call("ana").heard)
    await story.says("ana", f"{code} 1 60")
    assert (await story.status({**second, "agency": "LAPD"}))["specialist"] == "Ana"
    story.forget("ana", "cora", OTHER, DCFS)


async def test_a_cry_with_the_code_of_what_is_over_rings_until_somebody_has_it(database_url: str) -> None:
    """Ana drives to the second, and names the first."""
    async with tell(database_url, rest_hours=0) as story:
        first = await ana_is_out(story)
        for word in ("HERE", "DONE", "HOME"):
            await story.replies("ana", f"{first['code']} {word}")
        second = await another(story)
        await story.passes(seconds=2)
        await story.says("ana", "OMW 25")
        story.forget("ana", OTHER, OFFICER, DCFS)
        await story.says("ana", f"{first['code']} SOS", minutes=2, seconds=2)
        story.expect_text("ana", "call 911")
        for _ in range(2):
            story.expect_text("cora", f"DANGER {second['code']}: Ana may be in danger")
            story.expect_call("cora")
        await story.says("cora", "ok")
        story.forget("cora")


# ---- probable duplicates -------------------------------------------------------------------------------------------


async def test_the_same_number_twice_is_flagged(story: Story) -> None:
    """The officer calls, and posts it too: both are paged, and coordinators and specialists hear what it may be."""
    first = await story.paging(meeting_place={"address": "Station 4"})
    await story.says("ana", "1 25", minutes=5)
    story.expect_text("ana", first["code"])
    link = story.expect_text("ana", "/r/").rpartition(" ")[2].removeprefix(story.town.url)
    assert "probably" not in (await story.request("GET", link)).text
    story.forget(OFFICER, DCFS)
    second = await story.paging("LAPD")
    story.expect_text("cora", second["code"], f"probably the same as {first['code']} (same callback number)")
    story.expect_text("ana", f"You still have {first['code']}. {second['code']} has come in, probably the same")
    story.expect_text("ben", second["code"], f"probably the same as {first['code']}")
    assert "probable_duplicate" in await story.timeline(second)
    assert f"{second['code']} is probably about the same" in (await story.request("GET", link)).text
    assert (await story.status(first))["status"] == "acknowledged"
    assert (await story.status({**second, "agency": "LAPD"}))["status"] == "paging"
    await story.request("POST", f"/v1/callouts/{second['code']}/cancel", "LAPD")
    await story.passes(seconds=2)
    story.forget("ben", OFFICER, DCFS)
    assert "probably" not in (await story.request("GET", link)).text


async def test_the_same_unit_twice_is_flagged(story: Story) -> None:
    """Two officers of one unit, each with a number of their own."""
    first = await story.call_out(unit="West Division")
    await story.passes(minutes=1)
    story.forget("ana", DCFS)
    second = await story.paging(unit="West Division", officer=OTHER_OFFICER)
    story.expect_text("cora", second["code"], f"probably the same as {first['code']} (same agency and unit)")
    for callout in (first, second):
        await story.request("POST", f"/v1/callouts/{callout['code']}/cancel")
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, OTHER, DCFS)


@pytest.mark.slow
async def test_what_is_not_alike_is_not_flagged(story: Story) -> None:
    """Another unit, the same unit of another agency, no unit, or more than half an hour later: nobody hears a thing."""
    opened = [
        await story.call_out(unit="West Division"),
        await story.call_out(unit="East Division", officer=OTHER_OFFICER),
        await story.call_out("LAPD", unit="West Division", officer={"callback_phone": "+15625550179"}),
        await story.call_out(officer={"callback_phone": "+15625550180"}),
        await story.call_out(officer={"callback_phone": "+15625550181"}),
    ]
    await story.passes(minutes=30, seconds=1)
    opened.append(await story.call_out(unit="West Division"))
    await story.passes(seconds=2)
    for callout in opened:
        assert "probable_duplicate" not in await story.timeline(callout)
    for callout in opened:
        for agency in ("LBPD", "LAPD"):
            await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", agency)
    await story.passes(seconds=5)
    story.forget("ana", "ben", "cleo", "cora", DCFS, OFFICER, OTHER, *(f"+156255501{n}" for n in (79, 80, 81)))


async def test_what_is_over_is_not_repeated(story: Story) -> None:
    """The officer cancels by mistake and calls again: there is nothing that it could be a duplicate of."""
    first = await story.call_out()
    await story.request("POST", f"/v1/callouts/{first['code']}/cancel")
    second = await story.paging()
    assert "probable_duplicate" not in await story.timeline(second)
    await story.request("POST", f"/v1/callouts/{second['code']}/cancel")
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, DCFS)
