"""What the carrier remembers: what it was asked, what went wrong, and how its webhooks fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["message", "call"]


@dataclass(slots=True)
class CreateRequest:
    """One request to create a message or a call, as it came in, refused or not."""

    at: datetime
    kind: Kind
    params: dict[str, str]
    """Form fields; for a repeated one, the last value."""
    pairs: list[tuple[str, str]]
    """Form fields in the order in which they came, including repeated ones."""
    sid: str | None = None
    """What was created; None when it was refused."""
    status: int | None = None
    """HTTP status answered; None when no answer was given (yet)."""


@dataclass(frozen=True, slots=True)
class CarrierError:
    """An entry in what Twilio calls the debugger: a webhook or a document that went wrong."""

    at: datetime
    code: int
    message: str
    sid: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to call a webhook. `status` is None when no HTTP answer came; `error` then says why. `body` is what
    was answered."""

    at: datetime
    url: str
    params: dict[str, str]
    status: int | None
    error: str | None
    attempt: int
    body: str = ""
