"""Mistakes that only show when the file is read as a whole."""

from collections.abc import Iterable, Iterator

from dispatch.roster_file import values
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster, TargetKind

_DEFAULT_POLICY = "default"


def contradictions(roster: Roster) -> Iterator[str]:
    yield from _missing_roles(roster)
    yield from _shared_phones(roster)
    yield from _shared_sign_ins(roster)
    yield from _shared_lines(roster)
    yield from _unknown_names(roster)
    yield from _callers_without_policy(roster)


def _missing_roles(roster: Roster) -> Iterator[str]:
    for role in (Role.SPECIALIST, Role.COORDINATOR):
        if not roster.with_role(role):
            yield f'people: nobody is a {role}; give somebody roles = ["{role}"]'


def _shared_phones(roster: Roster) -> Iterator[str]:
    # We know who replies only by the number that a reply comes from.
    owners: dict[str, str] = {}
    for person in roster.people:
        owner = owners.setdefault(person.phone, person.id)
        if person.phone and owner != person.id:
            yield f"people.{person.id}.phone: {person.phone} is already the phone of {owner}"


def _shared_sign_ins(roster: Roster) -> Iterator[str]:
    # Whoever signs in at the provider must be one of us, in capitals or not.
    owners: dict[str, str] = {}
    for person in roster.people:
        if person.sign_in is None:
            continue
        owner = owners.setdefault(person.sign_in.casefold(), person.id)
        if owner != person.id:
            yield f"people.{person.id}.sign_in: {person.sign_in} is already the sign_in of {owner}"


def _shared_lines(roster: Roster) -> Iterator[str]:
    # The hotline knows an agency by the number that calls, or by the PIN that is keyed in.
    lines = {person.phone: person.id for person in roster.people}
    pins: dict[str, str] = {}
    for agency in roster.agencies:
        desks = [station.phone for station in agency.stations if station.phone is not None]
        for number in dict.fromkeys([*agency.listed_numbers, *desks]):
            owner = lines.setdefault(number, agency.code)
            if number and owner != agency.code:
                yield f"agencies.{agency.code}: {number} is already the phone of {owner}"
        if agency.pin is not None and pins.setdefault(agency.pin, agency.code) != agency.code:
            yield f"agencies.{agency.code}.pin: {pins[agency.pin]} has the same"


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
        yield f"{path}: {nothing} is called {name!r}{values.did_you_mean(name, known)}"


def _callers_without_policy(roster: Roster) -> Iterator[str]:
    if any(policy.name == _DEFAULT_POLICY for policy in roster.policies):
        return
    if not roster.callers:
        yield f"policies: no policy is called '{_DEFAULT_POLICY}', and no agency names another"
    for agency in roster.callers:
        if agency.policy is None:
            yield f"agencies.{agency.code}.policy: missing, and no policy is called '{_DEFAULT_POLICY}'"
