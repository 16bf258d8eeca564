"""Writes a roster as a file that reads back equal, with comments for the person who edits it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.items import Array

from dispatch.roster_file.models import described
from dispatch.roster_file.reading import VERSION_KEY
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Pause

_SECTIONS = {
    "agencies": """\
Agencies. A "caller" calls us; a "partner" is told, by a text to notice_phone or at webhook_url.
policy: whom to page when this agency calls; if left out, the policy named "default".
listed_numbers and the desk phones of its stations: how the hotline knows the agency. pin: how it knows an
officer who calls from another phone. A station may have the code of its area.""",
    "people": """\
People. The id in [people.id] is what the rest of this file calls them.
languages: what they can speak with a child. texts_in: the language of our texts and calls to them; "es", or
if left out, "en".
contact_plan: which channel, and how long after their step begins; if left out, the usual plan.
opted_out = true: texted STOP, so only calls reach them. Of a phone that is known already, what it texted counts.
sign_in: who they are for the identity provider: their e-mail address there, or its own id for them.
area_night, area_day: the codes of the areas that they start from, from 22:00 to 6:00 and by day, never an
address. turnout_minutes: how long until they drive; if left out, 10.
qualified_until: the last day on which their training holds. They are paged after it, and count for no coverage.""",
    "rotations": """\
Rotations. Members follow each other in this order; a shift ends at `handoff` on the local clock.
Changing starts_on or the order moves everybody's shifts from the next hand-off on; for one night, write an
override. pauses: spans in which nobody has the shift; the order resumes after one where it stood, so leave in
those that are over. takes_alarms: true for coordinators' own: alarms that can wait go to whoever is on, and after two
minutes to all.""",
    "overrides": """\
Overrides; a later one takes precedence. key: its name, which stays when you edit it; one without is named on
import. "add": `person` as well. "replace": `person` instead of
`replaces`, or of everybody on call. "remove": not `replaces`, or nobody at all.""",
    "policies": """\
Policies. All targets of a step are paged together: "rotation:NAME", "person:ID" or "everyone".
After the last step every specialist is paged, again after each round_wait, until somebody answers.
ask_more: how many who are nearer are asked along when whoever has it will be late; if left out, 2; 0 asks nobody.
nearest_first: in a step, those who are 15 minutes nearer are paged a minute before the others; if left out, false.
far_minutes: when everybody in the first step needs longer, the two nearest others are paged with it; 0 never.""",
    "areas": """\
Areas: some 5 km of the county, where people start from and children wait. lat, lon: the middle.""",
    "drives": """\
Minutes from one area to another by night (22:00 to 6:00) and by day; also back, unless the way back has a
line of its own. What is not here is estimated by the straight line.""",
}


def write_roster(roster: Roster, *, version: int | None = None) -> str:
    """`roster` as a file that `read_roster` reads back equal. Overrides are in the local time of their rotation.

    With the `version` of the roster at its head, an import of the file undoes nothing in silence that came later.
    """
    document = tomlkit.document()
    document.add(tomlkit.comment("The roster. Edit it, then load it with: dispatch roster import FILE"))
    document.add(tomlkit.comment("A file with a mistake is refused whole, and every mistake in it is listed."))
    if version is not None:
        document.add(tomlkit.comment("The version of the roster that this was exported from. Leave it as it is: an"))
        document.add(tomlkit.comment("import says what it would undo of later changes."))
        document.add(VERSION_KEY, tomlkit.item(version))
    local = _at_local_times(roster)
    for section, explanation in _SECTIONS.items():
        if facts := getattr(local, section):
            document.add(tomlkit.nl())
            for line in explanation.splitlines():
                document.add(tomlkit.comment(line))
            document.add(tomlkit.nl())
            document.append(section, _tables(facts))
    return tomlkit.dumps(document)


def as_tables(roster: Roster) -> dict[str, Any]:
    """What `write_roster` writes, as a reader of the file gets it."""
    local = _at_local_times(roster)
    return {section: _tables(facts) for section in _SECTIONS if (facts := getattr(local, section))}


def _at_local_times(roster: Roster) -> Roster:
    zones = {rotation.name: ZoneInfo(rotation.timezone) for rotation in roster.rotations}
    return replace(
        roster,
        rotations=tuple(
            replace(rotation, pauses=tuple(_at_local_time(pause, zones[rotation.name]) for pause in rotation.pauses))
            for rotation in roster.rotations
        ),
        overrides=tuple(
            _at_local_time(override, zones.get(override.rotation, ZoneInfo(LOCAL)))
            for override in roster.listed_overrides
        ),
    )


def _tables(facts: tuple[object, ...]) -> dict[str, dict[str, object]] | list[dict[str, object]]:
    tables = [described(fact) for fact in facts]
    # No warnings: what was right when it was imported is written as it is.
    written = [_in_lines(table.model_dump(by_alias=True, exclude_none=True, warnings=False)) for table in tables]
    names = [getattr(fact, table.named_by) for fact, table in zip(facts, tables, strict=True) if table.named_by]
    return dict(zip(names, written, strict=True)) if names else written


def _in_lines(table: dict[str, object]) -> dict[str, object]:
    """With each list of tables in lines of its own."""
    return {
        key: _lines(value) if isinstance(value, tuple) and value and isinstance(value[0], dict) else value
        for key, value in table.items()
    }


def _lines(tables: Sequence[dict[str, object]]) -> Array:
    array = tomlkit.array().multiline(multiline=True)
    for table in tables:
        inline = tomlkit.inline_table()
        inline.update(table)
        array.append(inline)
    return array


T = TypeVar("T", Override, Pause)


def _at_local_time(span: T, zone: ZoneInfo) -> T:
    return replace(span, starts_at=span.starts_at.astimezone(zone), ends_at=span.ends_at.astimezone(zone))
