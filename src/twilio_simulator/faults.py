"""Faults on demand. A fault is an effect, with when, how often and where it strikes.

    carrier.faults.add(Refuse(21610), times=3, only="message")
    carrier.faults.add(LoseAnswer(), probability=0.05, times=None)     # until switched off
    outage = carrier.faults.add(ServerError(503), times=None)
    outage.off()

Effects on requests strike where a message or a call is created (`on="create"`), or where one is looked up or
changed (`on="read"`), or at both (`on="any"`). Effects on callbacks strike status callbacks (`on="status"`), or the
webhook of an inbound text (`on="inbound"`), or both (`on="any"`). Those of a conference count as calls'
(`only="call"`), and belong to no number. A webhook that asks for TwiML is never struck: let the application itself be
slow, or down.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from twilio_simulator.record import Kind

Point = Literal["create", "read", "status", "inbound"]


class RequestEffect:
    """Something that goes wrong with a request to the API."""

    accepts = False
    """Whether the message or call is created all the same."""


class CallbackEffect:
    """Something that goes wrong with a callback to the application."""


@dataclass(frozen=True)
class Refuse(RequestEffect):
    """Answer with Twilio's error `code`; nothing is created."""

    code: int
    status: int = 400


@dataclass(frozen=True)
class RefuseConnection(RequestEffect):
    """Close the connection without answering; nothing is created.

    For a port that does not listen, stop the carrier.
    """


@dataclass(frozen=True)
class LoseAnswer(RequestEffect):
    """Create it, then close the connection without answering."""

    accepts = True


@dataclass(frozen=True)
class HangAfterAccepting(RequestEffect):
    """Create it, and answer only after `seconds` of wall time or when `faults.release()` is called."""

    seconds: float = 60.0
    accepts = True


@dataclass(frozen=True)
class ServerError(RequestEffect):
    """Answer with a 5xx; with `accepted` the message or call is created all the same."""

    status: int = 500
    accepted: bool = False

    @property
    def accepts(self) -> bool:  # type: ignore[override]  # here it is a choice, elsewhere a constant
        return self.accepted


@dataclass(frozen=True)
class TooManyRequests(RequestEffect):
    """Answer 429 with code 20429; nothing is created."""


@dataclass(frozen=True)
class Unparsable(RequestEffect):
    """Create it, and answer 201 with a body that is not JSON."""

    accepts = True


@dataclass(frozen=True)
class BeforeCreateAnswers(RequestEffect):
    """Deliver the first callbacks before the create request is answered.

    Message: `sent` and `delivered` (or what the phone's behaviour makes of it). Call: `initiated` and `ringing`.
    """

    accepts = True


@dataclass(frozen=True)
class Doomed(RequestEffect):
    """Accept the message, which then ends as `status` with ErrorCode `code`."""

    status: Literal["failed", "undelivered"] = "failed"
    code: int = 30008
    accepts = True


@dataclass(frozen=True)
class Lost(CallbackEffect):
    """The callback is never sent."""


@dataclass(frozen=True)
class Late(CallbackEffect):
    """The callback is sent `seconds` later than it should."""

    seconds: float


@dataclass(frozen=True)
class Doubled(CallbackEffect):
    """The callback is sent twice, with the same idempotency token."""


@dataclass(frozen=True)
class Swapped(CallbackEffect):
    """The callback waits and is sent right behind the next one of the same message or call."""


Effect = RequestEffect | CallbackEffect


@dataclass(eq=False)
class Fault:
    """An effect that strikes the next `times` occasions (None: until switched off)."""

    effect: Effect
    times: int | None = 1
    probability: float = 1.0
    only: Kind | None = None
    number: str | None = None
    """Strike only what goes to or comes from this number."""
    on: frozenset[Point] = field(default_factory=frozenset)
    struck: int = 0
    """How often it has struck."""

    def off(self) -> None:
        """Switch it off."""
        self.times = 0


class Faults:
    """The faults that are switched on. Chance comes from the generator given, so a run can be repeated."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._faults: list[Fault] = []
        self._release = asyncio.Event()

    def add(
        self,
        effect: Effect,
        *,
        times: int | None = 1,
        probability: float = 1.0,
        only: Kind | None = None,
        number: str | None = None,
        on: Point | Literal["any"] | None = None,
    ) -> Fault:
        """Switch on a fault. With a probability below 1 and no `times` it stays on until it is switched off.

        Raises ValueError when the effect cannot strike at `on`.
        """
        possible: tuple[Point, ...] = ("create", "read") if isinstance(effect, RequestEffect) else ("status", "inbound")
        points = frozenset(possible if on == "any" else possible[:1] if on is None else (on,))
        if not points <= set(possible):
            raise ValueError(f"{type(effect).__name__} cannot strike on {on!r}; possible: {', '.join(possible)}, any")
        if probability < 1.0 and times == 1:
            times = None
        fault = Fault(effect, times, probability, only, number, points)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch everything off and send every answer that is being held back."""
        self._faults.clear()
        self.release()

    def release(self) -> None:
        """Answer the requests that HangAfterAccepting is holding back."""
        self._release.set()
        self._release = asyncio.Event()

    async def hold(self, seconds: float) -> None:
        """Wait for `release()`, at most `seconds` of wall time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._release.wait(), seconds)

    def strike(self, point: Point, kind: Kind, numbers: tuple[str, ...]) -> list[Effect]:
        """The effects that strike on this occasion, oldest fault first. Each counts as one strike."""
        if not self._faults:
            return []
        effects = []
        for fault in self._faults:
            if (
                fault.times != 0
                and point in fault.on
                and (fault.only is None or fault.only == kind)
                and (fault.number is None or fault.number in numbers)
                and (fault.probability >= 1.0 or self._chance.random() < fault.probability)
            ):
                fault.struck += 1
                if fault.times is not None:
                    fault.times -= 1
                effects.append(fault.effect)
        self._faults = [fault for fault in self._faults if fault.times != 0]
        return effects
