"""`dispatch roster import` and `dispatch roster export`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import ask, open_runner, read_settings, roster_of, run
from dispatch.cli.operator import operator
from dispatch.cli.output import gap_warnings

if TYPE_CHECKING:
    from datetime import datetime

    from dispatch.actions.roster.edit_roster import Imported
    from dispatch.rules.facts.roster import Roster
    from dispatch.rules.roster.changes import KindChanged
    from dispatch.settings import Settings


def import_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A TOML file; - reads standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and the coming nights; change nothing.")
    ] = False,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Rotations change now, and not at their next hand-off.")
    ] = False,
) -> None:
    """Replace the roster with the one in FILE. A file with any mistake is refused as a whole."""
    from dispatch.roster_file import BadRoster, read_roster
    from dispatch.rules.delivery.dialling import not_dialled

    settings = read_settings()
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except UnicodeDecodeError:
        raise Complaint(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    name = "standard input" if file == "-" else Path(file).name
    wanted = read_roster(text, name=name)
    if outside := list(not_dialled(wanted, settings.dials)):
        raise BadRoster(f"{name}: {line}" for line in outside)
    for line in run((_try_import if dry_run else _import_roster)(settings, wanted, at_once)):
        typer.echo(line)


async def _import_roster(settings: "Settings", wanted: "Roster", at_once: bool) -> list[str]:
    from dispatch.actions.roster import edit_roster
    from dispatch.rules.facts.actors import Source

    async with open_runner(settings, creates=True) as runner:
        imported = await runner.act(edit_roster.import_roster, wanted, operator(), Source.CLI, at_once=at_once)
        return [*_told(imported), *_warnings(imported.after, runner.now())]


async def _try_import(settings: "Settings", wanted: "Roster", at_once: bool) -> list[str]:
    from dispatch.actions.roster import edit_roster
    from dispatch.rules.facts.actors import Source

    async with open_runner(settings, creates=True) as runner:
        try:
            await runner.act(edit_roster.try_import, wanted, operator(), Source.CLI, at_once=at_once)
        except edit_roster.OnlyTried as tried:
            imported, now = tried.imported, runner.now()
            told = [line.replace("now has", "would have") for line in _told(imported)]
            return [*told, *_nights(imported.after, now), *_warnings(imported.after, now), "Nothing was changed."]
    raise AssertionError("a trial always ends so")


def _nights(roster: "Roster", now: "datetime") -> Iterator[str]:
    """Who would be on call in the coming nights, in local time."""
    from dispatch.rules.roster import nights

    if roster.rotations:
        yield f"On call in the next {nights.NIGHTS} nights, {nights.BEGINS:%H:%M} to {nights.ENDS:%H:%M} local time:"
        for night in nights.coming(roster, now):
            yield f"  {night.begins_on:%a %d %b}  " + "; ".join(f"{name}: {told}" for name, told in night.on_call)


def _warnings(roster: "Roster", now: "datetime") -> Iterator[str]:
    """What `dispatch check` would find in this roster."""
    from dispatch.rules.reports.readiness import Verdict, check_roster

    yield from gap_warnings(roster, now)
    for finding in check_roster(roster, now):
        if finding.verdict is not Verdict.OK and finding.part != "coverage":
            yield f"warning: {finding.part}: {finding.text}"


def _told(imported: "Imported") -> Iterator[str]:
    from dispatch.rules.wording.names import counted_text

    after = imported.after
    counts = [
        counted_text(len(after.people), "person", "people"),
        counted_text(len(after.rotations), "rotation"),
        counted_text(len(after.listed_overrides), "override"),
        counted_text(len(after.policies), "policy", "policies"),
        counted_text(len(after.agencies), "agency", "agencies"),
    ]
    yield f"The roster now has {', '.join(counts[:-1])} and {counts[-1]}."
    if imported.changes.is_same:
        yield "Nothing changed."
    elif imported.before.people:
        yield from [_difference(kind) for kind in imported.changes.kinds] or ["Only the order changed."]


def _difference(kind: "KindChanged") -> str:
    words = {"added": kind.added, "removed": kind.removed, "changed": kind.changed}
    told = "; ".join(f"{word} {', '.join(names)}" for word, names in words.items() if names)
    return f"  {kind.kind}: {told}"


def export_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write it, over any old file; - prints it.")],
) -> None:
    """Write the roster as a file that `dispatch roster import` reads back."""
    from dispatch.roster_file import write_roster

    text = write_roster(ask(roster_of))
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
