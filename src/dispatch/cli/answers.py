"""How commands answer: with text for people, and with JSON for programs that ask for it."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2))


def can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def iso(moment: "datetime | None") -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
