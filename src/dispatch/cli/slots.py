"""`dispatch slot`: shifts that people take for themselves, and that nobody has taken yet."""

from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.deployment import ask, open_runner, read_settings, run
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, iso, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from dispatch.actions.covers.take_slot import SlotChanged


def list_slots(as_json: Json = False) -> None:
    """List the slots of the next 60 days that are free."""
    from dispatch.actions.covers import for_others
    from dispatch.rules.covers.slot_texts import slot_said

    shown = ask(for_others.read_covers)
    free = shown.free_slots
    if as_json:
        names = ("begins", "starts_at", "ends_at")
        print_json([{"rotation": one.rotation} | {name: iso(getattr(one, name)) for name in names} for one in free])
        return
    if not free:
        typer.echo("No slot is free.")
    for one in free:
        typer.echo(f"{slot_said(one, shown.roster):<34}  {one.rotation}")


def take_slot(
    rotation: Annotated[str, typer.Argument(metavar="ROTATION")],
    begins: Annotated[str, typer.Argument(metavar="TIME", help="When it begins, such as 2026-12-04 18:00.")],
    person: Annotated[str, typer.Argument(metavar="NAME", help="An id, first or full name.")],
) -> None:
    """Somebody has said yes on the phone. It is refused where their own text would be."""
    from dispatch.rules.covers.slot_texts import slot_said

    taken = run(_taken(rotation, moment_of("TIME", begins), person))
    version = taken.changed.version
    roster = taken.changed.after
    typer.echo(f"{roster.name_of(taken.person)}: {slot_said(taken.slot, roster)}, {rotation}")
    typer.echo(f"The roster has version {version}. Take it back with `dispatch roster undo {version}`.")


async def _taken(rotation: str, begins: "datetime", person: str) -> "SlotChanged":
    from dispatch.actions.covers.take_slot import take_for_other
    from dispatch.rules.facts.actors import Source

    async with open_runner(read_settings()) as runner:
        return await take_for_other(runner, rotation, begins, person, operator(), Source.CLI)
