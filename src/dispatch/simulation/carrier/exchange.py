"""The telephone exchange: places calls, rings phones, executes TwiML, connects people.

Everything here happens at a given moment `at` and takes no time itself; what takes time is put on the agenda. So a
call never sees half a change, and nothing here needs a lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from dispatch.simulation.carrier.agenda import Agenda, Entry
from dispatch.simulation.carrier.call_request import read_call_request
from dispatch.simulation.carrier.callbacks import Answer, Callbacks, Webhook
from dispatch.simulation.carrier.calls import Direction, MachineDetection, PhoneCall, Script, StatusCallback
from dispatch.simulation.carrier.conferences import Conferences
from dispatch.simulation.carrier.messages import NotInService
from dispatch.simulation.carrier.numbers import normalized
from dispatch.simulation.carrier.phones import Behaviour, Phone
from dispatch.simulation.carrier.record import CarrierError
from dispatch.simulation.carrier.refusals import Refusal
from dispatch.simulation.carrier.twiml import (
    DialNumbers,
    DialOutcome,
    Fetch,
    HangUp,
    Interpreter,
    JoinConference,
    Listen,
    Program,
    Reject,
    Target,
    TwimlError,
    Wait,
    parse,
)

log = logging.getLogger(__name__)

FAILS_AFTER = timedelta(seconds=1)
"""How long it takes to find out that a phone is busy or cannot be reached."""
STRAIGHT_TO_VOICEMAIL = timedelta(seconds=2)
DETECTS_PERSON = timedelta(seconds=2)
DETECTS_MACHINE = timedelta(seconds=4)
MACHINE_GREETING = timedelta(seconds=10)
PRESSES_AFTER = 1.0
"""Seconds that somebody who answers takes to press a key once the prompt is over."""
FETCHES_IN_A_ROW = 50
"""Documents that lead to each other without letting time pass would never end."""
GOODBYE = "We are sorry, an application error has occurred. Goodbye."


@dataclass
class VoiceLine:
    """One of the service's own numbers, as far as calls go."""

    number: str
    voice_url: str | None = None
    method: str = "POST"
    status_callback: str | None = None


class Exchange:
    """Every call of the account. `voice_line` gives the service's own numbers, `phone` the phone behind a number."""

    def __init__(
        self,
        account_sid: str,
        *,
        agenda: Agenda,
        callbacks: Callbacks,
        new_sid: Callable[[str], str],
        phone: Callable[[str], Phone],
        voice_line: Callable[[str], VoiceLine | None],
        on_error: Callable[[CarrierError], None],
        changed: Callable[[], None],
        calls_per_second: float | None,
    ) -> None:
        self._account_sid = account_sid
        self._agenda = agenda
        self._callbacks = callbacks
        self._new_sid = new_sid
        self._phone = phone
        self._voice_line = voice_line
        self._on_error = on_error
        self._changed = changed
        self._calls_per_second = calls_per_second
        self._free_at: datetime | None = None
        self._by_sid: dict[str, PhoneCall] = {}
        self._by_number: dict[str, list[PhoneCall]] = {}
        self.conferences = Conferences(self._advance)

    # The account's calls

    def get(self, sid: str) -> PhoneCall | None:
        """The call with this SID."""
        return self._by_sid.get(sid)

    def __iter__(self) -> Iterator[PhoneCall]:
        return iter(self._by_sid.values())

    def newest_first(self, to: str | None = None, from_: str | None = None) -> list[PhoneCall]:
        """Calls to and from these numbers, the newest first."""
        number = to or from_
        calls = self._by_number.get(number, []) if number else list(self._by_sid.values())
        return [c for c in reversed(calls) if to in (None, c.to) and from_ in (None, c.from_)]

    def create(self, params: dict[str, str], events: list[str], at: datetime) -> PhoneCall:
        """Accept a call as the API does; `events` is StatusCallbackEvent. Raises Refusal."""
        asked = read_call_request(params, events, self._phone)
        call = self._new_call("outbound-api", asked.from_, asked.to, self._phone(asked.to), at)
        call.ring_timeout, call.script = asked.ring_timeout, asked.script
        call.status_callback, call.detection = asked.status_callback, asked.detection
        begins = at
        if self._calls_per_second is not None:
            begins = max(at, self._free_at or at)
            self._free_at = begins + timedelta(seconds=1 / self._calls_per_second)
            call.queue_seconds = (begins - at).total_seconds()
        self._later(call, begins, lambda at: self._dial(call, at))
        return call

    async def begin_now(self, call: PhoneCall, at: datetime) -> None:
        """Dial at once, and wait until the application has the callbacks of that."""
        self._forget_timers(call)
        for webhook in (self._initiated(call, at), self._rings(call, at)):
            if webhook is not None:
                await self._callbacks.inform_now(webhook, at)

    def cancel(self, call: PhoneCall, at: datetime) -> None:
        """End a call that has not been answered, as `canceled`; one in progress goes on."""
        if call.status in ("queued", "initiated", "ringing"):
            self.end(call, "canceled", at)

    def complete(self, call: PhoneCall, at: datetime) -> None:
        """End a call in any state; one that has not been answered is `canceled`."""
        if not call.ended:
            self.end(call, "completed" if call.status == "in-progress" else "canceled", at)

    def redirect(self, call: PhoneCall, script: Script, at: datetime) -> None:
        """Let a call in progress go on with another document. Raises Refusal 21220."""
        if call.status != "in-progress":
            raise Refusal(21220)
        self._stop(call, at)
        call.script = script
        self._later(call, at, lambda at: self._begin(call, {}, at))

    # What phones do

    def dial_in(self, phone: Phone, to: str, at: datetime) -> PhoneCall:
        """A person calls the service. Raises NotInService when no voice URL takes calls to `to`."""
        line = self._voice_line(to)
        if line is None or line.voice_url is None:
            raise NotInService(f"no voice_url takes calls to {to}")
        call = self._new_call("inbound", phone.number, to, phone, at)
        call.script = Script(line.voice_url, line.method)
        if line.status_callback is not None:
            call.status_callback = StatusCallback(line.status_callback)
        call.status = "ringing"
        self._begin(call, {}, at)
        return call

    def answer(self, call: PhoneCall, at: datetime, *, by_machine: bool = False) -> None:
        """The phone, or its voicemail, takes the call."""
        if call.status not in ("ringing", "initiated"):
            return
        self._forget_timers(call)
        call.by_machine = by_machine
        call.status, call.started_at = "in-progress", at
        self._tell(call, "answered", at)
        if call.parent is not None:
            self._answered_leg(call, call.parent, at)
            return
        detection = call.detection
        if detection is None:
            self._begin(call, {}, at)
            return
        verdict, takes = "human", DETECTS_PERSON
        if by_machine and detection.waits_for_end:
            verdict, takes = "machine_end_beep", MACHINE_GREETING
        elif by_machine:
            verdict, takes = "machine_start", DETECTS_MACHINE
        if detection.asynchronous:
            # Its own entry, so that ending the call's program does not call it off.
            self._agenda.put(
                at + takes, call.sid, lambda at: self._detected_meanwhile(call, detection, verdict, takes, at)
            )
            self._begin(call, {}, at)
        else:
            self._later(call, at + takes, lambda at: self._detected(call, verdict, at))

    def press(self, call: PhoneCall, keys: str, at: datetime) -> None:
        """The person presses keys, one after the other."""
        call.digits += keys
        for key in keys:
            if call.listening is not None:
                self._forget_timers(call)
                self._advance(call, key, at)
        self._changed()

    def hang_up(self, call: PhoneCall, at: datetime) -> None:
        """The person hangs up, or gives up a call that was not taken."""
        self.end(call, "completed" if call.status == "in-progress" else "no-answer", at)

    # A call's life

    def _new_call(self, direction: Direction, from_: str, to: str, phone: Phone, at: datetime) -> PhoneCall:
        call = PhoneCall(self._new_sid("CA"), self._account_sid, direction, from_, to, phone, at, at)
        self._by_sid[call.sid] = call
        for number in {from_, to}:
            self._by_number.setdefault(number, []).append(call)
        (phone.dialled if direction == "inbound" else phone.calls).append(call)
        return call

    def _dial(self, call: PhoneCall, at: datetime) -> None:
        if call.status != "queued":
            return
        self._inform(self._initiated(call, at), at)
        self._later(
            call,
            at + timedelta(seconds=call.phone.rings_after),
            lambda at: self._inform(self._rings(call, at), at),
        )

    def _initiated(self, call: PhoneCall, at: datetime) -> Webhook | None:
        call.status = "initiated"
        return self._event(call, "initiated", at)

    def _rings(self, call: PhoneCall, at: datetime) -> Webhook | None:
        phone = call.phone
        match phone.behaviour:
            case Behaviour.UNREACHABLE:
                self._later(call, at + FAILS_AFTER, lambda at: self.end(call, "failed", at))
                return None
            case Behaviour.BUSY:
                self._later(call, at + FAILS_AFTER, lambda at: self.end(call, "busy", at))
                return None
            case Behaviour.SWITCHED_OFF if phone.has_voicemail:
                due = at + STRAIGHT_TO_VOICEMAIL
                self._later(call, due, lambda at: self.answer(call, at, by_machine=True))
                return None
        call.status = "ringing"
        due = at + timedelta(seconds=call.ring_timeout)
        self._later(call, due, lambda at: self.end(call, "no-answer", at))
        if phone.behaviour is Behaviour.ANSWERS and phone.connected is None:
            due = at + timedelta(seconds=phone.answers_after)
            self._later(call, due, lambda at: self.answer(call, at))
        elif phone.behaviour is Behaviour.VOICEMAIL:
            due = at + timedelta(seconds=phone.voicemail_after)
            self._later(call, due, lambda at: self.answer(call, at, by_machine=True))
        return self._event(call, "ringing", at)

    def end(self, call: PhoneCall, status: str, at: datetime) -> None:
        """End a call with a final status. Harmless when it has ended."""
        if call.ended:
            return
        self._stop(call, at)
        call.status, call.ended_at = status, at
        self._tell(call, "completed", at)
        if call.parent is not None:
            self._leg_ended(call, call.parent, at)

    def _stop(self, call: PhoneCall, at: datetime) -> None:
        """Stop whatever goes on in the call: its program, the calls it dialled, its conference."""
        self._forget_timers(call)
        if call.program is not None:
            call.program.close()
            call.program = None
        call.listening = call.asking = None
        legs, call.legs = call.legs, []
        call.bridged = None
        for leg in legs:
            self.complete(leg, at)
        if call.conference is not None:
            self.conferences.leave(call, at)

    def _detected(self, call: PhoneCall, verdict: str, at: datetime) -> None:
        call.answered_by = verdict
        self._begin(call, {}, at)

    def _detected_meanwhile(
        self, call: PhoneCall, detection: MachineDetection, verdict: str, took: timedelta, at: datetime
    ) -> None:
        if call.ended:
            return
        call.answered_by = verdict
        self._changed()
        if detection.callback is not None:
            params = {
                "AccountSid": self._account_sid,
                "AnsweredBy": verdict,
                "CallSid": call.sid,
                "MachineDetectionDuration": str(round(took.total_seconds() * 1000)),
            }
            webhook = Webhook(detection.callback, params, call.sid, "call", detection.callback_method)
            self._callbacks.inform(webhook, at)

    # TwiML

    def _begin(self, call: PhoneCall, params: dict[str, str], at: datetime) -> None:
        """Start the call's script."""
        if call.script.twiml:
            self._play(call, call.script.twiml, "", at)
        else:
            self._fetch(call, Fetch(call.script.url, call.script.method, params), at)

    def _fetch(self, call: PhoneCall, fetch: Fetch, at: datetime, *, fallback: bool = False) -> None:
        call.fetches_in_a_row += 1
        if call.fetches_in_a_row > FETCHES_IN_A_ROW:
            self._break_down(call, 11215, "the documents lead to each other without end", fetch.url, at)
            return
        if not fetch.url.startswith(("http://", "https://")):
            self._break_down(call, 11100, f"no URL to ask for TwiML: {fetch.url!r}", fetch.url, at)
            return
        webhook = Webhook(fetch.url, self._voice_params(call) | fetch.params, call.sid, "call", fetch.method)
        call.asking = webhook

        def then(answer: Answer, at: datetime) -> None:
            # The call may have ended or been redirected while the application was thinking.
            if call.asking is not webhook:
                return
            call.asking = None
            if answer.ok:
                self._play(call, answer.body, webhook.url, at)
                return
            what = f"asking for TwiML failed: {answer.failure or f'HTTP {answer.status}'}"
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
        """Go on with a document: start a program with it, or give it to the one that asked for it."""
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
            # <Reject> is the one verb that a call is not taken for.
            if first != "Reject":
                call.status, call.started_at = "in-progress", at
                self._tell(call, "answered", at)
        if call.program is not None:
            self._advance(call, document, at)
            return
        interpreter = Interpreter(
            call.heard.append,
            lambda code, message: self._complain(call, code, message, at),
        )
        call.program = interpreter.program(document)
        self._advance(call, None, at)

    def _complain(self, call: PhoneCall, code: int, message: str, at: datetime) -> None:
        log.error("%s: %s", call.sid, message)
        self._on_error(CarrierError(at, code, message, call.sid, call.document_url))

    def _advance(self, call: PhoneCall, came: Any, at: datetime) -> None:
        """Resume the call's program with what came of its last step, until a step takes time."""
        program = call.program
        if program is None:
            return
        call.listening = None
        try:
            step = program.send(came)
        except StopIteration:
            self._document_over(call, at)
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
                    self._later(call, due, lambda at: self.press(call, keys, at))
            case Fetch():
                self._fetch(call, step, at)
            case DialNumbers():
                self._dial_numbers(call, step, at)
            case JoinConference():
                self.conferences.join(call, step, at)
                self._changed()
            case Reject(status):
                self.end(call, status, at)
            case HangUp():
                self.end(call, "completed", at)

    def _resume_later(self, call: PhoneCall, program: Program, seconds: float, at: datetime) -> None:
        call.fetches_in_a_row = 0

        def resume(at: datetime) -> None:
            if call.program is program:
                self._forget_timers(call)
                self._advance(call, None, at)

        self._later(call, at + timedelta(seconds=seconds), resume)

    def _document_over(self, call: PhoneCall, at: datetime) -> None:
        call.program = None
        if call.parent is not None and call.parent.bridged is None and call in call.parent.legs:
            # It was what the callee hears before being connected.
            self._bridge(call, call.parent, at)
        else:
            self.end(call, "completed", at)

    def _break_down(self, call: PhoneCall, code: int, message: str, url: str, at: datetime) -> None:
        """Twilio apologizes and hangs up when a document cannot be had or executed."""
        self._on_error(CarrierError(at, code, message, call.sid, url))
        call.heard.append(GOODBYE)
        self.end(call, "completed" if call.status == "in-progress" else "failed", at)

    # Calls that are dialled by a document

    def _dial_numbers(self, call: PhoneCall, dial: DialNumbers, at: datetime) -> None:
        caller_id = dial.caller_id or (call.from_ if call.direction == "inbound" else call.to)
        legs = [self._leg(call, target, caller_id, dial.timeout, at) for target in dial.targets]
        call.legs = [leg for leg in legs if leg is not None]
        if not call.legs:
            self._complain(call, 13224, "the number to dial is not valid", at)
            self._advance(call, DialOutcome("failed"), at)
            return
        for leg in list(call.legs):
            self._dial(leg, at)

    def _leg(self, call: PhoneCall, target: Target, caller_id: str, timeout: float, at: datetime) -> PhoneCall | None:
        number = normalized(target.number)
        if number is None or self._phone(number).behaviour is Behaviour.INVALID:
            return None
        leg = self._new_call("outbound-dial", caller_id, number, self._phone(number), at)
        leg.parent = call
        leg.ring_timeout = timeout
        leg.script = Script(target.url or "", target.method)
        if target.status_callback is not None:
            leg.status_callback = StatusCallback(
                target.status_callback, target.status_callback_method, target.status_callback_events
            )
        return leg

    def _answered_leg(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        for other in [other for other in parent.legs if other is not leg]:
            parent.legs.remove(other)
            self.end(other, "canceled", at)
        if leg.script.url:
            self._begin(leg, {}, at)
        else:
            self._bridge(leg, parent, at)

    def _bridge(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        parent.bridged, leg.bridged = leg, parent
        leg.joined_at = at
        parent.heard.append(f"connected to {leg.phone.number}")
        leg.heard.append(f"connected to {parent.phone.number}")
        self._changed()

    def _leg_ended(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        if leg not in parent.legs:
            return
        parent.legs.remove(leg)
        if parent.legs:
            return
        parent.bridged = None
        if leg.status == "completed" and leg.joined_at is None:
            # The callee heard the document of <Number url> and hung up instead of being connected.
            outcome = DialOutcome("no-answer", leg.sid)
        else:
            outcome = DialOutcome(leg.status, leg.sid, leg.duration if leg.joined_at else None)
        self._advance(parent, outcome, at)

    # Telling the application

    def _tell(self, call: PhoneCall, event: str, at: datetime) -> None:
        self._inform(self._event(call, event, at), at)

    def _inform(self, webhook: Webhook | None, at: datetime) -> None:
        if webhook is not None:
            self._callbacks.inform(webhook, at)

    def _event(self, call: PhoneCall, event: str, at: datetime) -> Webhook | None:
        call.updated_at = at
        self._changed()
        wanted = call.status_callback
        if wanted is None or event not in wanted.events:
            return None
        params = self._voice_params(call) | {
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

    def _voice_params(self, call: PhoneCall) -> dict[str, str]:
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
        if call.answered_by is not None:
            params["AnsweredBy"] = call.answered_by
        if call.parent is not None:
            params["ParentCallSid"] = call.parent.sid
        return params

    # Time

    def _later(self, call: PhoneCall, due: datetime, act: Callable[[datetime], None]) -> None:
        """Do something later, unless the call ends or goes another way before."""
        call.timers.append(self._agenda.put(due, call.sid, act))

    @staticmethod
    def _forget_timers(call: PhoneCall) -> None:
        timers: list[Entry] = call.timers
        for timer in timers:
            timer.call_off()
        timers.clear()
