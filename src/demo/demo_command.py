"""`dispatch demo`: everything in one process, to be tried."""

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from dispatch import logs


class WithStory(TyperCommand):
    """Takes `--once` alone, which plays the usual night, and `--once=NIGHT`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, ["--once=webhook" if arg == "--once" else arg for arg in args])


def demo(
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Port to listen on, 0 for any free [8000, or the next free]."
        ),
    ] = None,
    speed: Annotated[float, typer.Option(metavar="N", min=0.1, help="How many times as fast time passes.")] = 1.0,
    once: Annotated[
        str | None,
        typer.Option(
            metavar="[=hotline|late|week]",
            help="Play one night over HTTP, by phone or with a yes that comes too late, or a week; print it and end.",
        ),
    ] = None,
) -> None:
    """Try everything in one process: simulated carrier and phones, sample roster, nothing to set up."""
    from demo.demo import run

    logs.configure("WARNING")
    raise typer.Exit(run(port, speed, once))
