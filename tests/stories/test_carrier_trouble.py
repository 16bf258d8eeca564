"""Stories in which the carrier, or our own process, fails at the worst moment."""

import asyncio
import contextlib
import itertools
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from typing import Any

import pytest

from dispatch.actions.delivery.record_news import hear_report
from dispatch.actions.delivery.send_pages import AMPLE, claim_pages, record_outcome, record_reconciled
from dispatch.rules.delivery.sending import Accepted, CarrierReport, Found, Progress, Unknown
from dispatch.rules.facts.people import Channel, ContactStep
from dispatch.store.delivery.pages import Lane
from dispatch.store.engine.database_errors import DatabaseUnreachable
from tests.conftest import Later
from tests.stories.story import DCFS, NIGHT, OFFICER, OTHER, OTHER_OFFICER, ROSTER, Story, t, tell
from twilio_simulator import (
    BeforeCreateAnswers,
    Doomed,
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


async def _answered_by_ana(story: Story) -> None:
    await story.says("ana", "1")
    story.expect_text("ana", "/r/")
    story.forget(OFFICER, DCFS)


def _texted_at(story: Story, who: str) -> list[float]:
    """When the carrier was asked to send texts to somebody, refused or not, in seconds of the night."""
    number, requests = story.phone(who).number, story.town.carrier.requests
    asked = [request.at for request in requests if request.kind == "message" and request.params["To"] == number]
    return [(at - NIGHT).total_seconds() for at in asked]


async def test_callback_before_the_create_answers(story: Story) -> None:
    """`delivered` that overtakes the answer to the create is believed, and the answer does not set it back."""
    story.town.carrier.faults.add(BeforeCreateAnswers(), only="message", number=story.phone("ana").number)
    await story.paging()
    story.expect_text("ana")
    story.forget(DCFS)
    page = next(row for row in await story.rows(t.page) if row["person"] == "ana" and row["sid"])
    assert page["state"] == "delivered"
    await _answered_by_ana(story)


async def test_a_phone_that_is_just_being_rung_does_not_ring_on(story: Story) -> None:
    """Ana takes it by text while the carrier is asked to ring her: once the call is placed, it is hung up."""
    await story.paging()
    story.expect_text("ana")
    service = story.town.service
    calls = [row["due_at"] for row in await story.rows(t.page) if row["channel"] == Channel.VOICE]
    story.town.clock.moment = min(calls)
    [claimed], _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
    await _answered_by_ana(story)
    await service.runner.act(record_outcome, claimed, Accepted("CA7", "queued"))
    [page] = [row for row in await story.rows(t.page) if row["id"] == claimed.page.fact.id]
    assert (page["state"], page["due_at"] - story.town.clock()) == ("withdrawn", timedelta(0))


@pytest.mark.parametrize("reported", [True, False], ids=["it rings", "asked for it"])
async def test_a_call_in_doubt_does_not_ring_on_once_the_carrier_proves_to_have_it(
    story: Story, *, reported: bool
) -> None:
    """The carrier's answer is lost, and Ana takes it by text. A report or a look shows that it rings, and it stops."""
    await story.paging()
    story.expect_text("ana")
    service, clock = story.town.service, story.town.clock
    clock.moment = min(row["due_at"] for row in await story.rows(t.page) if row["channel"] == Channel.VOICE)
    [claimed], _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
    await _answered_by_ana(story)
    await service.runner.act(record_outcome, claimed, Unknown("no answer"))
    if reported:
        report = CarrierReport("CA7", Progress.TAKEN, "ringing")
        await service.runner.act(hear_report, claimed.page.fact.id, report)
    else:
        clock.moment += timedelta(seconds=2)
        in_doubt, _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
        [again] = [one for one in in_doubt if one.page.fact.id == claimed.page.fact.id]
        found = Found("CA7", Progress.TAKEN, "ringing", None, clock())
        await service.runner.act(record_reconciled, again, [found])
    [page] = [row for row in await story.rows(t.page) if row["id"] == claimed.page.fact.id]
    assert (page["state"], page["sid"], page["due_at"] - clock()) == ("withdrawn", "CA7", timedelta(0))


async def _lose_the_database(story: Story, write: int, *, committed: bool) -> None:
    """The database is lost at this `write` (counted from 1) of the next round of work, before or after its commit."""
    database, left = story.town.service.database, itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        real = database.write

        async def lost(work: Any, **more: Any) -> Any:
            if next(left) != write:
                return await real(work, **more)
            if committed:
                await real(work, **more)
            raise DatabaseUnreachable("as if it had been restarted")

        patch.setattr(database, "write", lost)
        with contextlib.suppress(DatabaseUnreachable):
            await story.town.service.run_due()


@pytest.mark.both_databases
async def test_a_claim_that_was_committed_unheard_goes_out_at_once(story: Story) -> None:
    """A database that dies in a commit leaves a claim that its node never heard of: the page does not wait for it."""
    await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    await _lose_the_database(story, 1, committed=True)
    assert not _texted_at(story, "ana")
    await story.passes(seconds=20)
    story.expect_text("ana")
    story.expect_text(DCFS)
    assert _texted_at(story, "ana") == [1.5]
    await _answered_by_ana(story)


async def test_an_outcome_that_could_not_be_recorded_is_looked_up_at_once(story: Story) -> None:
    """A text that went out while the database was lost is found at the carrier, not sent again."""
    await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    await _lose_the_database(story, 2, committed=False)
    assert [row["state"] for row in await story.rows(t.page) if row["tries"]] == ["sent", "sent"]
    await story.passes(seconds=2)
    story.expect_text("ana")
    story.expect_text(DCFS)
    assert (len(_texted_at(story, "ana")), len(_texted_at(story, DCFS))) == (1, 1)
    await _answered_by_ana(story)


@pytest.mark.both_databases
async def test_what_is_in_flight_when_the_database_was_lost_stays_in_flight(story: Story) -> None:
    """Only what the node is not working on comes due again: a text on its way is neither looked for nor sent twice."""
    service, faults = story.town.service, story.town.carrier.faults
    hanging = faults.add(HangAfterAccepting(), only="message", times=2)
    await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}})
    assert await service._rounds.start_due() == 2
    service.sender.lost_track = True
    assert await service._rounds.start_due() == 0
    while hanging.struck < 2:  # noqa: ASYNC110  # the carrier answers from this very loop
        await asyncio.sleep(0.001)
    faults.release()
    await story.passes(seconds=2)
    story.expect_text("ana")
    story.expect_text(DCFS)
    assert (len(_texted_at(story, "ana")), len(_texted_at(story, DCFS))) == (1, 1)
    await _answered_by_ana(story)


async def test_restart_between_claim_and_send(story: Story) -> None:
    """A process that dies after claiming and before sending loses nothing: its pages are looked for, then sent once.
    Ana's page goes out 1.5 s after the claim; whoever is only informed hears a little later."""
    await _claim_and_die(story)
    await story.passes(seconds=20)
    story.expect_text("ana")
    story.expect_text(DCFS)
    assert (_texted_at(story, "ana"), _texted_at(story, DCFS)) == ([1.5], [12])
    await _answered_by_ana(story)


async def test_restart_after_a_while(story: Story) -> None:
    """A page that was claimed longer ago goes out at once: the carrier has had the time to list it."""
    await _claim_and_die(story, seconds=3)
    await story.passes(seconds=20)
    story.expect_text("ana")
    story.expect_text(DCFS)
    assert (_texted_at(story, "ana"), _texted_at(story, DCFS)) == ([3], [15])
    await _answered_by_ana(story)


async def test_restart_after_sending(story: Story) -> None:
    """A page that had left before the process died is found at the carrier."""
    hanging = story.town.carrier.faults.add(HangAfterAccepting(5), only="message", number=story.phone("ana").number)
    story.town.carrier.faults.add(Lost(), times=None)
    headers = {"Authorization": f"Bearer {story.town.agency_keys['LBPD']}"}
    await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}}, headers=headers)
    service = story.town.service
    claimed = await service.runner.act(claim_pages, dict.fromkeys(Lane, 1), service.node.id)
    service.sender.start(claimed.pages)
    while not hanging.struck:  # noqa: ASYNC110  # the carrier answers from this very loop
        await asyncio.sleep(0.001)
    await story.town.crash()
    await story.passes(seconds=30)
    story.expect_text("ana")
    story.forget(DCFS)
    await _answered_by_ana(story)


async def _claim_and_die(story: Story, seconds: float = 0) -> None:
    """A call-out comes in and its pages are claimed; so many `seconds` later the process dies and another starts."""
    headers = {"Authorization": f"Bearer {story.town.agency_keys['LBPD']}"}
    opened = await story.request("POST", "/v1/callouts", json={"officer": {"callback_phone": OFFICER}}, headers=headers)
    assert opened.status_code == 201
    service = story.town.service
    claimed, _ = await service.runner.act(claim_pages, AMPLE, service.node.id)
    assert [claim.page.fact.person for claim in claimed] == ["ana", None]
    story.town.clock.moment += timedelta(seconds=seconds)
    await story.town.crash()


@pytest.mark.parametrize("fault", [LoseAnswer(), ServerError(503, accepted=True)])
async def test_a_lost_answer_is_found_again(story: Story, fault: LoseAnswer | ServerError) -> None:
    """When the answer to a create is lost the text is found at the carrier and not sent a second time."""
    story.town.carrier.faults.add(fault, only="message", number=story.phone("ana").number)
    story.town.carrier.faults.add(Lost(), times=None, number=story.phone("ana").number)
    await story.paging(seconds=30)
    story.expect_text("ana")
    story.forget(DCFS)
    assert (
        len([request for request in story.town.carrier.requests if request.params["To"] == story.phone("ana").number])
        == 1
    )
    await _answered_by_ana(story)


async def test_an_answer_that_never_comes(database_url: str, later: Later) -> None:
    """A carrier that takes a text and never answers holds up nothing, and the text is not sent twice."""
    async with tell(database_url, carrier_timeout=10) as story:
        hanging = story.town.carrier.faults.add(HangAfterAccepting(5), only="message", number=story.phone("ana").number)
        calling = asyncio.create_task(story.call_out())
        while not hanging.struck:  # noqa: ASYNC110  # the carrier answers from this very loop
            await asyncio.sleep(0)
        await later(11)
        await calling
        await story.passes(seconds=30)
        story.expect_text("ana")
        story.forget(DCFS)
        assert hanging.struck == 1
        await _answered_by_ana(story)


async def test_not_accepted_is_sent_again(story: Story) -> None:
    """After a 5xx that took nothing the text is looked for, not found, and sent again under the same code: to whoever
    is asked to come after two looks in 1.5 s, to everybody else after three in 14 s."""
    for number in (story.phone("ana").number, DCFS):
        story.town.carrier.faults.add(ServerError(500), only="message", number=number)
    callout = await story.paging(seconds=20)
    story.expect_text("ana", callout["code"])
    story.expect_text(DCFS, callout["code"])
    assert (_texted_at(story, "ana"), _texted_at(story, DCFS)) == ([0, 1.5], [0, 14])
    assert "sent_again" in await story.timeline(callout)
    await _answered_by_ana(story)


async def test_after_doubts_a_call_is_asked_about_as_ever(story: Story) -> None:
    """Looks before a call is known do not use up the questions afterwards: its end is asked for, not made up."""
    faults, ana = story.town.carrier.faults, story.phone("ana")
    faults.add(ServerError(500), only="call", number=ana.number)
    await story.paging(seconds=61)
    faults.add(BeforeCreateAnswers(), only="call", number=ana.number)
    faults.add(ServerError(503, accepted=True), only="call", number=ana.number)
    await story.passes(seconds=1)
    calls = [row for row in await story.rows(t.page) if row["person"] == "ana" and row["channel"] == "voice"]
    assert [(row["state"], row["reconciled"]) for row in calls if row["tries"]] == [("sent", 0)]
    story.forget("ana", DCFS)
    await _answered_by_ana(story)


async def test_two_calls_in_doubt_are_not_taken_for_each_other(story: Story) -> None:
    """The carrier's list shows one call where two were tried, and does not say for which page. If we took it for the
    wrong one, the other would never ring; so each of them is placed again, a minute after it was tried."""
    faults, ana = story.town.carrier.faults, story.phone("ana")
    first = await story.paging(seconds=1)
    second = await story.call_out(officer=OTHER_OFFICER)
    faults.add(Lost(), times=None, number=ana.number)
    faults.add(ServerError(503), only="call", number=ana.number)
    await story.passes(seconds=59.5)
    faults.add(ServerError(503, accepted=True), only="call", number=ana.number)
    await story.passes(seconds=30)
    assert len(ana.calls) == 1
    await story.passes(seconds=35)
    rows = sorted(await story.rows(t.page), key=itemgetter("id"))
    ringing = [row for row in rows if row["channel"] == "voice" and row["tries"]]
    assert [row["state"] for row in ringing] == ["sent", "waiting"], "one phone rings once at a time"
    await story.passes(seconds=60)
    placed = [
        request.params["Url"]
        for request in story.town.carrier.requests
        if request.kind == "call" and request.sid is not None
    ]
    assert all(any(row["id"] in url for url in placed) for row in ringing), "each page has rung"
    for callout in (first, second):
        assert "sent_again" in await story.timeline(callout)
        await story.replies("ana", f"{callout['code']} 1")
    await story.passes(seconds=2)
    story.forget("ana", "ben", OFFICER, OTHER, DCFS)


async def test_a_call_in_doubt_is_known_once_the_other_one_is(database_url: str) -> None:
    """A callback says for which page its call was placed; what is left in the list can then only be the other's. Ana is
    rung for each, the second once the first is over: she takes no texts, so one call cannot tell of both."""
    by_voice = replace(ROSTER.people[0], contact_plan=(ContactStep(Channel.VOICE, 60),))
    async with tell(database_url, replace(ROSTER, people=(by_voice, *ROSTER.people[1:]))) as story:
        faults, ana = story.town.carrier.faults, story.phone("ana")
        callouts = [await story.call_out(), await story.call_out(officer=OTHER_OFFICER)]
        faults.add(ServerError(503, accepted=True), times=2, only="call", number=ana.number)
        await story.passes(seconds=150)
        assert len(ana.calls) == 2
        for callout in callouts:
            assert "sent_again" not in await story.timeline(callout)
            await story.replies("ana", f"{callout['code']} 1")
        await story.passes(seconds=2)
        story.forget("ana", "ben", OFFICER, OTHER, DCFS)


async def test_too_many_requests_waits_and_goes_on(story: Story) -> None:
    """429 for ten tries delays the page by seconds, loses nothing and sends nothing twice."""
    story.town.carrier.faults.add(TooManyRequests(), times=3, only="message", number=story.phone("ana").number)
    await story.paging(seconds=55)
    story.expect_text("ana")
    story.forget(DCFS)
    await _answered_by_ana(story)


@pytest.mark.slow
async def test_carrier_away_for_ten_minutes(story: Story) -> None:
    """While the carrier is away nothing is lost; when it is back the pages go out by themselves."""
    await story.town.carrier.stop()
    callout = await story.call_out()
    await story.passes(minutes=10)
    await story.town.carrier.start()
    await story.passes(seconds=20)
    story.expect_text("ben", callout["code"])
    await story.says("ben", "1", seconds=20)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_receipts_doubled_swapped_late_and_lost(story: Story) -> None:
    """Whatever order status callbacks come in, and however often, the page ends where it should."""
    faults = story.town.carrier.faults
    faults.add(Doubled(), times=None, only="message")
    faults.add(Swapped(), times=4, only="message")
    faults.add(Late(30), times=2, only="message")
    await story.paging(seconds=50)
    story.expect_text("ana")
    story.forget(DCFS)
    page = next(row for row in await story.rows(t.page) if row["person"] == "ana" and row["sid"])
    assert page["state"] == "delivered"
    await _answered_by_ana(story)


async def test_no_receipt_ever_is_asked_for(story: Story) -> None:
    """When the carrier reports no more we ask it: a call whose end was never reported does not hold up the turn."""
    story.town.carrier.faults.add(Lost(), times=None)
    callout = await story.paging(minutes=5, seconds=2)
    story.expect_text("ben", callout["code"])
    story.forget("ana", DCFS)
    states = {row["state"] for row in await story.rows(t.page) if row["person"] == "ana" and row["channel"] == "voice"}
    assert states <= {"failed", "sent"}
    await story.says("ben", "1")
    story.forget("ana", "ben", OFFICER, DCFS)


async def test_a_refused_number_goes_to_the_next_channel(story: Story) -> None:
    """A number that takes no texts is rung at once; for one that takes nothing the next person is paged at once."""
    story.town.carrier.faults.add(Refuse(21211), times=None, number=story.phone("ana").number)
    callout = await story.paging()
    story.expect_text("ben", callout["code"])
    story.forget(DCFS)
    assert story.town.clock() - NIGHT < timedelta(seconds=3)
    await story.says("ben", "1")
    story.forget("ben", OFFICER, DCFS, "ana")


async def test_a_sender_that_is_not_registered_alarms(story: Story) -> None:
    """An error of our own account on texts alarms coordinators, and the phone rings instead."""
    story.town.carrier.faults.add(Doomed("undelivered", 30034), number=story.phone("ana").number)
    await story.paging(seconds=5)
    story.expect_call("ana")
    story.expect_text("cora", "30034")
    story.forget(DCFS)
    await _answered_by_ana(story)


async def test_an_opt_out_that_shows_on_a_stray_answer_alarms(story: Story) -> None:
    """An opt-out that comes to light is an alarm, even when the refused text belongs to no call-out; and an alarm whose
    text does not arrive is rung."""
    faults = story.town.carrier.faults
    faults.add(Refuse(21610), number=story.phone("ana").number)
    faults.add(Refuse(21614), number=story.phone("cora").number)
    await story.says("ana", "help", seconds=5)
    assert story.expect_call("cora").status == "ringing"
    alarm = next(row for row in await story.rows(t.page) if row["purpose"] == "alarm")
    assert "Ana" in alarm["text"]
    await story.passes(minutes=2)
    story.forget("ana", "cora")


@pytest.mark.parametrize(("code", "status"), [(20005, 401), (20404, 404), (20003, 401)])
async def test_an_account_in_trouble_is_tried_on_and_told_of(story: Story, code: int, status: int) -> None:
    """By whatever code it says so. No channel would get through, so pages wait; once it is mended all go out, and
    coordinators hear of it once."""
    story.town.carrier.faults.add(Refuse(code, status), times=4)
    await story.paging(seconds=5)
    assert "ana" in {row["person"] for row in await story.rows(t.page) if row["state"] == "waiting"}
    assert [row["kind"] for row in await story.rows(t.alarm)] == ["carrier"]
    await story.passes(seconds=30)
    story.expect_text("ana")
    story.expect_text("cora", "may not go out", str(code))
    story.forget(OFFICER, DCFS)
    await _answered_by_ana(story)
