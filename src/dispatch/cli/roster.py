"""`dispatch roster import` and `dispatch roster export`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.answers import gap_warnings
from dispatch.cli.complaints import Refused
from dispatch.cli.deployment import open_office, read_roster, read_settings, roster_of, run

if TYPE_CHECKING:
    from dispatch.rules.facts import Roster
    from dispatch.settings import Settings


def import_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A TOML file; - reads standard input.")],
) -> None:
    """Put the roster of FILE in the place of the present one. A file with a mistake is refused whole."""
    from dispatch.roster_file import read_roster

    settings = read_settings()
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{file}: is not UTF-8 text") from None
    wanted = read_roster(text, name="standard input" if file == "-" else Path(file).name)
    for line in run(_import_roster(settings, wanted)):
        typer.echo(line)


async def _import_roster(settings: "Settings", wanted: "Roster") -> list[str]:
    from dispatch.actions import edit_roster

    async with open_office(settings) as office:
        before = await office.ask(roster_of)
        await office.act(edit_roster.import_roster, wanted)
        after = await office.ask(roster_of)
        return [*_changes(before, after), *gap_warnings(after, office.now())]


def _changes(before: "Roster", after: "Roster") -> Iterator[str]:
    from dispatch.rules.wording.names import counted_text

    counts = [
        counted_text(len(after.people), "person", "people"),
        counted_text(len(after.rotations), "rotation"),
        counted_text(len(after.overrides), "override"),
        counted_text(len(after.policies), "policy", "policies"),
        counted_text(len(after.agencies), "agency", "agencies"),
    ]
    yield f"The roster now has {', '.join(counts[:-1])} and {counts[-1]}."
    if before == after:
        yield "Nothing changed."
    elif before.people:
        olds, news = _parts(before), _parts(after)
        lines = [line for kind in news for line in _difference(kind, olds[kind], news[kind])]
        yield from lines or ["Only the order changed."]


def _parts(roster: "Roster") -> dict[str, dict[str, object]]:
    """What a roster is made of, by name; an override has none, so it goes by its rotation and its beginning."""
    return {
        "people": {one.id: one for one in roster.people},
        "rotations": {one.name: one for one in roster.rotations},
        "overrides": {f"{one.rotation} {one.starts_at:%Y-%m-%d %H:%M}Z": one for one in roster.overrides},
        "policies": {one.name: one for one in roster.policies},
        "agencies": {one.code: one for one in roster.agencies},
    }


def _difference(kind: str, olds: dict[str, object], news: dict[str, object]) -> Iterator[str]:
    words = {
        "added": [name for name in news if name not in olds],
        "removed": [name for name in olds if name not in news],
        "changed": [name for name in news if name in olds and news[name] != olds[name]],
    }
    if told := "; ".join(f"{word} {', '.join(names)}" for word, names in words.items() if names):
        yield f"  {kind}: {told}"


def export_roster(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write it, over what is there; - prints it.")],
) -> None:
    """Write the roster as a file that `dispatch roster import` reads back."""
    from dispatch.roster_file import write_roster

    text = write_roster(run(read_roster(read_settings())))
    if file == "-":
        typer.echo(text, nl=False)
        return
    try:
        _write_whole(Path(file), text)
    except OSError as error:  # which names the file that would have become this one
        raise Refused(f"{file}: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"The roster is in {file}.")


def _write_whole(file: Path, text: str) -> None:
    """Write the whole of `text` or nothing: a half-written roster must not be what is imported next."""
    file = file.resolve()  # the file behind a link, not the link
    if file.exists() and not file.is_file():  # a device, a pipe
        file.write_text(text, "utf-8")
        return
    # Readable by its owner only, as it holds phone numbers, unless there is a file and others may read that.
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
