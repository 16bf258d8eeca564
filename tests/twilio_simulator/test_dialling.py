"""A Dial of numbers: its limits, its action, its answerOnBridge, and the number that is shown."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ANA, BEN, SERVICE, Scene
from twilio_simulator import WITHHELD, Behaviour

STRANGER = "+15625550188"


async def test_a_dial_rings_for_thirty_seconds(scene: Scene) -> None:
    """That is the timeout of a Dial that names none."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after'>{BEN}</Dial></Response>"
    scene.application.answers["/after"] = "<Response><Hangup/></Response>"
    await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(29)
    assert scene.application.at("/after") == []
    await scene.pass_time(1)
    assert scene.application.at("/after")[0].params["DialCallStatus"] == "no-answer"


@pytest.mark.parametrize(("attribute", "seconds"), [("", 4 * 60 * 60), ("timeLimit='60'", 60)])
async def test_a_dialled_call_has_a_time_limit(scene: Scene, attribute: str, seconds: int) -> None:
    """It ends after four hours, or when the Dial says, and counts as completed."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after' {attribute}>{BEN}</Dial></Response>"
    scene.application.answers["/after"] = "<Response><Hangup/></Response>"
    scene.carrier.phone(BEN).behave(Behaviour.ANSWERS, after=0)
    await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(seconds - 1)
    assert scene.application.at("/after") == []
    await scene.pass_time(1)
    params = scene.application.at("/after")[0].params
    assert (params["DialCallStatus"], params["DialCallDuration"]) == ("completed", str(seconds))


async def test_a_leg_that_is_taken_back_is_canceled(scene: Scene) -> None:
    """When the application cancels the dialled call over the API, the Dial's action gets `canceled`."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after'>{BEN}</Dial></Response>"
    scene.application.answers["/after"] = "<Response><Hangup/></Response>"
    await scene.carrier.phone(ANA).call(SERVICE)
    leg = scene.carrier.phone(BEN).calls[-1]
    await scene.sdk(lambda c: c.calls(leg.sid).update(status="canceled"))
    await scene.carrier.run_due()
    assert scene.application.at("/after")[0].params["DialCallStatus"] == "canceled"


async def test_answer_on_bridge_lets_the_caller_ring(scene: Scene) -> None:
    """The inbound call is answered with its callee, and when nobody answers it never was."""
    scene.application.answers["/hotline"] = f"<Response><Dial answerOnBridge='true'>{BEN}</Dial></Response>"
    scene.carrier.number(SERVICE, voice_status_url=scene.application.url + "/status")
    first = await scene.carrier.phone(ANA).call(SERVICE)
    assert first.status == "ringing"
    await scene.pass_time(30)
    assert first.status == "no-answer"
    second = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(5)
    await scene.carrier.phone(BEN).answer()
    assert second.status == "in-progress"
    await scene.pass_time(10)
    await scene.carrier.phone(BEN).hang_up()
    assert (second.status, second.duration) == ("completed", 10)
    assert scene.application.statuses("/status") == ["no-answer", "completed"]


async def test_answer_on_bridge_is_for_the_first_verb(scene: Scene) -> None:
    """Behind another verb the call has been answered already, and the carrier complains."""
    scene.application.answers["/hotline"] = (
        f"<Response><Say>Hotline.</Say><Dial answerOnBridge='true'>{BEN}</Dial></Response>"
    )
    call = await scene.carrier.phone(ANA).call(SERVICE)
    assert call.status == "in-progress"
    assert [(error.code, "answerOnBridge" in error.message) for error in scene.carrier.errors] == [(12200, True)]


async def test_a_dial_passes_the_callers_number_on(scene: Scene) -> None:
    """Unless it names a callerId, which may be ours or the caller's own."""
    shown = []
    for attribute in ("", f"callerId='{SERVICE}'", f"callerId='{ANA}'"):
        scene.application.answers["/hotline"] = f"<Response><Dial {attribute}>{BEN}</Dial></Response>"
        await scene.carrier.phone(ANA).call(SERVICE)
        shown.append(scene.carrier.phone(BEN).calls[-1].from_)
        await scene.carrier.phone(ANA).hang_up()
    assert shown == [ANA, SERVICE, ANA]
    assert scene.carrier.errors == []


@pytest.mark.parametrize("caller_id", [STRANGER, "anonymous", "hotline", ""])
async def test_no_other_number_is_shown(scene: Scene, caller_id: str) -> None:
    """A callerId that is neither ours nor the caller's is refused with 13214: nobody is rung."""
    scene.application.answers["/hotline"] = (
        f"<Response><Dial action='/after' callerId='{caller_id}'>{BEN}</Dial></Response>"
    )
    scene.application.answers["/after"] = "<Response><Hangup/></Response>"
    await scene.carrier.phone(ANA).call(SERVICE)
    assert scene.carrier.phone(BEN).calls == []
    assert [error.code for error in scene.carrier.errors] == [13214]
    assert scene.application.at("/after")[0].params["DialCallStatus"] == "failed"


@pytest.mark.parametrize("withheld", WITHHELD)
async def test_a_withheld_number_cannot_be_passed_on(scene: Scene, withheld: str) -> None:
    """The application sees what stands for it, and a Dial without a callerId gets 13214; with ours it rings."""
    scene.application.answers["/hotline"] = f"<Response><Dial>{BEN}</Dial></Response>"
    call = await scene.carrier.phone(ANA).call(SERVICE, withheld=withheld)
    asked = scene.application.at("/hotline")[0].params
    assert (asked["From"], asked["Caller"], call.from_) == (withheld,) * 3
    assert [error.code for error in scene.carrier.errors] == [13214]
    assert scene.carrier.phone(BEN).calls == []
    scene.application.answers["/hotline"] = f"<Response><Dial callerId='{SERVICE}'>{BEN}</Dial></Response>"
    await scene.carrier.phone(ANA).call(SERVICE, withheld=withheld)
    assert scene.carrier.phone(BEN).calls[-1].from_ == SERVICE


async def test_calls_and_texts_come_from_a_number_of_ours(scene: Scene) -> None:
    """Another From is refused: 21210 for a call, 21212 when it is no number, 21606 for a text."""
    codes = []
    for act in (
        lambda c: c.calls.create(to=ANA, from_=STRANGER, twiml="<Response/>"),
        lambda c: c.calls.create(to=ANA, from_="hotline", twiml="<Response/>"),
        lambda c: c.messages.create(to=ANA, from_=STRANGER, body="x"),
        lambda c: c.messages.create(to=ANA, from_="hotline", body="x"),
    ):
        with pytest.raises(TwilioRestException) as refusal:
            await scene.sdk(act)
        codes.append(refusal.value.code)
    assert codes == [21210, 21212, 21606, 21606]
    scene.carrier.number(STRANGER)
    call = await scene.sdk(lambda c: c.calls.create(to=ANA, from_=STRANGER, twiml="<Response/>"))
    assert call.status == "queued"
