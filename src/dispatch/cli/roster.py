"""`dispatch roster import` and `dispatch roster export`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dispatch.actions.schedule.change_roster import RosterOrder, change_roster, plan_import, tell_running
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, open_runner, read_settings, run
from dispatch.cli.editing import coming_nights
from dispatch.cli.operator import operator
from dispatch.cli.output import gap_warnings
from dispatch.roster_file import BadRoster, exported_from, read_roster, skipped_keys, write_roster
from dispatch.rules.delivery.called_addresses import not_called
from dispatch.rules.delivery.dialling import not_dialled
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.reports.readiness import Verdict, check_roster
from dispatch.rules.schedule.undo import RosterChanges
from dispatch.rules.wording.names import counted_text
from dispatch.settings import Settings
from dispatch.store.roster.roster import version


def import_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A TOML file; - reads standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and the coming nights; change nothing.")
    ] = False,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Rotations change now, and not at their next hand-off.")
    ] = False,
    from_version: Annotated[
        int | None,
        typer.Option(
            "--from", metavar="VERSION", min=0, help="The version that FILE was made of [what its head says]."
        ),
    ] = None,
    undo_later: Annotated[
        bool, typer.Option("--undo-later", help="Also when it undoes what was changed after that version.")
    ] = False,
) -> None:
    """Replace the roster with the one in FILE. A file with any mistake is refused as a whole.

    An exported file names its version. What was changed since, here or by others, is not undone unless you say so.
    """
    settings = read_settings()
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except UnicodeDecodeError:
        raise Complaint(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    name = "standard input" if file == "-" else Path(file).name
    wanted = read_roster(text, name=name)
    if outside := [*not_dialled(wanted, settings.dials), *not_called(wanted, settings.listed_allowed_hosts())]:
        raise BadRoster(f"{name}: {line}" for line in outside)
    for key in skipped_keys(text):
        typer.echo(f"warning: {key} is no longer used, and was skipped", err=True)
    since = from_version if from_version is not None else exported_from(text)
    for line in run(_import_roster(settings, wanted, since, dry_run=dry_run, at_once=at_once, undo_later=undo_later)):
        typer.echo(line)


async def _import_roster(
    settings: Settings, wanted: Roster, since: int | None, *, dry_run: bool, at_once: bool, undo_later: bool
) -> list[str]:
    async with open_runner(settings, creates=True) as runner:
        planned = await runner.ask(plan_import, wanted, at_once=at_once, exported_from=since, undo_later=undo_later)
        before, after, now = planned.foreseen.before, planned.foreseen.after, runner.now()
        told = list(_told(before, after, planned.preview.counted))
        if dry_run:
            told = [line.replace("now has", "would have") for line in told]
            return [*told, *coming_nights(after, now), *_warnings(after, now), "Nothing was changed."]
        changed = await runner.act(change_roster, RosterOrder(planned, operator(), Source.CLI))
        await tell_running(runner, changed, operator(), Source.CLI)
        return [*told, *_warnings(after, now)]


def _warnings(roster: Roster, now: datetime) -> Iterator[str]:
    """What `dispatch check` would find in this roster."""
    yield from gap_warnings(roster, now)
    for finding in check_roster(roster, now):
        if finding.verdict is not Verdict.OK and finding.part != "coverage":
            yield f"warning: {finding.part}: {finding.text}"


def _told(before: Roster, after: Roster, changed: RosterChanges) -> Iterator[str]:
    counts = [
        counted_text(len(after.people), "person", "people"),
        counted_text(len(after.rotations), "rotation"),
        counted_text(len(after.listed_overrides), "override"),
        counted_text(len(after.policies), "policy", "policies"),
        counted_text(len(after.agencies), "agency", "agencies"),
    ]
    yield f"The roster now has {', '.join(counts[:-1])} and {counts[-1]}."
    if changed.is_same:
        yield "Nothing changed."
    elif before.people:
        for part, of in changed.named().items():
            yield f"  {part}: " + "; ".join(f"{became} {', '.join(names)}" for became, names in of.items())
        if not changed.touched:
            yield "Only the order changed."


def export_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write it, over any old file; - prints it.")],
) -> None:
    """Write the roster as a file that `dispatch roster import` reads back."""
    roster, newest = ask(lambda tx, context: (context.roster(tx), version(tx)))
    text = write_roster(roster, version=newest)
    if file == "-":
        typer.echo(text, nl=False)
        return
    try:
        _write_whole(Path(file), text)
    except OSError as error:  # it names the temporary file, not FILE
        raise Complaint(f"{file}: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"The roster is in {file}.")


def _write_whole(file: Path, text: str) -> None:
    """Write all of `text` or nothing: nobody must import a half-written roster later."""
    file = file.resolve()  # the file behind a link, not the link
    if file.exists() and not file.is_file():  # a device, a pipe
        file.write_text(text, "utf-8")
        return
    # It holds phone numbers, so only its owner may read it, unless it replaces a file that others may read.
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
    ) as new:
        try:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            if file.exists():
                Path(new.name).chmod(file.stat().st_mode & 0o7777)
            Path(new.name).replace(file)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
