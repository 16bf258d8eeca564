"""What a document can ask the carrier to do next: the steps that `twiml` yields, and the answers to some of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from twilio_simulator.documents import Document

TIME_LIMIT = 4 * 60 * 60.0
"""Seconds that a dialled call lasts at most, unless its `<Dial>` says otherwise."""
PARTICIPANTS_AT_MOST = 250


@dataclass(frozen=True)
class Wait:
    """Let `seconds` pass; keys pressed meanwhile are lost. Resumed with None."""

    seconds: float


@dataclass(frozen=True)
class Listen:
    """Wait for one key at most `seconds`. Resumed with the key or None."""

    seconds: float
    keys: bool = True
    asking: bool = False
    """Whether the prompts are over and the first key is awaited: now a person would press it."""


@dataclass(frozen=True)
class Fetch:
    """Ask the application for the next document. Resumed with a Document."""

    url: str
    method: str
    params: dict[str, str]


@dataclass(frozen=True)
class Target:
    """A `<Number>` to dial."""

    number: str
    url: str | None = None
    method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class DialNumbers:
    """Ring these numbers and connect the first that answers. Resumed with a DialOutcome when that call is over."""

    targets: tuple[Target, ...]
    caller_id: str | None
    timeout: float
    time_limit: float
    answers_on_bridge: bool
    """An inbound call goes on ringing until somebody was reached for it."""


@dataclass(frozen=True)
class JoinConference:
    """Take part in a conference. Resumed with a DialOutcome on leaving it."""

    name: str
    starts_on_enter: bool = True
    ends_on_exit: bool = False
    muted: bool = False
    beep: str = "true"
    label: str | None = None
    wait_url: str | None = None
    """None for the carrier's own music, empty for silence."""
    wait_method: str = "POST"
    participants_at_most: int = PARTICIPANTS_AT_MOST
    time_limit: float = TIME_LIMIT
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: frozenset[str] = frozenset()

    @property
    def beeps_on_enter(self) -> bool:
        """Whether the others hear a beep when this one joins."""
        return self.beep in ("true", "onEnter")

    @property
    def beeps_on_exit(self) -> bool:
        """Whether the others hear a beep when this one leaves."""
        return self.beep in ("true", "onExit")


@dataclass(frozen=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True)
class DialOutcome:
    """How a dialled call ended; `duration` in seconds. A conference has neither `sid` nor `duration`."""

    status: str
    sid: str | None = None
    duration: int | None = None


Step = Wait | Listen | Fetch | DialNumbers | JoinConference | HangUp
Program = Generator[Step, Any, None]
# What a program is sent depends on the step. A generator's type cannot express that: hence Any.
Part = Generator[Step, Any, Document | None]
