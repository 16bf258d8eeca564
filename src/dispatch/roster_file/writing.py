"""Writes a roster as a file that reads back equal, with comments for the person who edits it."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from dispatch.roster_file.values import WEEKDAYS, duration
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import DEFAULT_CONTACT_PLAN, Language, Person, Role
from dispatch.rules.facts.roster import Agency, Policy, Roster, Station, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation


def write_roster(roster: Roster) -> str:
    """`roster` as a file that `read_roster` reads back equal. Overrides are in the local time of their rotation."""
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
        'Agencies. A "caller" calls us; a "partner" is told, by a text to notice_phone or at webhook_url.',
        'policy: whom to page when this agency calls; if left out, the policy named "default".',
        "listed_numbers and the desk phones of its stations: how the hotline knows the agency. pin: how it knows an",
        "officer who calls from another phone.",
    )
    section(
        "people",
        {person.id: _person_table(person) for person in roster.people},
        "People. The id in [people.id] is what the rest of this file calls them.",
        'languages: what they can speak with a child. texts_in: the language of our texts and calls to them; "es", or',
        'if left out, "en".',
        "contact_plan: which channel, and how long after their turn begins; if left out, the usual plan.",
        "opted_out = true: texted STOP, so only calls reach them.",
        "sign_in: who they are for the identity provider: their e-mail address there, or its own id for them.",
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
                'Overrides; a later one takes precedence. "add": `person` as well. "replace": `person` instead of',
                '`replaces`, or of everybody on call. "remove": not `replaces`, or nobody at all.',
            ),
        )
        document.append("overrides", _override_tables(roster))
    section(
        "policies",
        {policy.name: _policy_table(policy) for policy in roster.policies},
        'Policies. All targets of a step are paged together: "rotation:NAME", "person:ID" or "everyone".',
        "After the last step every specialist is paged, again after each round_wait, until somebody answers.",
    )
    return tomlkit.dumps(document)


def _explain(document: tomlkit.TOMLDocument, comments: Iterable[str]) -> None:
    document.add(tomlkit.nl())
    for line in comments:
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())


def _filled(values: dict[str, object]) -> Table:
    """A table without the keys whose value is None: TOML has no null."""
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
            "listed_numbers": list(agency.listed_numbers) or None,
            "stations": _lines(_station(station) for station in agency.stations) if agency.stations else None,
            "pin": agency.pin,
        }
    )


def _station(station: Station) -> dict[str, str]:
    known = {"name": station.name, "address": station.address, "phone": station.phone}
    return {key: value for key, value in known.items() if value is not None}


def _person_table(person: Person) -> Table:
    plan = [{"channel": str(step.channel), "after": duration(step.after_seconds)} for step in person.contact_plan]
    return _filled(
        {
            "name": person.name,
            "phone": person.phone,
            "roles": [str(role) for role in Role if role in person.roles],
            "languages": list(person.languages),
            "texts_in": None if person.texts_in is Language.ENGLISH else str(person.texts_in),
            "contact_plan": None if person.contact_plan == DEFAULT_CONTACT_PLAN else _lines(plan),
            "opted_out": True if person.opted_out else None,
            "sign_in": person.sign_in,
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
        zone = zones.get(override.rotation, ZoneInfo(LOCAL))
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
        {"targets": [_target_text(target) for target in step.targets], "wait": duration(step.wait_seconds)}
        for step in policy.steps
    ]
    return _filled({"steps": _lines(steps), "round_wait": duration(policy.round_wait_seconds)})


def _lines(items: Iterable[Mapping[str, object]]) -> Array:
    """A list of small tables, one a line."""
    array = tomlkit.array().multiline(multiline=True)
    for item in items:
        inline: InlineTable = tomlkit.inline_table()
        inline.update(item)
        array.append(inline)
    return array


def _target_text(target: Target) -> str:
    return str(target.kind) if target.kind is TargetKind.EVERYONE else f"{target.kind}:{target.name}"
