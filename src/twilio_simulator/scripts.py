"""Runs the script of a call: fetches its TwiML, and takes the steps that `twiml` yields, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from twilio_simulator.agenda import Agenda
from twilio_simulator.call_events import CallEvents
from twilio_simulator.calls import PhoneCall
from twilio_simulator.documents import Document, TwimlError, parse
from twilio_simulator.fetching import FETCHES_IN_A_ROW, Failure, Fetcher
from twilio_simulator.record import CarrierError
from twilio_simulator.steps import (
    DialNumbers,
    Fetch,
    HangUp,
    JoinConference,
    Listen,
    Program,
    Wait,
)
from twilio_simulator.twiml import Interpreter
from twilio_simulator.violations import violations_in

log = logging.getLogger(__name__)

PRESSES_AFTER = 1.0
"""Seconds that somebody who answers takes to press a key once the prompt is over."""
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
        fetcher: Fetcher,
        events: CallEvents,
        on_error: Callable[[CarrierError], None],
        changed: Callable[[], None],
    ) -> None:
        self._switchboard = switchboard
        self._agenda = agenda
        self._fetcher = fetcher
        self._events = events
        self._on_error = on_error
        self._changed = changed

    def begin(self, call: PhoneCall, at: datetime) -> None:
        """Start the call's script."""
        call.on_fallback = False
        if not call.script.twiml:
            self._fetch(call, Fetch(call.script.url, call.script.method, {}), at)
            return
        try:
            document = parse(call.script.twiml, "")
        except TwimlError as error:
            self._break_down(call, Failure(error.code, str(error), ""), at)
        else:
            self._play(call, document, at)

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
            self._break_down(call, Failure(error.code, str(error), call.document_url), at)
            return
        self._changed()
        match step:
            case Wait(seconds):
                self.pick_up(call, at)
                self._resume_later(call, program, seconds, at)
            case Listen():
                self.pick_up(call, at)
                self._listen(call, program, step, at)
            case Fetch():
                self._fetch(call, step, at)
            case DialNumbers():
                if not step.answers_on_bridge:
                    self.pick_up(call, at)
                self._switchboard.dial_numbers(call, step, at)
            case JoinConference():
                self.pick_up(call, at)
                self._switchboard.join_conference(call, step, at)
            case HangUp():
                self._switchboard.end(call, "completed", at)

    def pick_up(self, call: PhoneCall, at: datetime) -> None:
        """Answer an inbound call. Harmless for one that was answered."""
        if call.direction == "inbound" and call.status == "ringing":
            call.status, call.started_at = "in-progress", at
            self._events.tell(call, "answered", at)

    def complain(self, call: PhoneCall, code: int, message: str, at: datetime, url: str | None = None) -> None:
        """Report something in a call's document that does not stop it."""
        log.error("%s: %s", call.sid, message)
        self._on_error(CarrierError(at, code, message, call.sid, call.document_url if url is None else url))

    def _fetch(self, call: PhoneCall, fetch: Fetch, at: datetime, *, fallback: bool = False) -> None:
        def then(came: Document | Failure, at: datetime) -> None:
            # The call may have ended or been redirected while the application was thinking.
            if call.asking is not webhook:
                return
            call.asking = None
            if isinstance(came, Failure):
                self._break_down(call, came, at)
            else:
                self._play(call, came, at)

        call.on_fallback = fallback
        call.fetches_in_a_row += 1
        if call.fetches_in_a_row > FETCHES_IN_A_ROW:
            endless = Failure(11215, "the documents lead to each other without end", fetch.url)
            self._apologize(call, endless, at)
            return
        try:
            webhook = call.asking = self._fetcher.ask(call, fetch, at, then)
        except TwimlError as error:
            self._break_down(call, Failure(error.code, str(error), fetch.url), at)

    def _play(self, call: PhoneCall, document: Document, at: datetime) -> None:
        """Start a program with a document, or hand it to the running program that asked for it."""
        call.document_url = document.url
        for violation in violations_in(document.root):
            self.complain(call, 12200, violation, at)
        if not _may_leave_unanswered(document):
            self.pick_up(call, at)
        if call.program is not None:
            self.go_on(call, document, at)
            return
        interpreter = Interpreter(
            call.heard.append,
            lambda code, message: self.complain(call, code, message, at),
        )
        call.program = interpreter.program(document)
        self.go_on(call, None, at)

    def _listen(self, call: PhoneCall, program: Program, step: Listen, at: datetime) -> None:
        call.listening = step
        self._resume_later(call, program, step.seconds, at)
        if step.asking and step.keys and call.phone.presses and not call.by_machine:
            due = at + timedelta(seconds=min(PRESSES_AFTER, step.seconds / 2))
            keys = call.phone.presses.pop(0)
            call.later(self._agenda, due, lambda at: self._switchboard.press(call, keys, at))

    def _resume_later(self, call: PhoneCall, program: Program, seconds: float, at: datetime) -> None:
        call.fetches_in_a_row = 0

        def resume(at: datetime) -> None:
            if call.program is program:
                call.forget_timers()
                self.go_on(call, None, at)

        call.later(self._agenda, at + timedelta(seconds=seconds), resume)

    def _break_down(self, call: PhoneCall, failure: Failure, at: datetime) -> None:
        """A document could not be fetched or executed: ask the fallback, unless it was the fallback's own."""
        second = call.script.fallback_url
        if second is None or call.on_fallback:
            self._apologize(call, failure, at)
            return
        self._on_error(CarrierError(at, failure.code, failure.message, call.sid, failure.url))
        if call.program is not None:
            call.program.close()
            call.program = None
        because = {"ErrorCode": str(failure.code), "ErrorUrl": failure.url}
        self._fetch(call, Fetch(second, call.script.fallback_method, because), at, fallback=True)

    def _apologize(self, call: PhoneCall, failure: Failure, at: datetime) -> None:
        """Say that something went wrong, and hang up."""
        self._on_error(CarrierError(at, failure.code, failure.message, call.sid, failure.url))
        self.pick_up(call, at)
        call.heard.append(GOODBYE)
        self._switchboard.end(call, "completed" if call.status == "in-progress" else "failed", at)


def _may_leave_unanswered(document: Document) -> bool:
    """Whether the first verb leaves an inbound call ringing: a dial that answers with its callee."""
    first = next(iter(document.root), None)
    return first is not None and first.tag == "Dial" and first.get("answerOnBridge") == "true"
