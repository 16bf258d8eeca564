"""Stories in which the carrier, or our own process, fails at the worst moment."""

from datetime import timedelta

import pytest

from dispatch.actions.send_pages import claim_pages
from dispatch.simulation.carrier import (
    BeforeCreateAnswers,
    Doubled,
    HangAfterAccepting,
    Late,
    LoseAnswer,
    Lost,
    Refuse,
    ServerError,
    Swapped,
    TooManyRequests,
)
from tests.stories.story import DCFS, NIGHT, OFFICER, Story, t, tell


async def _answered_by_ana(story: Story) -> None:
    await story.replies("ana", "1")
    await story.passes(seconds=2)
    story.expect_text("ana", "/r/")
    story.forget(OFFICER, DCFS)


async def test_callback_before_the_create_answers(story: Story) -> None:
    """`delivered` that overtakes the answer to the create is believed, and the answer does not set it back."""
    story.town.carrier.faults.add(BeforeCreateAnswers(), only="message", number=story.phone("ana").number)
    await story.call_out()
    await story.passes(seconds=2)
    story.expect_text("ana")
    story.forget(DCFS)
    page = next(row for row in await story.rows(t.page) if row["person"] == "ana" and row["sid"])
    assert page["state"] == "delivered"
    await _answered_by_ana(story)


async def test_restart_between_claim_and_send(database_url: str) -> None:
    """A process that dies after claiming and before sending loses nothing: its pages are looked for, then sent once."""
    async with tell(database_url) as story:
        office = story.town.service.office
        headers = {"Authorization": f"Bearer {story.town.agency_keys['LBPD']}"}
        opened = await story.request(
            "POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}}, headers=headers
        )
        assert opened.status_code == 201
        claimed = await office.act(claim_pages)
        assert [one.page.fact.person for one in claimed] == ["ana", None]

        await story.town.crash()
        await story.passes(seconds=40)
        story.expect_text("ana")
        story.expect_text(DCFS)
        await _answered_by_ana(story)


@pytest.mark.parametrize("fault", [LoseAnswer(), ServerError(503, accepted=True)])
async def test_a_lost_answer_is_found_again(story: Story, fault: LoseAnswer | ServerError) -> None:
    """When the answer to a create is lost the text is found at the carrier and not sent a second time."""
    story.town.carrier.faults.add(fault, only="message", number=story.phone("ana").number)
    story.town.carrier.faults.add(Lost(), times=None, number=story.phone("ana").number)
    await story.call_out()
    await story.passes(seconds=30)
    story.expect_text("ana")
    story.forget(DCFS)
    assert len([one for one in story.town.carrier.requests if one.params["To"] == story.phone("ana").number]) == 1
    await _answered_by_ana(story)


async def test_an_answer_that_never_comes(database_url: str) -> None:
    """A carrier that takes a text and never answers holds up nothing, and the text is not sent twice."""
    async with tell(database_url, carrier_timeout=0.3) as story:
        hanging = story.town.carrier.faults.add(HangAfterAccepting(5), only="message", number=story.phone("ana").number)
        await story.call_out()
        await story.passes(seconds=30)
        story.expect_text("ana")
        story.forget(DCFS)
        assert hanging.struck == 1
        await _answered_by_ana(story)


async def test_not_accepted_is_sent_again(story: Story) -> None:
    """A 5xx that took nothing is looked for, not found, and sent again under the same code."""
    story.town.carrier.faults.add(ServerError(500), only="message", number=story.phone("ana").number)
    await story.call_out()
    await story.passes(seconds=30)
    story.expect_text("ana")
    story.forget(DCFS)
    await _answered_by_ana(story)


async def test_too_many_requests_waits_and_goes_on(story: Story) -> None:
    """429 for ten tries delays the page by seconds, loses nothing and doubles nothing."""
    story.town.carrier.faults.add(TooManyRequests(), times=3, only="message", number=story.phone("ana").number)
    await story.call_out()
    await story.passes(seconds=55)
    story.expect_text("ana")
    story.forget(DCFS)
    await _answered_by_ana(story)


async def test_carrier_away_for_ten_minutes(database_url: str) -> None:
    """While the carrier is away nothing is lost; when it is back the pages go out by themselves."""
    async with tell(database_url) as story:
        await story.town.carrier.stop()
        callout = await story.call_out()
        await story.passes(minutes=10)
        await story.town.carrier.start()
        await story.passes(seconds=20)
        story.expect_text("ben", callout["code"])
        await story.replies("ben", "1")
        await story.passes(seconds=20)
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_receipts_doubled_swapped_late_and_lost(story: Story) -> None:
    """Whatever order status callbacks come in, and however often, the page ends where it should."""
    faults = story.town.carrier.faults
    faults.add(Doubled(), times=None, only="message")
    faults.add(Swapped(), times=4, only="message")
    faults.add(Late(30), times=2, only="message")
    await story.call_out()
    await story.passes(seconds=50)
    story.expect_text("ana")
    story.forget(DCFS)
    page = next(row for row in await story.rows(t.page) if row["person"] == "ana" and row["sid"])
    assert page["state"] == "delivered"
    await _answered_by_ana(story)


async def test_no_receipt_ever_is_asked_for(story: Story) -> None:
    """When the carrier says nothing any more it is asked: a call whose end was never told does not hold up the turn."""
    story.town.carrier.faults.add(Lost(), times=None)
    callout = await story.call_out()
    await story.passes(minutes=5, seconds=2)
    story.expect_text("ben", callout["code"])
    story.forget("ana", DCFS)
    states = {row["state"] for row in await story.rows(t.page) if row["person"] == "ana" and row["channel"] == "voice"}
    assert states <= {"failed", "sent"}
    await story.replies("ben", "1")
    await story.passes(seconds=2)
    story.forget("ana", "ben", OFFICER, DCFS)


async def test_a_refused_number_goes_to_the_next_channel(story: Story) -> None:
    """A number that takes no texts is rung at once; one that takes nothing brings the next person at once."""
    story.town.carrier.faults.add(Refuse(21211), times=None, number=story.phone("ana").number)
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.expect_text("ben", callout["code"])
    story.forget(DCFS)
    assert story.town.clock() - NIGHT < timedelta(seconds=3)
    await story.replies("ben", "1")
    await story.passes(seconds=2)
    story.forget("ben", OFFICER, DCFS, "ana")


async def test_a_sender_that_is_not_registered_alarms(story: Story) -> None:
    """An error of our own account on texts alarms coordinators, and the phone rings instead."""
    from dispatch.simulation.carrier import Doomed

    story.town.carrier.faults.add(Doomed("undelivered", 30034), number=story.phone("ana").number)
    await story.call_out()
    await story.passes(seconds=5)
    story.expect_call("ana")
    story.expect_text("cora", "30034")
    story.forget(DCFS)
    await _answered_by_ana(story)


async def test_an_opt_out_that_shows_on_a_stray_answer_alarms(story: Story) -> None:
    """Whoever turns out to have opted out is an alarm, also when what was refused belongs to no call-out; and an alarm
    whose text does not arrive is rung."""
    faults = story.town.carrier.faults
    faults.add(Refuse(21610), number=story.phone("ana").number)
    faults.add(Refuse(21614), number=story.phone("cora").number)
    await story.replies("ana", "help")
    await story.passes(seconds=5)
    assert story.expect_call("cora").status == "ringing"
    alarm = next(row for row in await story.rows(t.page) if row["purpose"] == "alarm")
    assert "Ana" in alarm["text"]
    await story.passes(minutes=2)
    story.forget("ana", "cora")
