"""Calls through the real SDK, and the TwiML that people hear."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.twilio_simulator.application import ACCOUNT, ANA, BEN, SERVICE, TOKEN, Scene
from twilio_simulator import Behaviour, NoSuchCall

ASK = """<Response><Gather numDigits="1" action="keys?page=7" timeout="10">
<Say>LBPD calls, code K7Q. Press 1 to take it, 2 to decline.</Say></Gather><Say>Goodbye.</Say></Response>"""


def events(scene: Scene) -> list[tuple[str, str]]:
    return [(hook.params["SequenceNumber"], hook.params["CallStatus"]) for hook in scene.application.at("/status")]


async def test_a_call_left_to_ring_is_not_answered(scene: Scene) -> None:
    """It rings until the call's Timeout, in seconds, and ends as no-answer."""
    call = await scene.ring(timeout=25)
    ana = scene.carrier.phone(ANA)
    assert ana.calls[-1].sid == call.sid
    await scene.pass_time(24)
    assert ana.ringing is ana.calls[-1]
    await scene.pass_time(1)
    assert [call.ringing for call in ana.calls] == [False]
    assert events(scene) == [("0", "initiated"), ("1", "ringing"), ("2", "no-answer")]
    assert scene.application.hooks[-1].params["CallDuration"] == "0"
    assert all(hook.genuine for hook in scene.application.hooks)


async def test_an_answered_call_hears_the_document_and_its_keys_are_told(scene: Scene) -> None:
    """A key interrupts the prompt, goes to the Gather's action, and what that answers is heard."""
    scene.application.answers["/voice"] = ASK
    scene.application.answers["/keys"] = "<Response><Say>Thank you.</Say></Response>"
    call = await scene.ring()
    ana = scene.carrier.phone(ANA)
    await ana.answer()
    assert ana.connected is not None
    await scene.pass_time(1)
    await ana.press("1")
    (keys,) = scene.application.at("/keys")
    assert keys.genuine
    assert keys.url.endswith("/keys?page=7")
    assert (keys.params["Digits"], keys.params["CallSid"]) == ("1", call.sid)
    await scene.pass_time(5)
    assert ana.calls[-1].heard == ["LBPD calls, code K7Q. Press 1 to take it, 2 to decline.", "Thank you."]
    assert ana.calls[-1].digits == "1"
    assert events(scene) == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    assert scene.application.hooks[-1].params["CallDuration"] == "2"


async def test_of_two_calls_at_the_same_moment_one_is_answered(scene: Scene) -> None:
    """A person talks on one phone at a time: the other call rings until it ends."""
    scene.application.answers["/voice"] = ASK
    ana = scene.carrier.phone(ANA)
    ana.behave(Behaviour.ANSWERS)
    await scene.ring()
    await scene.ring()
    await scene.pass_time(120)
    assert sorted(call.status for call in ana.calls) == ["completed", "no-answer"]


async def test_without_a_key_the_document_goes_on(scene: Scene) -> None:
    """When the Gather's timeout passes after its prompt, the next verb is executed and the call ends."""
    scene.application.answers["/voice"] = ASK
    await scene.ring()
    ana = scene.carrier.phone(ANA)
    await ana.answer()
    await scene.pass_time(60)
    assert ana.calls[-1].heard[-1] == "Goodbye."
    assert scene.application.at("/keys") == []
    assert ana.calls[-1].status == "completed"


async def test_finish_on_key_ends_the_input(scene: Scene) -> None:
    """Without numDigits the finishing key ends the input; without action the document's URL is asked again."""
    scene.application.answers["/voice"] = "<Response><Gather><Say>Minutes?</Say></Gather></Response>"
    await scene.ring()
    ana = scene.carrier.phone(ANA)
    await ana.answer()
    await ana.press("25#")
    again = scene.application.at("/voice")[1]
    assert (again.params["Digits"], again.params["FinishedOnKey"]) == ("25", "#")


async def test_action_on_empty_result(scene: Scene) -> None:
    """actionOnEmptyResult asks the action even though nothing was pressed."""
    scene.application.answers["/voice"] = '<Response><Gather action="/keys" actionOnEmptyResult="true"/></Response>'
    await scene.ring()
    await scene.carrier.phone(ANA).answer()
    await scene.pass_time(5)
    assert scene.application.at("/keys")[0].params["Digits"] == ""


@pytest.mark.parametrize(
    ("behaviour", "statuses"),
    [
        (Behaviour.BUSY, ["initiated", "busy"]),
        (Behaviour.UNREACHABLE, ["initiated", "failed"]),
        (Behaviour.SWITCHED_OFF, ["initiated", "ringing", "no-answer"]),
    ],
)
async def test_a_phone_decides_how_a_call_ends(scene: Scene, behaviour: Behaviour, statuses: list[str]) -> None:
    """The final status follows from the phone's behaviour."""
    scene.carrier.phone(ANA).behaviour = behaviour
    await scene.ring()
    assert scene.carrier.phone(ANA).ringing is None
    await scene.pass_time(120)
    assert scene.application.statuses("/status") == statuses


async def test_a_number_that_does_not_exist_is_refused(scene: Scene) -> None:
    """Calls to it get 21211, and a call without a document gets 21205."""
    scene.carrier.phone(ANA).behaviour = Behaviour.INVALID
    with pytest.raises(TwilioRestException) as refusal:
        await scene.ring()
    assert refusal.value.code == 21211
    with pytest.raises(TwilioRestException) as refusal:
        await scene.ring(to=BEN, url="")
    assert refusal.value.code == 21205


async def test_voicemail_takes_everything_in_and_presses_nothing(scene: Scene) -> None:
    """A machine answers after 20 seconds; with detection the document is asked with AnsweredBy=machine_start."""
    scene.application.answers["/voice"] = ASK
    ana = scene.carrier.phone(ANA)
    ana.behave(Behaviour.VOICEMAIL, presses=["1"])
    await scene.ring(machine_detection="Enable")
    await scene.pass_time(20)
    assert ana.connected is None
    assert scene.application.at("/voice") == []
    await scene.pass_time(60)
    assert scene.application.at("/voice")[0].params["AnsweredBy"] == "machine_start"
    assert ana.calls[-1].heard[-1] == "Goodbye."
    assert scene.application.at("/keys") == []
    assert scene.application.hooks[-1].params["AnsweredBy"] == "machine_start"


async def test_asynchronous_detection_has_its_own_callback(scene: Scene) -> None:
    """With AsyncAmd the document is asked at once, and AnsweredBy comes on its own."""
    scene.application.answers["/voice"] = "<Response><Pause length='30'/></Response>"
    scene.carrier.phone(ANA).behave(Behaviour.SWITCHED_OFF, voicemail=True)
    await scene.ring(
        machine_detection="Enable", async_amd="true", async_amd_status_callback=scene.application.url + "/amd"
    )
    await scene.pass_time(3)
    assert "AnsweredBy" not in scene.application.at("/voice")[0].params
    await scene.pass_time(4)
    assert scene.application.at("/amd")[0].params["AnsweredBy"] == "machine_start"
    assert scene.application.at("/amd")[0].genuine


async def test_only_completed_is_told_unless_asked(scene: Scene) -> None:
    """Without StatusCallbackEvent only the end of the call is reported, with SequenceNumber 0."""
    await scene.ring(status_callback_event=[], timeout=5)
    await scene.pass_time(5)
    assert events(scene) == [("0", "no-answer")]


async def test_rejecting_and_hanging_up(scene: Scene) -> None:
    """A declined call ends busy; hanging up ends a call completed; without a call both are NoSuchCall."""
    scene.application.answers["/voice"] = "<Response><Pause length='60'/></Response>"
    ana = scene.carrier.phone(ANA)
    for act in (ana.answer, ana.reject, ana.hang_up):
        with pytest.raises(NoSuchCall):
            await act()
    await scene.ring()
    with pytest.raises(NoSuchCall):
        await ana.press("1")
    await ana.reject()
    assert ana.calls[-1].status == "busy"
    await scene.ring()
    await ana.answer()
    await scene.pass_time(7)
    await ana.hang_up()
    assert (ana.calls[-1].status, ana.calls[-1].duration) == ("completed", 7)
    with pytest.raises(ValueError, match="keys"):
        await ana.press("x")


async def test_the_application_cancels_completes_and_redirects(scene: Scene) -> None:
    """POST to a call cancels it while it rings, redirects it while it lasts, and completes it."""
    scene.application.answers["/voice"] = "<Response><Pause length='60'/></Response>"
    ana = scene.carrier.phone(ANA)
    call = await scene.ring()
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.calls(call.sid).update(twiml="<Response/>"))
    assert refusal.value.code == 21220
    await scene.sdk(lambda c: c.calls(call.sid).update(status="canceled"))
    await scene.carrier.run_due()
    assert scene.application.statuses("/status")[-1] == "canceled"
    call = await scene.ring()
    await ana.answer()
    await scene.sdk(
        lambda c: c.calls(call.sid).update(twiml="<Response><Say>It is taken.</Say><Pause length='60'/></Response>")
    )
    await scene.pass_time(3)
    assert ana.calls[-1].heard == ["It is taken."]
    done = await scene.sdk(lambda c: c.calls(call.sid).update(status="completed"))
    assert (done.status, done.duration) == ("completed", "3")


async def test_twiml_can_be_given_with_the_call(scene: Scene) -> None:
    """Twiml instead of Url is heard without asking anybody."""
    await scene.ring(twiml="<Response><Say loop='2'>Test page.</Say><Play>/horn.mp3</Play></Response>")
    await scene.carrier.phone(ANA).answer()
    await scene.pass_time(10)
    assert scene.carrier.phone(ANA).calls[-1].heard == ["Test page.", "Test page.", "(plays /horn.mp3)"]
    assert scene.application.at("/voice") == []


async def test_a_long_jump_of_the_clock_plays_a_call_as_of_then(scene: Scene) -> None:
    """A call that falls into a jump of an hour has the times that it would have had without the jump."""
    scene.application.answers["/voice"] = ASK
    scene.carrier.phone(ANA).behave(Behaviour.ANSWERS, after=5)
    call = await scene.ring()
    began = scene.moment
    scene.moment = began.replace(hour=11)
    await scene.carrier.run_due()
    fetched = await scene.sdk(lambda c: c.calls(call.sid).fetch())
    assert (fetched.start_time - began).total_seconds() == 5
    assert 14 <= int(fetched.duration) <= 16
    assert scene.carrier.next_due() is None


async def test_calls_are_listed(scene: Scene) -> None:
    """The list of calls filters by To and Status, newest first."""
    first = await scene.ring(timeout=5)
    await scene.pass_time(10)
    second = await scene.ring()
    await scene.ring(to=BEN)
    assert [c.sid for c in await scene.sdk(lambda c: c.calls.list(to=ANA))] == [second.sid, first.sid]
    assert [c.sid for c in await scene.sdk(lambda c: c.calls.list(to=ANA, status="no-answer"))] == [first.sid]
    since = await scene.sdk(lambda c: c.calls.list(start_time_after=scene.moment))
    assert len(since) == 2


async def test_an_officer_calls_the_hotline_and_is_connected(scene: Scene) -> None:
    """An inbound call executes the hotline's document, and <Dial> connects it to another phone until one hangs up."""
    scene.application.answers["/hotline"] = (
        f"<Response><Say>Hotline.</Say><Dial action='/after' timeout='20'><Number statusCallback='/leg' "
        f"statusCallbackEvent='ringing answered completed'>{BEN}</Number></Dial></Response>"
    )
    scene.application.answers["/after"] = "<Response><Say>Bye.</Say></Response>"
    officer, ben = scene.carrier.phone(ANA), scene.carrier.phone(BEN)
    call = await officer.call(SERVICE)
    assert scene.application.at("/hotline")[0].params["CallStatus"] == "ringing"
    assert call.connected
    await scene.pass_time(2)
    assert ben.ringing is not None
    await ben.answer()
    assert call.heard == ["Hotline.", f"connected to {BEN}"]
    assert ben.calls[-1].heard == [f"connected to {ANA}"]
    assert ben.calls[-1].from_ == ANA
    await scene.pass_time(30)
    await ben.hang_up()
    (after,) = scene.application.at("/after")
    assert after.params["DialCallStatus"] == "completed"
    assert after.params["DialCallDuration"] == "30"
    assert scene.application.statuses("/leg") == ["ringing", "in-progress", "completed"]
    await scene.pass_time(2)
    assert call.heard[-1] == "Bye."
    assert call.status == "completed"


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (Behaviour.BUSY, "busy"),
        (Behaviour.LEFT_TO_RING, "no-answer"),
        (Behaviour.UNREACHABLE, "failed"),
        (Behaviour.INVALID, "failed"),
    ],
)
async def test_dialling_in_vain(scene: Scene, behaviour: Behaviour, status: str) -> None:
    """The Dial's action is told why nobody was reached, and the document there goes on."""
    scene.application.answers["/hotline"] = f"<Response><Dial action='/after'>{BEN}</Dial></Response>"
    scene.application.answers["/after"] = "<Response><Say>Nobody.</Say></Response>"
    scene.carrier.phone(BEN).behaviour = behaviour
    call = await scene.carrier.phone(ANA).call(SERVICE)
    await scene.pass_time(60)
    assert scene.application.at("/after")[0].params["DialCallStatus"] == status
    assert call.heard == ["Nobody."]


async def test_the_caller_hangs_up_while_it_rings(scene: Scene) -> None:
    """A call that is being dialled is canceled when the caller hangs up."""
    scene.application.answers["/hotline"] = f"<Response><Dial>{BEN}</Dial></Response>"
    ana, ben = scene.carrier.phone(ANA), scene.carrier.phone(BEN)
    await ana.call(SERVICE)
    await ana.hang_up()
    assert (ben.ringing, ben.calls[-1].status) == (None, "canceled")


async def test_a_callee_hears_a_document_before_being_connected(scene: Scene) -> None:
    """<Number url> is executed for the callee first, who may hang up instead of being connected."""
    scene.application.answers["/hotline"] = (
        f"<Response><Dial action='/after'><Number url='/who'>{BEN}</Number></Dial></Response>"
    )
    scene.application.answers["/who"] = "<Response><Say>An officer calls.</Say></Response>"
    scene.application.answers["/after"] = "<Response/>"
    ana, ben = scene.carrier.phone(ANA), scene.carrier.phone(BEN)
    call = await ana.call(SERVICE)
    await ben.answer()
    assert call.heard == []
    await scene.pass_time(3)
    assert ben.calls[-1].heard == ["An officer calls.", f"connected to {ANA}"]
    await ana.hang_up()
    await ana.call(SERVICE)
    await ben.answer()
    await ben.hang_up()
    assert scene.application.at("/after")[0].params["DialCallStatus"] == "no-answer"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Sing/></Response>", 12200),
        ("<Answer/>", 12102),
        ("<Response>", 12100),
        (500, 11200),
        (204, 12100),
        ("<Response><Redirect/></Response>", 11215),
    ],
)
async def test_a_document_that_cannot_be_executed_ends_the_call(scene: Scene, document: str | int, code: int) -> None:
    """The carrier apologizes, hangs up, and notes Twilio's error code."""
    scene.application.answers["/voice"] = document
    await scene.ring()
    ana = scene.carrier.phone(ANA)
    await ana.answer()
    assert scene.carrier.errors[-1].code == code
    assert "application error" in ana.calls[-1].heard[-1]
    assert ana.calls[-1].status == "completed"


async def test_what_is_not_simulated_says_so(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """<Enqueue> is skipped, audibly, and noted as an error."""
    scene.application.answers["/voice"] = "<Response><Enqueue>q</Enqueue><Say>On we go.</Say></Response>"
    await scene.ring()
    await scene.carrier.phone(ANA).answer()
    assert scene.carrier.phone(ANA).calls[-1].heard == ["(<Enqueue> is not simulated)", "On we go."]
    assert "not simulated" in caplog.text


async def test_get_webhooks_carry_their_fields_in_the_query(scene: Scene) -> None:
    """With Method=GET the fields are in the URL, which is signed whole."""
    scene.application.answers["/voice"] = "<Response><Say>Hello.</Say></Response>"
    await scene.ring(url=scene.application.url + "/voice?page=7", method="GET")
    await scene.carrier.phone(ANA).answer()
    (hook,) = scene.application.at("/voice")
    assert hook.method == "GET"
    assert hook.params["page"] == "7"
    assert hook.params["CallStatus"] == "in-progress"
    assert hook.genuine


async def test_calls_wait_their_turn(scene: Scene) -> None:
    """With calls_per_second the carrier queues instead of refusing, and says how long."""
    scene.carrier.exchange._calls_per_second = 1.0
    await scene.ring()
    second = await scene.ring(to=BEN)
    assert scene.carrier.phone(BEN).ringing is None
    assert (second.status, second.queue_time) == ("queued", "1000")
    await scene.pass_time(1)
    assert scene.carrier.phone(BEN).ringing is not None


async def test_detection_tells_people_from_machines(scene: Scene) -> None:
    """Somebody who answers is human; DetectMessageEnd waits for the beep of a machine."""
    scene.application.answers["/voice"] = "<Response/>"
    scene.carrier.phone(ANA).behaviour = Behaviour.ANSWERS
    scene.carrier.phone(BEN).behaviour = Behaviour.VOICEMAIL
    await scene.ring(machine_detection="Enable")
    await scene.ring(to=BEN, machine_detection="DetectMessageEnd")
    await scene.pass_time(60)
    assert [hook.params["AnsweredBy"] for hook in scene.application.at("/voice")] == ["human", "machine_end_beep"]


async def test_an_answer_that_comes_after_the_end_is_ignored(scene: Scene) -> None:
    """When the person hangs up before the application has answered, its document is not played."""
    scene.application.answers["/voice"] = "<Response><Say>Too late.</Say></Response>"
    await scene.ring()
    ana = scene.carrier.phone(ANA)
    scene.application.slow = 0.2
    answering = asyncio.create_task(ana.answer())
    await scene.until(lambda: ana.connected is not None)
    scene.carrier.exchange.hang_up(ana.calls[-1], scene.moment)
    await answering
    assert ana.calls[-1].heard == []
    assert ana.calls[-1].status == "completed"


async def test_what_is_wrong_with_a_call_is_refused(scene: Scene) -> None:
    """A call without To or From, or with a Timeout or a callback that makes no sense, is refused."""
    right = {"To": ANA, "From": SERVICE, "Twiml": "<Response/>"}
    async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN), base_url=scene.carrier.url) as client:
        for wrong, code in (
            ({"To": ""}, 21201),
            ({"From": ""}, 21213),
            ({"Timeout": "long"}, 20001),
            ({"Twiml": "x" * 4001}, 20001),
            ({"StatusCallback": "here"}, 21609),
        ):
            answer = await client.post(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", data=right | wrong)
            assert answer.json()["code"] == code
    assert [request.kind for request in scene.carrier.requests] == ["call"] * 5
