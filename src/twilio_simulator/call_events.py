"""What the application is told of a call: its status callbacks, and the fields that every request about it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from twilio_simulator.callbacks import Callbacks, Webhook
from twilio_simulator.calls import PhoneCall


class CallEvents:
    """Reports the progress of calls. `changed` is called at each event, whether or not the application wants it."""

    def __init__(self, account_sid: str, callbacks: Callbacks, changed: Callable[[], None]) -> None:
        self._account_sid = account_sid
        self._callbacks = callbacks
        self._changed = changed

    def tell(self, call: PhoneCall, event: str, at: datetime) -> None:
        """Note an event and send its callback, if the application asked for it."""
        self.send(self.note(call, event, at), at)

    def send(self, webhook: Webhook | None, at: datetime) -> None:
        """Send the callback that `note` returned."""
        if webhook is not None:
            self._callbacks.inform(webhook, at)

    def note(self, call: PhoneCall, event: str, at: datetime) -> Webhook | None:
        """Note an event; returns the callback to send, None when the application did not ask for it."""
        call.updated_at = at
        self._changed()
        wanted = call.status_callback
        if wanted is None or event not in wanted.events:
            return None
        params = self.params(call) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(call.callbacks_sent),
            "Timestamp": format_datetime(at),
        }
        if event == "completed":
            seconds = call.duration or 0
            params["CallDuration"] = str(seconds)
            params["Duration"] = str(-(-seconds // 60))
        call.callbacks_sent += 1
        return Webhook(wanted.url, params, call.sid, "call", wanted.method, last=event == "completed")

    def params(self, call: PhoneCall) -> dict[str, str]:
        """The fields that a request about a call always has."""
        params = {
            "AccountSid": self._account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": call.status,
            "Called": call.to,
            "Caller": call.from_,
            "Direction": call.direction,
            "From": call.from_,
            "To": call.to,
        }
        if call.stir_verstat is not None:
            params["StirVerstat"] = call.stir_verstat
        if call.answered_by is not None:
            params["AnsweredBy"] = call.answered_by
        if call.parent is not None:
            params["ParentCallSid"] = call.parent.sid
        return params
