"""The calls that a `<Dial>` places: all ring, the first to be answered is connected, the others are called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from twilio_simulator.agenda import Agenda
from twilio_simulator.caller_id import number_to_show
from twilio_simulator.calls import Direction, PhoneCall, Script, StatusCallback
from twilio_simulator.handsets import Behaviour
from twilio_simulator.numbers import normalized
from twilio_simulator.phones import Phone
from twilio_simulator.scripts import Scripts
from twilio_simulator.steps import DialNumbers, DialOutcome, Target


class Trunk(Protocol):
    """What dialling needs from the exchange."""

    def new_call(self, direction: Direction, from_: str, to: str, phone: Phone, at: datetime) -> PhoneCall: ...
    def dial(self, call: PhoneCall, at: datetime) -> None: ...
    def end(self, call: PhoneCall, status: str, at: datetime) -> None: ...


class Legs:
    """Legs of calls, each with the call that dialled it as its `parent`.

    `phone` gives the phone behind a number, `is_ours` says whether a number is in service at the carrier.
    """

    def __init__(
        self,
        trunk: Trunk,
        scripts: Scripts,
        *,
        agenda: Agenda,
        phone: Callable[[str], Phone],
        is_ours: Callable[[str], bool],
        changed: Callable[[], None],
    ) -> None:
        self._trunk = trunk
        self._scripts = scripts
        self._agenda = agenda
        self._phone = phone
        self._is_ours = is_ours
        self._changed = changed

    def dial(self, call: PhoneCall, dial: DialNumbers, at: datetime) -> None:
        """Ring every number that a `<Dial>` of `call` names."""
        shown = number_to_show(call, dial.caller_id, self._is_ours)
        if shown is None:
            asked_for = call.from_ if dial.caller_id is None else dial.caller_id
            self._in_vain(call, 13214, f"{asked_for} cannot be shown as the caller's number", at)
            return
        legs = [self._leg(call, target, shown, dial, at) for target in dial.targets]
        call.legs = [leg for leg in legs if leg is not None]
        if not call.legs:
            self._in_vain(call, 13224, "the number to dial is not valid", at)
            return
        for leg in list(call.legs):
            self._trunk.dial(leg, at)

    def answered(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        """Call off the other legs and connect this one, after its callee has heard the document of its own, if any."""
        for other in [other for other in parent.legs if other is not leg]:
            parent.legs.remove(other)
            self._trunk.end(other, "canceled", at)
        if leg.script.url:
            self._scripts.begin(leg, at)
        else:
            self.connect(leg, parent, at)

    def connect(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        """Let the two hear each other, until one hangs up or the time limit of the `<Dial>` is over."""
        self._scripts.pick_up(parent, at)
        parent.bridged, leg.bridged = leg, parent
        leg.joined_at = at
        parent.heard.append(f"connected to {leg.phone.number}")
        leg.heard.append(f"connected to {parent.phone.number}")
        limit = at + timedelta(seconds=leg.time_limit)
        leg.later(self._agenda, limit, lambda at: self._trunk.end(leg, "completed", at))
        self._changed()

    def ended(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        """Once the last leg has ended, resume the document that dialled it."""
        if leg not in parent.legs:
            return
        if leg.status == "completed" and leg.joined_at is None:
            # The callee heard the document of <Number url> and hung up instead of being connected.
            outcome = DialOutcome("no-answer", leg.sid)
        else:
            outcome = DialOutcome(leg.status, leg.sid, leg.duration if leg.joined_at else None)
        self._over(leg, parent, outcome, at)

    def led_away(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        """The leg goes on by a document of its own. For the call that dialled it, the `<Dial>` is over."""
        if leg not in parent.legs:
            return
        if leg.joined_at is None:
            outcome = DialOutcome("no-answer", leg.sid)
        else:
            seconds = (at - (leg.started_at or at)).total_seconds()
            outcome = DialOutcome("completed", leg.sid, round(seconds))
        self._over(leg, parent, outcome, at)

    def _over(self, leg: PhoneCall, parent: PhoneCall, outcome: DialOutcome, at: datetime) -> None:
        parent.legs.remove(leg)
        if not parent.legs:
            parent.bridged = leg.bridged = None
            self._scripts.go_on(parent, outcome, at)

    def _in_vain(self, call: PhoneCall, code: int, why: str, at: datetime) -> None:
        self._scripts.complain(call, code, why, at)
        self._scripts.go_on(call, DialOutcome("failed"), at)

    def _leg(
        self, call: PhoneCall, target: Target, caller_id: str, dial: DialNumbers, at: datetime
    ) -> PhoneCall | None:
        number = normalized(target.number)
        if number is None or self._phone(number).behaviour is Behaviour.INVALID:
            return None
        leg = self._trunk.new_call("outbound-dial", caller_id, number, self._phone(number), at)
        leg.parent = call
        leg.ring_timeout, leg.time_limit = dial.timeout, dial.time_limit
        leg.script = Script(target.url or "", target.method)
        if target.status_callback is not None:
            leg.status_callback = StatusCallback(
                target.status_callback, target.status_callback_method, target.status_callback_events
            )
        return leg
