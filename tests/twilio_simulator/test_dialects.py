"""What documents may hold, for the simulated carrier and for a second one."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from twilio.twiml import voice_response
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from tests.twilio_simulator.application import ANA, Scene
from tests.twilio_simulator.signalwire import SIGNALWIRE, refused_there
from twilio_simulator import TWILIO, Dialect, violations

URL = "https://dispatch.example"


def written() -> VoiceResponse:
    """A document with most of what a hotline says and does, as the SDK writes it."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, timeout=8, action=URL + "/keys?call=7", action_on_empty_result=True)
    gather.say("Press 1.", voice="Polly.Joanna", language="en-US")
    gather.pause(length=2)
    response.append(gather)
    response.say("The code is ").say_as("K7Q", interpret_as="spell-out")
    dial = Dial(action=URL + "/after", timeout=20, caller_id="+15625550100")
    dial.conference("room-7", beep=False, end_conference_on_exit=True, wait_url="", status_callback=URL + "/c")
    response.append(dial)
    response.redirect(URL + "/again", method="POST")
    return response


@pytest.mark.parametrize("wrong", [violations, refused_there])
def test_what_the_sdk_writes_for_a_hotline_is_right(wrong: Callable[[str], list[str]]) -> None:
    """Both carriers take it."""
    assert wrong(str(written())) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<Sing/>", "<Sing> cannot stand in <Response>"),
        ("<Number>+15625550101</Number>", "<Number> cannot stand in <Response>"),
        ("<Gather><Dial>+15625550101</Dial></Gather>", "<Dial> cannot stand in <Gather>"),
        ("<Gather>Press 1.</Gather>", "no text can stand in <Gather>"),
        ("<Gather numDigit='1'/>", "<Gather> has no attribute numDigit"),
        ("<Gather numDigits='one'/>", "numDigits of <Gather> must be a whole number, not 'one'"),
        ("<Gather input='voice'/>", "input of <Gather> must be of: dtmf speech; not 'voice'"),
        ("<Gather speechModel='phone_call'/>", "<Gather> with a speechModel needs a speechTimeout in seconds"),
        ("<Say voice='Polly.Joanna'><b>!</b></Say>", "<b> cannot stand in <Say>"),
        ("<Dial callerID='x'>+15625550101</Dial>", "<Dial> has no attribute callerID"),
        ("<Dial><Say>Hello.</Say></Dial>", "<Say> cannot stand in <Dial>"),
        (
            "<Dial><Conference>a</Conference><Number>+15625550101</Number></Dial>",
            "<Conference> stands alone in its <Dial>",
        ),
        (
            "<Dial><Conference beep='no'>a</Conference></Dial>",
            "beep of <Conference> must be of: true false onEnter onExit; not 'no'",
        ),
        (
            "<Dial><Number statusCallbackEvent='start answered'>+15625550101</Number></Dial>",
            "statusCallbackEvent of <Number> must be of: initiated ringing answered completed; not 'start answered'",
        ),
        (
            "<Pause/><Dial answerOnBridge='true'>+15625550101</Dial>",
            "answerOnBridge needs its <Dial> to be the first verb",
        ),
        ("<Hangup>now</Hangup>", "no text can stand in <Hangup>"),
        (
            "<Redirect>https://x/?b=1&amp;a=2</Redirect>",
            "the parameters of <Redirect> are not in alphabetical order, so its signature would not hold",
        ),
    ],
)
def test_what_twilio_refuses(body: str, complaint: str) -> None:
    """Each mistake is one sentence that names the place."""
    assert violations(f"<Response>{body}</Response>") == [complaint]


def test_what_is_no_document_is_one_violation() -> None:
    """Text that is no XML, and XML that is no Response."""
    assert len(violations("<Response>")) == 1
    assert violations("<Answer/>") == ["the first element must be <Response>, not <Answer>"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (
            "<Dial><Conference participantLabel='officer'>a</Conference></Dial>",
            "<Conference> has no attribute participantLabel",
        ),
        (
            "<Dial><Conference statusCallbackEvent='announcement'>a</Conference></Dial>",
            "statusCallbackEvent of <Conference> must be of: start end join leave mute hold speaker; not 'announce",
        ),
        ("<Dial><Number machineDetection='Enable'>+15625550101</Number></Dial>", "<Number> has no attribute"),
        ("<Redirect>/again</Redirect>", "the text of <Redirect> must be an absolute URL, not '/again'"),
        ("<Gather action='/keys'/>", "action of <Gather> must be an absolute URL, not '/keys'"),
        ("<Gather bargeIn='true'/>", "<Gather> has no attribute bargeIn"),
    ],
)
def test_what_only_twilio_takes(body: str, complaint: str) -> None:
    """A document of these can move to no second carrier."""
    document = f"<Response>{body}</Response>"
    assert violations(document) == []
    (found,) = refused_there(document)
    assert found.startswith(complaint)


def test_what_may_be_played_to_whoever_waits() -> None:
    """No carrier asks anything in a waitUrl; on the second one nobody even speaks."""
    document = "<Response><Say>Hold.</Say><Play>https://x/a.mp3</Play><Gather/></Response>"
    assert violations(document) == []
    assert violations(document, waiting=True) == ["<Gather> cannot stand in the document of a waitUrl"]
    assert refused_there(document, waiting=True) == [
        "<Say> cannot stand in the document of a waitUrl",
        "<Gather> cannot stand in the document of a waitUrl",
    ]


@pytest.mark.parametrize("dialect", [TWILIO, SIGNALWIRE], ids=["Twilio", "SignalWire"])
def test_a_table_knows_all_that_it_names(dialect: Dialect) -> None:
    """Every element that may stand somewhere has a row of its own."""
    named = {child for element in dialect.elements.values() for child in element.children}
    assert named - dialect.elements.keys() == set()


@pytest.mark.parametrize(
    ("element", "writer"),
    [
        ("Gather", VoiceResponse.gather),
        ("Dial", VoiceResponse.dial),
        ("Say", VoiceResponse.say),
        ("Play", VoiceResponse.play),
        ("Pause", VoiceResponse.pause),
        ("Redirect", VoiceResponse.redirect),
        ("Reject", VoiceResponse.reject),
        ("Record", VoiceResponse.record),
        ("Number", Dial.number),
        ("Conference", Dial.conference),
        ("Client", Dial.client),
        ("Queue", Dial.queue),
        ("Sip", Dial.sip),
    ],
)
def test_the_table_agrees_with_the_sdk(element: str, writer: object) -> None:
    """Twilio's row of a verb has every attribute that the SDK can write, but for the text of the element itself."""
    parameters = inspect.signature(writer).parameters  # type: ignore[arg-type]  # each is a method
    written = {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in parameters}
    texts = {"self", "kwargs", "message", "url", "number", "phoneNumber", "name", "identity", "sipUrl"}
    assert written - texts - TWILIO.elements[element].attributes == set()
    assert hasattr(voice_response, element)


async def test_the_carrier_complains_and_goes_on(scene: Scene) -> None:
    """An unknown attribute is an entry 12200 in the debugger; what can be executed is executed."""
    scene.application.answers["/voice"] = "<Response><Say loud='true'>Hello.</Say></Response>"
    await scene.ring()
    await scene.carrier.phone(ANA).answer()
    assert scene.carrier.phone(ANA).calls[-1].heard == ["Hello."]
    assert [(error.code, error.message) for error in scene.carrier.errors] == [(12200, "<Say> has no attribute loud")]
