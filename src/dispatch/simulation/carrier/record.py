"""What the carrier remembers of what it was asked and of what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["message", "call"]


@dataclass(slots=True)
class CreateRequest:
    """One request to create a message or a call, as it was received, refused or not."""

    at: datetime
    kind: Kind
    params: dict[str, str]
    """Form fields; of a repeated one the last value."""
    pairs: list[tuple[str, str]]
    """Form fields in the order in which they came, repeated ones included."""
    sid: str | None = None
    """What was created; None when it was refused."""
    status: int | None = None
    """HTTP status answered; None when no answer was given (yet)."""


@dataclass(frozen=True, slots=True)
class CarrierError:
    """An entry of what Twilio calls the debugger: a webhook or a document that did not do what it should."""

    at: datetime
    code: int
    message: str
    sid: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to call a webhook. `status` is None when no HTTP answer came; `error` then says why."""

    at: datetime
    url: str
    params: dict[str, str]
    status: int | None
    error: str | None
    attempt: int
