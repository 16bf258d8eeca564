"""Who is on call: now, in the next fourteen nights, in a year, in a browser, in a calendar; with thousands of overrides
in the table."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

import httpx

from benchmarks.client import Answer, connections, get, run
from benchmarks.deployment import ROSTER, SQLITE, Bench, Deployed, Node
from benchmarks.figures import Figure, also, beyond, median, ms
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.actions.schedule.keep_feeds import make_feed
from dispatch.rules.access.calendar_link import PATH
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit
from dispatch.rules.roster.nights import NIGHTS, coming
from dispatch.rules.roster.on_call import resolve, shifts
from tests.rules import asked_each

NAME = "roster"
_COUNTS = (2_000, 5_000)
_NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
_YEAR = timedelta(days=365)
_BEGAN = _NOW - _YEAR / 2
_PEOPLE = tuple(f"p{number}" for number in range(40))
_PRIMARY = Rotation("primary", _PEOPLE, RotationUnit.DAYS, 1, time_of_day(9), date(2026, 1, 5))
_TARGET = Target(TargetKind.ROTATION, "primary")
_MOST_NOW, _MOST_NIGHTS, _MOST_YEAR = 0.0002, 0.01, 0.1


def figures(bench: Bench) -> Iterator[Figure]:
    for count in _COUNTS:
        yield from _of(_with_overrides(count), count, bench.count(15, 5))
    yield from _in_browser(bench)


# ---- a town of forty people, as a coordinator and a calendar see it ------------------------------------------------

_ROTATIONS = ("primary", "backup", "spanish", "valley", "harbor", "staff")
_MOST_VIEW, _MOST_BYTES, _MOST_FEED, _MOST_PREVIEW = 0.2, 120_000, 0.1, 0.1


def _in_browser(bench: Bench) -> Iterator[Figure]:
    """Forty people, six rotations, six weeks, an exception every third night of each, over HTTP."""
    with bench.database(SQLITE) as deployed, bench.carrier() as carrier:
        (token,) = run(deployed.sessions(1))
        daily, whole = run(_furnish(deployed))
        cookie = f"dispatch-session={token}"
        with bench.serving(deployed, carrier) as node:
            times = bench.count(15, 5)
            views = run(_opened(node, times, "/schedule", cookie=cookie))
            frame = run(_opened(node, times, "/schedule/feeds", cookie=cookie))
            fair = run(_opened(node, times, "/fairness", cookie=cookie))
            feeds = run(_opened(node, times, daily))
            every = run(_opened(node, times, whole))
            known = _known(node, daily, times)
            shown = _previewed(node, cookie, times)
    view, weight = [one.seconds for one in views[1:]], len(views[0].body)
    yield Figure(
        "roster: the schedule, 40 people, 6 rotations, 6 weeks, over HTTP",
        f"≤ {ms(_MOST_VIEW)}, ≤ {_MOST_BYTES // 1000} KB",
        f"{ms(median(view))} (worst {ms(max(view))}), {weight / 1000:.0f} KB",
        f"the list of feeds: {ms(median([one.seconds for one in frame[1:]]))}, {len(frame[0].body) / 1000:.0f} KB",
        median(view) <= _MOST_VIEW and weight <= _MOST_BYTES,
        also(beyond(median(view), _MOST_VIEW, "it is"), f"the first one took {ms(views[0].seconds)}"),
    )
    yield Figure(
        "roster: the preview of a cover, over HTTP",
        f"≤ {ms(_MOST_PREVIEW)}",
        f"{ms(median(shown))} (worst {ms(max(shown))})",
        "",
        median(shown) <= _MOST_PREVIEW,
        beyond(median(shown), _MOST_PREVIEW, "it is"),
    )
    fairness = [one.seconds for one in fair[1:]]
    yield Figure(
        "roster: fairness, the last and the next 13 weeks of 40 people, over HTTP",
        "",
        f"{ms(median(fairness))} (worst {ms(max(fairness))})",
    )
    feed = [one.seconds for one in feeds[1:]]
    entries = feeds[0].body.count(b"BEGIN:VEVENT"), every[0].body.count(b"BEGIN:VEVENT")
    yield Figure(
        f"roster: a year's feed of one person, {entries[0]} shifts, over HTTP",
        f"≤ {ms(_MOST_FEED)}",
        f"{ms(median(feed))} (worst {ms(max(feed))})",
        f"304 by its ETag: {ms(median(known))}; a whole rotation's {entries[1]} shifts: "
        f"{ms(median([one.seconds for one in every[1:]]))}",
        median(feed) <= _MOST_FEED,
        also(beyond(median(feed), _MOST_FEED, "it is"), f"the first one took {ms(feeds[0].seconds)}"),
    )


async def _furnish(deployed: Deployed) -> tuple[str, str]:
    """The paths of two feeds: of somebody with a shift every week, and of a rotation that changes every day."""
    runner = await deployed.runner()
    try:
        await runner.act(import_roster, _town(), OPERATOR, Source.CLI)
        one = await runner.act(make_feed, OPERATOR, Source.CLI, person="p0")
        other = await runner.act(make_feed, OPERATOR, Source.CLI, rotation=_ROTATIONS[0])
        return PATH.format(token=one.token), PATH.format(token=other.token)
    finally:
        await runner.database.close()


def _town() -> Roster:
    draw = random.Random(40)
    now = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
    people = tuple(Person(id_, f"Person{id_} Name", f"+1562555{number:04}") for number, id_ in enumerate(_PEOPLE))
    rotations = tuple(
        Rotation(name, _PEOPLE[place::6], RotationUnit.DAYS, 1, time_of_day(9), date(2026, 1, 5))
        for place, name in enumerate(_ROTATIONS)
    )
    exceptions = tuple(
        Override(
            name, OverrideKind.REPLACE, begins, begins + timedelta(hours=draw.randint(4, 30)), draw.choice(_PEOPLE)
        )
        for name in _ROTATIONS
        for night in range(0, 365, 3)
        for begins in [now + timedelta(days=night, hours=draw.randint(0, 9))]
    )
    return replace(ROSTER, people=(*ROSTER.people, *people), rotations=rotations, overrides=exceptions, policies=())


async def _opened(node: Node, times: int, path: str, *, cookie: str = "") -> list[Answer]:
    async with connections(node.url, 1) as (connection,):
        found = [await connection.send(get(path, cookie=cookie)) for _ in range(times + 1)]
    assert {one.status for one in found} == {200}, found[0].body[:300]
    return found


def _known(node: Node, path: str, times: int) -> list[float]:
    """How long it takes to tell a calendar that it has everything."""
    with httpx.Client(base_url=node.url) as web:
        tag = web.get(path).headers["ETag"]

        def ask() -> None:
            assert web.get(path, headers={"If-None-Match": tag}).status_code == 304

        return _took(ask, times)


def _previewed(node: Node, cookie: str, times: int) -> list[float]:
    """How long a coordinator waits who wants to see what a cover for tomorrow does."""
    begins = datetime.now(UTC) + timedelta(days=1)
    form = {"do": "replace", "rotation": _ROTATIONS[0], "day": f"{begins:%Y-%m-%d}", "person": "p39", "replaces": "p0"}
    form |= {"from": f"{begins:%Y-%m-%dT%H:%M}", "to": f"{begins + timedelta(hours=12):%Y-%m-%dT%H:%M}"}
    with httpx.Client(base_url=node.url, headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}) as web:

        def ask() -> None:
            answer = web.post("/schedule/change", data=form)
            assert (answer.status_code, "roster-digest" in answer.text) == (200, True), answer.text[:500]

        return _took(ask, times + 1)[1:]


# ---- the resolver alone --------------------------------------------------------------------------------------------


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
