"""One line of the table, and how lists of seconds are shown in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and what it has to reach. `holds` is None for a figure that is only there to compare with.

    `why` says by how much the figure falls short and why, or what else a reader has to know.
    """

    what: str
    reach: str
    measured: str
    comparison: str = ""
    holds: bool | None = None
    why: str = ""


def percentile(values: Iterable[float], percent: float) -> float:
    """Linear interpolation between closest ranks, as PostgreSQL's `percentile_cont`. ValueError if there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    deployed = (len(ordered) - 1) * percent / 100
    below = int(deployed)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (deployed - below)


def median(values: Iterable[float]) -> float:
    return percentile(values, 50)


def ms(seconds: float) -> str:
    """A span for people: milliseconds below a second, seconds from there on."""
    if abs(seconds) >= 1:
        return f"{seconds:.1f} s" if abs(seconds) >= 10 else f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if abs(seconds) < 0.1 else f"{seconds * 1000:.0f} ms"


def beyond(measured: float, limit: float, what: str) -> str:
    """By how much a span misses its limit, in words; empty when it does not."""
    return f"{what} {ms(measured - limit)} above its limit" if measured > limit else ""


def also(*words: str) -> str:
    return "; ".join(word for word in words if word)


def spread(seconds: Sequence[float]) -> str:
    """p50 / p99 / worst."""
    return f"{ms(percentile(seconds, 50))} / {ms(percentile(seconds, 99))} / {ms(max(seconds))}"


def latency(what: str, took: Sequence[float], comparison: str, *, p50: float, p99: float, noted: str = "") -> Figure:
    """How long something took, judged by its median and its 99th percentile (`p50` and `p99` in seconds)."""
    half, most = percentile(took, 50), percentile(took, 99)
    return Figure(
        what,
        f"p50 ≤ {p50 * 1000:g} ms, p99 ≤ {p99 * 1000:g} ms",
        spread(took),
        comparison,
        half <= p50 and most <= p99,
        also(beyond(half, p50, "p50"), beyond(most, p99, "p99"), noted),
    )
