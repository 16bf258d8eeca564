"""What `POST Calls.json` and `POST Calls/{sid}.json` ask for, read and checked the way the API does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from twilio_simulator.calls import EVENTS, MachineDetection, Script, StatusCallback
from twilio_simulator.handsets import Behaviour, Handset
from twilio_simulator.numbers import normalized
from twilio_simulator.refusals import Refusal

TWIML_AT_MOST = 4000
RING_AT_MOST = 600


@dataclass(frozen=True)
class CallRequest:
    """A call to be placed. `ring_timeout` is in seconds."""

    from_: str
    to: str
    ring_timeout: int
    script: Script
    status_callback: StatusCallback | None
    detection: MachineDetection | None


@dataclass(frozen=True)
class CallUpdate:
    """A change to a call that exists: it ends, or goes on by another script. One of `status` and `script` is given."""

    status: Literal["canceled", "completed"] | None
    script: Script | None
    status_callback: StatusCallback | None


def read_call_request(
    params: Mapping[str, str],
    events: Sequence[str],
    phone: Callable[[str], Handset],
    is_ours: Callable[[str], bool],
) -> CallRequest:
    """Read the form; `events` is StatusCallbackEvent, `phone` gives the phone behind a number. Raises Refusal."""
    if not params.get("To"):
        raise Refusal(21201)
    if not params.get("From"):
        raise Refusal(21213)
    script = _script(params)
    to = normalized(params["To"])
    if to is None or phone(to).behaviour is Behaviour.INVALID:
        raise Refusal(21211, f"Invalid 'To' Phone Number: {params['To']}")
    from_ = normalized(params["From"])
    if from_ is None:
        raise Refusal(21212, f"Invalid 'From' Phone Number: {params['From']}")
    if not is_ours(from_):
        raise Refusal(21210, f"The source phone number provided, {from_}, is not yet verified for your account.")
    status_callback = _status_callback(params, events)
    timeout = params.get("Timeout", "60")
    if not timeout.isdecimal():
        raise Refusal(20001, "Timeout must be a number of seconds")
    ring_timeout = min(int(timeout), RING_AT_MOST)
    return CallRequest(from_, to, ring_timeout, script, status_callback, _detection(params))


def read_call_update(params: Mapping[str, str], events: Sequence[str]) -> CallUpdate:
    """Read the form of an update. A script that comes without a FallbackUrl has none. Raises Refusal."""
    status_callback = _status_callback(params, events)
    match params.get("Status"):
        case "canceled":
            return CallUpdate("canceled", None, status_callback)
        case "completed":
            return CallUpdate("completed", None, status_callback)
        case None if params.get("Url") or params.get("Twiml"):
            return CallUpdate(None, _script(params), status_callback)
        case _:
            raise Refusal(20001, "Status must be canceled or completed, or Url or Twiml must be given")


def _script(params: Mapping[str, str]) -> Script:
    url, twiml = params.get("Url", ""), params.get("Twiml")
    if not twiml and not params.get("ApplicationSid") and not _is_web(url):
        raise Refusal(21205, f"Url is not a valid URL: {url}" if url else None)
    if twiml and len(twiml) > TWIML_AT_MOST:
        raise Refusal(20001, f"Twiml may have at most {TWIML_AT_MOST} characters")
    fallback, fallback_method = params.get("FallbackUrl"), params.get("FallbackMethod", "POST")
    return Script(url, params.get("Method", "POST"), twiml, fallback, fallback_method)


def _status_callback(params: Mapping[str, str], events: Sequence[str]) -> StatusCallback | None:
    url = params.get("StatusCallback")
    if not url:
        return None
    if not _is_web(url):
        raise Refusal(21609)
    # Twilio takes the field several times; people also write all events into one.
    asked = frozenset(event for field in events for event in field.replace(",", " ").split()) & EVENTS
    return StatusCallback(url, params.get("StatusCallbackMethod", "POST"), asked or frozenset({"completed"}))


def _detection(params: Mapping[str, str]) -> MachineDetection | None:
    if params.get("MachineDetection") not in ("Enable", "DetectMessageEnd"):
        return None
    return MachineDetection(
        params["MachineDetection"] == "DetectMessageEnd",
        params.get("AsyncAmd") == "true",
        params.get("AsyncAmdStatusCallback"),
        params.get("AsyncAmdStatusCallbackMethod", "POST"),
    )


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))
