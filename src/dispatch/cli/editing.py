"""`dispatch schedule` and `dispatch override`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.schedule.change_roster import Planning, planning
from dispatch.cli.changing import LeaveGaps, Yes, change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, roster_of
from dispatch.cli.moments import moment_of
from dispatch.cli.output import Json, gap_warnings, print_json
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.roster import nights
from dispatch.rules.schedule.edits import AddOverride, EndOverride

_TIME = "ISO 8601; without an offset it is local Los Angeles time"


def schedule(
    at: Annotated[str | None, typer.Option(metavar="TIME", help=f"{_TIME} [now].")] = None, as_json: Json = False
) -> None:
    """Show who is on call in the next fourteen nights."""
    moment, now, roster = moment_of("--at", at), moment_of("--at", None), ask(roster_of)
    if not roster.rotations:
        raise Complaint("there is no rotation yet: `dispatch roster import FILE`")
    if as_json:
        found = [
            {"begins_on": night.begins_on.isoformat(), "on_call": dict(night.on_call)}
            for night in nights.coming(roster, moment, now)
        ]
        print_json({"nights": found})
        return
    for line in (*coming_nights(roster, moment, now), *gap_warnings(roster, moment)):
        typer.echo(line)


def coming_nights(roster: Roster, at: datetime, now: datetime | None = None) -> Iterator[str]:
    """Who would be on call in the nights from `at` on, in local time."""
    if roster.rotations:
        yield f"On call in the next {nights.NIGHTS} nights, {nights.BEGINS:%H:%M} to {nights.ENDS:%H:%M} local time:"
        for night in nights.coming(roster, at, now):
            yield f"  {night.begins_on:%a %d %b}  " + "; ".join(f"{name}: {told}" for name, told in night.on_call)


def add_override(
    rotation: Annotated[str, typer.Argument(metavar="ROTATION")],
    starts_at: Annotated[str, typer.Option("--from", metavar="TIME", help=f"{_TIME}.")],
    ends_at: Annotated[str, typer.Option("--until", metavar="TIME", help=f"{_TIME}.")],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="replace, add or remove, as in the roster's file.")
    ] = "replace",
    person: Annotated[str | None, typer.Option(metavar="NAME", help="Who comes in: an id, first or full name.")] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whom they replace, or who is taken off [everybody].")
    ] = None,
    yes: Yes = False,
    leave_gaps: LeaveGaps = False,
) -> None:
    """Put somebody on call in a rotation, instead of somebody else or beside them, or take somebody off."""
    begins, ends = moment_of("--from", starts_at), moment_of("--until", ends_at)

    def wanted(roster: Roster) -> Planning:
        if kind not in list(OverrideKind):
            raise Complaint(f"--kind {kind!r} is not one of {', '.join(OverrideKind)}")
        who, whom = (one_called(roster, name).id if name else None for name in (person, replaces))
        return planning(AddOverride(Override(rotation, OverrideKind(kind), begins, ends, who, whom)))

    change(wanted, yes=yes, leave_gaps=leave_gaps)


def end_override(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its name, as `dispatch roster log` and the file have it.")],
    yes: Yes = False,
    leave_gaps: LeaveGaps = False,
) -> None:
    """End an override: one that runs ends now, one that is ahead never begins."""
    change(lambda _: planning(EndOverride(key)), yes=yes, leave_gaps=leave_gaps)
