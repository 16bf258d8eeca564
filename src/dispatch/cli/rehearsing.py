"""`dispatch rehearse`."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.answers import print_json
from dispatch.cli.complaints import Refused

if TYPE_CHECKING:
    from dispatch.simulation.rehearsal.rehearse import Outcome
    from dispatch.simulation.rehearsal.run import Total
    from dispatch.simulation.rehearsal.story import Family


def rehearse(
    seed: Annotated[int, typer.Option(metavar="N", help="The first seed; it decides the whole story.")] = 1,
    seeds: Annotated[int, typer.Option(metavar="K", min=1, help="How many seeds, one after the other.")] = 1,
    callouts: Annotated[int, typer.Option(metavar="M", min=1, help="Call-outs in each story.")] = 50,
    faults: Annotated[
        str,
        typer.Option(metavar="LIST", help="all, none, or some of: requests,callbacks,outages,kills,database,clock."),
    ] = "all",
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="An empty, migrated database [an SQLite file in memory].")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="J", min=1, help="Stories at a time.")] = 1,
    shrink_seconds: Annotated[float, typer.Option(metavar="S", min=0, help="Time to shorten a failing story.")] = 120.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Play thousands of call-outs while everything fails that can, and see that none is lost."""
    from dispatch.simulation.rehearsal.run import play_seeds, shortest

    families = _families(faults)
    began = time.perf_counter()
    wanted = range(seed, seed + seeds)
    total = play_seeds(wanted, callouts, families, database, jobs, _quiet if as_json else _say)
    seconds = time.perf_counter() - began
    if as_json:
        print_json(_as_json(total, seconds))
    else:
        _print_table(total, seconds)
    if total.failures:
        failed = min(total.failures, key=lambda outcome: outcome.seed)
        lines, last = shortest(failed, callouts, families, seconds=shrink_seconds)
        _print_failure(failed, lines, last)
        raise typer.Exit(1)


def _families(faults: str) -> "frozenset[Family]":
    from dispatch.simulation.rehearsal.story import ALL, Family

    if faults in ("all", "none"):
        return ALL if faults == "all" else frozenset()
    try:
        return frozenset(Family(name.strip()) for name in faults.split(","))
    except ValueError as error:
        raise Refused(f"--faults: {error}; there are: {', '.join(ALL)}") from error


def _say(outcome: "Outcome") -> None:
    verdict = f"FAILED: {outcome.failure.invariant}" if outcome.failure else outcome.digest[:16]
    rate = outcome.callouts / outcome.seconds if outcome.seconds else 0.0
    typer.echo(f"seed {outcome.seed:<6} {outcome.callouts:>5} call-outs  {rate:>6.1f}/s  {verdict}")


def _quiet(_: "Outcome") -> None:
    pass


def _print_table(total: "Total", seconds: float) -> None:
    typer.echo("")
    rows = {
        "seeds": total.seeds,
        "call-outs": total.callouts,
        "sent": sum(number for what, number in total.counts.items() if " by " in what),
        "sent twice, the outcome being unknowable": total.counts["sent twice"],
        "violations": len(total.failures),
    }
    for what, number in rows.items():
        typer.echo(f"{what:<42} {number:>9,}")
    typer.echo("\nwhat went wrong on purpose")
    for what, number in sorted(total.struck.items()):
        typer.echo(f"  {what:<40} {number:>9,}")
    typer.echo(f"\n{total.callouts / seconds:.1f} call-outs/s on {os.cpu_count()} cores, {seconds:.0f} s in all")


def _print_failure(failed: "Outcome", lines: list[str], last: "Outcome") -> None:
    assert failed.failure is not None, "it failed"
    shown = last.failure or failed.failure
    typer.echo(f"\nSeed {failed.seed} breaks: {shown.invariant} ({shown.detail}) at {shown.moment:%H:%M:%S}", err=True)
    typer.echo("\nThe shortest story found that does so:", err=True)
    for line in lines:
        typer.echo(f"  {line}", err=True)
    typer.echo("\nThe call-out's timeline:", err=True)
    for line in shown.timeline:
        typer.echo(f"  {line}", err=True)


def _as_json(total: "Total", seconds: float) -> dict[str, object]:
    return {
        "seeds": total.seeds,
        "callouts": total.callouts,
        "seconds": round(seconds, 1),
        "counts": dict(total.counts),
        "struck": dict(total.struck),
        "failures": [
            {"seed": one.seed, "invariant": one.failure.invariant, "detail": one.failure.detail}
            for one in total.failures
            if one.failure is not None
        ],
    }
