"""`dispatch roster log`, `dispatch roster diff` and `dispatch roster undo`."""

from typing import Annotated

import typer

from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import undoing
from dispatch.cli.changing import LeaveGaps, Yes, change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask
from dispatch.cli.output import Json, print_json, some_of
from dispatch.rules.schedule.in_words import lines, what
from dispatch.rules.schedule.undo import RosterChange
from dispatch.rules.wording.times import local_day_and_time
from dispatch.store.roster import roster
from dispatch.store.schedule.roster_changes import latest, since
from dispatch.store.transaction import Transaction


def log(
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, max=10_000, help="How many changes.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the changes of the roster, the newest first: who made each, when, from where, and what it touched."""
    found = ask(lambda tx, _: latest(tx, most))
    if as_json:
        print_json({"changes": [_as_json(one) for one in found]})
        return
    if not found:
        typer.echo("The roster has not been changed yet.")
    for one in found:
        undoes = f" version {one.undoes}" if one.undoes is not None else ""
        undone = f" (undone by version {one.undone_by})" if one.undone_by is not None else ""
        who = f"{one.by} ({one.source})"
        typer.echo(f"{one.version:>5}  {local_day_and_time(one.at)}  {who}  {one.edit}{undoes}: {what(one)}{undone}")


def diff(
    version: Annotated[
        int | None,
        typer.Argument(metavar="[VERSION]", min=0, help="What changed since this version [the last change]."),
    ] = None,
) -> None:
    """Show, field by field, what changed. Numbers, PINs and where people start from are never printed."""
    found = ask(lambda tx, _: latest(tx, 1)) if version is None else ask(_since, version)
    if not found:
        typer.echo("Nothing has changed since." if version is not None else "The roster has not been changed yet.")
    for one in found:
        typer.echo(f"version {one.version}, {one.edit} by {one.by}:")
        if one.is_forgotten:
            typer.echo(f"  {what(one)}; the rest is so old that it is forgotten")
            continue
        for touched in one.touched:
            for line in lines(touched, by_file=True):
                typer.echo(f"  {line}")
        if one.reordered is not None:
            typer.echo("  overrides: another order")


def undo(
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="From `dispatch roster log`.")],
    yes: Yes = False,
    leave_gaps: LeaveGaps = False,
) -> None:
    """Undo one change by its opposite. Refused when a later change touched the same; the past stays as it was."""
    change(lambda _: undoing(version), yes=yes, leave_gaps=leave_gaps)


def _since(tx: Transaction, _: Context, version: int) -> list[RosterChange]:
    if version > (now := roster.version(tx)):
        raise Complaint(f"the roster has version {now}, and none called {version} yet")
    return since(tx, version)


def _as_json(one: RosterChange) -> dict[str, object]:
    return {
        **some_of(one, "version", "at"),
        "by": some_of(one.by, "kind", "id"),
        **some_of(one, "source", "edit"),
        "touched": [some_of(touched, "part", "name") for touched in one.touched],
        **some_of(one, "told", "undoes", "undone_by"),
    }
