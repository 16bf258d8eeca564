"""How commands answer: text for people, JSON for programs that ask for it."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from dispatch.app import wall_clock
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import CoverageGap
from dispatch.rules.reports.readiness import Verdict, gap_text, gaps_ahead

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

_GAPS_SHOWN = 3


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2))


def print_listed(
    found: Sequence[T], line: Callable[[T], str], none: str, *, json: Callable[[T], object], as_json: bool
) -> None:
    """A line for each, or that there is `none`; for programs a list."""
    if as_json:
        print_json([json(one) for one in found])
        return
    for one in found:
        typer.echo(line(one))
    if not found:
        typer.echo(none)


def some_of(record: object, *names: str) -> dict[str, object]:
    """These fields of a record for JSON, in their order. They are named, so that no new field is printed by itself."""
    values = ((name, getattr(record, name)) for name in names)
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in values}


def can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def marked(verdict: Verdict) -> str:
    """The sign before a line that has this verdict, in its colour."""
    colours = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "fail": typer.colors.RED}
    return typer.style(signs()[verdict], fg=colours[verdict])


def signs() -> dict[str, str]:
    """The sign of each verdict, all of one width: words where the terminal has no such characters."""
    found = {"ok": "✓", "warning": "!", "fail": "✗"}
    return found if can_show("".join(found.values())) else {"ok": "ok  ", "warning": "warn", "fail": "FAIL"}


def gap_warnings(roster: Roster, now: datetime) -> Iterator[str]:
    """The first few coverage gaps ahead, one line each."""
    gaps = gaps_to_fill(roster, now)
    for gap in gaps[:_GAPS_SHOWN]:
        yield f"warning: {gap_text(roster, gap, now)}"
    if more := len(gaps[_GAPS_SHOWN:]):
        yield f"warning: and {more} more, see `dispatch check`"


def gaps_to_fill(roster: Roster, at: datetime) -> list[CoverageGap]:
    """The gaps of the two weeks from `at` on, as far as they are still to come: nobody fills one of the past, and some
    who were on call then have left since (ADR 58)."""
    now = wall_clock()
    return [replace(gap, starts_at=max(gap.starts_at, now)) for gap in gaps_ahead(roster, at) if gap.ends_at > now]


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
