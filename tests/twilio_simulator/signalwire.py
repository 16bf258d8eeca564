"""What SignalWire takes of a document, so that ours can be checked against a second carrier: a bit less than Twilio."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from twilio_simulator import TWILIO, Dialect, violations
from twilio_simulator.dialects import URL, Element


def _but(element: str, attributes: str = "", children: str = "", *, more: str = "", and_in_it: str = "") -> Element:
    """Twilio's element without these attributes and children, and with `more`."""
    known = TWILIO.elements[element]
    return Element(
        (known.attributes - set(attributes.split())) | set(more.split()),
        (known.children - set(children.split())) | set(and_in_it.split()),
        known.text,
        known.unchecked,
    )


_ALIKE = "Say Play Pause Redirect Leave Enqueue Task Sms Connect break emphasis lang p phoneme prosody s say-as sub w"
_MACHINES = (
    "machineDetection amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout machineDetectionSilenceTimeout "
    "machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold"
)

SIGNALWIRE = Dialect(
    {
        **{name: TWILIO.elements[name] for name in _ALIKE.split()},
        "Response": _but("Response", children="Start Stop Pay Refer Echo"),
        "Gather": _but("Gather", "bargeIn debug maxSpeechTime"),
        "Dial": _but(
            "Dial",
            "recordingConfigurationId recordingTrack referUrl referMethod events passports callerDisplayName",
            "Client Sim Application WhatsApp",
            more="callerName",
            and_in_it="Verto",
        ),
        "Number": _but("Number", f"byoc {_MACHINES}"),
        "Conference": _but("Conference", "participantLabel jitterBufferSize region recordingConfigurationId"),
        "Sip": _but("Sip", _MACHINES, "Uri Headers", more="codecs"),
        "Queue": _but("Queue", "reservationSid postWorkActivitySid"),
        "Record": _but("Record", "recordingConfigurationId"),
        "Reject": _but("Reject", children="Parameter"),
        "Hangup": _but("Hangup", children="Parameter"),
        "Verto": Element(frozenset(), text=True, unchecked=True),
    },
    while_waiting=TWILIO.while_waiting - {"Say"},
    values={**TWILIO.values, "Conference.statusCallbackEvent": "start end join leave mute hold speaker"},
)


def refused_there(twiml: str, *, waiting: bool = False) -> list[str]:
    """What is wrong with a document for a call at SignalWire, which takes absolute URLs only."""
    return [*violations(twiml, SIGNALWIRE, waiting=waiting), *_relative(ET.fromstring(twiml))]


def _relative(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        urls = {name: url for name, url in element.attrib.items() if SIGNALWIRE.allowed(element.tag, name) == URL}
        if element.tag == "Redirect":
            urls[""] = (element.text or "").strip()
        for name, url in urls.items():
            if url and not url.startswith(("http://", "https://")):
                yield f"{name or 'the text'} of <{element.tag}> must be an absolute URL, not {url!r}"
