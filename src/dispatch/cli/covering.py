"""`dispatch cover` and `dispatch away`: shifts that somebody else is asked to take, and who is away."""

from typing import Annotated

import typer

from dispatch.actions.shifts import be_away, for_others
from dispatch.cli.changing import LeaveGaps, Yes, change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, roster_of
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import operate, operator
from dispatch.cli.output import Json, iso, print_listed, some_of
from dispatch.rules.facts.roster import Roster
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.cover_texts import cover_said

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
    new = operate(for_others.ask_for_other, person, begins, ends, only=only)
    roster = ask(roster_of)
    for one in new:
        typer.echo(_line(one, roster))


def give_cover(number: _Number, person: _Name, yes: Yes = False, leave_gaps: LeaveGaps = False) -> None:
    """Put somebody on, whoever was asked and whatever days they are away."""
    planned, making = for_others.handing_over(number, person, operator(), is_given=True)
    change(lambda _: planned, yes=yes, leave_gaps=leave_gaps, making=making)


def take_cover(number: _Number, person: _Name, yes: Yes = False, leave_gaps: LeaveGaps = False) -> None:
    """Somebody has said yes on the phone. It is refused where their own text would be."""
    planned, making = for_others.handing_over(number, person, operator(), is_given=False)
    change(lambda _: planned, yes=yes, leave_gaps=leave_gaps, making=making)


def withdraw_cover(number: _Number) -> None:
    """Ask no longer: the holder keeps the shift."""
    operate(for_others.withdraw, number)
    typer.echo(f"Nobody is asked any more about {number}; those who were asked hear so.")


def list_covers(as_json: Json = False) -> None:
    """List the covers that are asked for, and what became of others whose shift is not long over."""
    shown = ask(for_others.read_covers)
    print_listed(
        shown.covers,
        lambda one: _line(one, shown.roster),
        "No cover is asked for.",
        json=lambda one: {
            **some_of(one, "number"),
            **some_of(one.wanted, "rotation", "holder", "starts_at", "ends_at"),
            **some_of(one, "state", "taker"),
            "asked": sorted(one.asked),
        },
        as_json=as_json,
    )


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
        came = operate(be_away.be_back, person)
        typer.echo(f"{person} is back." if came.was_away else f"{person} was not away.")
        return
    if not starts_at or not ends_at:
        raise Complaint("give --from and --until, or --back")
    span = (moment_of("--from", starts_at), moment_of("--until", ends_at))
    said = operate(be_away.be_away, person, *span)
    roster = ask(roster_of)
    typer.echo("Noted. Still theirs until somebody has taken it:" if said.asked else "Noted. They have no shift then.")
    for cover in said.asked:
        typer.echo(_line(cover, roster))


def _line(cover: Cover, roster: Roster) -> str:
    became = f"{cover.state}, {roster.name_of(cover.taker)}" if cover.taker else str(cover.state)
    return f"{cover.number:>4}  {cover_said(cover, roster):<34}  {roster.name_of(cover.wanted.holder)}: {became}"
