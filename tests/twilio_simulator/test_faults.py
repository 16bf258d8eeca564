"""Faults on demand, seen through the real SDK."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ANA, BEN, SERVICE, Scene
from twilio_simulator import (
    BeforeCreateAnswers,
    Doubled,
    HangAfterAccepting,
    Late,
    LoseAnswer,
    Lost,
    Refuse,
    ServerError,
    Swapped,
)
from twilio_simulator.faults import Faults


async def test_hanging_after_accepting(scene: Scene) -> None:
    """The message is delivered while its create request still waits; released, the request is answered after all."""
    scene.carrier.faults.add(HangAfterAccepting())
    creating = asyncio.create_task(scene.text())
    await scene.until(lambda: bool(scene.carrier.requests))
    await scene.pass_time(2)
    assert len(scene.carrier.phone(ANA).texts) == 1
    assert not creating.done()
    scene.carrier.faults.release()
    message = await creating
    assert message.sid == scene.carrier.phone(ANA).texts[0].sid


async def test_callbacks_before_the_create_answers(scene: Scene) -> None:
    """`sent` and `delivered` reach the application before the create request is answered, which still says queued."""
    scene.carrier.faults.add(BeforeCreateAnswers(), only="message")
    scene.carrier.faults.add(BeforeCreateAnswers(), only="call")
    message = await scene.text()
    assert scene.application.statuses("/status") == ["sent", "delivered"]
    assert message.status == "queued"
    await scene.pass_time(5)
    assert len(scene.application.hooks) == 2
    call = await scene.sdk(
        lambda c: c.calls.create(
            to=ANA,
            from_=SERVICE,
            twiml="<Response/>",
            status_callback=scene.application.url + "/call",
            status_callback_event=["initiated", "ringing"],
        )
    )
    assert scene.application.statuses("/call") == ["initiated", "ringing"]
    assert call.status == "queued"
    assert scene.carrier.phone(ANA).ringing is not None


async def test_a_fault_strikes_only_where_it_should(scene: Scene) -> None:
    """Limited to calls or to a number, a fault leaves the rest alone; switched off it is gone; clearing removes all."""
    calls = scene.carrier.faults.add(Refuse(21408), times=None, only="call")
    scene.carrier.faults.add(Refuse(21614), times=None, number=BEN)
    await scene.text()
    with pytest.raises(TwilioRestException):
        await scene.text(to=BEN)
    with pytest.raises(TwilioRestException):
        await scene.ring()
    calls.off()
    await scene.ring()
    assert calls.struck == 1
    scene.carrier.faults.clear()
    await scene.text(to=BEN)


async def test_reads_can_fail_too(scene: Scene) -> None:
    """A fault on reads strikes look-ups and lists, and leaves creating alone."""
    message = await scene.text()
    scene.carrier.faults.add(ServerError(502), times=2, on="read")
    with pytest.raises(TwilioRestException):
        await scene.sdk(lambda c: c.messages(message.sid).fetch())
    await scene.text()
    with pytest.raises(Exception, match="Unable to fetch page"):
        await scene.sdk(lambda c: c.messages.list())
    assert len(await scene.sdk(lambda c: c.messages.list())) == 2
    with pytest.raises(ValueError, match="cannot strike"):
        scene.carrier.faults.add(Lost(), on="create")


async def test_lost_and_doubled_callbacks(scene: Scene) -> None:
    """The first callback never comes, the second comes twice with the same idempotency token."""
    scene.carrier.faults.add(Lost())
    await scene.text()
    await scene.pass_time(0.5)
    scene.carrier.faults.add(Doubled())
    await scene.pass_time(5)
    assert scene.application.statuses("/status") == ["delivered", "delivered"]
    first, second = (hook.headers["i-twilio-idempotency-token"] for hook in scene.application.hooks)
    assert first == second


async def test_late_callbacks(scene: Scene) -> None:
    """A late callback comes the given number of seconds later, overtaken by the next one."""
    scene.carrier.faults.add(Late(30))
    await scene.text()
    await scene.pass_time(20)
    assert scene.application.statuses("/status") == ["delivered"]
    await scene.pass_time(20)
    assert scene.application.statuses("/status") == ["delivered", "sent"]


async def test_swapped_callbacks(scene: Scene) -> None:
    """Two callbacks of one message arrive in reverse order; one that nothing follows arrives all the same."""
    scene.carrier.faults.add(Swapped())
    await scene.text()
    await scene.pass_time(2)
    assert scene.application.statuses("/status") == ["delivered", "sent"]
    scene.carrier.faults.add(Swapped())
    scene.carrier.faults.add(Lost(), number=BEN, times=None)
    await scene.ring(status_callback_event=["initiated"])
    assert len(scene.application.hooks) == 2
    await scene.pass_time(61)
    assert scene.application.statuses("/status")[-1] == "initiated"


async def test_inbound_webhooks_can_fail_too(scene: Scene) -> None:
    """A fault on inbound texts doubles the webhook of a reply."""
    scene.carrier.faults.add(Doubled(), on="inbound")
    await scene.carrier.phone(ANA).reply("1", to=SERVICE)
    assert len({hook.params["MessageSid"] for hook in scene.application.at("/sms")}) == 1
    assert len(scene.application.at("/sms")) == 2


async def test_invented_callbacks(scene: Scene) -> None:
    """A callback about an unknown message is signed well, a forged one is not."""
    url = scene.application.url + "/status"
    assert await scene.carrier.invent_callback(url) == 204
    assert await scene.carrier.invent_callback(url, {"MessageStatus": "failed"}, forged=True) == 204
    invented, forged = scene.application.hooks
    assert invented.genuine
    assert not forged.genuine
    assert forged.params["MessageStatus"] == "failed"
    assert scene.carrier.messages.get(invented.params["MessageSid"]) is None


async def test_chance_is_repeatable(scene: Scene) -> None:
    """The same seed gives the same SIDs, and the same requests struck by a probable fault."""

    def struck(seed: int) -> list[bool]:
        faults = Faults(Random(seed))
        faults.add(LoseAnswer(), probability=0.3)
        return [bool(faults.strike("create", "message", ())) for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90
