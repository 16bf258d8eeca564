"""`dispatch who`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dispatch.app import wall_clock
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, roster_of
from dispatch.cli.moments import moment_of
from dispatch.cli.output import Json, gap_warnings, gaps_to_fill, iso, print_json
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.spans_on_call import at_moment
from dispatch.rules.wording.times import local_text

_CANNOT_GO = {
    (True, True): "",
    (True, False): "  is paged, but is no longer qualified",
    (False, False): "  is paged, but is no specialist",
    (None, None): "  has left since",
}
_HORIZON_DAYS = 60  # how far ahead to look for the end of a shift


def who(
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="ISO 8601; without an offset it is local Los Angeles time [now]."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who is on call, until when, and the number to ring."""
    moment, roster = moment_of("--at", at), ask(roster_of)
    if not roster.rotations:
        raise Complaint("there is no rotation yet: `dispatch roster import FILE`")
    lines = list(_on_call(roster, moment))
    if as_json:
        found = [{**line, "until": iso(line["until"])} for line in lines]
        print_json({"at": iso(moment), "on_call": found, "gaps": _gaps(roster, moment)})
        return
    typer.echo(f"On call at {local_text(moment)}:")
    widths = [max([len(line[key] or "") for line in lines], default=0) for key in ("rotation", "name", "phone")]
    for line in lines:
        until = f"until {local_text(line['until'])}" if line["until"] else f"for {_HORIZON_DAYS} days and longer"
        shown = (
            f"{line[key] or '':<{width}}" for key, width in zip(("rotation", "name", "phone"), widths, strict=True)
        )
        cannot_go = _CANNOT_GO[line["specialist"], line["qualified"]]
        typer.echo(f"  {'  '.join(shown)}  {until}{cannot_go}")
    for warning in gap_warnings(roster, moment):
        typer.echo(warning)


def _gaps(roster: Roster, moment: datetime) -> list[dict[str, str | None]]:
    return [
        {
            "rotation": gap.rotation,
            "from": iso(gap.starts_at.astimezone(moment.tzinfo)),
            "until": iso(gap.ends_at.astimezone(moment.tzinfo)),
        }
        for gap in gaps_to_fill(roster, moment)
    ]


def _on_call(roster: Roster, moment: datetime) -> Iterator[dict[str, Any]]:
    """One line for each person on call, as the schedule says it: of the past with rotations that have ended since, and
    with people who have left, of whom the id is known. `until` is in our zone, or None beyond the horizon."""
    for found in at_moment(roster, moment, wall_clock()):
        for one in found.on_call:
            person = roster.person(one.person)
            yield {
                "rotation": found.rotation,
                "person": one.person,
                "name": roster.name_of(one.person),
                "phone": person.phone if person else None,
                "until": one.until.astimezone(ZoneInfo(LOCAL)) if one.until is not None else None,
                "specialist": person.is_specialist if person else None,
                "qualified": person.is_qualified(moment) if person else None,
            }
