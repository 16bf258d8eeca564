"""The simulated phones: what people hear, read and do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dispatch.simulation.carrier.calls import PhoneCall


class Behaviour(Enum):
    """What a phone does when it is called or texted."""

    LEFT_TO_RING = "left to ring"
    """Rings until the call's Timeout: `no-answer`. Texts arrive."""
    ANSWERS = "answers"
    """Somebody answers after `answers_after` seconds and presses `presses`, one entry at each Gather."""
    VOICEMAIL = "voicemail"
    """A machine answers after `voicemail_after` seconds, takes everything in and presses nothing."""
    BUSY = "busy"
    SWITCHED_OFF = "switched off"
    """Texts stay `sent`. Calls: `no-answer`, or straight to voicemail with `has_voicemail`."""
    UNREACHABLE = "unreachable"
    """Texts end `undelivered` with 30003, calls `failed`."""
    LANDLINE = "landline"
    """Texts end `undelivered` with 30006; calls ring."""
    OPTED_OUT = "opted out"
    """Creating a message is refused with 21610; calls ring."""
    INVALID = "invalid"
    """Creating a message or a call is refused with 21211."""


class NoSuchCall(LookupError):
    """The phone is not in the call that was asked for: nothing rings, or nothing is connected."""


@dataclass(frozen=True, slots=True)
class DeliveredText:
    """A text on a phone."""

    sid: str
    from_: str
    body: str
    received_at: datetime


class Network(Protocol):
    """What a phone needs of the carrier."""

    async def text_from(self, phone: Phone, to: str, body: str) -> None: ...
    async def call_from(self, phone: Phone, to: str) -> PhoneCall: ...
    async def answered(self, call: PhoneCall) -> None: ...
    async def pressed(self, call: PhoneCall, keys: str) -> None: ...
    async def hung_up(self, call: PhoneCall) -> None: ...
    async def rejected(self, call: PhoneCall) -> None: ...
    def changed(self) -> None: ...


class Phone:
    """A person's phone. Every method returns when the carrier has told the application what happened.

    (While the carrier runs in the background, the webhook of a reply is waited for, and the rest follows by itself.)
    """

    def __init__(self, number: str, network: Network) -> None:
        self.number = number
        self._network = network
        self._behaviour = Behaviour.LEFT_TO_RING
        self.texts: list[DeliveredText] = []
        """Texts received, oldest first."""
        self.calls: list[PhoneCall] = []
        """Calls to this phone, oldest first."""
        self.dialled: list[PhoneCall] = []
        """Calls that this phone made, oldest first."""
        self.texted_by: str | None = None
        """The number that last texted it."""
        self.delivers_after = 1.0
        """Seconds until a text to it is delivered (or fails)."""
        self.rings_after = 0.0
        """Seconds between dialling and ringing."""
        self.answers_after = 3.0
        """Seconds of ringing until ANSWERS answers."""
        self.voicemail_after = 20.0
        """Seconds of ringing until VOICEMAIL answers."""
        self.has_voicemail = False
        self.presses: list[str] = []
        """What is still to be pressed, one entry for each Gather."""

    def __repr__(self) -> str:
        return f"Phone({self.number!r}, {self._behaviour.value}, {len(self.texts)} texts, {len(self.calls)} calls)"

    @property
    def behaviour(self) -> Behaviour:
        """What it does when it is called or texted. A call that already rings is not affected by a change."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._network.changed()

    def behave(
        self,
        behaviour: Behaviour,
        *,
        after: float | None = None,
        presses: Sequence[str] = (),
        voicemail: bool | None = None,
    ) -> None:
        """Set the behaviour and its parameters.

        `after`: seconds until it answers (ANSWERS, VOICEMAIL), else until texts are delivered or fail.
        `presses`: what to press at each Gather in turn (ANSWERS). `voicemail`: whether a phone that is switched off
        has one.
        """
        self.presses = list(presses)
        if voicemail is not None:
            self.has_voicemail = voicemail
        if after is not None:
            if behaviour is Behaviour.ANSWERS:
                self.answers_after = after
            elif behaviour is Behaviour.VOICEMAIL:
                self.voicemail_after = after
            else:
                self.delivers_after = after
        self.behaviour = behaviour

    @property
    def ringing(self) -> PhoneCall | None:
        """The call that rings now, the oldest first."""
        return next((call for call in self.calls if call.ringing), None)

    @property
    def connected(self) -> PhoneCall | None:
        """The call that it is connected to now, made or received; the latest if there are several."""
        connected = [call for call in (*self.calls, *self.dialled) if call.connected]
        return max(connected, key=lambda call: call.created_at, default=None)

    async def reply(self, body: str, to: str | None = None) -> None:
        """Text `body` to the number that last texted this phone, or to `to`.

        Raises LookupError when there is nobody to reply to, NotInService when `to` takes no texts.
        """
        recipient = to or self.texted_by
        if recipient is None:
            raise LookupError(f"{self.number} has received no text to reply to; say to whom")
        await self._network.text_from(self, recipient, body)

    async def call(self, to: str) -> PhoneCall:
        """Dial `to`; the returned call shows what is heard. Raises NotInService when nobody takes calls there."""
        return await self._network.call_from(self, to)

    async def answer(self) -> PhoneCall:
        """Answer the call that rings. Raises NoSuchCall."""
        call = self._ringing_call()
        await self._network.answered(call)
        return call

    async def press(self, keys: str) -> None:
        """Press keys (0-9, *, #) in the connected call; keys nobody listens for are lost. Raises NoSuchCall."""
        if not keys or set(keys) - set("0123456789*#"):
            raise ValueError(f"a phone has the keys 0-9, * and #, not {keys!r}")
        if self.connected is None:
            raise NoSuchCall(f"{self.number} is not connected to a call")
        await self._network.pressed(self.connected, keys)

    async def hang_up(self) -> None:
        """End the connected call, or give up the one being dialled. Raises NoSuchCall."""
        call = self.connected or next((call for call in reversed(self.dialled) if not call.ended), None)
        if call is None:
            raise NoSuchCall(f"{self.number} is not connected to a call")
        await self._network.hung_up(call)

    async def reject(self) -> None:
        """Decline the call that rings: the caller gets `busy`. Raises NoSuchCall."""
        await self._network.rejected(self._ringing_call())

    def _ringing_call(self) -> PhoneCall:
        call = self.ringing
        if call is None:
            raise NoSuchCall(f"no call rings on {self.number}")
        return call
