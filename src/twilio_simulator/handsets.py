"""What a phone does by itself when it is called or texted. What its owner does with it stands in `phones`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum


class Behaviour(Enum):
    """What a phone does when it is called or texted."""

    LEFT_TO_RING = "left to ring"
    """Rings until the call's Timeout: `no-answer`. Texts arrive."""
    ANSWERS = "answers"
    """Somebody answers after `answers_after` seconds and presses `presses`, one entry at each Gather."""
    VOICEMAIL = "voicemail"
    """A machine answers after `voicemail_after` seconds, records everything and presses nothing."""
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


class Handset:
    """A phone as the carrier meets it. `changed` is called when its behaviour changes."""

    def __init__(self, number: str, changed: Callable[[], None]) -> None:
        self.number = number
        self._changed = changed
        self._behaviour = Behaviour.LEFT_TO_RING
        self.delivers_after = 1.0
        """Seconds until a text to it is delivered (or fails)."""
        self.rings_after = 0.0
        """Seconds between dialling and ringing."""
        self.answers_after = 3.0
        """Seconds of ringing until ANSWERS answers."""
        self.voicemail_after = 20.0
        """Seconds of ringing until VOICEMAIL answers."""
        self.has_voicemail = False
        self.hangs_up_after: float | None = None
        """Seconds that its owner stays in a call, from answering or dialling; None to hold until the other side
        ends it."""
        self.presses: list[str] = []
        """Keys still to be pressed, one entry for each Gather."""

    @property
    def behaviour(self) -> Behaviour:
        """What it does when it is called or texted. A change does not affect a call that is already ringing."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._changed()

    def behave(
        self,
        behaviour: Behaviour,
        *,
        after: float | None = None,
        presses: Sequence[str] = (),
        voicemail: bool | None = None,
        hangs_up_after: float | None = None,
    ) -> None:
        """Set the behaviour and its parameters.

        `after`: seconds until it answers (ANSWERS, VOICEMAIL), otherwise until texts are delivered or fail.
        `presses`: what to press at each Gather in turn (ANSWERS). `voicemail`: whether a phone that is switched off
        has one. `hangs_up_after`: seconds that its owner stays in a call; None for as long as it lasts.
        """
        self.presses = list(presses)
        self.hangs_up_after = hangs_up_after
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
