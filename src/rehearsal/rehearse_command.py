"""`dispatch rehearse`: breaks everything around the service, and checks that no call-out is ever lost."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.complaints import Complaint

if TYPE_CHECKING:
    from rehearsal.story import Family

_MOST_JOBS = 64


def rehearse(
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="The first seed. It decides everything.")] = 1,
    seeds: Annotated[int, typer.Option(metavar="K", min=1, help="How many seeds, counting up from the first.")] = 1,
    callouts: Annotated[
        int, typer.Option(metavar="M", min=1, help="Call-outs in each, and a quarter as many calls.")
    ] = 100,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="An empty PostgreSQL database, which is emptied again after each seed. [SQLite in memory]",
        ),
    ] = None,
    nodes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=4,
            help="With --database: nodes that race; with more than one, a seed no longer decides everything. [2]",
        ),
    ] = None,
    faults: Annotated[
        str,
        typer.Option(
            metavar="LIST", help="all, none, or some of: requests, callbacks, outages, kills, database, clock."
        ),
    ] = "all",
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=_MOST_JOBS, help="Seeds at a time; 0 is one for each core.")
    ] = 0,
    shrink: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to spend shrinking a failing story.")
    ] = 120.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Rehearse: thousands of call-outs under a virtual clock while everything fails. Exits 1 if anything was lost.

    The real service talks to a simulated carrier that drops, delays, repeats and lies; its process is killed, its
    database lost, its clock set. Officers use the webhooks, and phone the hotline: they hang up, hold, call again and
    press nonsense. Every step is followed by a check that no call-out can be forgotten. A failure prints
    the shortest story that shows it.
    """
    from rehearsal import report
    from rehearsal.season import Season, season

    if database is not None and not database.startswith(("postgresql://", "postgresql+asyncpg://", "postgres://")):
        raise Complaint("--database: must begin with postgresql:// (on SQLite each seed has a database of its own)")
    if nodes is not None and database is None:
        raise Complaint("--nodes: several nodes need a PostgreSQL --database")
    plan = Season(callouts, _families(faults), database, (nodes or 2) if database else 1, shrink)
    tally, played, began = report.SeedTally(), [], time.monotonic()
    for rehearsal in season(range(seed, seed + seeds), plan, min(jobs or os.cpu_count() or 1, seeds)):
        tally.add(rehearsal)
        played.append(rehearsal)
        if not as_json:
            typer.echo(report.line(rehearsal))
            if rehearsal.outcome.failure is not None:
                typer.echo(f"\n{report.failure(rehearsal)}\n")
    seconds = time.monotonic() - began
    if as_json:
        typer.echo(report.as_json(tally, seconds, sorted(played, key=lambda rehearsal: rehearsal.outcome.seed)))
    else:
        typer.echo(f"\n{report.summary(tally, seconds)}")
    raise typer.Exit(1 if tally.failed else 0)


def _families(said: str) -> "frozenset[Family]":
    from rehearsal.story import EVERY_FAMILY, Family

    if said in ("all", "none"):
        return EVERY_FAMILY if said == "all" else frozenset()
    try:
        return frozenset(Family(word.strip()) for word in said.split(","))
    except ValueError as error:
        raise Complaint(f"--faults: {error}; there are: all, none, {', '.join(sorted(EVERY_FAMILY))}") from error
