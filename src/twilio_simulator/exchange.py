"""The telephone exchange: places calls, rings phones, answers and ends calls.

Everything here happens at a given moment `at` and takes no time itself; whatever takes time goes on the agenda. So a
call never sees half a change, and nothing here needs a lock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from twilio_simulator.agenda import Agenda
from twilio_simulator.call_events import CallEvents
from twilio_simulator.call_request import CallUpdate, read_call_request
from twilio_simulator.callbacks import Callbacks, Webhook
from twilio_simulator.calls import Direction, PhoneCall, Script, StatusCallback
from twilio_simulator.conference_events import ConferenceEvents
from twilio_simulator.conferences import HUNG_UP, UPDATED, Conferences
from twilio_simulator.detection import Detector
from twilio_simulator.fetching import Fetcher
from twilio_simulator.handsets import Behaviour
from twilio_simulator.legs import Legs
from twilio_simulator.listed import Listed
from twilio_simulator.numbers import NotInService, ServiceNumber
from twilio_simulator.phones import Phone
from twilio_simulator.record import CarrierError
from twilio_simulator.refusals import Refusal
from twilio_simulator.scripts import Scripts
from twilio_simulator.steps import DialNumbers, JoinConference
from twilio_simulator.waiting import WaitingRoom

FAILS_AFTER = timedelta(seconds=1)
"""How long it takes to find out that a phone is busy or cannot be reached."""
STRAIGHT_TO_VOICEMAIL = timedelta(seconds=2)


class Exchange(Listed[PhoneCall]):
    """Every call of the account. `phone` gives the phone behind a number, `service_number` one of the service's own."""

    def __init__(
        self,
        account_sid: str,
        *,
        agenda: Agenda,
        callbacks: Callbacks,
        new_sid: Callable[[str], str],
        phone: Callable[[str], Phone],
        service_number: Callable[[str], ServiceNumber | None],
        on_error: Callable[[CarrierError], None],
        changed: Callable[[], None],
        calls_per_second: float | None,
    ) -> None:
        super().__init__()
        self._account_sid = account_sid
        self._agenda = agenda
        self._callbacks = callbacks
        self._new_sid = new_sid
        self._phone = phone
        self._service_number = service_number
        self._changed = changed
        self._calls_per_second = calls_per_second
        self._free_at: datetime | None = None
        self._events = CallEvents(account_sid, callbacks, changed)
        fetcher = Fetcher(callbacks, self._events)
        self._scripts = Scripts(
            self, agenda=agenda, fetcher=fetcher, events=self._events, on_error=on_error, changed=changed
        )
        self._detector = Detector(
            account_sid, agenda=agenda, callbacks=callbacks, scripts=self._scripts, changed=changed
        )
        self._legs = Legs(self, self._scripts, agenda=agenda, phone=phone, is_ours=self._is_ours, changed=changed)
        self.conferences = Conferences(
            agenda=agenda,
            new_sid=new_sid,
            documents=self._scripts,
            events=ConferenceEvents(account_sid, callbacks),
            waiting_room=WaitingRoom(agenda, fetcher, self._scripts.complain, changed),
        )

    # What the API does

    def create(self, params: dict[str, str], events: list[str], at: datetime) -> PhoneCall:
        """Accept a call as the API does; `events` is StatusCallbackEvent. Raises Refusal."""
        asked = read_call_request(params, events, self._phone, self._is_ours)
        call = self.new_call("outbound-api", asked.from_, asked.to, self._phone(asked.to), at)
        call.ring_timeout, call.script = asked.ring_timeout, asked.script
        call.status_callback, call.detection = asked.status_callback, asked.detection
        begins = at
        if self._calls_per_second is not None:
            begins = max(at, self._free_at or at)
            self._free_at = begins + timedelta(seconds=1 / self._calls_per_second)
            call.queue_seconds = (begins - at).total_seconds()
        call.later(self._agenda, begins, lambda at: self.dial(call, at))
        return call

    async def begin_now(self, call: PhoneCall, at: datetime) -> None:
        """Dial at once, and wait until the application has had the callbacks."""
        call.forget_timers()
        for webhook in (self._initiated(call, at), self._rings(call, at)):
            if webhook is not None:
                await self._callbacks.inform_now(webhook, at)

    def update(self, call: PhoneCall, update: CallUpdate, at: datetime) -> None:
        """End a call, or send it to another document, as the API does. Raises Refusal 21220 when it is too late."""
        if call.ended or (update.script is not None and call.status != "in-progress"):
            raise Refusal(21220)
        call.status_callback = update.status_callback or call.status_callback
        if update.script is not None:
            self._redirect(call, update.script, at)
        elif update.status == "completed":
            self.complete(call, at)
        elif call.status in ("queued", "initiated", "ringing"):
            # A call in progress is not canceled, and Twilio does not mind being asked.
            self.end(call, "canceled", at)

    def complete(self, call: PhoneCall, at: datetime) -> None:
        """End a call in any state; one that has not been answered is `canceled`."""
        if not call.ended:
            self.end(call, "completed" if call.status == "in-progress" else "canceled", at)

    def _redirect(self, call: PhoneCall, script: Script, at: datetime) -> None:
        """Take a call out of whatever it is doing, and begin another script."""
        self._stop(call, at, UPDATED)
        if call.parent is not None:
            self._legs.led_away(call, call.parent, at)
        call.script = script
        call.fetches_in_a_row = 0
        call.later(self._agenda, at, lambda at: self._scripts.begin(call, at))

    # What phones do

    def dial_in(self, phone: Phone, to: str, at: datetime, shown: str | None, verstat: str | None) -> PhoneCall:
        """A person calls the service. `shown` is what stands for a number that is withheld, `verstat` the StirVerstat.

        Raises NotInService when no voice URL takes calls to `to`.
        """
        number = self._service_number(to)
        if number is None or number.voice_url is None:
            raise NotInService(f"no voice_url takes calls to {to}")
        call = self.new_call("inbound", shown or phone.number, to, phone, at)
        call.stir_verstat, call.number_sid = verstat, number.sid
        call.script = Script(
            number.voice_url,
            number.voice_method,
            fallback_url=number.voice_fallback_url,
            fallback_method=number.voice_fallback_method,
        )
        if number.status_callback is not None:
            call.status_callback = StatusCallback(number.status_callback, number.status_callback_method)
        call.status = "ringing"
        self._plan_to_leave(call, at)
        self._scripts.begin(call, at)
        return call

    def answer(self, call: PhoneCall, at: datetime, *, by_machine: bool = False) -> None:
        """The phone, or its voicemail, takes the call."""
        if call.status not in ("ringing", "initiated"):
            return
        call.forget_timers()
        call.by_machine = by_machine
        call.status, call.started_at = "in-progress", at
        self._plan_to_leave(call, at)
        self._events.tell(call, "answered", at)
        if call.parent is not None:
            self._legs.answered(call, call.parent, at)
        elif call.detection is not None:
            self._detector.begin(call, call.detection, at)
        else:
            self._scripts.begin(call, at)

    def press(self, call: PhoneCall, keys: str, at: datetime) -> None:
        """The person presses keys, one after the other."""
        call.digits += keys
        for key in keys:
            if call.listening is not None and call.listening.keys:
                call.forget_timers()
                self._scripts.go_on(call, key, at)
        self._changed()

    def hang_up(self, call: PhoneCall, at: datetime) -> None:
        """The person hangs up, or gives up a call that was not answered."""
        self.end(call, "completed" if call.status == "in-progress" else "no-answer", at)

    def hang_up_later(self, call: PhoneCall, due: datetime) -> None:
        """The person will hang up at `due`, unless the call is over by then."""
        if call.leaving is not None:
            call.leaving.call_off()
        # An entry of its own: whatever the call's document does next must not call it off.
        call.leaving = self._agenda.put(due, call.sid, lambda at: self.hang_up(call, at))

    def _plan_to_leave(self, call: PhoneCall, at: datetime) -> None:
        if call.phone.hangs_up_after is not None and not call.by_machine:
            self.hang_up_later(call, at + timedelta(seconds=call.phone.hangs_up_after))

    # A call's life

    def new_call(self, direction: Direction, from_: str, to: str, phone: Phone, at: datetime) -> PhoneCall:
        """A call that has been accepted; nothing happens before it is dialled."""
        call = PhoneCall(self._new_sid("CA"), self._account_sid, direction, from_, to, phone, at, at)
        self._list(call)
        (phone.dialled if direction == "inbound" else phone.calls).append(call)
        return call

    def dial(self, call: PhoneCall, at: datetime) -> None:
        """Dial a call that is still queued."""
        if call.status != "queued":
            return
        self._events.send(self._initiated(call, at), at)
        rings = at + timedelta(seconds=call.phone.rings_after)
        call.later(self._agenda, rings, lambda at: self._events.send(self._rings(call, at), at))

    def _initiated(self, call: PhoneCall, at: datetime) -> Webhook | None:
        call.status = "initiated"
        return self._events.note(call, "initiated", at)

    def _rings(self, call: PhoneCall, at: datetime) -> Webhook | None:
        phone = call.phone
        match phone.behaviour:
            case Behaviour.UNREACHABLE:
                call.later(self._agenda, at + FAILS_AFTER, lambda at: self.end(call, "failed", at))
                return None
            case Behaviour.BUSY:
                call.later(self._agenda, at + FAILS_AFTER, lambda at: self.end(call, "busy", at))
                return None
            case Behaviour.SWITCHED_OFF if phone.has_voicemail:
                due = at + STRAIGHT_TO_VOICEMAIL
                call.later(self._agenda, due, lambda at: self.answer(call, at, by_machine=True))
                return None
        call.status = "ringing"
        due = at + timedelta(seconds=call.ring_timeout)
        call.later(self._agenda, due, lambda at: self.end(call, "no-answer", at))
        if phone.behaviour is Behaviour.ANSWERS and self._phone(phone.number).connected is None:
            due = at + timedelta(seconds=phone.answers_after)
            call.later(self._agenda, due, lambda at: self._picks_up(call, at))
        elif phone.behaviour is Behaviour.VOICEMAIL:
            due = at + timedelta(seconds=phone.voicemail_after)
            call.later(self._agenda, due, lambda at: self.answer(call, at, by_machine=True))
        return self._events.note(call, "ringing", at)

    def _picks_up(self, call: PhoneCall, at: datetime) -> None:
        """The person answers, unless another call that began to ring at the same moment has them by now."""
        if self._phone(call.phone.number).connected is None:
            self.answer(call, at)

    def end(self, call: PhoneCall, status: str, at: datetime) -> None:
        """End a call with a final status. Harmless when it has ended."""
        if call.ended:
            return
        call.status, call.ended_at = status, at
        if call.leaving is not None:
            call.leaving.call_off()
        self._stop(call, at)
        self._events.tell(call, "completed", at)
        if call.parent is not None:
            self._legs.ended(call, call.parent, at)

    def _stop(self, call: PhoneCall, at: datetime, reason: str = HUNG_UP) -> None:
        """Stop whatever goes on in the call: its program, the calls it dialled, its conference, left for a `reason`."""
        call.forget_timers()
        if call.program is not None:
            call.program.close()
            call.program = None
        call.listening = call.asking = None
        legs, call.legs = call.legs, []
        call.bridged = None
        for leg in legs:
            self.complete(leg, at)
        if call.conference is not None:
            self.conferences.leave(call, at, reason)

    def _is_ours(self, number: str) -> bool:
        return self._service_number(number) is not None

    # What scripts ask for (see scripts.Switchboard)

    def dial_numbers(self, call: PhoneCall, dial: DialNumbers, at: datetime) -> None:
        """Place the calls of a `<Dial>`."""
        self._legs.dial(call, dial, at)

    def join_conference(self, call: PhoneCall, step: JoinConference, at: datetime) -> None:
        """Put the call into a conference."""
        self.conferences.join(call, step, at)
        self._changed()

    def script_over(self, call: PhoneCall, at: datetime) -> None:
        """End the call, unless the script was what a callee hears before being connected."""
        if call.parent is not None and call.parent.bridged is None and call in call.parent.legs:
            self._legs.connect(call, call.parent, at)
        elif call.status == "ringing":
            # A <Dial answerOnBridge> reached nobody, and nothing else answered the call.
            self.end(call, "no-answer", at)
        else:
            self.end(call, "completed", at)
