"""Mistakes that only show when values are seen together: the names in the file, one table, or the whole of it."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from dispatch.roster_file.area_mistakes import area_contradictions, drive_contradictions
from dispatch.roster_file.models import AgencyTable, File, OverrideTable, RotationTable
from dispatch.roster_file.values import WEEKDAYS, did_you_mean
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import DEFAULT_POLICY, UNLISTED, AgencyKind, Target, TargetKind
from dispatch.rules.facts.schedule import OverrideKind, RotationUnit

_PERSON_ID = re.compile(r"[a-z][a-z0-9_-]*")
_AGENCY_CODE = re.compile(r"[A-Z0-9]{2,12}")


def misnamed(file: File) -> Iterator[str]:
    for code in file.agencies:
        if not _AGENCY_CODE.fullmatch(code):
            yield f"agencies.{code}: an agency's code is 2 to 12 capital letters and digits"
        if code == UNLISTED.code:
            yield f"agencies.{code}: this code stands for callers whom nobody has listed; write another"
    for id_ in file.people:
        if not _PERSON_ID.fullmatch(id_):
            yield f"people.{id_}: a person's id is small letters, digits, - and _, and begins with a letter"


def contradictions(file: File) -> Iterator[str]:
    for code, agency in file.agencies.items():
        yield from _within_agency(f"agencies.{code}", agency)
    for name, rotation in file.rotations.items():
        yield from _within_rotation(f"rotations.{name}", rotation)
    for number, override in enumerate(file.overrides, start=1):
        yield from _within_override(f"overrides[{number}]", override)
    yield from _shared_keys(file)
    yield from _alarm_takers(file)
    yield from _missing_roles(file)
    yield from _shared(file)
    yield from _shared_lines(file)
    yield from _unknown_names(file)
    yield from _callers_without_policy(file)
    yield from area_contradictions(file)
    yield from drive_contradictions(file)


def _within_agency(path: str, agency: AgencyTable) -> Iterator[str]:
    if agency.kind is not AgencyKind.PARTNER:
        return
    if agency.listed_numbers or agency.stations or agency.pin:
        yield f"{path}.kind: a partner is only told; listed_numbers, stations and pin are for a caller"
    if not agency.model_fields_set & {"notice_phone", "webhook_url"}:
        yield f"{path}.notice_phone: missing; a partner is told by a notice_phone or a webhook_url"


def _within_rotation(path: str, rotation: RotationTable) -> Iterator[str]:
    yield from _within_pauses(path, rotation)
    if rotation.weekday is None or not _were_read(rotation.starts_on):
        return
    first, wanted = (WEEKDAYS[day].title() for day in (rotation.starts_on.weekday(), rotation.weekday))
    if rotation.unit is RotationUnit.DAYS:
        yield f"{path}.weekday: a rotation of days has no weekday; leave it out"
    elif first != wanted:
        yield f"{path}.starts_on: {rotation.starts_on} is a {first}, but the weekday is {wanted}"


def _within_pauses(path: str, rotation: RotationTable) -> Iterator[str]:
    read = [
        (number, pause)
        for number, pause in enumerate(rotation.pauses, start=1)
        if _were_read(pause.starts_at, pause.ends_at)
    ]
    for number, pause in read:
        if pause.ends_at <= pause.starts_at:
            yield f"{path}.pauses[{number}].ends_at: is not after starts_at"
    for (_, pause), (number, following) in pairwise(read):
        if following.starts_at < pause.ends_at:
            yield f"{path}.pauses[{number}].starts_at: is before the end of the pause above it"


def _within_override(path: str, override: OverrideTable) -> Iterator[str]:
    kind, given = override.kind, override.model_fields_set
    if _were_read(override.starts_at, override.ends_at) and override.ends_at <= override.starts_at:
        yield f"{path}.ends_at: is not after starts_at"
    if kind is OverrideKind.REMOVE and "person" in given:
        yield f"{path}.person: to remove somebody, write whom as `replaces`"
    if kind in (OverrideKind.ADD, OverrideKind.REPLACE) and "person" not in given:
        yield f"{path}.person: missing; who comes in?"
    if kind is OverrideKind.ADD and "replaces" in given:
        yield f'{path}.replaces: an override of kind "add" replaces nobody; leave it out, or write kind = "replace"'


def _shared_keys(file: File) -> Iterator[str]:
    keys: dict[str, int] = {}
    for number, override in enumerate(file.overrides, start=1):
        if override.key and (other := keys.setdefault(override.key, number)) != number:
            yield f"overrides[{number}].key: {override.key!r} is already the key of overrides[{other}]"


def _alarm_takers(file: File) -> Iterator[str]:
    names = [name for name, rotation in file.rotations.items() if rotation.takes_alarms]
    for name in names[1:]:
        yield f"rotations.{name}.takes_alarms: {names[0]} takes them already, and one rotation does"
    for name in names:
        for member in file.rotations[name].members or ():
            person = file.people.get(member)
            if person is not None and Role.COORDINATOR not in (person.roles or ()):
                yield f"rotations.{name}.members: {member} is no coordinator, and this rotation takes alarms"
    for path, target in _targets(file):
        if target.kind is TargetKind.ROTATION and target.name in names:
            yield f"{path}: {target.name} takes alarms; a policy pages specialists"


def _targets(file: File) -> Iterator[tuple[str, Target]]:
    """Of every step of every policy, each with its path."""
    for name, policy in file.policies.items():
        for number, step in enumerate(policy.steps or (), start=1):
            for target in step.targets or ():
                yield f"policies.{name}.steps[{number}].targets", target


def _were_read(*values: object) -> bool:
    """Whether each was fine by itself: `what_is_wrong` puts None for a value that was not."""
    return None not in values


def _missing_roles(file: File) -> Iterator[str]:
    for role in (Role.SPECIALIST, Role.COORDINATOR):
        if not any(role in person.roles for person in file.people.values()):
            yield f'people: nobody is a {role}; give somebody roles = ["{role}"]'


def _shared(file: File) -> Iterator[str]:
    # We know who replies only by the number that a reply comes from. A name at the identity provider must belong to
    # one person, in capitals or not.
    for key in ("phone", "sign_in"):
        owners: dict[str, str] = {}
        for id_, person in file.people.items():
            word = getattr(person, key)
            if word and (owner := owners.setdefault(word.casefold(), id_)) != id_:
                yield f"people.{id_}.{key}: {word} is already the {key} of {owner}"


def _shared_lines(file: File) -> Iterator[str]:
    # The hotline knows an agency by the number that calls, or by the PIN that is keyed in.
    lines = {person.phone: id_ for id_, person in file.people.items()}
    pins: dict[str, str] = {}
    for code, agency in file.agencies.items():
        desks = [station.phone for station in agency.stations if station.phone is not None]
        for number in dict.fromkeys([*agency.listed_numbers, *desks]):
            owner = lines.setdefault(number, code)
            if owner != code:
                yield f"agencies.{code}: {number} is already the phone of {owner}"
        if agency.pin is not None and pins.setdefault(agency.pin, code) != code:
            yield f"agencies.{code}.pin: {pins[agency.pin]} has the same"


def _unknown_names(file: File) -> Iterator[str]:
    for name, rotation in file.rotations.items():
        for member in rotation.members or ():
            yield from _unknown(f"rotations.{name}.members", "nobody", member, file.people)
    for number, override in enumerate(file.overrides, start=1):
        path = f"overrides[{number}]"
        yield from _unknown(f"{path}.rotation", "no rotation", override.rotation, file.rotations)
        yield from _unknown(f"{path}.person", "nobody", override.person, file.people)
        yield from _unknown(f"{path}.replaces", "nobody", override.replaces, file.people)
    for path, target in _targets(file):
        if target.kind is TargetKind.ROTATION:
            yield from _unknown(path, "no rotation", target.name, file.rotations)
        elif target.kind is TargetKind.PERSON:
            yield from _unknown(path, "nobody", target.name, file.people)
    for code, agency in file.agencies.items():
        yield from _unknown(f"agencies.{code}.policy", "no policy", agency.policy, file.policies)


def _unknown(path: str, nothing: str, name: str | None, known: Iterable[str]) -> Iterator[str]:
    if name and name not in known:
        yield f"{path}: {nothing} is called {name!r}{did_you_mean(name, known)}"


def _callers_without_policy(file: File) -> Iterator[str]:
    if DEFAULT_POLICY in file.policies:
        return
    callers = {code: agency for code, agency in file.agencies.items() if agency.kind is AgencyKind.CALLER}
    if not callers:
        yield f"policies: no policy is called '{DEFAULT_POLICY}', and no agency names another"
    for code, agency in callers.items():
        if agency.policy is None:
            yield f"agencies.{code}.policy: missing, and no policy is called '{DEFAULT_POLICY}'"
