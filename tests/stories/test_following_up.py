"""Stories about what carries the night: texts fit the hour they leave in, and what must be heard is followed up."""

from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story
from twilio_simulator import Doomed, Lost, ServerError, TooManyRequests

PLACE = {"address": "Station 4, Pacific Avenue"}


async def _taken_by_ana(story: Story) -> dict[str, object]:
    callout = await story.paging(meeting_place=PLACE)
    await story.says("ana", "1 25")
    story.expect_text("ana")
    story.expect_text("ana", "/r/")
    story.forget(OFFICER, DCFS)
    return callout


def _texts_do_not_arrive(story: Story, who: str, code: int = 30008, times: int | None = None) -> None:
    story.town.carrier.faults.add(
        Doomed("undelivered", code), times=times, only="message", number=story.phone(who).number
    )


# ---- words that fit the hour ---------------------------------------------------------------------------------------


async def test_a_text_asks_for_the_code_when_it_is_needed(story: Story) -> None:
    """Ana's second text was decided while one call-out was open, and leaves while two are; Ben's, when one is off."""
    first = await story.paging(seconds=100)
    second = await story.call_out("LAPD", officer=OTHER_OFFICER)
    story.expect_text("ana", first["code"], "Reply 1 ")
    await story.passes(seconds=52)
    story.expect_text("ana", f"Reply {second['code']} 1 ")
    story.expect_text("ana", "Again", f"Reply {first['code']} 1 ", f"or {first['code']} 2")
    await story.request("POST", f"/v1/callouts/{second['id']}/cancel", "LAPD", json={})
    await story.passes(seconds=150)
    story.expect_text("ben", first["code"], "Reply 1 ")
    story.forget("ana", OFFICER, OTHER, DCFS)
    await story.says("ben", "1")
    story.forget("ana", "ben", OFFICER, OTHER, DCFS)


async def test_a_copy_in_doubt_keeps_its_words(story: Story) -> None:
    """A text that the carrier may have is looked for by its words, so another call-out does not change them."""
    faults, ana = story.town.carrier.faults, story.phone("ana")
    faults.add(ServerError(503, accepted=True), only="message", number=ana.number)
    faults.add(ServerError(500), only="message", number=ana.number, on="read")
    faults.add(Lost(), times=None, number=ana.number)
    first = await story.call_out()
    second = await story.paging("LAPD", officer=OTHER_OFFICER, seconds=20)
    story.expect_text("ana", first["code"], "Reply 1 ")
    story.expect_text("ana", f"Reply {second['code']} 1 ")
    for callout in (first, second):
        await story.replies("ana", f"{callout['code']} 1")
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, OTHER, DCFS)


async def test_what_is_sent_again_has_the_same_words(story: Story) -> None:
    """A text that was not found at the carrier may be there all the same, so its copy says the same."""
    story.town.carrier.faults.add(ServerError(500), only="message", number=story.phone("ana").number)
    first = await story.call_out()
    second = await story.paging("LAPD", officer=OTHER_OFFICER, seconds=5)
    said = [story.expect_text("ana"), story.expect_text("ana")]
    assert any(f"{first['code']}. Reply 1 " in one for one in said)
    assert any(f"Reply {second['code']} 1 " in one for one in said)
    story.forget(DCFS)
    for callout in (first, second):
        await story.replies("ana", f"{callout['code']} 1")
    await story.passes(seconds=2)
    story.forget("ana", OFFICER, OTHER, DCFS)


async def test_nobody_is_told_who_has_it_when_nobody_has(story: Story) -> None:
    """Ana's stand-down waits for a busy carrier; by the time it could go out Ben has let go, and she is needed."""
    callout = await story.paging(minutes=5, seconds=2)
    story.forget("ana", "ben", DCFS)
    busy = story.town.carrier.faults.add(
        TooManyRequests(), times=None, only="message", number=story.phone("ana").number
    )
    await story.says("ben", "1", seconds=1)
    await story.says("ben", f"{callout['code']} 2", seconds=1)
    busy.off()
    await story.passes(seconds=30)
    assert not [text for text in story.phone("ana").texts if "Ben has" in text.body]
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    await story.says("ana", f"{callout['code']} 1")
    story.forget("ana", "ben", "cleo", OFFICER, DCFS)


# ---- what must be heard --------------------------------------------------------------------------------------------


async def test_where_to_go_is_said_on_the_phone(story: Story) -> None:
    """The text with the link does not arrive: Ana is rung, and hears the place with a key."""
    callout = await story.paging(meeting_place=PLACE)
    story.expect_text("ana")
    _texts_do_not_arrive(story, "ana")
    await story.says("ana", "1 25", seconds=5)
    call = story.expect_call("ana")
    ana = story.phone("ana")
    await ana.answer()
    await story.passes(seconds=1)
    assert f"call-out {', '.join(callout['code'])} did not reach you" in " ".join(call.heard)
    assert "http" not in " ".join(call.heard)
    await ana.press("3")
    await story.passes(seconds=1)
    assert "Pacific Avenue" in " ".join(call.heard)
    await ana.hang_up()
    await story.passes(seconds=2)
    story.forget(OFFICER, DCFS)


async def test_nobody_drives_in_vain(story: Story) -> None:
    """The call-out is off while Ana drives, and the text does not arrive: her phone rings and says so."""
    callout = await _taken_by_ana(story)
    await story.says("ana", "omw")
    story.forget("ana")
    _texts_do_not_arrive(story, "ana")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", json={})
    await story.passes(seconds=5)
    call = story.expect_call("ana")
    await story.answers("ana", seconds=30)
    assert "is off" in " ".join(call.heard)
    story.forget(OFFICER, DCFS)


async def test_a_filter_is_the_operators_alarm(story: Story) -> None:
    """The carrier filters what we write, whatever it was for: one alarm says so, and not one for each text."""
    await story.paging(meeting_place=PLACE)
    story.expect_text("ana")
    for who in (OFFICER, DCFS):
        _texts_do_not_arrive(story, who, 30007)
    _texts_do_not_arrive(story, "ana", 30007)
    await story.says("ana", "1 25", seconds=5)
    told = [text.body for text in story.phone("cora").texts]
    assert sum("30007" in one for one in told) == 1
    story.expect_call("ana")
    await story.passes(minutes=1)
    story.forget("cora", OFFICER, DCFS)


async def test_a_reminder_shows_the_way_again(story: Story) -> None:
    """Each question on the way has a link of its own behind it, which opens."""
    await _taken_by_ana(story)
    await story.passes(minutes=10)
    link = story.expect_text("ana", "Reply OMW when you leave", "NO only if you cannot go", "/r/")
    path = link[link.index("/r/") :]
    assert (await story.request("GET", path)).status_code == 200
    await story.says("ana", "omw", minutes=20)
    story.expect_text("ana", "on your way")
    assert path not in story.expect_text("ana", "your ETA has passed", "/r/")
    story.forget("ana", "ben", "cleo", "cora", OFFICER)
    await story.says("ana", "here")
    story.expect_text("ben", "Ana is there")  # he was asked along, as nothing was heard of Ana
    story.forget("ana")
