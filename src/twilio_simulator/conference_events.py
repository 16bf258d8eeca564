"""What the application is told of a conference, at the URL that its first participant gave."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from twilio_simulator.callbacks import Callbacks, Webhook
from twilio_simulator.conference import Conference, Participant

_WANTED_AS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
}


class ConferenceEvents:
    """Sends a conference's status callbacks. Faults strike them as they strike those of calls."""

    def __init__(self, account_sid: str, callbacks: Callbacks) -> None:
        self._account_sid = account_sid
        self._callbacks = callbacks

    def tell(self, conference: Conference, event: str, at: datetime, details: dict[str, str] | None = None) -> None:
        """Send the callback of an event, if the application asked for it."""
        wanted = conference.status_callback
        if wanted is None or _WANTED_AS[event] not in wanted.events:
            return
        conference.callbacks_sent += 1
        params = {
            "AccountSid": self._account_sid,
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "SequenceNumber": str(conference.callbacks_sent),
            "StatusCallbackEvent": event,
            "Timestamp": format_datetime(at),
        }
        last = event == "conference-end"
        webhook = Webhook(wanted.url, params | (details or {}), conference.sid, "call", wanted.method, last=last)
        self._callbacks.inform(webhook, at)

    def tell_of(
        self, conference: Conference, participant: Participant, event: str, at: datetime, reason: str | None = None
    ) -> None:
        """Send the callback of an event in which a participant joins, or leaves for a `reason`."""
        details = {
            "CallSid": participant.call.sid,
            "Coaching": "false",
            "EndConferenceOnExit": str(participant.how.ends_on_exit).lower(),
            "Hold": "false",
            "Muted": str(participant.how.muted).lower(),
            "StartConferenceOnEnter": str(participant.how.starts_on_enter).lower(),
        }
        if participant.how.label is not None:
            details["ParticipantLabel"] = participant.how.label
        if reason is not None:
            details["ParticipantCallStatus"] = participant.call.status
            details["ReasonParticipantLeft"] = reason
        self.tell(conference, event, at, details)
