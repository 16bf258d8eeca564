"""`dispatch cover` and `dispatch away`: shifts that somebody else is asked to take, and who is away."""

from typing import Annotated

import typer

from dispatch.actions.covers import for_others
from dispatch.actions.covers.for_others import giving, taking
from dispatch.cli.changing import LeaveGaps, Yes, change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import act, ask
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import operator
from dispatch.cli.output import Json, iso, print_json
from dispatch.rules.covers.cover import Cover
from dispatch.rules.covers.cover_texts import cover_said
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.roster import Roster

_TIME = "ISO 8601; without an offset it is local Los Angeles time"
_Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `dispatch cover list` shows it.")]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="An id, first or full name.")]
_From = Annotated[str, typer.Option("--from", metavar="TIME", help=f"{_TIME}.")]
_Until = Annotated[str, typer.Option("--until", metavar="TIME", help=f"{_TIME}.")]


def ask_cover(
    person: _Name,
    starts_at: _From,
    ends_at: _Until,
    only: Annotated[str, typer.Option("--of", metavar="NAME", help="Ask this one person [three at a time].")] = "",
) -> None:
    """Ask for cover of whatever somebody has in a span. It stays theirs until somebody has taken it."""
    begins, ends = moment_of("--from", starts_at), moment_of("--until", ends_at)
    new = act(for_others.ask_for_other, person, begins, ends, operator(), Source.CLI, only=only)
    shown = ask(for_others.read_covers)
    for one in new:
        typer.echo(_line(one, shown.roster))


def give_cover(number: _Number, person: _Name, yes: Yes = False, leave_gaps: LeaveGaps = False) -> None:
    """Put somebody on, whoever was asked and whatever days they are away."""
    planned, making = giving(number, person, operator())
    change(lambda _: planned, yes=yes, leave_gaps=leave_gaps, making=making)


def take_cover(number: _Number, person: _Name, yes: Yes = False, leave_gaps: LeaveGaps = False) -> None:
    """Somebody has said yes on the phone. It is refused where their own text would be."""
    planned, making = taking(number, person, operator())
    change(lambda _: planned, yes=yes, leave_gaps=leave_gaps, making=making)


def withdraw_cover(number: _Number) -> None:
    """Ask no longer: the holder keeps the shift."""
    act(for_others.withdraw, number, operator(), Source.CLI)
    typer.echo(f"Nobody is asked any more about {number}; those who were asked hear so.")


def list_covers(as_json: Json = False) -> None:
    """List the covers that are asked for, and what became of others whose shift is not long over."""
    shown = ask(for_others.read_covers)
    if as_json:
        print_json([_as_json(one) for one in shown.covers])
        return
    if not shown.covers:
        typer.echo("No cover is asked for.")
    for one in shown.covers:
        typer.echo(_line(one, shown.roster))


def say_away(
    person: Annotated[str, typer.Argument(metavar="NAME", help="An id, first or full name [list them all].")] = "",
    starts_at: Annotated[str, typer.Option("--from", metavar="TIME", help=f"{_TIME}.")] = "",
    ends_at: Annotated[str, typer.Option("--until", metavar="TIME", help=f"{_TIME}.")] = "",
    back: Annotated[bool, typer.Option("--back", help="They are back; what others have taken stays theirs.")] = False,
) -> None:
    """Say that somebody is away, or back. It takes nobody off call: it asks for covers."""
    if not person:
        shown = ask(for_others.read_covers)
        for one in shown.absences:
            typer.echo(f"{shown.roster.name_of(one.person)}: {iso(one.starts_at)} to {iso(one.ends_at)}")
        if not shown.absences:
            typer.echo("Nobody is away.")
        return
    if back:
        came = act(for_others.say_back, person, operator(), Source.CLI)
        typer.echo(f"{person} is back." if came.was_away else f"{person} was not away.")
        return
    if not starts_at or not ends_at:
        raise Complaint("give --from and --until, or --back")
    span = (moment_of("--from", starts_at), moment_of("--until", ends_at))
    said = act(for_others.say_away, person, *span, operator(), Source.CLI)
    roster = ask(for_others.read_covers).roster
    typer.echo("Noted. Still theirs until somebody has taken it:" if said.asked else "Noted. They have no shift then.")
    for cover in said.asked:
        typer.echo(_line(cover, roster))


def _line(cover: Cover, roster: Roster) -> str:
    became = f"{cover.state}, {roster.name_of(cover.taker)}" if cover.taker else str(cover.state)
    return f"{cover.number:>4}  {cover_said(cover, roster):<34}  {roster.name_of(cover.wanted.holder)}: {became}"


def _as_json(cover: Cover) -> dict[str, object]:
    wanted = cover.wanted
    return {
        "number": cover.number,
        "rotation": wanted.rotation,
        "holder": wanted.holder,
        "starts_at": iso(wanted.starts_at),
        "ends_at": iso(wanted.ends_at),
        "state": cover.state,
        "taker": cover.taker,
        "asked": sorted(cover.asked),
    }
