"""The roster as a TOML file that a coordinator can edit: read or refused whole, and written so that it reads back.

Reading never stops at the first mistake. A value that cannot be read is noted and a stand-in takes its place, so that
the rest of the file is still looked at; a roster that holds a stand-in is never handed out. Entries of a list are
counted from 1 in messages, as people count.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from dispatch.inbound.phone_numbers import e164
from dispatch.rules.facts import (
    DEFAULT_CONTACT_PLAN,
    Agency,
    AgencyKind,
    Channel,
    ContactStep,
    Override,
    OverrideKind,
    Person,
    Policy,
    PolicyStep,
    Role,
    Roster,
    Rotation,
    RotationUnit,
    Target,
    TargetKind,
)
from dispatch.rules.roster import local_moment

DEFAULT_POLICY = "default"
HOME_ZONE = "America/Los_Angeles"

PERSON_ID = re.compile(r"[a-z][a-z0-9_-]*")
AGENCY_CODE = re.compile(r"[A-Z0-9]{2,12}")
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
DURATION = re.compile(r"(\d{1,6})([smh])")
UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}
SHORTEST_WAIT, LONGEST_WAIT = 10, 3600
LONGEST_TURN = 366
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Stand-ins for a date or a moment that could not be read; compared with `is`.
NO_DAY = date(1, 1, 1)
NO_MOMENT = datetime(1, 1, 1, tzinfo=UTC)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class BadRoster(ValueError):
    """the roster file has mistakes; the message lists every one, a line each"""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_roster(text: str, *, name: str = "roster.toml") -> Roster:
    """The roster that `text` describes; phones come back as E.164, moments in UTC.

    Raises `BadRoster`, whose lines begin with `name`, when anything at all is wrong.
    """
    try:
        # Notepad begins a file with a byte order mark, which TOML does not know.
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadRoster([f"{name}: {error}"]) from error
    problems: list[str] = []
    roster = _roster(_Entry("", "", tables, problems))
    problems += _contradictions(roster)
    if problems:
        raise BadRoster(f"{name}: {problem}" for problem in problems)
    return roster


# ---- one table of the file -----------------------------------------------------------------------------------------


@dataclass
class _Entry:
    """One table while it is read. `path` is where it stands, `name` the last part of that."""

    path: str
    name: str
    values: dict[str, object]
    problems: list[str]
    asked_for: set[str] = field(default_factory=set)

    def note(self, key: str, complaint: str) -> None:
        self.problems.append(f"{self._at(key)}: {complaint}")

    def required(self, key: str, read: Callable[[object], T], stand_in: T) -> T:
        if key not in self.values:
            self.note(key, "missing")
        return self.optional(key, read, stand_in)

    def optional(self, key: str, read: Callable[[object], T], default: T) -> T:
        """`read` raises ValueError with what is wrong, in words for the editor of the file."""
        self.asked_for.add(key)
        if key not in self.values:
            return default
        try:
            return read(self.values[key])
        except ValueError as complaint:
            self.note(key, str(complaint))
            return default

    def each(self, key: str, read: Callable[[object], T], default: tuple[T, ...]) -> tuple[T, ...]:
        """Every value of a list; `default` without the key."""
        items = self.optional(key, _list, None)
        if items is None:
            return default
        found = []
        for item in items:
            try:
                found.append(read(item))
            except ValueError as complaint:
                self.note(key, str(complaint))
        return tuple(found)

    def expect_some(self, key: str) -> None:
        """Note when the list under `key` is not there, or holds nothing."""
        if key not in self.values:
            self.note(key, "missing")
        elif self.values[key] == []:
            self.note(key, "is empty")

    def entries(self, key: str) -> Iterator["_Entry"]:
        """The tables under `key`, by name, as in [people.ana]."""
        tables: dict[str, object] = {}
        for name, value in self.optional(key, _table(f"[{key}.NAME]"), tables).items():
            path = f"{key}.{name}"
            if isinstance(value, dict):
                yield from self._open(path, name, value)
            else:
                self.problems.append(f"{path}: is not a table; write [{path}] on a line of its own")

    def listed(self, key: str) -> Iterator["_Entry"]:
        """The tables in the list under `key`, as in [[overrides]] or steps = [{…}, {…}]."""
        items: list[object] = []
        for number, value in enumerate(self.optional(key, _list, items), start=1):
            path = f"{self._at(key)}[{number}]"
            if isinstance(value, dict):
                yield from self._open(path, path, value)
            else:
                self.problems.append(f"{path}: is not a table; write it like {{key = value, …}}")

    def _open(self, path: str, name: str, values: dict[str, object]) -> Iterator["_Entry"]:
        entry = _Entry(path, name, values, self.problems)
        yield entry  # what nobody has asked for when the reader comes back for the next entry is unknown
        entry.refuse_the_rest()

    def refuse_the_rest(self) -> None:
        """Note every key that no reader asked for: a misspelt key would be left out in silence otherwise."""
        for key in self.values:
            if key not in self.asked_for:
                self.note(key, f"unknown key{_did_you_mean(key, self.asked_for)}")

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _roster(file: _Entry) -> Roster:
    agencies = tuple(_agency(entry) for entry in file.entries("agencies"))
    people = tuple(_person(entry) for entry in file.entries("people"))
    rotations = tuple(_rotation(entry) for entry in file.entries("rotations"))
    zones = {rotation.name: rotation.timezone for rotation in rotations}
    overrides = tuple(_override(entry, zones) for entry in file.listed("overrides"))
    policies = tuple(_policy(entry) for entry in file.entries("policies"))
    file.refuse_the_rest()
    return Roster(people, rotations, overrides, policies, agencies)


def _agency(entry: _Entry) -> Agency:
    if not AGENCY_CODE.fullmatch(entry.name):
        entry.problems.append(f"{entry.path}: an agency's code is 2 to 12 capital letters and digits")
    agency = Agency(
        code=entry.name,
        name=entry.required("name", _text, ""),
        kind=entry.optional("kind", _one_of(AgencyKind), AgencyKind.CALLER),
        policy=entry.optional("policy", _text, None),
        notice_phone=entry.optional("notice_phone", _phone, None),
        webhook_url=entry.optional("webhook_url", _url, None),
    )
    if agency.kind is AgencyKind.PARTNER and not {"notice_phone", "webhook_url"} & entry.values.keys():
        entry.note("notice_phone", "missing; a partner is told by a notice_phone or a webhook_url")
    return agency


def _person(entry: _Entry) -> Person:
    if not PERSON_ID.fullmatch(entry.name):
        entry.problems.append(
            f"{entry.path}: a person's id is small letters, digits, - and _, and begins with a letter"
        )
    return Person(
        id=entry.name,
        name=entry.required("name", _text, ""),
        phone=entry.required("phone", _phone, ""),
        roles=frozenset(entry.each("roles", _one_of(Role), (Role.SPECIALIST,))),
        languages=entry.each("languages", _text, ("en",)),
        contact_plan=_contact_plan(entry),
        opted_out=entry.optional("opted_out", _yes_or_no, False),
    )


def _contact_plan(entry: _Entry) -> tuple[ContactStep, ...]:
    if "contact_plan" not in entry.values:
        entry.asked_for.add("contact_plan")
        return DEFAULT_CONTACT_PLAN
    entry.expect_some("contact_plan")
    return tuple(
        ContactStep(
            channel=step.required("channel", _one_of(Channel, without=Channel.WEBHOOK), Channel.SMS),
            after_seconds=step.required("after", _seconds(0, LONGEST_WAIT), 0),
        )
        for step in entry.listed("contact_plan")
    )


def _rotation(entry: _Entry) -> Rotation:
    entry.expect_some("members")
    rotation = Rotation(
        name=entry.name,
        members=entry.each("members", _text, ()),
        unit=entry.required("unit", _one_of(RotationUnit), RotationUnit.WEEKS),
        length=entry.optional("length", _turn_length, 1),
        handoff=entry.required("handoff", _clock_time, time.min),
        starts_on=entry.required("starts_on", _day, NO_DAY),
        timezone=entry.optional("timezone", _zone, HOME_ZONE),
        weekday=entry.optional("weekday", _weekday, None),
    )
    _check_weekday(entry, rotation)
    return rotation


def _check_weekday(entry: _Entry, rotation: Rotation) -> None:
    if rotation.weekday is None or rotation.starts_on is NO_DAY:
        return
    first, wanted = (WEEKDAYS[day].title() for day in (rotation.starts_on.weekday(), rotation.weekday))
    if rotation.unit is RotationUnit.DAYS:
        entry.note("weekday", "a rotation of days has no weekday; leave it out")
    elif first != wanted:
        entry.note("starts_on", f"{rotation.starts_on} is a {first}, but the weekday is {wanted}")


def _override(entry: _Entry, zones: dict[str, str]) -> Override:
    rotation = entry.required("rotation", _text, "")
    zone = zones.get(rotation, HOME_ZONE)
    override = Override(
        rotation=rotation,
        kind=entry.required("kind", _one_of(OverrideKind), OverrideKind.ADD),
        starts_at=entry.required("starts_at", _moment(zone), NO_MOMENT),
        ends_at=entry.required("ends_at", _moment(zone), NO_MOMENT),
        person=entry.optional("person", _text, None),
        replaces=entry.optional("replaces", _text, None),
    )
    read_both = override.starts_at is not NO_MOMENT and override.ends_at is not NO_MOMENT
    if read_both and override.ends_at <= override.starts_at:
        entry.note("ends_at", "is not after starts_at")
    if entry.values.get("kind") in list(OverrideKind):
        _check_names(entry, override.kind)
    return override


def _check_names(entry: _Entry, kind: OverrideKind) -> None:
    if kind is OverrideKind.REMOVE and "person" in entry.values:
        entry.note("person", "to remove somebody, write whom as `replaces`")
    if kind is not OverrideKind.REMOVE and "person" not in entry.values:
        entry.note("person", "missing; who comes in?")
    if kind is OverrideKind.ADD and "replaces" in entry.values:
        entry.note("replaces", 'an override of kind "add" replaces nobody; leave it out, or write kind = "replace"')


def _policy(entry: _Entry) -> Policy:
    wait = _seconds(SHORTEST_WAIT, LONGEST_WAIT)
    entry.expect_some("steps")
    steps = tuple(_step(step, wait) for step in entry.listed("steps"))
    return Policy(name=entry.name, steps=steps, round_wait_seconds=entry.optional("round_wait", wait, 300))


def _step(entry: _Entry, wait: Callable[[object], int]) -> PolicyStep:
    entry.expect_some("targets")
    return PolicyStep(
        targets=entry.each("targets", _target, ()), wait_seconds=entry.required("wait", wait, SHORTEST_WAIT)
    )


# ---- one value: what it means, or a ValueError that says what is wrong with it -------------------------------------


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{_shown(value)} is not a text; write it in "quotes"')
    if not value.strip():
        raise ValueError("is empty")
    if not value.isprintable():
        raise ValueError(f"{value!r} has a line break or another character that cannot be printed")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{_shown(value)} is not a list; write it in [square brackets]")
    return value


def _table(example: str) -> Callable[[object], dict[str, object]]:
    def read(value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise ValueError(f"is not a table; write {example} on a line of its own")
        return value

    return read


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is neither true nor false")
    return value


def _one_of(kind: type[E], *, without: E | None = None) -> Callable[[object], E]:
    def read(value: object) -> E:
        words = {str(one): one for one in kind if one is not without}
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"{_shown(value)} is not one of {', '.join(words)}{_did_you_mean(value, words)}")
        return words[value]

    return read


def _phone(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is not a phone number; write it like +15625550101")
    return e164(value)


def _url(value: object) -> str:
    text = _text(value)
    complaint = ValueError(f"{text!r} is not a web address; write it like https://example.org/hook")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise complaint from None
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise complaint
    return text


def _seconds(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        match = DURATION.fullmatch(value) if isinstance(value, str) else None
        if match:
            seconds = int(match[1]) * UNIT_SECONDS[match[2]]
        elif isinstance(value, int) and not isinstance(value, bool):
            seconds = value
        else:
            raise ValueError(f'{_shown(value)} is not a length of time; write it like "90s", "5m" or "1h"')
        if not least <= seconds <= most:
            raise ValueError(f"{_shown(value)} is not between {_duration(least)} and {_duration(most)}")
        return seconds

    return read


def _turn_length(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST_TURN:
        raise ValueError(f"{_shown(value)} is not a whole number from 1 to {LONGEST_TURN}")
    return value


def _clock_time(value: object) -> time:
    if isinstance(value, time) and not value.microsecond:
        return value
    if not isinstance(value, str) or not CLOCK_TIME.fullmatch(value):
        raise ValueError(f'{_shown(value)} is not a time of day; write it like "09:00"')
    return time.fromisoformat(value)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(f"{_shown(value)} is not a date; write it like 2026-01-05") from None


def _weekday(value: object) -> int:
    if not isinstance(value, str) or value.lower() not in WEEKDAYS:
        raise ValueError(f"{_shown(value)} is not a weekday{_did_you_mean(value, WEEKDAYS)}")
    return WEEKDAYS.index(value.lower())


def _zone(value: object) -> str:
    if not isinstance(value, str) or value not in _zone_names():
        raise ValueError(f"{_shown(value)} is not a time zone{_did_you_mean(value, _zone_names())}")
    return value


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _moment(zone: str) -> Callable[[object], datetime]:
    """A moment with its offset from UTC, or local time in `zone`."""

    def read(value: object) -> datetime:
        complaint = ValueError(f'{_shown(value)} is not a day and time; write it like "2026-12-24 18:00"')
        if isinstance(value, str) and ":" in value:  # without a time, "until the 26th" could mean either midnight
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise complaint from None
        if not isinstance(value, datetime):
            raise complaint
        try:
            return value.astimezone(UTC) if value.tzinfo else local_moment(value, zone)
        except OverflowError:  # 9999-12-31, written for "for ever", is in the year 10000 in UTC
            raise complaint from None

    return read


def _target(value: object) -> Target:
    text = _text(value)
    kind, _, name = text.partition(":")
    if text == TargetKind.EVERYONE:
        return Target(TargetKind.EVERYONE)
    if kind in (TargetKind.ROTATION, TargetKind.PERSON) and name:
        return Target(TargetKind(kind), name)
    raise ValueError(f'{text!r} is not a target; write "rotation:NAME", "person:ID" or "everyone"')


def _shown(value: object) -> str:
    """A value as its editor wrote it, or nearly so."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return repr(value)
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


def _did_you_mean(word: object, known: Iterable[str]) -> str:
    close = get_close_matches(str(word), sorted(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


# ---- what only shows when the file is read as a whole --------------------------------------------------------------


def _contradictions(roster: Roster) -> Iterator[str]:
    yield from _missing_roles(roster)
    yield from _shared_phones(roster)
    yield from _unknown_names(roster)
    yield from _callers_without_policy(roster)


def _missing_roles(roster: Roster) -> Iterator[str]:
    for role in (Role.SPECIALIST, Role.COORDINATOR):
        if not roster.with_role(role):
            yield f'people: nobody is a {role}; give somebody roles = ["{role}"]'


def _shared_phones(roster: Roster) -> Iterator[str]:
    # A reply is known by the number it comes from.
    owners: dict[str, str] = {}
    for person in roster.people:
        owner = owners.setdefault(person.phone, person.id)
        if person.phone and owner != person.id:
            yield f"people.{person.id}.phone: {person.phone} is already the phone of {owner}"


def _unknown_names(roster: Roster) -> Iterator[str]:
    people = {person.id for person in roster.people}
    rotations = {rotation.name for rotation in roster.rotations}
    policies = {policy.name for policy in roster.policies}
    for rotation in roster.rotations:
        for member in rotation.members:
            yield from _unknown(f"rotations.{rotation.name}.members", "nobody", member, people)
    for number, override in enumerate(roster.overrides, start=1):
        path = f"overrides[{number}]"
        yield from _unknown(f"{path}.rotation", "no rotation", override.rotation, rotations)
        yield from _unknown(f"{path}.person", "nobody", override.person, people)
        yield from _unknown(f"{path}.replaces", "nobody", override.replaces, people)
    for policy in roster.policies:
        for number, step in enumerate(policy.steps, start=1):
            path = f"policies.{policy.name}.steps[{number}].targets"
            for target in step.targets:
                if target.kind is TargetKind.ROTATION:
                    yield from _unknown(path, "no rotation", target.name, rotations)
                elif target.kind is TargetKind.PERSON:
                    yield from _unknown(path, "nobody", target.name, people)
    for agency in roster.agencies:
        yield from _unknown(f"agencies.{agency.code}.policy", "no policy", agency.policy, policies)


def _unknown(path: str, nothing: str, name: str | None, known: Iterable[str]) -> Iterator[str]:
    if name and name not in known:
        yield f"{path}: {nothing} is called {name!r}{_did_you_mean(name, known)}"


def _callers_without_policy(roster: Roster) -> Iterator[str]:
    if any(policy.name == DEFAULT_POLICY for policy in roster.policies):
        return
    callers = [agency for agency in roster.agencies if agency.kind is AgencyKind.CALLER]
    if not callers:
        yield f"policies: no policy is called '{DEFAULT_POLICY}', and no agency names another"
    for agency in callers:
        if agency.policy is None:
            yield f"agencies.{agency.code}.policy: missing, and no policy is called '{DEFAULT_POLICY}'"


# ---- writing -------------------------------------------------------------------------------------------------------


def write_roster(roster: Roster) -> str:
    """`roster` as a file that `read_roster` reads back equal; overrides stand in the local time of their rotation."""
    document = tomlkit.document()
    document.add(tomlkit.comment("The roster. Edit it, then load it with: dispatch roster import FILE"))
    document.add(tomlkit.comment("A file with a mistake is refused whole, and every mistake in it is listed."))

    def section(key: str, entries: dict[str, Table], *comments: str) -> None:
        if entries:
            _explain(document, comments)
            tables = tomlkit.table(is_super_table=True)
            for name, entry in entries.items():
                tables.append(tomlkit.key(name), entry)
            document.append(key, tables)

    section(
        "agencies",
        {agency.code: _agency_table(agency) for agency in roster.agencies},
        'Agencies. A "caller" calls us; a "partner" is told, by text at notice_phone or at webhook_url.',
        'policy: whom to page when this agency calls; left out, it is the policy "default".',
    )
    section(
        "people",
        {person.id: _person_table(person) for person in roster.people},
        "People. The id in [people.id] is what the rest of this file calls them.",
        "contact_plan: which channel, how long after their turn began; left out, it is the usual plan.",
        "opted_out = true: texted STOP, so only calls reach them.",
    )
    section(
        "rotations",
        {rotation.name: _rotation_table(rotation) for rotation in roster.rotations},
        "Rotations. Members take turns in this order; a turn ends at `handoff` on the local clock.",
        "Changing starts_on or the order moves everybody's turns; for one night, write an override.",
    )
    if roster.overrides:
        _explain(
            document,
            (
                'Overrides, the later one having the last word. "add": person as well. "replace": person instead of',
                '`replaces`, or of whoever it is. "remove": not `replaces`, or nobody at all.',
            ),
        )
        document.append("overrides", _override_tables(roster))
    section(
        "policies",
        {policy.name: _policy_table(policy) for policy in roster.policies},
        'Policies. All targets of a step are paged together: "rotation:NAME", "person:ID" or "everyone".',
        "After the last step every specialist is paged, again each round_wait, until somebody answers.",
    )
    return tomlkit.dumps(document)


def _explain(document: tomlkit.TOMLDocument, comments: Iterable[str]) -> None:
    document.add(tomlkit.nl())
    for line in comments:
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())


def _filled(values: dict[str, object]) -> Table:
    """A table without the keys whose value is None, which TOML cannot say."""
    table = tomlkit.table()
    for key, value in values.items():
        if value is not None:
            table.append(key, value)
    return table


def _agency_table(agency: Agency) -> Table:
    return _filled(
        {
            "name": agency.name,
            "kind": str(agency.kind),
            "policy": agency.policy,
            "notice_phone": agency.notice_phone,
            "webhook_url": agency.webhook_url,
        }
    )


def _person_table(person: Person) -> Table:
    plan = [{"channel": str(step.channel), "after": _duration(step.after_seconds)} for step in person.contact_plan]
    return _filled(
        {
            "name": person.name,
            "phone": person.phone,
            "roles": [str(role) for role in Role if role in person.roles],
            "languages": list(person.languages),
            "contact_plan": None if person.contact_plan == DEFAULT_CONTACT_PLAN else _lines(plan),
            "opted_out": True if person.opted_out else None,
        }
    )


def _rotation_table(rotation: Rotation) -> Table:
    return _filled(
        {
            "members": list(rotation.members),
            "unit": str(rotation.unit),
            "length": rotation.length,
            "weekday": None if rotation.weekday is None else WEEKDAYS[rotation.weekday],
            "handoff": rotation.handoff.isoformat("seconds" if rotation.handoff.second else "minutes"),
            "starts_on": rotation.starts_on,
            "timezone": rotation.timezone,
        }
    )


def _override_tables(roster: Roster) -> AoT:
    zones = {rotation.name: ZoneInfo(rotation.timezone) for rotation in roster.rotations}
    tables = tomlkit.aot()
    for override in roster.overrides:
        zone = zones.get(override.rotation, ZoneInfo(HOME_ZONE))
        tables.append(
            _filled(
                {
                    "rotation": override.rotation,
                    "kind": str(override.kind),
                    "starts_at": override.starts_at.astimezone(zone),
                    "ends_at": override.ends_at.astimezone(zone),
                    "person": override.person,
                    "replaces": override.replaces,
                }
            )
        )
    return tables


def _policy_table(policy: Policy) -> Table:
    steps = [
        {"targets": [_target_text(target) for target in step.targets], "wait": _duration(step.wait_seconds)}
        for step in policy.steps
    ]
    return _filled({"steps": _lines(steps), "round_wait": _duration(policy.round_wait_seconds)})


def _lines(items: Iterable[Mapping[str, object]]) -> Array:
    """A list of small tables, one on a line."""
    array = tomlkit.array().multiline(multiline=True)
    for item in items:
        inline: InlineTable = tomlkit.inline_table()
        inline.update(item)
        array.append(inline)
    return array


def _target_text(target: Target) -> str:
    return str(target.kind) if target.kind is TargetKind.EVERYONE else f"{target.kind}:{target.name}"


def _duration(seconds: int) -> str:
    """Seconds in the largest unit that holds them whole: 300 is 5m, 90 is 90s."""
    unit = next(unit for unit, size in UNIT_SECONDS.items() if seconds % size == 0 and (seconds or unit == "s"))
    return f"{seconds // UNIT_SECONDS[unit]}{unit}"
