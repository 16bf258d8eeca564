"""`dispatch roster draft`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.changing import LeaveGaps, Yes, change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import open_runner, read_settings, run
from dispatch.cli.output import Json, iso, print_json

if TYPE_CHECKING:
    from dispatch.rules.drafting.drafted import Draft


def draft(
    rotation: Annotated[str, typer.Argument(metavar="ROTATION")],
    weeks: Annotated[int, typer.Option(metavar="N", help="How many, 1 to 26.")] = 13,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first night, such as 2027-01-04 [coming Monday].")
    ] = None,
    as_json: Json = False,
    yes: Yes = False,
    leave_gaps: LeaveGaps = False,
) -> None:
    """Share out the nights of a rotation fairly: nights, weekends and holidays, with wishes and rest.

    It shows what it would change, and asks, as for every change. With --json it only shows the draft.
    """
    from dispatch.actions.schedule.change_roster import planning
    from dispatch.rules.drafting.drafted import summary
    from dispatch.rules.schedule.edits import FillNights

    found = run(_draft(rotation, weeks, _day(first)))
    if as_json:
        print_json(_as_json(found))
        return
    for line in summary(found):
        typer.echo(line)
    change(lambda _: planning(FillNights(rotation, found.overrides)), yes=yes, leave_gaps=leave_gaps)


async def _draft(rotation: str, weeks: int, first: date | None) -> "Draft":
    from dispatch.actions.drafting.draft_roster import draft_roster

    async with open_runner(read_settings()) as runner:
        return await draft_roster(runner, rotation, weeks, first)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text is not None else None
    except ValueError:
        raise Complaint(f"--from {text!r} is no day; write it like 2027-01-04") from None


def _as_json(found: "Draft") -> dict[str, Any]:
    return {
        "rotation": found.task.rotation,
        "nights": [{"begins_on": one.day.isoformat(), "person": one.person} for one in found.nights],
        "people": [
            {
                "person": one.person,
                "nights": one.nights,
                "part": round(one.fair_nights, 2),
                "weekend_nights": one.weekend_nights,
                "holidays": one.holidays,
            }
            for one in found.parts
        ],
        "spread": round(found.spread, 2),
        "kept": found.kept,
        "broken": list(found.broken),
        "overrides": [
            {"person": one.person, "starts_at": iso(one.starts_at), "ends_at": iso(one.ends_at)}
            for one in found.overrides
        ],
    }
