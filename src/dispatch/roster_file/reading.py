"""Reads a roster file: returns the whole roster, or raises with a list of every mistake."""

import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time

from dispatch.roster_file import values
from dispatch.roster_file.contradictions import contradictions
from dispatch.roster_file.entry import Entry
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import DEFAULT_CONTACT_PLAN, Channel, ContactStep, Language, Person, Role
from dispatch.rules.facts.roster import UNLISTED, Agency, AgencyKind, Policy, PolicyStep, Roster, Station
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit

_PERSON_ID = re.compile(r"[a-z][a-z0-9_-]*")
_AGENCY_CODE = re.compile(r"[A-Z0-9]{2,12}")
_SHORTEST_WAIT, _LONGEST_WAIT = 10, 3600  # seconds

# Stand-ins for a date or a moment that could not be read. They are compared with `is`.
_NO_DAY = date(1, 1, 1)
_NO_MOMENT = datetime(1, 1, 1, tzinfo=UTC)


class BadRoster(ValueError):
    """the roster file has mistakes; the message lists every one, a line each"""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_roster(text: str, *, name: str = "roster.toml") -> Roster:
    """The roster that `text` describes, with phones in E.164 and moments in UTC.

    Raises `BadRoster` when anything at all is wrong; each line of its message begins with `name`.
    """
    try:
        # Notepad begins a file with a byte order mark, which TOML does not allow.
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadRoster([f"{name}: {_in_words(text, error)}"]) from error
    problems: list[str] = []
    roster = _roster(Entry("", "", tables, problems))
    problems += contradictions(roster)
    if problems:
        raise BadRoster(f"{name}: {problem}" for problem in problems)
    return roster


_CURLY = re.compile("[“”„‘’]")


def _in_words(text: str, error: tomllib.TOMLDecodeError) -> str:
    """What to do about text that is no TOML, with the line as it stands. Word processors turn quotes into curly ones,
    which look right."""
    place = re.search(r"at line (\d+)", str(error))
    if place is None:  # at the end of the file
        return str(error)
    line = text.split("\n")[int(place[1]) - 1].strip()
    if found := _CURLY.search(line):
        return f'line {place[1]} has the curly quote {found[0]}; write straight ones: "like this"'
    if "twice" in str(error):
        return f"line {place[1]}: {line} is there twice"
    hint = "; is a comma missing?" if "Unclosed array" in str(error) else ""
    return f"{error}{hint}: {line}"


def _roster(file: Entry) -> Roster:
    agencies = tuple(_agency(entry) for entry in file.entries("agencies"))
    people = tuple(_person(entry) for entry in file.entries("people"))
    rotations = tuple(_rotation(entry) for entry in file.entries("rotations"))
    zones = {rotation.name: rotation.timezone for rotation in rotations}
    overrides = tuple(_override(entry, zones) for entry in file.listed("overrides"))
    policies = tuple(_policy(entry) for entry in file.entries("policies"))
    file.refuse_the_rest()
    return Roster(people, rotations, overrides, policies, agencies)


def _agency(entry: Entry) -> Agency:
    if not _AGENCY_CODE.fullmatch(entry.name):
        entry.problems.append(f"{entry.path}: an agency's code is 2 to 12 capital letters and digits")
    agency = Agency(
        code=entry.name,
        name=entry.required("name", values.text, ""),
        kind=entry.optional("kind", values.one_of(AgencyKind), AgencyKind.CALLER),
        policy=entry.optional("policy", values.text, None),
        notice_phone=entry.optional("notice_phone", values.phone, None),
        webhook_url=entry.optional("webhook_url", values.webhook_url, None),
        listed_numbers=entry.each("listed_numbers", values.phone, ()),
        stations=tuple(
            Station(
                name=station.required("name", values.text, ""),
                address=station.required("address", values.text, ""),
                phone=station.optional("phone", values.phone, None),
            )
            for station in entry.listed("stations")
        ),
        pin=entry.optional("pin", values.pin, None),
    )
    if agency.code == UNLISTED.code:
        entry.problems.append(f"{entry.path}: this code stands for callers whom nobody has listed; write another")
    if agency.kind is AgencyKind.PARTNER and (agency.listed_numbers or agency.stations or agency.pin):
        entry.note("kind", "a partner is only told; listed_numbers, stations and pin are for a caller")
    if agency.kind is AgencyKind.PARTNER and not {"notice_phone", "webhook_url"} & entry.values.keys():
        entry.note("notice_phone", "missing; a partner is told by a notice_phone or a webhook_url")
    return agency


def _person(entry: Entry) -> Person:
    if not _PERSON_ID.fullmatch(entry.name):
        entry.problems.append(
            f"{entry.path}: a person's id is small letters, digits, - and _, and begins with a letter"
        )
    return Person(
        id=entry.name,
        name=entry.required("name", values.text, ""),
        phone=entry.required("phone", values.phone, ""),
        roles=frozenset(entry.each("roles", values.one_of(Role), (Role.SPECIALIST,))),
        languages=entry.each("languages", values.text, ("en",)),
        contact_plan=_contact_plan(entry),
        opted_out=entry.optional("opted_out", values.yes_or_no, False),
        texts_in=entry.optional("texts_in", values.one_of(Language), Language.ENGLISH),
        sign_in=entry.optional("sign_in", values.text, None),
    )


def _contact_plan(entry: Entry) -> tuple[ContactStep, ...]:
    if "contact_plan" not in entry.values:
        entry.asked_for.add("contact_plan")
        return DEFAULT_CONTACT_PLAN
    entry.expect_some("contact_plan")
    return tuple(
        ContactStep(
            channel=step.required("channel", values.one_of(Channel, without=Channel.WEBHOOK), Channel.SMS),
            after_seconds=step.required("after", values.seconds(0, _LONGEST_WAIT), 0),
        )
        for step in entry.listed("contact_plan")
    )


def _rotation(entry: Entry) -> Rotation:
    entry.expect_some("members")
    rotation = Rotation(
        name=entry.name,
        members=entry.each("members", values.text, ()),
        unit=entry.required("unit", values.one_of(RotationUnit), RotationUnit.WEEKS),
        length=entry.optional("length", values.turn_length, 1),
        handoff=entry.required("handoff", values.clock_time, time.min),
        starts_on=entry.required("starts_on", values.day, _NO_DAY),
        timezone=entry.optional("timezone", values.zone, LOCAL),
        weekday=entry.optional("weekday", values.weekday, None),
    )
    _check_weekday(entry, rotation)
    return rotation


def _check_weekday(entry: Entry, rotation: Rotation) -> None:
    if rotation.weekday is None or rotation.starts_on is _NO_DAY:
        return
    first, wanted = (values.WEEKDAYS[day].title() for day in (rotation.starts_on.weekday(), rotation.weekday))
    if rotation.unit is RotationUnit.DAYS:
        entry.note("weekday", "a rotation of days has no weekday; leave it out")
    elif first != wanted:
        entry.note("starts_on", f"{rotation.starts_on} is a {first}, but the weekday is {wanted}")


def _override(entry: Entry, zones: dict[str, str]) -> Override:
    rotation = entry.required("rotation", values.text, "")
    zone = zones.get(rotation, LOCAL)
    override = Override(
        rotation=rotation,
        kind=entry.required("kind", values.one_of(OverrideKind), OverrideKind.ADD),
        starts_at=entry.required("starts_at", values.moment(zone), _NO_MOMENT),
        ends_at=entry.required("ends_at", values.moment(zone), _NO_MOMENT),
        person=entry.optional("person", values.text, None),
        replaces=entry.optional("replaces", values.text, None),
    )
    read_both = override.starts_at is not _NO_MOMENT and override.ends_at is not _NO_MOMENT
    if read_both and override.ends_at <= override.starts_at:
        entry.note("ends_at", "is not after starts_at")
    if entry.values.get("kind") in list(OverrideKind):
        _check_names(entry, override.kind)
    return override


def _check_names(entry: Entry, kind: OverrideKind) -> None:
    if kind is OverrideKind.REMOVE and "person" in entry.values:
        entry.note("person", "to remove somebody, write whom as `replaces`")
    if kind is not OverrideKind.REMOVE and "person" not in entry.values:
        entry.note("person", "missing; who comes in?")
    if kind is OverrideKind.ADD and "replaces" in entry.values:
        entry.note("replaces", 'an override of kind "add" replaces nobody; leave it out, or write kind = "replace"')


def _policy(entry: Entry) -> Policy:
    wait = values.seconds(_SHORTEST_WAIT, _LONGEST_WAIT)
    entry.expect_some("steps")
    steps = tuple(_step(step, wait) for step in entry.listed("steps"))
    return Policy(name=entry.name, steps=steps, round_wait_seconds=entry.optional("round_wait", wait, 300))


def _step(entry: Entry, wait: Callable[[object], int]) -> PolicyStep:
    entry.expect_some("targets")
    return PolicyStep(
        targets=entry.each("targets", values.target, ()), wait_seconds=entry.required("wait", wait, _SHORTEST_WAIT)
    )
