"""A `<Dial>`, read: whom it calls or which conference it joins, and how."""

from __future__ import annotations

from xml.etree import ElementTree

from twilio_simulator.documents import Document
from twilio_simulator.steps import (
    PARTICIPANTS_AT_MOST,
    TIME_LIMIT,
    DialNumbers,
    DialOutcome,
    JoinConference,
    Target,
)

RING_SECONDS = 30.0


def read_dial(dial: ElementTree.Element, document: Document) -> DialNumbers | JoinConference | None:
    """What a `<Dial>` asks for; None when it calls something that is not simulated, or nothing."""
    conference = dial.find("Conference")
    if conference is not None:
        return _conference(conference, number(dial, "timeLimit", TIME_LIMIT), document)
    text = (dial.text or "").strip()
    targets = tuple(_target(element, document) for element in dial.findall("Number"))
    if not targets and not text:
        return None
    return DialNumbers(
        targets or (Target(text),),
        dial.get("callerId"),
        number(dial, "timeout", RING_SECONDS),
        number(dial, "timeLimit", TIME_LIMIT),
        dial.get("answerOnBridge") == "true",
    )


def outcome_params(outcome: DialOutcome) -> dict[str, str]:
    """What the `action` of a `<Dial>` is told."""
    params = {"DialCallStatus": outcome.status}
    if outcome.sid is not None:
        params["DialCallSid"] = outcome.sid
    if outcome.duration is not None:
        params["DialCallDuration"] = str(outcome.duration)
    return params


def number(element: ElementTree.Element, name: str, default: float) -> float:
    """A numeric attribute; something that is not a number ("auto") counts as not given."""
    try:
        return float(element.get(name, default))
    except ValueError:
        return default


def _conference(conference: ElementTree.Element, time_limit: float, document: Document) -> JoinConference:
    wait_url, callback = conference.get("waitUrl"), conference.get("statusCallback")
    return JoinConference(
        name=(conference.text or "").strip(),
        starts_on_enter=conference.get("startConferenceOnEnter", "true") == "true",
        ends_on_exit=conference.get("endConferenceOnExit") == "true",
        muted=conference.get("muted") == "true",
        beep=conference.get("beep", "true"),
        label=conference.get("participantLabel"),
        wait_url=document.resolve(wait_url) if wait_url else wait_url,
        wait_method=conference.get("waitMethod", "POST"),
        participants_at_most=int(number(conference, "maxParticipants", PARTICIPANTS_AT_MOST)),
        time_limit=time_limit,
        status_callback=None if callback is None else document.resolve(callback),
        status_callback_method=conference.get("statusCallbackMethod", "POST"),
        status_callback_events=frozenset(conference.get("statusCallbackEvent", "").split()),
    )


def _target(element: ElementTree.Element, document: Document) -> Target:
    url, callback = element.get("url"), element.get("statusCallback")
    return Target(
        (element.text or "").strip(),
        None if url is None else document.resolve(url),
        element.get("method", "POST"),
        None if callback is None else document.resolve(callback),
        element.get("statusCallbackMethod", "POST"),
        frozenset(element.get("statusCallbackEvent", "completed").split()),
    )
