"""Who did something, and how we heard of it."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SPECIALIST = "specialist"
    AGENCY = "agency"  # a program of theirs, or whoever texts from a partner's number
    OFFICER = "officer"
    OPERATOR = "operator"  # at the command line
    CARRIER = "carrier"
    STRANGER = "stranger"
    SERVICE = "service"  # by itself: a deadline has come, a call-out has been rescued


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. `id` is that of a person or an agency in the roster, or a coordinator's name in their key."""

    kind: ActorKind
    id: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.id}" if self.id else self.kind.value


SERVICE = Actor(ActorKind.SERVICE)
CARRIER = Actor(ActorKind.CARRIER)
OPERATOR = Actor(ActorKind.OPERATOR)  # whose name nobody knows
STRANGER = Actor(ActorKind.STRANGER)  # a number is no name, and stands in no audit trail


class Source(StrEnum):
    """How something reached us; stamps, lines of the timeline and of the audit trail carry it (FIELD, reporting)."""

    SMS = "sms"
    VOICE = "voice"
    LINK = "link"
    API = "api"
    WEB = "web"  # a page, by somebody in a browser
    CLI = "cli"
    CLOCK = "clock"  # a deadline was due
    CARRIER = "carrier"  # a receipt
