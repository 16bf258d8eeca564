"""Stories about the clock: warned before the target is missed, missed at once, and nobody who took it is forgotten."""

from datetime import timedelta

import pytest

from dispatch.actions.alarms.keep_watch import leave, make_up_for
from tests.stories.story import DCFS, OFFICER, Story, t
from twilio_simulator import ServerError, TooManyRequests


async def test_taken_in_sleep(story: Story) -> None:
    """Ana takes it and sleeps on, through two texts and a call. Twenty minutes later Ben is paged, and goes, and the
    coordinator is rung; when Ana wakes and drives, the call-out is his, and she is his partner."""
    callout = await story.paging()
    await story.says("ana", "1", minutes=19)
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.passes(minutes=1, seconds=2)
    story.expect_text("ana", "have not heard from you", callout["code"])
    story.expect_text("ben", callout["code"], "Reply 1")
    story.expect_text("cora", "Ana took it", "Paging the next")
    story.expect_call("cora")
    story.expect_text(OFFICER, "cannot reach")
    assert (await story.status(callout))["status"] == "paging"
    await story.says("ben", "omw 20")
    assert (await story.status(callout))["specialist"] == "Ben"
    story.forget("ben", DCFS)
    story.expect_text("ana", "Ben")
    story.expect_text(OFFICER, "Ben", "ETA")
    await story.says("ana", f"{callout['code']} omw")
    story.expect_text("ana", "you go along, Ben leads", "/r/")
    story.expect_text("ben", "Ana goes along with you")
    assert [row["role"] for row in await story.rows(t.assignment)] == ["primary", "primary", "partner"]


def _others_are_asked(story: Story, code: str) -> None:
    """Ana was due five minutes ago and has not been heard: Cora is rung, Ben is asked, the officer hears both."""
    story.expect_text("cora", f"ALARM {code}: Ana was due at 02:34", "does not answer")
    story.expect_text("cora", f"ALARM {code}: Ana has not come", "Asked as well: Ben")
    story.expect_call("cora")
    story.expect_text("ben", code, "Reply 1")
    story.expect_text(OFFICER, f"{code}: Ana was due at 02:34; we are asking")
    story.expect_text(OFFICER, "One more was asked")


@pytest.mark.both_databases
async def test_stamps_stay_in_order_when_the_clock_is_set_back(story: Story) -> None:
    """A clock that is set back by seconds, or a second node whose clock is behind, does not put stamps out of order."""
    await story.paging()
    await story.says("ana", "1 20")
    story.town.clock.moment -= timedelta(seconds=10)
    await story.says("ana", "here", seconds=12)
    stamps = (await story.rows(t.assignment))[0]
    assert stamps["acknowledged_at"] == stamps["arrived_at"]
    assert (await story.rows(t.callout))[0]["arrived_at"] == stamps["arrived_at"]
    story.forget("ana", OFFICER, DCFS)


async def _on_the_way(story: Story) -> str:
    """Ana is on her way, and will be asked in 24 minutes and 55 seconds whether she is there; returns the code."""
    callout = await story.paging()
    await story.says("ana", "omw 20", seconds=5)
    story.forget("ana", OFFICER, DCFS)
    return str(callout["code"])


async def test_a_new_eta_is_asked_about_in_its_own_time(story: Story) -> None:
    """It takes Ana longer than she thought, and she has said so: nobody asks her at the time that she gave before."""
    await _on_the_way(story)
    await story.says("ana", "eta 45", seconds=5)
    story.forget("ana", OFFICER)
    await story.passes(minutes=30)
    story.expect_silence()


@pytest.mark.parametrize("fault", [TooManyRequests(), ServerError(503)])
async def test_no_reminder_of_what_is_over(story: Story, fault: TooManyRequests | ServerError) -> None:
    """A reminder that waits for another try, or may have to be sent again, is dropped once the last one is home."""
    code = await _on_the_way(story)
    story.town.carrier.faults.add(fault, only="message", number=story.phone("ana").number)
    await story.passes(minutes=24, seconds=55.5)
    for word in ("here", "done", "home"):
        await story.replies("ana", word)
    await story.passes(minutes=2)
    assert (await story.rows(t.callout))[0]["status"] == "closed"
    assert [row["state"] for row in await story.rows(t.page) if row["purpose"] == "reminder"] == ["withdrawn"]
    story.expect_text("ana", "we asked Ben as well")
    story.expect_text("ana", "on scene")
    story.expect_text("ana", "HOME")
    story.expect_text("ana", "home")
    _others_are_asked(story, code)
    story.expect_text("ben", "Ana is there")


@pytest.mark.parametrize("word", ["cancelled", "no"])
async def test_nobody_reads_that_they_have_what_is_over(story: Story, word: str) -> None:
    """What Ana reads once she has taken it waits for another try. By then it is off, or she has let it go, which she
    read first."""
    callout = await story.paging()
    story.town.carrier.faults.add(TooManyRequests(), times=3, only="message", number=story.phone("ana").number)
    story.forget("ana")
    await story.says("ana", "1", seconds=5)
    if word == "no":
        await story.replies("ana", f"{callout['code']} no")
    else:
        await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(seconds=30)
    assert [row["state"] for row in await story.rows(t.page) if row["purpose"] == "confirmation"] == ["withdrawn"]
    story.expect_text("ana", "is off" if word == "cancelled" else "you are not going")
    story.forget("ben", "cora", OFFICER, DCFS)


async def test_a_clock_that_is_set_back_makes_nobody_wait(story: Story) -> None:
    """The clock goes back an hour in the middle of the night: Ana is rung and Ben is paged when they would have been,
    and coordinators know why times look odd."""
    callout = await story.paging(seconds=30)
    story.forget("ana", DCFS)
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.service.runner.act(make_up_for, timedelta(hours=1))
    await _nobody_waits_for_an_hour(story, callout["code"])


async def _nobody_waits_for_an_hour(story: Story, code: str) -> None:
    """Coordinators hear of the clock, and each page comes when it would have."""
    await story.passes(seconds=2)
    story.expect_text("cora", "set back by 60 minutes")
    await story.passes(seconds=29)
    story.expect_call("ana")
    await story.passes(minutes=4)
    story.expect_text("ben", code)
    await story.says("ben", "1")
    story.forget("ana", "ben", OFFICER, DCFS)


@pytest.mark.parametrize("in_good_order", [False, True])
async def test_a_clock_that_is_set_back_while_no_node_runs_makes_nobody_wait(
    story: Story, monkeypatch: pytest.MonkeyPatch, in_good_order: bool
) -> None:
    """The only node is killed, or stops in good order, and its clock goes back an hour before the next one starts: that
    one makes up for it, once, however often it is started again."""
    monkeypatch.setattr("dispatch.worker.membership.DEAD_AFTER", timedelta(0))  # there is nobody to wait for
    callout = await story.paging(seconds=30)
    story.forget("ana", DCFS)
    service = story.town.service
    if in_good_order:
        await service.runner.act(leave, service.node)
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.crash()
    await story.town.crash()
    await _nobody_waits_for_an_hour(story, callout["code"])
