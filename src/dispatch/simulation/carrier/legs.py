"""The calls that a `<Dial>` places: all ring, the first to be answered is connected, the others are called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from dispatch.simulation.carrier.calls import Direction, PhoneCall, Script, StatusCallback
from dispatch.simulation.carrier.handsets import Behaviour
from dispatch.simulation.carrier.numbers import normalized
from dispatch.simulation.carrier.phones import Phone
from dispatch.simulation.carrier.scripts import Scripts
from dispatch.simulation.carrier.twiml import DialNumbers, DialOutcome, Target


class Trunk(Protocol):
    """What dialling needs from the exchange."""

    def new_call(self, direction: Direction, from_: str, to: str, phone: Phone, at: datetime) -> PhoneCall: ...
    def dial(self, call: PhoneCall, at: datetime) -> None: ...
    def end(self, call: PhoneCall, status: str, at: datetime) -> None: ...


class Legs:
    """Legs of calls, each with the call that dialled it as its `parent`. `phone` gives the phone behind a number."""

    def __init__(
        self, trunk: Trunk, scripts: Scripts, phone: Callable[[str], Phone], changed: Callable[[], None]
    ) -> None:
        self._trunk = trunk
        self._scripts = scripts
        self._phone = phone
        self._changed = changed

    def dial(self, call: PhoneCall, dial: DialNumbers, at: datetime) -> None:
        """Ring every number that a `<Dial>` of `call` names."""
        caller_id = dial.caller_id or (call.from_ if call.direction == "inbound" else call.to)
        legs = [self._leg(call, target, caller_id, dial.timeout, at) for target in dial.targets]
        call.legs = [leg for leg in legs if leg is not None]
        if not call.legs:
            self._scripts.complain(call, 13224, "the number to dial is not valid", at)
            self._scripts.go_on(call, DialOutcome("failed"), at)
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
        """Let the two hear each other."""
        parent.bridged, leg.bridged = leg, parent
        leg.joined_at = at
        parent.heard.append(f"connected to {leg.phone.number}")
        leg.heard.append(f"connected to {parent.phone.number}")
        self._changed()

    def ended(self, leg: PhoneCall, parent: PhoneCall, at: datetime) -> None:
        """Once the last leg has ended, resume the document that dialled it."""
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
        self._scripts.go_on(parent, outcome, at)

    def _leg(self, call: PhoneCall, target: Target, caller_id: str, timeout: float, at: datetime) -> PhoneCall | None:
        number = normalized(target.number)
        if number is None or self._phone(number).behaviour is Behaviour.INVALID:
            return None
        leg = self._trunk.new_call("outbound-dial", caller_id, number, self._phone(number), at)
        leg.parent = call
        leg.ring_timeout = timeout
        leg.script = Script(target.url or "", target.method)
        if target.status_callback is not None:
            leg.status_callback = StatusCallback(
                target.status_callback, target.status_callback_method, target.status_callback_events
            )
        return leg
