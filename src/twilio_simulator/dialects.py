"""What a document about a call may hold: which verbs, which attributes, and what may stand inside what.

`violations` checks a document against a dialect. TWILIO is what this carrier itself speaks; to move to another
carrier that speaks TwiML, write down what that one takes, and check against it as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BOOLEAN = "true false"
METHOD = "GET POST"
NUMBER = "(a number)"
URL = "(a URL)"


@dataclass(frozen=True)
class Element:
    """An element: the attributes it may have, the elements that may stand in it, and whether text may."""

    attributes: frozenset[str]
    children: frozenset[str] = frozenset()
    text: bool = False
    unchecked: bool = False
    """It is not simulated, so nobody looks at its attributes or inside."""


@dataclass(frozen=True)
class Dialect:
    """Every element that a carrier knows. `values` says what an attribute may hold, where that is a short list."""

    elements: Mapping[str, Element]
    while_waiting: frozenset[str]
    """The verbs that the document of a waitUrl may hold."""
    values: Mapping[str, str] = field(default_factory=dict)
    """By attribute, or by `Element.attribute` where one name means two things. Several words are alternatives."""

    @property
    def verbs(self) -> frozenset[str]:
        """What may stand directly in a `<Response>`."""
        return self.elements["Response"].children

    def allowed(self, element: str, attribute: str) -> str | None:
        """What the attribute may hold; None or nothing when anything goes."""
        return self.values.get(f"{element}.{attribute}", self.values.get(attribute))


def _element(attributes: str = "", children: str = "", *, text: bool = False, unchecked: bool = False) -> Element:
    return Element(frozenset(attributes.split()), frozenset(children.split()), text, unchecked)


_PROMPTS = "Say Play Pause"
_SSML = "break emphasis lang p phoneme prosody s say-as sub w"
_RECORDING = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"
_CALLBACK = "statusCallback statusCallbackMethod statusCallbackEvent"
_MACHINES = (
    "machineDetection amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout machineDetectionSilenceTimeout "
    "machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold"
)
_GATHER = (
    "input action method timeout speechTimeout profanityFilter finishOnKey numDigits partialResultCallback "
    "partialResultCallbackMethod language hints actionOnEmptyResult speechModel enhanced"
)
_DIAL = "action method timeout hangupOnStar timeLimit callerId record trim answerOnBridge ringTone sequential"
_CONFERENCE = (
    "muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants record trim coach "
    "eventCallbackUrl"
)
_RECORD = "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback"

_BOOLEANS = (
    "actionOnEmptyResult answerOnBridge bargeIn debug endConferenceOnExit enhanced hangupOnStar muted playBeep "
    "profanityFilter sequential startConferenceOnEnter transcribe"
)
_METHODS = "method partialResultCallbackMethod recordingStatusCallbackMethod statusCallbackMethod waitMethod"
_NUMBERS = "length loop maxLength maxParticipants numDigits timeLimit timeout"
_URLS = "action eventCallbackUrl partialResultCallback recordingStatusCallback statusCallback transcribeCallback url"
_VALUES: dict[str, str] = {
    **dict.fromkeys(_BOOLEANS.split(), BOOLEAN),
    **dict.fromkeys(_METHODS.split(), METHOD),
    **dict.fromkeys(_NUMBERS.split(), NUMBER),
    **dict.fromkeys(_URLS.split(), URL),
    "waitUrl": URL,
    "Gather.timeout": "",  # a number, or "auto"
    "Gather.input": "dtmf speech",
    "Reject.reason": "rejected busy",
    "beep": "true false onEnter onExit",
    "trim": "trim-silence do-not-trim",
    "statusCallbackEvent": "initiated ringing answered completed",
}

SEVERAL = frozenset({"input", "statusCallbackEvent", "recordingStatusCallbackEvent"})
"""Attributes that may hold several of their words."""

TWILIO = Dialect(
    {
        "Say": _element("voice language loop", _SSML, text=True),
        "Play": _element("loop digits", text=True),
        "Pause": _element("length"),
        "Redirect": _element("method", text=True),
        "Leave": _element(),
        "Enqueue": _element("action method maxQueueSize waitUrl waitUrlMethod workflowSid", "Task", text=True),
        "Task": _element("priority timeout", text=True),
        "break": _element("strength time"),
        "emphasis": _element("level", _SSML, text=True),
        "lang": _element("{http://www.w3.org/XML/1998/namespace}lang", _SSML, text=True),
        "p": _element("", _SSML, text=True),
        "phoneme": _element("alphabet ph", text=True),
        "prosody": _element("volume rate pitch", _SSML, text=True),
        "s": _element("", _SSML, text=True),
        "say-as": _element("interpret-as format", text=True),
        "sub": _element("alias", text=True),
        "w": _element("role", _SSML, text=True),
        "Response": _element(
            "",
            f"{_PROMPTS} Gather Dial Redirect Hangup Reject Leave Record Enqueue Sms Connect Start Stop Pay Refer Echo",
        ),
        "Gather": _element(f"{_GATHER} bargeIn debug maxSpeechTime", _PROMPTS),
        "Dial": _element(
            f"{_DIAL} {_RECORDING} recordingConfigurationId recordingTrack referUrl referMethod events passports "
            "callerDisplayName",
            "Number Conference Client Sip Queue Sim Application WhatsApp",
            text=True,
        ),
        "Number": _element(f"sendDigits url method byoc {_CALLBACK} {_MACHINES}", text=True),
        "Conference": _element(
            f"{_CONFERENCE} participantLabel jitterBufferSize region recordingConfigurationId {_CALLBACK} {_RECORDING}",
            text=True,
        ),
        "Client": _element(f"url method {_CALLBACK}", "Identity Parameter", text=True),
        "Identity": _element(text=True),
        "Sip": _element(f"username password url method {_CALLBACK} {_MACHINES}", "Uri Headers", text=True),
        "Queue": _element("url method reservationSid postWorkActivitySid", text=True),
        "Record": _element(f"{_RECORD} {_RECORDING} recordingConfigurationId"),
        "Reject": _element("reason", "Parameter"),
        "Hangup": _element("", "Parameter"),
        "Parameter": _element("name value"),
        "Sms": _element("to from action method statusCallback", text=True),
        "Echo": _element(),
        **dict.fromkeys(
            ("Connect", "Start", "Stop", "Pay", "Refer", "Sim", "Application", "WhatsApp", "Uri", "Headers"),
            _element(unchecked=True),
        ),
    },
    while_waiting=frozenset({"Play", "Say", "Pause", "Redirect"}),
    values=_VALUES | {"Conference.statusCallbackEvent": "start end join leave mute hold modify speaker announcement"},
)
