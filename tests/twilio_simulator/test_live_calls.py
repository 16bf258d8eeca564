"""Calls that are changed over the API while they go on."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ANA, BEN, SERVICE, Scene

TAKEN = "<Response><Say>It is taken.</Say><Pause length='60'/></Response>"


async def update(scene: Scene, sid: str, **changes: Any) -> Any:
    changed = await scene.sdk(lambda c: c.calls(sid).update(**changes))
    await scene.carrier.run_due()
    return changed


async def refused(scene: Scene, sid: str, **changes: Any) -> int:
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.calls(sid).update(**changes))
    return int(refusal.value.code)


async def test_a_caller_is_led_out_of_a_gather(scene: Scene) -> None:
    """The new document is fetched with its method, and the keys of the old one count no more."""
    scene.application.answers["/hotline"] = "<Response><Gather action='/keys' timeout='60'/></Response>"
    scene.application.answers["/next"] = TAKEN
    call = await scene.carrier.phone(ANA).call(SERVICE)
    changed = await update(scene, call.sid, url=scene.application.url + "/next", method="GET")
    assert changed.status == "in-progress"
    assert scene.application.at("/next")[0].method == "GET"
    assert call.heard == ["It is taken."]
    await scene.carrier.phone(ANA).press("1")
    assert scene.application.at("/keys") == []


async def test_a_caller_is_led_out_of_a_dial(scene: Scene) -> None:
    """The phone that was rung stops ringing, and the Dial's action is not asked."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after'>{BEN}</Dial></Response>"
    call = await scene.carrier.phone(ANA).call(SERVICE)
    assert scene.carrier.phone(BEN).ringing is not None
    await update(scene, call.sid, twiml=TAKEN)
    assert scene.carrier.phone(BEN).calls[-1].status == "canceled"
    assert scene.application.at("/after") == []
    assert call.heard == ["It is taken."]


async def test_a_callee_is_led_out_of_a_dial(scene: Scene) -> None:
    """The leg goes on by its new document; the document that dialled it goes on as after a completed call."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after'>{BEN}</Dial></Response>"
    scene.application.answers["/after"] = "<Response><Say>Please hold.</Say><Pause length='60'/></Response>"
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.carrier.phone(BEN).answer()
    await scene.pass_time(20)
    leg = scene.carrier.phone(BEN).calls[-1]
    await update(scene, leg.sid, twiml=TAKEN)
    after = scene.application.at("/after")[0].params
    assert (after["DialCallStatus"], after["DialCallDuration"]) == ("completed", "20")
    assert call.heard[-1] == "Please hold."
    assert leg.heard[-1] == "It is taken."
    await scene.carrier.phone(ANA).hang_up()
    assert leg.connected


async def test_a_participant_is_led_out_of_a_conference(scene: Scene) -> None:
    """That is a participant-leave by the API, and the waiting stops."""
    scene.application.answers["/hotline"] = (
        "<Response><Dial><Conference statusCallback='/conference' statusCallbackEvent='leave end' waitUrl='/wait'>K7Q"
        "</Conference></Dial></Response>"
    )
    scene.application.answers["/wait"] = "<Response><Say>Hold.</Say><Pause length='5'/><Redirect/></Response>"
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await update(scene, call.sid, twiml=TAKEN)
    left, ended = scene.application.at("/conference")
    assert left.params["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert left.params["ParticipantCallStatus"] == "in-progress"
    assert ended.params["ReasonConferenceEnded"] == "last-participant-left"
    await scene.pass_time(30)
    assert call.heard[2:] == ["Hold.", "It is taken."]


async def test_an_update_has_a_fallback_of_its_own(scene: Scene) -> None:
    """FallbackUrl is asked when Url fails; without one the number's fallback does not help."""
    scene.application.answers["/hotline"] = "<Response><Pause length='60'/></Response>"
    scene.application.answers["/broken"] = 500
    scene.application.answers["/rescue"] = TAKEN
    url = scene.application.url
    scene.carrier.number(SERVICE, voice_fallback_url=url + "/rescue")
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await update(scene, call.sid, url=url + "/broken", fallback_url=url + "/rescue", fallback_method="GET")
    (rescue,) = scene.application.at("/rescue")
    assert (rescue.method, rescue.params["ErrorCode"]) == ("GET", "11200")
    assert rescue.params["ErrorUrl"] == url + "/broken"
    await update(scene, call.sid, url=url + "/broken")
    assert "application error" in call.heard[-1]
    assert call.status == "completed"


async def test_what_is_over_cannot_be_changed(scene: Scene) -> None:
    """An ended call refuses everything with 21220, one that rings only a new document."""
    call = await scene.ring()
    assert await refused(scene, call.sid, url=scene.application.url + "/next") == 21220
    scene.application.answers["/voice"] = "<Response><Pause length='60'/></Response>"
    await scene.carrier.phone(ANA).answer()
    assert (await update(scene, call.sid, status="canceled")).status == "in-progress"
    assert await refused(scene, call.sid, twiml="x" * 4001) == 20001
    assert await refused(scene, call.sid, url="nowhere") == 21205
    await scene.carrier.phone(ANA).hang_up()
    for change in ({"twiml": TAKEN}, {"status": "completed"}, {"status": "canceled"}):
        assert await refused(scene, call.sid, **change) == 21220
