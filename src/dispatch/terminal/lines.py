"""How it looks: aligned lines, in colour and wrapped on a terminal, plain in a pipe."""

import os
import shutil
import sys
import textwrap

import typer

from dispatch.rules.wording import times
from dispatch.terminal.happenings import Happening, Kind

_COLOURS = {
    Kind.CALLED_OUT: "bright_magenta",
    Kind.TEXT_IN: "green",
    Kind.KEYS: "green",
    Kind.CALL_IN: "green",
    Kind.TEXT_OUT: "cyan",
    Kind.SAID: "cyan",
    Kind.CALL_OUT: "yellow",
    Kind.TEXT_LOST: "red",
    Kind.CALL_LOST: "red",
    Kind.TROUBLE: "red",
}
_QUOTED = frozenset({Kind.TEXT_IN, Kind.TEXT_OUT, Kind.SAID})
_MARK = max(len(kind.value) for kind in Kind)
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
