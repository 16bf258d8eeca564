"""People who call the service: how their call arrives, what they say, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.twilio_simulator.application import ANA, BEN, SERVICE, Scene
from twilio_simulator import Behaviour


async def test_the_carriers_on_the_way_vouch_for_a_number(scene: Scene) -> None:
    """StirVerstat stands in every request about the call, as it was chosen; by default nobody says anything."""
    scene.application.answers["/hotline"] = "<Response><Gather action='/keys' numDigits='1'/></Response>"
    scene.application.answers["/keys"] = "<Response><Pause length='60'/></Response>"
    ana = scene.carrier.phone(ANA)
    for verstat in ("TN-Validation-Passed-A", "TN-Validation-Failed-C", "No-TN-Validation", None):
        await ana.call(SERVICE, verstat=verstat)
        assert scene.application.at("/hotline")[-1].params.get("StirVerstat") == verstat
        assert scene.application.at("/hotline")[-1].genuine
        await ana.press("1")
        assert scene.application.at("/keys")[-1].params.get("StirVerstat") == verstat
        await ana.hang_up()


@pytest.mark.parametrize("wrong", [{"verstat": "A"}, {"withheld": "private"}])
async def test_what_no_carrier_sends_cannot_be_chosen(scene: Scene, wrong: dict[str, str]) -> None:
    """A StirVerstat or a stand-in for a withheld number that does not exist is a ValueError."""
    with pytest.raises(ValueError, match=r"is no StirVerstat|a withheld number"):
        await scene.carrier.phone(ANA).call(SERVICE, **wrong)
    assert scene.carrier.phone(ANA).dialled == []


async def test_the_number_is_told_how_a_call_ended(scene: Scene) -> None:
    """Its StatusCallback gets one `completed`, with the duration, however the call ended after it was answered."""
    scene.carrier.number(SERVICE, voice_status_url=scene.application.url + "/status")
    scene.application.answers["/hotline"] = "<Response><Pause length='60'/></Response>"
    await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(17)
    await scene.carrier.phone(ANA).hang_up()
    (hook,) = scene.application.at("/status")
    assert (hook.params["CallStatus"], hook.params["CallDuration"]) == ("completed", "17")
    assert (hook.params["Direction"], hook.params["From"], hook.genuine) == ("inbound", ANA, True)


async def test_whoever_gives_up_before_the_answer_was_never_answered(scene: Scene) -> None:
    """The StatusCallback gets `no-answer`, with a duration of 0."""
    scene.carrier.number(SERVICE, voice_status_url=scene.application.url + "/status")
    scene.application.answers["/hotline"] = f"<Response><Dial answerOnBridge='true'>{BEN}</Dial></Response>"
    await scene.carrier.phone(ANA).call(SERVICE)
    await scene.carrier.phone(ANA).hang_up()
    (hook,) = scene.application.at("/status")
    assert (hook.params["CallStatus"], hook.params["CallDuration"]) == ("no-answer", "0")


async def test_somebody_hangs_up_after_a_while(scene: Scene) -> None:
    """Planned for this call, or a habit of the phone's; keys and prompts in between change nothing."""
    scene.application.answers["/hotline"] = "<Response><Gather timeout='600' numDigits='9'/></Response>"
    scene.application.answers["/voice"] = "<Response><Pause length='600'/></Response>"
    ana, ben = scene.carrier.phone(ANA), scene.carrier.phone(BEN)
    call = await ana.call(SERVICE)
    await ana.hang_up(after=60)
    await ana.hang_up(after=20)
    await scene.pass_time(10)
    await ana.press("1")
    await scene.pass_time(11)
    assert (call.status, call.duration) == ("completed", 20)
    ben.behave(Behaviour.ANSWERS, after=5, hangs_up_after=7)
    await scene.ring(to=BEN)
    called = await ben.call(SERVICE)
    await scene.pass_time(8)
    assert called.duration == 7
    await scene.pass_time(60)
    assert scene.carrier.next_due() is None


async def test_whoever_does_nothing_holds_the_line(scene: Scene) -> None:
    """A caller stays as long as the document does."""
    scene.application.answers["/hotline"] = "<Response><Gather timeout='10'/><Redirect/></Response>"
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(3600)
    assert call.connected


async def test_inbound_calls_are_listed(scene: Scene) -> None:
    """The application finds them by the number that was called and the time, newest first."""
    scene.application.answers["/hotline"] = "<Response><Pause length='600'/></Response>"
    first = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(3600)
    began = scene.moment
    second = await scene.carrier.phone(BEN).call(SERVICE)
    everything = await scene.sdk(lambda c: c.calls.list(to=SERVICE))
    assert [call.sid for call in everything] == [second.sid, first.sid]
    assert {call.direction for call in everything} == {"inbound"}
    assert [call.sid for call in await scene.sdk(lambda c: c.calls.list(to=SERVICE, start_time_after=began))] == [
        second.sid
    ]
    before = began - timedelta(minutes=1)
    assert [call.sid for call in await scene.sdk(lambda c: c.calls.list(to=SERVICE, start_time_before=before))] == [
        first.sid
    ]
    (number,) = await scene.sdk(lambda c: c.incoming_phone_numbers.list(phone_number=SERVICE))
    assert {call.phone_number_sid for call in everything} == {number.sid}


async def test_the_api_knows_no_initiated_call(scene: Scene) -> None:
    """`initiated` is told by callbacks alone; a look-up shows `queued` until the phone rings."""
    scene.carrier.phone(ANA).rings_after = 5
    call = await scene.ring()
    assert scene.application.statuses("/status") == ["initiated"]
    assert (await scene.sdk(lambda c: c.calls(call.sid).fetch())).status == "queued"
    assert len(await scene.sdk(lambda c: c.calls.list(status="queued"))) == 1
    await scene.pass_time(5)
    assert (await scene.sdk(lambda c: c.calls(call.sid).fetch())).status == "ringing"
