"""People, and how to reach them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.moments import LOCAL


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"
    WEBHOOK = "webhook"


class Role(StrEnum):
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class ContactStep:
    """One line of a contact plan: page on `channel`, `after_seconds` after paging of the specialist begins."""

    channel: Channel
    after_seconds: int


# Text at once; the phone a minute later, since a text on a silenced phone wakes nobody; then both again.
DEFAULT_CONTACT_PLAN = (
    ContactStep(Channel.SMS, 0),
    ContactStep(Channel.VOICE, 60),
    ContactStep(Channel.SMS, 150),
    ContactStep(Channel.VOICE, 240),
)


class Language(StrEnum):
    """The language in which we write to a specialist, and speak with them."""

    ENGLISH = "en"
    SPANISH = "es"


class DayPart(StrEnum):
    NIGHT = "night"
    DAY = "day"


DEFAULT_TURNOUT_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Person:
    """One of our people. `phone` is E.164; `opted_out` means the person texted STOP, so only voice reaches them.

    `languages` are those that they can speak with a child, `texts_in` is the one for our own texts and calls to them.
    `sign_in` is who they are for the identity provider: an e-mail address, or the provider's own identifier.
    `area_night` and `area_day` are codes of the areas that they start from, and `turnout_minutes` pass before they
    drive (ADR 53). These are for coordinators and for the person alone. `qualified_until` is the last day, on our
    clock, on which a specialist's training holds (ADR 62).
    """

    id: str
    name: str
    phone: str
    roles: frozenset[Role] = frozenset({Role.SPECIALIST})
    languages: tuple[str, ...] = ("en",)
    contact_plan: tuple[ContactStep, ...] = DEFAULT_CONTACT_PLAN
    opted_out: bool = False
    texts_in: Language = Language.ENGLISH
    sign_in: str | None = None
    area_night: str | None = None
    area_day: str | None = None
    turnout_minutes: int = DEFAULT_TURNOUT_MINUTES
    qualified_until: date | None = None

    @property
    def is_specialist(self) -> bool:
        return Role.SPECIALIST in self.roles

    @property
    def qualified_before(self) -> datetime | None:
        """The moment, in UTC, from which they are qualified no longer; None where nobody has said that there is one."""
        if self.qualified_until is None:
            return None
        return datetime.combine(self.qualified_until + timedelta(days=1), time(), ZoneInfo(LOCAL)).astimezone(UTC)

    def is_qualified(self, at: datetime) -> bool:
        """Whether they are a specialist whose training holds at that moment."""
        lapses = self.qualified_before
        return self.is_specialist and (lapses is None or at < lapses)

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def as_actor(self) -> Actor:
        """Who acts when they write, press or open a link, which takes no account."""
        return Actor(ActorKind.SPECIALIST if self.is_specialist else ActorKind.COORDINATOR, self.id)

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def area_code(self, part: DayPart) -> str | None:
        """The code of the area that they start from in this part of the day."""
        return self.area_night if part is DayPart.NIGHT else self.area_day
