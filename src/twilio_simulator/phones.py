"""The simulated phones: what their owners read, hear and do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from twilio_simulator.caller_id import checked_verstat, checked_withheld
from twilio_simulator.calls import PhoneCall
from twilio_simulator.handsets import Handset


class NoSuchCall(LookupError):
    """The phone has no call of that kind: none is ringing, or none is connected."""


@dataclass(frozen=True, slots=True)
class DeliveredText:
    """A text that has arrived on a phone."""

    sid: str
    from_: str
    body: str
    received_at: datetime


class Network(Protocol):
    """What a phone needs from the carrier."""

    async def text_from(self, phone: Phone, to: str, body: str) -> None: ...
    async def call_from(self, phone: Phone, to: str, shown: str | None, verstat: str | None) -> PhoneCall: ...
    async def answered(self, call: PhoneCall) -> None: ...
    async def pressed(self, call: PhoneCall, keys: str) -> None: ...
    async def hung_up(self, call: PhoneCall) -> None: ...
    async def rejected(self, call: PhoneCall) -> None: ...
    def hangs_up(self, call: PhoneCall, after: float) -> None: ...
    def changed(self) -> None: ...


class Phone(Handset):
    """A person's phone. Every method returns when the carrier has told the application what happened.

    (While the carrier runs in the background, only the first webhook is waited for; the rest follows by itself.)

    A person who does nothing holds the line: a call lasts until one side ends it, or `hangs_up_after` is over.
    """

    def __init__(self, number: str, network: Network) -> None:
        super().__init__(number, network.changed)
        self._network = network
        self.texts: list[DeliveredText] = []
        """Texts received, oldest first."""
        self.calls: list[PhoneCall] = []
        """Calls to this phone, oldest first."""
        self.dialled: list[PhoneCall] = []
        """Calls that this phone made, oldest first."""
        self.texted_by: str | None = None
        """The number that last texted it."""

    def __repr__(self) -> str:
        return f"Phone({self.number!r}, {self.behaviour.value}, {len(self.texts)} texts, {len(self.calls)} calls)"

    @property
    def ringing(self) -> PhoneCall | None:
        """The call that is ringing now; the oldest if there are several."""
        return next((call for call in self.calls if call.ringing), None)

    @property
    def connected(self) -> PhoneCall | None:
        """The call it is connected to now, made or received; the latest if there are several."""
        connected = [call for call in (*self.calls, *self.dialled) if call.connected]
        return max(connected, key=lambda call: call.created_at, default=None)

    async def reply(self, body: str, to: str | None = None) -> None:
        """Text `body` to the number that last texted this phone, or to `to`.

        Raises LookupError when there is nobody to reply to, NotInService when nobody takes texts at `to`.
        """
        recipient = to or self.texted_by
        if recipient is None:
            raise LookupError(f"{self.number} has received no text to reply to; say to whom")
        await self._network.text_from(self, recipient, body)

    async def call(self, to: str, *, withheld: str | None = None, verstat: str | None = None) -> PhoneCall:
        """Dial `to`; the returned call shows what is heard.

        `withheld`, one of caller_id.WITHHELD, is shown instead of its number. `verstat` becomes StirVerstat; without
        it, as usual, nobody says anything about the number. Raises NotInService when nobody takes calls at `to`, and
        ValueError for what no carrier sends.
        """
        return await self._network.call_from(self, to, checked_withheld(withheld), checked_verstat(verstat))

    async def answer(self) -> PhoneCall:
        """Answer the call that is ringing. Raises NoSuchCall."""
        call = self._ringing_call()
        await self._network.answered(call)
        return call

    async def press(self, keys: str) -> None:
        """Press keys (0-9, *, #) in the connected call; keys that nobody listens for are lost. Raises NoSuchCall."""
        if not keys or set(keys) - set("0123456789*#"):
            raise ValueError(f"a phone has the keys 0-9, * and #, not {keys!r}")
        await self._network.pressed(self._connected_call(), keys)

    async def hang_up(self, *, after: float | None = None) -> None:
        """End the connected call, or give up the one being dialled: now, or `after` so many seconds. Raises NoSuchCall.

        A later plan replaces an earlier one.
        """
        call = self.connected or next((call for call in reversed(self.dialled) if not call.ended), None)
        if call is None:
            raise NoSuchCall(f"{self.number} is not connected to a call")
        if after is None:
            await self._network.hung_up(call)
        else:
            self._network.hangs_up(call, after)

    async def reject(self) -> None:
        """Decline the call that is ringing: the caller gets `busy`. Raises NoSuchCall."""
        await self._network.rejected(self._ringing_call())

    def _ringing_call(self) -> PhoneCall:
        call = self.ringing
        if call is None:
            raise NoSuchCall(f"no call rings on {self.number}")
        return call

    def _connected_call(self) -> PhoneCall:
        call = self.connected
        if call is None:
            raise NoSuchCall(f"{self.number} is not connected to a call")
        return call
