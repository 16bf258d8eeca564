"""Stories told from the views behind links: somebody presses a button instead of writing a text."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.inbound.house import unbroken
from tests.stories.story import DCFS, OFFICER, Story, tell


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Story]:
    async with tell(database_url) as told:
        yield told


def link_in(text: str, kind: str = "r") -> str:
    found = re.search(rf"https?://\S+(/{kind}/\w+)", text)
    assert found is not None, text
    return found[1]


async def look(story: Story, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=story.town.url, timeout=60) as phone:
        return await phone.get(path)


async def press(story: Story, path: str, **form: str) -> httpx.Response:
    """Press a button of a page, as its own browser does; what that sends goes out."""
    async with httpx.AsyncClient(base_url=story.town.url, timeout=60) as phone:
        answer = await phone.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    await story.passes(seconds=4)  # until the carrier has delivered it, and a thumb no longer presses twice
    return answer


async def _taken(story: Story) -> tuple[dict[str, Any], str]:
    callout = await story.paging()
    story.expect_text("ana", "LBPD")
    await story.says("ana", "1")
    return callout, link_in(story.expect_text("ana", "/r/"))


async def test_a_night_is_pressed_not_texted(night: Story) -> None:
    """The link is previewed by a program and opened twice, then pressed: each press is heard once, and nothing more."""
    callout, path = await _taken(night)
    night.forget(OFFICER, DCFS)
    for _ in range(2):
        assert (await look(night, path)).status_code == 200
    night.expect_silence()
    await press(night, f"{path}/stamp", stamp="en_route_at")
    assert (await night.status(callout))["status"] == "en_route"
    eta = re.search(r'name="eta" value="([^"]*)" required><b>20</b>', (await look(night, path)).text)
    assert eta is not None
    for _ in range(2):
        await press(night, f"{path}/eta", eta=eta[1])
    night.expect_text(OFFICER, "02:34")
    await night.passes(minutes=15)
    await press(night, f"{path}/stamp", stamp="arrived_at")
    await night.passes(minutes=1)
    for stamp in ("with_child_at", "cleared_at", "home_at"):
        await press(night, f"{path}/stamp", stamp=stamp)
        await night.passes(minutes=30)
    assert (await night.status(callout))["status"] == "closed"
    assert (await look(night, path)).status_code == 410


async def test_whoever_says_when_they_come_is_not_silent(night: Story) -> None:
    """Asked whether she has left, Ana opens the link behind the question and says when she comes: coordinators are rung
    to ask her, as after a text. Silent for one more interval, she loses it."""
    callout, path = await _taken(night)
    await night.passes(minutes=11)
    night.expect_text("ana", "Reply OMW when you leave", "/r/")
    eta = re.search(r'name="eta" value="([^"]*)" required><b>30</b>', (await look(night, path)).text)
    assert eta is not None
    await press(night, f"{path}/eta", eta=eta[1])
    await night.passes(minutes=6)
    night.forget("ana", "cora", OFFICER, DCFS)
    await night.passes(minutes=4)
    night.expect_text("ana", "Reply OMW when you leave", "/r/")
    night.expect_text("cora", f"ALARM {callout['code']}: Ana answers us, but has not said OMW")
    night.expect_call("cora")
    assert (await night.status(callout))["status"] == "acknowledged"
    await night.passes(minutes=5)
    night.expect_text(OFFICER, "cannot reach the specialist")
    assert (await night.status(callout))["status"] == "paging"
    night.forget("ana", "ben", "cora", "cleo", OFFICER, DCFS)


async def test_whoever_keeps_to_what_they_said_is_not_silent(night: Story) -> None:
    """Asked whether she has left, Ana presses the time that we have of her already: it is no news, but she is there."""
    callout, path = await _taken(night)
    for minutes in (30, 20):
        eta = re.search(rf'name="eta" value="([^"]*)" required><b>{minutes}</b>', (await look(night, path)).text)
        assert eta is not None
        await press(night, f"{path}/eta", eta=eta[1])
        await night.passes(minutes=10)
    assert (await night.status(callout))["status"] == "acknowledged"
    night.forget("ana", "cora", OFFICER, DCFS)


async def test_who_cannot_go_sees_who_goes_instead(night: Story) -> None:
    """What the page said is what happens: Ben is paged, the officer reads those words, coordinators are rung."""
    _, path = await _taken(night)
    night.forget(OFFICER, DCFS)
    shown = (await look(night, f"{path}/let-go")).text
    night.expect_silence()
    assert "Ben is paged at once" in shown
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', shown)
    await press(night, f"{path}/let-go", digest=digest)
    night.expect_text("ben", "LBPD")
    assert night.expect_text(OFFICER) in shown
    night.expect_text("cora", "can no longer go")
    night.expect_call("cora")
    assert "longer on this call-out" in unbroken((await look(night, path)).text)
    await night.says("ben", "1")
    night.forget("ben", OFFICER, DCFS, "cora")
    assert "Ben has it already" in (await look(night, path)).text


async def test_an_alarm_is_had_and_answered_from_a_phone(night: Story) -> None:
    """Nobody answers; Cora's text has a link. She has the alarm, and rings Cleo now, who has her text already."""
    callout = await night.paging(minutes=10, seconds=10)
    night.forget("ana", "ben", "cleo", OFFICER, DCFS)
    path = link_in(night.expect_text("cora", "nobody has it"), "a")
    night.forget("cora")
    shown = (await look(night, path)).text
    assert "Nobody has this alarm yet" in shown
    await press(night, f"{path}/own")
    assert "You have it" in (await look(night, path)).text
    night.expect_silence()
    paging = (await look(night, f"{path}/page?person=cleo")).text
    (digest,) = re.findall(r'name="digest" value="([^"]*)"', paging)
    for _ in range(2):
        await press(night, f"{path}/page", person="cleo", digest=digest)
    night.expect_call("cleo")
    night.expect_silence()
    await night.says("cleo", "1", seconds=4)
    night.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    assert (await look(night, path)).status_code == 410
    assert (await night.status(callout))["specialist"] == "Cleo"


async def test_a_second_cry_for_help_in_the_same_words_rings_again(night: Story) -> None:
    """Cora has the first alarm when Ana cries once more: she has it no more, and is rung. Other words that come twice
    have reached her."""
    callout, path = await _taken(night)
    night.forget(OFFICER, DCFS)
    for _ in range(2):
        await press(night, f"{path}/words", words="SOS")
        night.expect_text("cora", f"DANGER {callout['code']}: Ana", "SOS")
        night.expect_call("cora")
        night.expect_text("ana", "call 911")
        await night.says("cora", "OK", minutes=1)
        night.expect_text("cora", "you have this alarm")
    for _ in range(2):
        await press(night, f"{path}/words", words="the gate is locked")
    night.expect_text("cora", "the gate is locked")
