"""A phone call, as Twilio keeps it and as the phone hears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Literal

from twilio_simulator.agenda import Agenda, Entry
from twilio_simulator.callbacks import Webhook
from twilio_simulator.handsets import Behaviour, Handset
from twilio_simulator.steps import TIME_LIMIT, Listen, Program

Direction = Literal["outbound-api", "outbound-dial", "inbound"]

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


@dataclass(frozen=True)
class StatusCallback:
    """Where the application wants to hear of a call's progress, and of which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class MachineDetection:
    """How the application wants answering machines detected."""

    waits_for_end: bool = False
    asynchronous: bool = False
    callback: str | None = None
    callback_method: str = "POST"


@dataclass(frozen=True)
class Script:
    """Where a call's TwiML comes from: it is given with the call, or fetched from `url`."""

    url: str = ""
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"


@dataclass(eq=False)
class PhoneCall:
    """One leg between the carrier and a phone."""

    sid: str
    account_sid: str
    direction: Direction
    from_: str
    to: str
    phone: Handset = field(repr=False)
    """The person's end: the callee's phone, or the caller's when the direction is inbound."""
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    script: Script = field(default_factory=Script, repr=False)
    parent: PhoneCall | None = field(default=None, repr=False)
    ring_timeout: float = 60.0
    time_limit: float = TIME_LIMIT
    """Seconds from the moment when its two ends are connected, for a call that a `<Dial>` placed."""
    stir_verstat: str | None = None
    """What the carriers on the way say of an inbound call's number; None when they say nothing."""
    number_sid: str | None = None
    """The number of ours that it came in on."""
    status_callback: StatusCallback | None = field(default=None, repr=False)
    detection: MachineDetection | None = field(default=None, repr=False)
    answered_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    queue_seconds: float = 0.0
    heard: list[str] = field(default_factory=list)
    """What was said or played so far, in order."""
    digits: str = ""
    """Every key pressed so far, whether or not anybody was listening."""

    # How far it has got; only the exchange and its parts look at these.
    by_machine: bool = field(default=False, repr=False)
    callbacks_sent: int = field(default=0, repr=False)
    document_url: str = field(default="", repr=False)
    program: Program | None = field(default=None, repr=False)
    listening: Listen | None = field(default=None, repr=False)
    timers: list[Entry] = field(default_factory=list, repr=False)
    legs: list[PhoneCall] = field(default_factory=list, repr=False)
    bridged: PhoneCall | None = field(default=None, repr=False)
    conference: str | None = field(default=None, repr=False)
    joined_at: datetime | None = field(default=None, repr=False)
    asking: Webhook | None = field(default=None, repr=False)
    fetches_in_a_row: int = field(default=0, repr=False)
    on_fallback: bool = field(default=False, repr=False)
    leaving: Entry | None = field(default=None, repr=False)

    @property
    def ringing(self) -> bool:
        """Whether the phone is ringing now."""
        off = self.phone.behaviour in (Behaviour.SWITCHED_OFF, Behaviour.UNREACHABLE)
        return self.status == "ringing" and self.direction != "inbound" and not off

    @property
    def connected(self) -> bool:
        """Whether the person (not their voicemail) is on the line now."""
        return self.status == "in-progress" and not self.by_machine

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status in FINAL

    @property
    def duration(self) -> int | None:
        """Seconds from the answer to the end; None while it lasts. 0 when it was never answered."""
        if self.ended_at is None:
            return None
        return 0 if self.started_at is None else round((self.ended_at - self.started_at).total_seconds())

    @property
    def shown_status(self) -> str:
        """Its status as the API shows it. `initiated` is known to callbacks alone."""
        return "queued" if self.status == "initiated" else self.status

    def later(self, agenda: Agenda, due: datetime, act: Callable[[datetime], None]) -> None:
        """Do something at `due`, unless the call ends or takes another course before then."""
        self.timers.append(agenda.put(due, self.sid, act))

    def forget_timers(self) -> None:
        """Call off everything that `later` has planned."""
        for timer in self.timers:
            timer.call_off()
        self.timers.clear()

    @property
    def uri(self) -> str:
        """Its path under the API's root."""
        return f"/2010-04-01/Accounts/{self.account_sid}/Calls/{self.sid}.json"

    def as_json(self) -> dict[str, Any]:
        """The resource, as the API shows it."""
        duration = self.duration
        base = self.uri.removesuffix(".json")
        return {
            "account_sid": self.account_sid,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.updated_at),
            "direction": self.direction,
            "duration": None if duration is None else str(duration),
            "end_time": None if self.ended_at is None else format_datetime(self.ended_at),
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": self.from_,
            "group_sid": None,
            "parent_call_sid": None if self.parent is None else self.parent.sid,
            "phone_number_sid": self.number_sid,
            "price": None,
            "price_unit": "USD",
            "queue_time": str(round(self.queue_seconds * 1000)),
            "sid": self.sid,
            "start_time": None if self.started_at is None else format_datetime(self.started_at),
            "status": self.shown_status,
            "subresource_uris": {
                name: f"{base}/{name.title().replace('_', '')}.json"
                for name in ("events", "notifications", "payments", "recordings", "siprec", "streams")
            },
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": self.uri,
        }
