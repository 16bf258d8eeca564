"""Runs the script of a call: fetches its TwiML, and takes the steps that `twiml` yields, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from dispatch.simulation.carrier.agenda import Agenda
from dispatch.simulation.carrier.call_events import CallEvents
from dispatch.simulation.carrier.callbacks import Answer, Callbacks, Webhook
from dispatch.simulation.carrier.calls import PhoneCall
from dispatch.simulation.carrier.record import CarrierError
from dispatch.simulation.carrier.twiml import (
    DialNumbers,
    Fetch,
    HangUp,
    Interpreter,
    JoinConference,
    Listen,
    Program,
    Reject,
    TwimlError,
    Wait,
    parse,
)

log = logging.getLogger(__name__)

PRESSES_AFTER = 1.0
"""Seconds that somebody who answers takes to press a key once the prompt is over."""
FETCHES_IN_A_ROW = 50
"""Documents that lead to each other without letting time pass would never end."""
GOODBYE = "We are sorry, an application error has occurred. Goodbye."


class Switchboard(Protocol):
    """What a script needs from the exchange."""

    def end(self, call: PhoneCall, status: str, at: datetime) -> None: ...
    def press(self, call: PhoneCall, keys: str, at: datetime) -> None: ...
    def dial_numbers(self, call: PhoneCall, dial: DialNumbers, at: datetime) -> None: ...
    def join_conference(self, call: PhoneCall, step: JoinConference, at: datetime) -> None: ...
    def script_over(self, call: PhoneCall, at: datetime) -> None: ...


class Scripts:
    """Every script that is running. A call has at most one at a time, in `call.program`."""

    def __init__(
        self,
        switchboard: Switchboard,
        *,
        agenda: Agenda,
        callbacks: Callbacks,
        events: CallEvents,
        on_error: Callable[[CarrierError], None],
        changed: Callable[[], None],
    ) -> None:
        self._switchboard = switchboard
        self._agenda = agenda
        self._callbacks = callbacks
        self._events = events
        self._on_error = on_error
        self._changed = changed

    def begin(self, call: PhoneCall, at: datetime) -> None:
        """Start the call's script."""
        if call.script.twiml:
            self._play(call, call.script.twiml, "", at)
        else:
            self._fetch(call, Fetch(call.script.url, call.script.method, {}), at)

    def go_on(self, call: PhoneCall, came: Any, at: datetime) -> None:
        """Resume the call's program with what came of its last step, until a step takes time."""
        program = call.program
        if program is None:
            return
        call.listening = None
        try:
            step = program.send(came)
        except StopIteration:
            call.program = None
            self._switchboard.script_over(call, at)
            return
        except TwimlError as error:
            self._break_down(call, error.code, str(error), call.document_url, at)
            return
        self._changed()
        match step:
            case Wait(seconds):
                self._resume_later(call, program, seconds, at)
            case Listen(seconds, asking):
                call.listening = step
                self._resume_later(call, program, seconds, at)
                if asking and call.phone.presses and not call.by_machine:
                    due = at + timedelta(seconds=min(PRESSES_AFTER, seconds / 2))
                    keys = call.phone.presses.pop(0)
                    call.later(self._agenda, due, lambda at: self._switchboard.press(call, keys, at))
            case Fetch():
                self._fetch(call, step, at)
            case DialNumbers():
                self._switchboard.dial_numbers(call, step, at)
            case JoinConference():
                self._switchboard.join_conference(call, step, at)
            case Reject(status):
                self._switchboard.end(call, status, at)
            case HangUp():
                self._switchboard.end(call, "completed", at)

    def complain(self, call: PhoneCall, code: int, message: str, at: datetime) -> None:
        """Report something in a call's document that does not stop it."""
        log.error("%s: %s", call.sid, message)
        self._on_error(CarrierError(at, code, message, call.sid, call.document_url))

    def _fetch(self, call: PhoneCall, fetch: Fetch, at: datetime, *, fallback: bool = False) -> None:
        call.fetches_in_a_row += 1
        if call.fetches_in_a_row > FETCHES_IN_A_ROW:
            self._break_down(call, 11215, "the documents lead to each other without end", fetch.url, at)
            return
        if not fetch.url.startswith(("http://", "https://")):
            self._break_down(call, 11100, f"no URL to fetch TwiML from: {fetch.url!r}", fetch.url, at)
            return
        webhook = Webhook(fetch.url, self._events.params(call) | fetch.params, call.sid, "call", fetch.method)
        call.asking = webhook

        def then(answer: Answer, at: datetime) -> None:
            # The call may have ended or been redirected while the application was thinking.
            if call.asking is not webhook:
                return
            call.asking = None
            if answer.ok:
                self._play(call, answer.body, webhook.url, at)
                return
            what = f"fetching TwiML failed: {answer.failure or f'HTTP {answer.status}'}"
            second = call.script.fallback_url
            if second is None or fallback:
                self._break_down(call, 11200, what, webhook.url, at)
                return
            self._on_error(CarrierError(at, 11200, what, call.sid, webhook.url))
            because = {"ErrorCode": "11200", "ErrorUrl": webhook.url}
            self._fetch(call, Fetch(second, call.script.fallback_method, because), at, fallback=True)

        webhook.then = then
        self._callbacks.fetch(webhook, at)

    def _play(self, call: PhoneCall, text: str, url: str, at: datetime) -> None:
        """Start a program with a document, or hand it to the running program that asked for it."""
        call.document_url = url
        try:
            if not text.strip():
                raise TwimlError(12100, "the document is empty")
            document = parse(text, url)
        except TwimlError as error:
            self._break_down(call, error.code, str(error), url, at)
            return
        if call.direction == "inbound" and call.status == "ringing":
            first = next((verb.tag for verb in document.root), None)
            # <Reject> is the one verb that leaves a call unanswered.
            if first != "Reject":
                call.status, call.started_at = "in-progress", at
                self._events.tell(call, "answered", at)
        if call.program is not None:
            self.go_on(call, document, at)
            return
        interpreter = Interpreter(
            call.heard.append,
            lambda code, message: self.complain(call, code, message, at),
        )
        call.program = interpreter.program(document)
        self.go_on(call, None, at)

    def _resume_later(self, call: PhoneCall, program: Program, seconds: float, at: datetime) -> None:
        call.fetches_in_a_row = 0

        def resume(at: datetime) -> None:
            if call.program is program:
                call.forget_timers()
                self.go_on(call, None, at)

        call.later(self._agenda, at + timedelta(seconds=seconds), resume)

    def _break_down(self, call: PhoneCall, code: int, message: str, url: str, at: datetime) -> None:
        """Twilio apologizes and hangs up when a document cannot be fetched or executed."""
        self._on_error(CarrierError(at, code, message, call.sid, url))
        call.heard.append(GOODBYE)
        self._switchboard.end(call, "completed" if call.status == "in-progress" else "failed", at)
