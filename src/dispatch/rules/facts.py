"""Facts: what the rules are told. Frozen, in the field's own words, every moment aware and in UTC.

A fact is a noun or stands in the past tense; what a rule answers (see `decisions`) is an imperative.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class NaiveMoment(ValueError):
    """a moment without a time zone was given; every moment here is aware"""


def require_aware(*moments: datetime | None) -> None:
    """Raise `NaiveMoment` unless every moment given carries its offset from UTC."""
    for moment in moments:
        if moment is not None and moment.utcoffset() is None:
            raise NaiveMoment(f"{moment.isoformat()} has no UTC offset")


# ---- people, and how to reach them ---------------------------------------------------------------------------------


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
    """One line of a contact plan: `channel`, `after_seconds` after the specialist's turn began."""

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
    """What we write and say to a specialist in."""

    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Person:
    """One of our people. `phone` is E.164; `opted_out` means the person texted STOP, so only voice reaches them.

    `languages` are those that they can speak with a child, `texts_in` is the one for our own texts and calls to them.
    """

    id: str
    name: str
    phone: str
    roles: frozenset[Role] = frozenset({Role.SPECIALIST})
    languages: tuple[str, ...] = ("en",)
    contact_plan: tuple[ContactStep, ...] = DEFAULT_CONTACT_PLAN
    opted_out: bool = False
    texts_in: Language = Language.ENGLISH

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


# ---- who did something, and how we heard of it -----------------------------------------------------------------------


class ActorKind(StrEnum):
    COORDINATOR = "coordinator"
    SPECIALIST = "specialist"
    AGENCY = "agency"  # a program of theirs
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


class Source(StrEnum):
    """How something reached us; stamps and lines of the timeline carry it (FIELD, reporting)."""

    SMS = "sms"
    VOICE = "voice"
    LINK = "link"
    API = "api"
    CLI = "cli"
    CLOCK = "clock"  # a deadline was due
    CARRIER = "carrier"  # a receipt


# ---- who is on call ------------------------------------------------------------------------------------------------


class RotationUnit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The rule that says whose turn it is: members in order, `length` days or weeks each, handed off at a local time.

    `starts_on` is the local date of the first hand-off, whose turn is `members[0]`'s. For a rotation of weeks
    `weekday` (0 is Monday) is the hand-off's day and `starts_on` falls on it. Before `starts_on` nobody is on call.
    """

    name: str
    members: tuple[str, ...]
    unit: RotationUnit
    length: int
    handoff: time
    starts_on: date
    timezone: str = "America/Los_Angeles"
    weekday: int | None = None


class OverrideKind(StrEnum):
    ADD = "add"  # `person` as well
    REPLACE = "replace"  # `person` instead of `replaces`, or instead of everybody when `replaces` is None
    REMOVE = "remove"  # takes `replaces` off call, or everybody when `replaces` is None


@dataclass(frozen=True, slots=True)
class Override:
    """An exception to a rotation from `starts_at` (included) to `ends_at` (not included)."""

    rotation: str
    kind: OverrideKind
    starts_at: datetime
    ends_at: datetime
    person: str | None = None
    replaces: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Shift:
    """A span in which one person is on call for one rotation; [starts_at, ends_at)."""

    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """A span in which a rotation yields nobody; [starts_at, ends_at)."""

    rotation: str
    starts_at: datetime
    ends_at: datetime


# ---- whom to page in turn ------------------------------------------------------------------------------------------


class TargetKind(StrEnum):
    ROTATION = "rotation"
    PERSON = "person"
    EVERYONE = "everyone"  # every specialist


@dataclass(frozen=True, slots=True)
class Target:
    kind: TargetKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """Page every target in parallel, and give them `wait_seconds` before the next step."""

    targets: tuple[Target, ...]
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to page in turn. After the last step everyone is paged, `round_wait_seconds` a round, without end."""

    name: str
    steps: tuple[PolicyStep, ...]
    round_wait_seconds: int = 300


DEFAULT_POLICY = "default"  # of an agency that names none


class AgencyKind(StrEnum):
    CALLER = "caller"  # LBPD, LAPD, LASD: calls us
    PARTNER = "partner"  # Probation, DCFS: is told


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that calls us, or one that we tell.

    A partner is told through `notice_phone` (a text) or `webhook_url` (a signed webhook); a caller's `webhook_url` gets
    every change of its own call-outs.
    """

    code: str
    name: str
    kind: AgencyKind = AgencyKind.CALLER
    policy: str | None = None
    notice_phone: str | None = None
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody, every rotation and every policy: what `config/roster.toml` describes."""

    people: tuple[Person, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    policies: tuple[Policy, ...] = ()
    agencies: tuple[Agency, ...] = ()

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def person_at(self, phone: str) -> Person | None:
        """Whose number this is."""
        return next((person for person in self.people if person.phone == phone), None)

    def people_called(self, name: str) -> tuple[Person, ...]:
        """Everybody whose id, name or first name this is, in capitals or not."""
        wanted = name.casefold()
        return tuple(
            person
            for person in self.people
            if wanted in (person.id.casefold(), person.name.casefold(), person.first_name.casefold())
        )

    def with_role(self, role: Role) -> tuple[Person, ...]:
        return tuple(person for person in self.people if role in person.roles)

    def agency(self, code: str) -> Agency | None:
        return next((agency for agency in self.agencies if agency.code == code), None)

    def partner_at(self, phone: str) -> Agency | None:
        """The partner that is told by text at this number."""
        partners = (agency for agency in self.agencies if agency.kind is AgencyKind.PARTNER)
        return next((agency for agency in partners if agency.notice_phone == phone), None)

    def agency_name(self, code: str) -> str:
        """The agency's name in full; its code once it has left the roster."""
        agency = self.agency(code)
        return agency.name if agency else code

    def policy_of(self, agency: Agency) -> Policy:
        """The agency's own escalation policy, otherwise the default one; without any, everyone is paged at once."""
        wanted = agency.policy or DEFAULT_POLICY
        return next((policy for policy in self.policies if policy.name == wanted), Policy("everyone", steps=()))


# ---- alarms --------------------------------------------------------------------------------------------------------


class AlarmKind(StrEnum):
    """What coordinators are alarmed of; how bad each is, and whether it rings, stands in `alarm_kinds`."""

    DANGER = "danger"
    CHAIN_ENDED = "chain_ended"
    TARGET_MISSED = "target_missed"
    RELEASED = "released"
    GAVE_UP = "gave_up"
    STILL_UNCLEAR = "still_unclear"
    OFFICER_CALLS_OFF = "officer_calls_off"
    WORK_IS_LATE = "work_is_late"
    TARGET_WARNING = "target_warning"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    NOT_MOVING = "not_moving"
    LATE_ARRIVAL = "late_arrival"
    HANDED_OVER = "handed_over"
    OFFICER_NOT_REACHED = "officer_not_reached"
    PLACE_NOT_TOLD = "place_not_told"
    ON_SCENE_CHECK = "on_scene_check"
    HOME_CHECK = "home_check"
    OPTED_OUT = "opted_out"
    CARRIER = "carrier"
    CLOCK_SET_BACK = "clock_set_back"
    RESCUED = "rescued"
    NEWS = "news"  # to be read: there is nothing that anybody need have


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm whose trouble goes on. `code` is that of its call-out; an alarm about the service itself has none.

    `person` is whom it is about. `owner` has said "I have it", `deed_at` is when they last did anything. An owner is a
    person's id; for a key whose name is nobody's in the roster, that name.
    """

    id: str
    kind: AlarmKind
    text: str
    opened_at: datetime
    callout: str | None = None
    code: str | None = None
    person: str | None = None
    owner: str | None = None
    owned_at: datetime | None = None
    deed_at: datetime | None = None


# ---- one call-out --------------------------------------------------------------------------------------------------


class Status(StrEnum):
    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLEARED = "cleared"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether something about the call-out may still change."""
        return self not in {Status.CLOSED, Status.CANCELLED}


class Purpose(StrEnum):
    """Why something is sent. Everything we send is a page row; only PAGE asks somebody to take a call-out."""

    PAGE = "page"
    STAND_DOWN = "stand_down"
    CONFIRMATION = "confirmation"
    ANSWER = "answer"  # to a text that somebody sent us
    REMINDER = "reminder"
    OFFICER = "officer"
    PARTNER = "partner"
    ALARM = "alarm"
    AGENCY = "agency"  # a change, to the agency's webhook
    TEST = "test"


class PageState(StrEnum):
    """Where one page stands. Everything from FAILED on is final."""

    WAITING = "waiting"  # due at its due_at
    SENDING = "sending"  # claimed; the carrier may or may not have it yet
    UNKNOWN = "unknown"  # the carrier may have it; being looked for
    SENT = "sent"  # the carrier took it
    DELIVERED = "delivered"  # the text arrived; or the call was answered and goes on
    FAILED = "failed"  # it reached nobody: undelivered, busy, no answer, voicemail, no key pressed
    DONE = "done"  # it did what it was for
    WITHDRAWN = "withdrawn"  # nobody needed it any more


FINAL_PAGE_STATES = frozenset({PageState.FAILED, PageState.DONE, PageState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Page:
    """One attempt to reach one person on one channel. `turn` counts a call-out's steps and rounds from 1.

    `alarm` is the alarm that it tells of, if coordinators can have that one.
    """

    id: str
    purpose: Purpose
    channel: Channel
    to: str
    state: PageState
    due_at: datetime | None
    person: str | None = None
    turn: int = 0
    text: str = ""
    went_out: bool = False  # the carrier took it, or may have taken it
    alarm: str | None = None


class AssignmentRole(StrEnum):
    PRIMARY = "primary"
    OFFERED = "offered"  # answered late; may come as a partner
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One specialist on one call-out, with the stamps of FIELD's table."""

    person: str
    role: AssignmentRole
    acknowledged_at: datetime
    eta_at: datetime | None = None
    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    with_child_at: datetime | None = None
    cleared_at: datetime | None = None
    home_at: datetime | None = None

    @property
    def is_on_it(self) -> bool:
        """Whether they have the call-out or come as a partner. Whoever only offered to come may stay at home."""
        return self.role is not AssignmentRole.OFFERED

    @property
    def is_out(self) -> bool:
        """Whether they are on it and have not said that they have left."""
        return self.is_on_it and self.cleared_at is None

    @property
    def has_set_out(self) -> bool:
        return self.en_route_at is not None or self.arrived_at is not None


@dataclass(frozen=True, slots=True)
class CallOut:
    """One request for a specialist, as a rule sees it. `turn` is the step of its policy it is in, counted from 1.

    `out` are the people who are out on other open call-outs, `same_as` is the code of the one that is probably about
    the same (see `duplicates`).
    """

    id: str
    code: str
    agency: str
    status: Status
    received_at: datetime
    respond_by: datetime
    policy: Policy
    officer_phone: str
    turn: int = 0
    first_paged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    arrived_at: datetime | None = None
    declined: frozenset[str] = frozenset()
    passed_over: frozenset[str] = frozenset()  # had it, and lost it by silence
    assignments: tuple[Assignment, ...] = ()
    pages: tuple[Page, ...] = ()
    missed: bool = False
    out: frozenset[str] = frozenset()
    same_as: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.received_at, self.respond_by)

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def primary(self) -> Assignment | None:
        """Whoever has the call-out now."""
        return next((mine for mine in self.assignments if mine.role is AssignmentRole.PRIMARY), None)

    def assignment_of(self, person_id: str) -> Assignment | None:
        return next((mine for mine in self.assignments if mine.person == person_id), None)

    def is_on_it(self, person_id: str) -> bool:
        """Whether somebody has the call-out or comes as a partner."""
        mine = self.assignment_of(person_id)
        return mine is not None and mine.is_on_it


class Likeness(StrEnum):
    """Why two call-outs are probably about the same, in words for people."""

    PHONE = "same callback number"
    UNIT = "same agency and unit"


@dataclass(frozen=True, slots=True)
class Alike:
    """Another open call-out that came in not long before and is like this one; `specialist` is who has it, if anybody
    has."""

    code: str
    likeness: Likeness
    specialist: str | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What a caller may say of a call-out, and no more: never a child's name, no narrative. Only the phone is needed.

    Coordinates are WGS 84 degrees; moments are aware.
    """

    officer_phone: str
    unit: str | None = None
    officer_name: str | None = None
    officer_badge: str | None = None
    place_address: str | None = None
    place_lat: float | None = None
    place_lon: float | None = None
    place_note: str | None = None
    children: int | None = None
    age_band: str | None = None
    languages: tuple[str, ...] | None = None
    medical_need: bool | None = None
    scene_safe: bool | None = None
    reference: str | None = None
    officer_leaves_at: datetime | None = None
    recovered_at: datetime | None = None
    hotline_called_at: datetime | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """What says where to go: if any of it changes, it is another place."""
        return (self.place_address, self.place_lat, self.place_lon, self.place_note)


@dataclass(frozen=True, slots=True)
class Timings:
    """Spans that a deployment may set, in seconds. The target and the officer's patience are the service's promises."""

    target: int = 3600
    warn_before_target: int = 1200
    officer_waiting: int = 480
    en_route_reminder: int = 600
    repage_after_reminder: int = 300
    arrival_grace: int = 300
    arrival_repeat: int = 600
    on_scene_check: int = 4 * 3600
    home_check: int = 3600
    link_lifetime: int = 12 * 3600
    keep_details: int = 90 * 24 * 3600  # places, names and texts are purged this long after the end
    clear_up: int = 180  # how long what may have been a release or an arrival may stay unclear
    danger_repeat: int = 120
    ask_after: int = 120  # how long the carrier may say nothing about a page before it is asked

    def span(self, name: str) -> timedelta:
        return timedelta(seconds=getattr(self, name))


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule decides on: one call-out, the roster as it is now, and what the deployment has set.

    `contact_phone` is the number that officers and specialists are told to ring, if there is one. `alarms` are the open
    ones about it, loaded only for the rules that ask about them.
    """

    callout: CallOut
    roster: Roster
    timings: Timings = field(default_factory=Timings)
    contact_phone: str | None = None
    alarms: tuple[Alarm, ...] = ()

    @property
    def taker(self) -> Person | None:
        """Whoever has the call-out; None also when they have left the roster."""
        primary = self.callout.primary
        return self.roster.person(primary.person) if primary else None
