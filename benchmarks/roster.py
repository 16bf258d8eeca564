"""Who is on call: now, in the next fourteen nights, in a year; with thousands of overrides in the table."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from benchmarks.deployment import Bench
from benchmarks.figures import Figure, also, beyond, median, ms
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.nights import NIGHTS, coming
from dispatch.rules.roster.on_call import on_call_until, resolve, shifts
from tests.rules import asked_each

NAME = "roster"
_COUNTS = (2_000, 5_000)
_NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
_YEAR = timedelta(days=365)
_BEGAN = _NOW - _YEAR / 2
_PEOPLE = tuple(f"p{number}" for number in range(40))
_PRIMARY = Rotation("primary", _PEOPLE, RotationUnit.DAYS, 1, time_of_day(9), date(2026, 1, 5))
_TARGET = Target(TargetKind.ROTATION, "primary")
_HORIZON = timedelta(days=60)
_MOST_NOW, _MOST_NIGHTS, _MOST_YEAR = 0.0002, 0.01, 0.1


def figures(bench: Bench) -> Iterator[Figure]:
    for count in _COUNTS:
        yield from _of(_with_overrides(count), count, bench.count(15, 5))


def _of(roster: Roster, count: int, times: int) -> Iterator[Figure]:
    (made,) = _took(lambda: roster.overrides_of("primary"), 1)
    overrides, ends = roster.overrides, _BEGAN + _YEAR
    yield _figure(
        f"on call now, {count:,} overrides",
        _took(lambda: resolve(roster, _TARGET, _NOW), times * 100),
        _MOST_NOW,
        f"asking each override: {_us(median(_took(lambda: asked_each.on_call(_PRIMARY, overrides, _NOW), times)))}",
        f"the index is made once with the roster, in {ms(made)}",
    )
    until = _took(lambda: on_call_until(roster, _PRIMARY, _NOW, _HORIZON), times * 10)
    yield _figure(f"on call now and until when, {count:,} overrides", until, _MOST_NOW, "")
    nights = _took(lambda: coming(roster, _NOW), times)
    yield _figure(f"{NIGHTS} nights, {count:,} overrides", nights, _MOST_NIGHTS, "")
    slowly = "" if count > min(_COUNTS) else _took(lambda: asked_each.shifts(_PRIMARY, overrides, _BEGAN, ends), 1)
    yield _figure(
        f"a year, {count:,} overrides",
        _took(lambda: shifts(roster, _PRIMARY, _BEGAN, ends), times),
        _MOST_YEAR,
        f"asking each override at each moment, once: {ms(*slowly)}" if slowly else "",
    )


def _with_overrides(count: int) -> Roster:
    """All of one rotation, in one year: of an hour to two days, so that several are in force at any moment."""
    draw = random.Random(count)
    overrides = []
    for _ in range(count):
        starts_at = _BEGAN + timedelta(minutes=draw.randrange(_YEAR // timedelta(minutes=1)))
        ends_at = starts_at + timedelta(hours=draw.randint(1, 48))
        kind = draw.choice(tuple(OverrideKind))
        person = None if kind is OverrideKind.REMOVE else draw.choice(_PEOPLE)
        replaces = None if kind is OverrideKind.ADD else draw.choice(_PEOPLE)
        overrides.append(Override("primary", kind, starts_at, ends_at, person, replaces))
    people = tuple(Person(id_, id_.title(), f"+1562555{number:04}") for number, id_ in enumerate(_PEOPLE))
    return Roster(people=people, rotations=(_PRIMARY,), overrides=tuple(overrides))


def _took(work: Callable[[], object], times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def _figure(what: str, took: list[float], most: float, comparison: str, noted: str = "") -> Figure:
    shown = _us if most < 0.001 else ms
    return Figure(
        f"roster: {what}",
        f"≤ {shown(most)}",
        f"{shown(median(took))} (worst {shown(max(took))})",
        comparison,
        median(took) <= most,
        also(beyond(median(took), most, "it is"), noted),
    )


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} µs"
