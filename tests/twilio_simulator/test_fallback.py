"""When a call's document cannot be had or executed: the fallback, its codes, and documents that the carrier keeps."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.responses import Response

from tests.twilio_simulator.application import ACCOUNT, ANA, BEN, SERVICE, TOKEN, Application, Clock, Scene, serving
from twilio_simulator import Behaviour, SimulatedCarrier

RESCUE = "<Response><Say>Sorry. We connect you.</Say><Pause length='60'/></Response>"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (500, "11200"),
        (204, "12100"),
        ("<Response>", "12100"),
        ("<Response><Sing/></Response>", "12200"),
        (Response("{}", media_type="application/json"), "12300"),
        (Response("<Response>" + " " * 70_000 + "</Response>", media_type="text/xml"), "11750"),
    ],
)
async def test_an_inbound_call_goes_to_the_numbers_fallback(scene: Scene, answer: object, code: str) -> None:
    """VoiceFallbackUrl is asked with ErrorCode and ErrorUrl, and its document is heard."""
    url = scene.application.url
    scene.carrier.number(SERVICE, voice_fallback_url=url + "/rescue")
    scene.application.answers |= {"/hotline": answer, "/rescue": RESCUE}
    call = await scene.carrier.phone(ANA).call(SERVICE)
    (rescue,) = scene.application.at("/rescue")
    assert (rescue.params["ErrorCode"], rescue.params["ErrorUrl"]) == (code, url + "/hotline")
    assert rescue.genuine
    assert call.heard == ["Sorry. We connect you."]
    assert call.connected


@pytest.mark.parametrize(
    ("url", "code"), [("http://127.0.0.1:9/x", "11205"), ("http://nobody.invalid/x", "11210"), ("ftp://x", "11100")]
)
async def test_an_application_that_cannot_be_reached(scene: Scene, url: str, code: str) -> None:
    """A refused connection and a name that nobody has get codes of their own; ErrorUrl names what was asked."""
    scene.application.answers["/rescue"] = RESCUE
    scene.application.answers["/voice"] = f"<Response><Redirect>{url}</Redirect></Response>"
    await scene.ring(fallback_url=scene.application.url + "/rescue")
    await scene.carrier.phone(ANA).answer()
    await scene.pass_time(2)
    (rescue,) = scene.application.at("/rescue")
    assert (rescue.params["ErrorCode"], rescue.params["ErrorUrl"]) == (code, url)


async def test_an_error_in_the_middle_of_a_call_goes_to_the_fallback(scene: Scene) -> None:
    """So does a Gather's action that fails, and a verb that no carrier knows."""
    url = scene.application.url
    scene.carrier.number(SERVICE, voice_fallback_url=url + "/rescue")
    scene.application.answers |= {
        "/hotline": "<Response><Gather action='/keys' numDigits='1'/></Response>",
        "/keys": 503,
        "/rescue": RESCUE,
    }
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.carrier.phone(ANA).press("1")
    assert scene.application.at("/rescue")[0].params["ErrorUrl"] == url + "/keys"
    assert call.heard == ["Sorry. We connect you."]


@pytest.mark.parametrize("rescue", [500, "<Response><Say>Hm.</Say><Sing/></Response>"])
async def test_a_fallback_that_fails_itself_ends_the_call(scene: Scene, rescue: object) -> None:
    """Nobody is asked twice: the caller hears that an application error has occurred."""
    scene.carrier.number(SERVICE, voice_fallback_url=scene.application.url + "/rescue")
    scene.carrier.number(SERVICE, voice_status_url=scene.application.url + "/status")
    scene.application.answers |= {"/hotline": 500, "/rescue": rescue}
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(5)
    assert len(scene.application.at("/rescue")) == 1
    assert "application error" in call.heard[-1]
    assert scene.application.statuses("/status") == ["completed"]


async def test_a_fallback_may_lead_back_to_the_application(scene: Scene) -> None:
    """Each document that fails goes to the fallback, so a fallback that waits and asks again outlasts an outage."""
    scene.carrier.number(
        SERVICE,
        voice_fallback_url=scene.carrier.host(
            "<Response><Say>One moment.</Say><Pause length='10'/>"
            f"<Redirect>{scene.application.url}/hotline</Redirect></Response>"
        ),
    )
    scene.application.answers["/hotline"] = 503
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(12)
    assert call.heard == ["One moment.", "One moment."]
    scene.application.answers["/hotline"] = "<Response><Say>Hotline.</Say></Response>"
    await scene.pass_time(12)
    assert call.heard[-1] == "Hotline."


async def test_a_document_that_the_carrier_keeps_needs_no_application() -> None:
    """With the application down, the caller is connected by the document hosted at the carrier."""
    application = Application()
    async with serving(application):
        gone = application.url
    clock = Clock()
    async with SimulatedCarrier(ACCOUNT, TOKEN, now=clock) as carrier:
        rescue = carrier.host(f"<Response><Dial callerId='{SERVICE}'>{BEN}</Dial></Response>")
        carrier.number(SERVICE, voice_url=gone + "/hotline", voice_fallback_url=rescue)
        call = await carrier.phone(ANA).call(SERVICE)
        clock.moment += timedelta(seconds=1)  # a connection that failed is tried once more
        await carrier.run_due()
        await carrier.phone(BEN).answer()
        assert call.heard == [f"connected to {BEN}"]
        assert [error.code for error in carrier.errors] == [11205]


CORA, DAN = "+15625550110", "+15625550111"
_KEPT = re.compile(r"`(https://handler\.twilio\.com/\S+)`.*?```xml\n(.*?)```", re.DOTALL)


def keep_what_operators_keep(scene: Scene) -> None:
    """The documents of `docs/operations.md`, at the carrier; the hotline itself is down."""
    documents = dict(_KEPT.findall(Path("docs/operations.md").read_text("utf-8")))
    assert documents, "the documents name no address"
    kept = {"https://YOUR-SERVER/twilio/voice": scene.application.url}
    for address, twiml in documents.items():  # each names only those before it
        for known, hosted in kept.items():
            twiml = twiml.replace(known, hosted)
        assert "handler.twilio.com" not in twiml
        kept[address] = scene.carrier.host(twiml)
    scene.application.answers["/hotline"] = 500
    scene.carrier.number(SERVICE, voice_fallback_url=kept[address])


@pytest.mark.parametrize(("off", "awake"), [(CORA, DAN), (DAN, CORA)])
async def test_no_voicemail_takes_the_officers_call(scene: Scene, off: str, awake: str) -> None:
    """One coordinator's phone is off, so its voicemail answers before the other has picked up. The officer is put
    through to whoever presses a key."""
    keep_what_operators_keep(scene)
    scene.carrier.phone(off).behave(Behaviour.SWITCHED_OFF, voicemail=True)
    scene.carrier.phone(awake).behave(Behaviour.ANSWERS, after=8, presses=["1"])
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(60)
    assert call.heard[-1] == f"connected to {awake}"
    assert f"connected to {off}" not in call.heard
    assert "press 1 to take" in scene.carrier.phone(awake).calls[-1].heard[0]


async def test_whoever_presses_a_key_first_takes_the_officers_call(scene: Scene) -> None:
    """Both ring at once; one presses, and the other is left alone."""
    keep_what_operators_keep(scene)
    scene.carrier.phone(DAN).behave(Behaviour.ANSWERS, after=8, presses=["1"])
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(9)
    assert [scene.carrier.phone(one).calls[-1].ended for one in (CORA, DAN)] == [False, False]
    await scene.pass_time(20)
    assert call.heard[-1] == f"connected to {DAN}"
    assert [one.ended for one in scene.carrier.phone(CORA).calls] == [True]


async def test_an_officer_whom_only_machines_answer_hears_so(scene: Scene) -> None:
    """Nobody talks to a voicemail: the hotline is tried again, in case the service is back."""
    keep_what_operators_keep(scene)
    for one in (CORA, DAN):
        scene.carrier.phone(one).behave(Behaviour.SWITCHED_OFF, voicemail=True)
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(100)
    assert not any("connected to" in heard for heard in call.heard)
    assert "No coordinator could be reached. Please call again." in call.heard
    assert len(scene.application.at("/hotline")) > 1


async def test_only_what_can_be_executed_is_kept(scene: Scene) -> None:
    """A hosted document is checked when it is given, and the carrier needs its port first."""
    with pytest.raises(ValueError, match="<Sing> cannot stand in <Response>"):
        scene.carrier.host("<Response><Sing/></Response>")
    with pytest.raises(RuntimeError):
        SimulatedCarrier(ACCOUNT, TOKEN, now=Clock()).host("<Response/>")


async def test_plain_text_is_said(scene: Scene) -> None:
    """An answer of text/plain is read out, as Twilio does."""
    scene.application.answers["/hotline"] = Response("Closed.", media_type="text/plain")
    call = await scene.carrier.phone(ANA).call(SERVICE)
    assert call.heard == ["Closed."]


async def test_a_text_has_a_fallback_too(scene: Scene) -> None:
    """SmsFallbackUrl is asked when SmsUrl fails, and what it answers is sent."""
    url = scene.application.url
    scene.carrier.number(SERVICE, sms_fallback_url=url + "/rescue")
    scene.application.answers |= {"/sms": 500, "/rescue": "<Response><Message>Call us.</Message></Response>"}
    ana = scene.carrier.phone(ANA)
    await ana.reply("1", to=SERVICE)
    await scene.pass_time(2)
    assert scene.application.at("/rescue")[0].params["ErrorUrl"] == url + "/sms"
    assert [text.body for text in ana.texts] == ["Call us."]
