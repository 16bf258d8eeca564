"""Escalation policies, agencies, and the roster that holds everybody."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import DayPart, Person, Role
from dispatch.rules.facts.schedule import Override, OverrideIndex, Rotation, Versioned


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
class Policy(Versioned):
    """Whom to page, step by step. After the last step everyone is paged, `round_wait_seconds` a round, without end.

    `ask_more`: how many who are nearer are asked along when whoever has it will be late; 0 for none. `nearest_first`:
    in a step, those who are much nearer are paged a minute before the others. `far_minutes`: when everybody in the
    first step needs longer than that, the nearest others are paged with it; 0 for never (`rules/nearer/`).
    """

    name: str
    steps: tuple[PolicyStep, ...]
    round_wait_seconds: int = 300
    ask_more: int = 2
    nearest_first: bool = False
    far_minutes: int = 0

    @property
    def asks_where(self) -> bool:
        """Whether a step pages by how far people are."""
        return self.nearest_first or self.far_minutes > 0

    def wait_seconds(self, step: int) -> int:
        """How long the step, or the round of that number, lasts."""
        return self.steps[step - 1].wait_seconds if 0 < step <= len(self.steps) else self.round_wait_seconds


DEFAULT_POLICY = "default"  # of an agency that names none


class AgencyKind(StrEnum):
    CALLER = "caller"  # LBPD, LAPD, LASD: calls us
    PARTNER = "partner"  # Probation, DCFS: is told


@dataclass(frozen=True, slots=True)
class Area:
    """Some 5 km of the county, as near as anybody says where they start from. The point is its middle, in WGS 84
    degrees."""

    code: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Drive:
    """Minutes from one area to another, as a coordinator wrote them, and back where the way back is not written."""

    from_area: str
    to_area: str
    night: int | None = None
    day: int | None = None

    def minutes(self, part: DayPart) -> int | None:
        return self.night if part is DayPart.NIGHT else self.day


@dataclass(frozen=True, slots=True)
class StartsFrom:
    """Where somebody starts from for a while, whatever the roster says of them: the `area`'s code, and from when until
    when (ADR 56). For coordinators and for the person alone, like the area in the roster."""

    person: str
    area: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Station:
    """A station of an agency, where a child may wait. `phone` is its desk line, which serves many officers. `area` is
    the code of the area that it is in."""

    name: str
    address: str
    phone: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that calls us, or one that we tell.

    A partner is told through `notice_phone` (a text) or `webhook_url` (a signed webhook); a caller's `webhook_url` gets
    every change of its own call-outs. By phone a caller is known by the numbers that it has listed, its stations' among
    them, or by its `pin`.
    """

    code: str
    name: str
    kind: AgencyKind = AgencyKind.CALLER
    policy: str | None = None
    notice_phone: str | None = None
    webhook_url: str | None = None
    listed_numbers: tuple[str, ...] = ()
    stations: tuple[Station, ...] = ()
    pin: str | None = None

    def has_listed(self, phone: str) -> bool:
        """Whether exactly this number is one of the agency's."""
        return phone in self.listed_numbers or self.has_desk_at(phone)

    def has_desk_at(self, phone: str) -> bool:
        """Whether this number is a station's desk line: no text reaches it, and many officers call from it."""
        return any(station.phone == phone for station in self.stations)


UNLISTED = Agency("UNLISTED", "an unlisted caller")
"""The agency of a call-out from a number that no agency has listed. No roster names it; it has the default policy."""


_NO_OVERRIDES = OverrideIndex(())


@dataclass(frozen=True)  # without slots: a `cached_property` is kept in the instance's dictionary
class Roster:
    """Everybody, every rotation and every policy: what `config/roster.toml` describes.

    `overrides` holds what has been edited and ended as well, for it was in force once; `listed_overrides` has the rest.
    What the file has no longer is among the former. `starts` are no part of the file: two rosters that differ in them
    are the same roster.
    """

    people: tuple[Person, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    policies: tuple[Policy, ...] = ()
    agencies: tuple[Agency, ...] = ()
    areas: tuple[Area, ...] = ()
    drives: tuple[Drive, ...] = ()
    former_rotations: tuple[Rotation, ...] = ()
    former_policies: tuple[Policy, ...] = ()
    starts: tuple[StartsFrom, ...] = field(default=(), compare=False)

    @cached_property
    def _by_id(self) -> dict[str, Person]:
        return {person.id: person for person in reversed(self.people)}

    @cached_property
    def _overrides_by_rotation(self) -> dict[str, OverrideIndex]:
        listed = defaultdict[str, list[Override]](list)
        for override in self.overrides:
            listed[override.rotation].append(override)
        return {name: OverrideIndex(overrides) for name, overrides in listed.items()}

    @cached_property
    def alarm_rotation(self) -> Rotation | None:
        """Coordinators' own; None where alarms go to all of them at once."""
        return next((one for one in self.rotations if one.takes_alarms), None)

    def takes_alarms(self, rotation: str) -> bool:
        """Whether the rotation of this name is of coordinators."""
        return self.alarm_rotation is not None and self.alarm_rotation.name == rotation

    def overrides_of(self, rotation: str) -> OverrideIndex:
        """The overrides of the rotation of this name, whether the roster has it or not."""
        return self._overrides_by_rotation.get(rotation, _NO_OVERRIDES)

    @property
    def listed_overrides(self) -> tuple[Override, ...]:
        """Those that nobody has ended: what a roster's file lists."""
        return tuple(override for override in self.overrides if override.ended_at is None)

    @property
    def all_rotations(self) -> tuple[Rotation, ...]:
        """Those that exist, then those that have been removed: past shifts are of them."""
        return (*self.rotations, *self.former_rotations)

    def rotation(self, name: str) -> Rotation | None:
        return next((one for one in self.rotations if one.name == name), None)

    def rotation_ever(self, name: str) -> Rotation | None:
        """Also one that has been removed."""
        return next((one for one in self.all_rotations if one.name == name), None)

    def zone_of(self, rotation: str) -> str:
        """The time zone of the rotation of this name, also once it has been removed; ours, if there never was one."""
        known = self.rotation_ever(rotation)
        return known.timezone if known is not None else LOCAL

    @cached_property
    def paged_rotations(self) -> frozenset[str]:
        """The names of those that a step of a policy pages."""
        targets = (target for policy in self.policies for step in policy.steps for target in step.targets)
        return frozenset(target.name for target in targets if target.kind is TargetKind.ROTATION)

    def person(self, person_id: str) -> Person | None:
        return self._by_id.get(person_id)

    def name_of(self, person_id: str) -> str:
        """The person's name in full; their id once they have left the roster."""
        person = self.person(person_id)
        return person.name if person else person_id

    def first_name_of(self, person_id: str) -> str:
        """The person's first name; their id once they have left the roster."""
        person = self.person(person_id)
        return person.first_name if person else person_id

    @cached_property
    def _first_names(self) -> Counter[str]:
        return Counter(person.first_name for person in self.people)

    def short_name_of(self, person_id: str) -> str:
        """The person's first name where it is one person's only, otherwise their name in full; their id once they have
        left the roster. For whoever has to tell two people apart by it."""
        person = self.person(person_id)
        if person is None:
            return person_id
        return person.first_name if self._first_names[person.first_name] == 1 else person.name

    def person_at(self, phone: str) -> Person | None:
        """Whose number this is."""
        return next((person for person in self.people if person.phone == phone), None)

    def person_for_sign_in(self, word: str) -> Person | None:
        """The person whom the identity provider calls this, ignoring case."""
        wanted = word.casefold()
        return next(
            (person for person in self.people if person.sign_in is not None and person.sign_in.casefold() == wanted),
            None,
        )

    def people_called(self, name: str) -> tuple[Person, ...]:
        """Everybody whose id, name or first name this is, ignoring case."""
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

    def area(self, code: str | None) -> Area | None:
        return next((area for area in self.areas if area.code == code), None)

    def start_of(self, person_id: str, at: datetime) -> StartsFrom | None:
        """What holds of this person for a while at that moment."""
        found = (one for one in self.starts if one.person == person_id and one.since <= at < one.until)
        return next(found, None)

    @property
    def callers(self) -> tuple[Agency, ...]:
        """The agencies that call us, in the roster's order."""
        return tuple(agency for agency in self.agencies if agency.kind is AgencyKind.CALLER)

    def caller(self, code: str) -> Agency | None:
        """The agency of this code, if it calls us; a partner is only told."""
        agency = self.agency(code)
        return agency if agency is not None and agency.kind is AgencyKind.CALLER else None

    def caller_at(self, phone: str) -> Agency | None:
        """The agency that has listed this number."""
        return next((agency for agency in self.callers if agency.has_listed(phone)), None)

    def caller_with_pin(self, pin: str) -> Agency | None:
        """The agency whose hotline PIN this is."""
        return next((agency for agency in self.callers if agency.pin is not None and agency.pin == pin), None)

    def partner_at(self, phone: str) -> Agency | None:
        """The partner that is told by text at this number."""
        partners = (agency for agency in self.agencies if agency.kind is AgencyKind.PARTNER)
        return next((agency for agency in partners if agency.notice_phone == phone), None)

    def reached_at(self, address: str) -> Agency | None:
        """The agency that is told at this number or this web address."""
        return next((agency for agency in self.agencies if address in (agency.notice_phone, agency.webhook_url)), None)

    def agency_name(self, code: str) -> str:
        """The agency's name in full; its code once it has left the roster."""
        agency = UNLISTED if code == UNLISTED.code else self.agency(code)
        return agency.name if agency else code

    def policy_of(self, agency: Agency, at: datetime) -> Policy:
        """The agency's own escalation policy, otherwise the default one, as it holds at that moment; without any, every
        specialist is paged at once."""
        wanted = agency.policy or DEFAULT_POLICY
        named = (policy.at(at) for policy in (*self.policies, *self.former_policies) if policy.name == wanted)
        return next(named, None) or Policy("everyone", steps=())
