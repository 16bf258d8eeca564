"""How a command changes the roster: it shows what would become of it, asks, and makes exactly that."""

import sys
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from dispatch.actions.schedule.change_roster import ChangedRoster, Making, Planning, change_roster, make_change
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import open_runner, read_settings, roster_of, run
from dispatch.cli.operator import operator
from dispatch.roster_file import new_mistakes
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.foreseeing import RosterPreview
from dispatch.rules.wording.languages import in_language

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Make it without asking.")]
LeaveGaps = Annotated[
    bool, typer.Option("--leave-gaps", help="Also when it leaves moments with nobody on call. They are named first.")
]


def change(wanted: Callable[[Roster], Planning], *, yes: bool, leave_gaps: bool, making: Making | None = None) -> None:
    """Show, ask, make. `wanted` is given the roster as it is; `making` makes it, where more belongs to it than the
    edit. Raises `Complaint` and whatever refuses the edit."""
    run(_change(wanted, making, yes=yes, leave_gaps=leave_gaps))


async def _change(wanted: Callable[[Roster], Planning], making: Making | None, *, yes: bool, leave_gaps: bool) -> None:
    async with open_runner(read_settings()) as runner:
        plan = wanted(await runner.ask(roster_of))
        planned = await runner.ask(plan)
        if wrong := new_mistakes(planned.foreseen.before, planned.foreseen.after):
            raise Complaint("; ".join(wrong))
        shown = planned.preview
        if planned.is_empty:
            typer.echo("Nothing would change: the roster says so already.")
            return
        for line in told(shown):
            typer.echo(line)
        _ask(shown, yes=yes, leave_gaps=leave_gaps)
        made = await make_change(runner, plan, operator(), Source.CLI, shown.seen, making or change_roster)
        if not isinstance(made, ChangedRoster):
            for line in told(made.preview):
                typer.echo(line)
            raise Complaint("the roster changed in the meantime, so nothing was done; this is what it would do now")
        typer.echo(
            f"Done: the roster has version {made.version}. Take it back with `dispatch roster undo {made.version}`."
        )


def told(shown: RosterPreview) -> Iterator[str]:
    """A preview in lines."""
    yield f"{shown.counted}."[:1].upper() + f"{shown.counted}."[1:]
    yield from (f"  {line}" for line in shown.lines or ("nobody is on call otherwise",))
    yield from (f"  note: {note}" for note in shown.notes)
    yield from (f"  gap: {gap.line}" for gap in shown.gaps)
    for notice in shown.told:
        yield f"  text to {notice.person.name}: {in_language(notice.words, Language.ENGLISH)}"


def _ask(shown: RosterPreview, *, yes: bool, leave_gaps: bool) -> None:
    asks = sys.stdin.isatty()
    if shown.gaps and not leave_gaps:
        if not asks or yes:
            raise Complaint("it leaves gaps, which are named above; give --leave-gaps to make it all the same")
        typer.confirm("Leave these gaps?", abort=True)
    if not yes:
        if not asks:
            raise Complaint("nothing was done: give --yes where nobody can be asked")
        typer.confirm("Make this change?", abort=True)
