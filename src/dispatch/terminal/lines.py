"""How it looks: aligned lines, in colour and wrapped on a terminal, plain in a pipe."""

import os
import shutil
import sys
import textwrap

import typer

from dispatch.rules.wording import times
from dispatch.terminal.happenings import Happening, HappeningKind

_COLOURS = {
    HappeningKind.CALLED_OUT: "bright_magenta",
    HappeningKind.TEXT_IN: "green",
    HappeningKind.KEYS: "green",
    HappeningKind.CALL_IN: "green",
    HappeningKind.TEXT_OUT: "cyan",
    HappeningKind.SAID: "cyan",
    HappeningKind.CALL_OUT: "yellow",
    HappeningKind.TEXT_LOST: "red",
    HappeningKind.CALL_LOST: "red",
    HappeningKind.TROUBLE: "red",
}
_QUOTED = frozenset({HappeningKind.TEXT_IN, HappeningKind.TEXT_OUT, HappeningKind.SAID})
_MARK = max(len(kind.value) for kind in HappeningKind)
_WHO = 9
_NARROWEST = 60  # below this a hanging indent leaves no room for words


def say(text: str = "", *, colour: str | None = None, bold: bool = False) -> None:
    """Print one line, without colour where nobody would see it or wants it."""
    wanted = False if os.environ.get("NO_COLOR") else None
    typer.echo(typer.style(text, fg=colour, bold=bold) if colour or bold else text, color=wanted)


def tell(happening: Happening) -> None:
    """Print what happened, with the local time."""
    for line in _lines(happening):
        say(line, colour=_COLOURS.get(happening.kind))


def _lines(happening: Happening) -> list[str]:
    moment = f"{times.local_time(happening.at)}:{happening.at:%S}"
    head = f"{moment}  {happening.kind.value:<{_MARK}}  {happening.who:<{_WHO}}  "
    text = " ".join(happening.text.split())
    text = f"“{text}”" if happening.kind in _QUOTED else text
    width = shutil.get_terminal_size().columns
    if not sys.stdout.isatty() or width < _NARROWEST:
        return [head + text]
    return textwrap.wrap(
        text,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
