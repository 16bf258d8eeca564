"""Sixty shifts begin at nine, and a call-out comes in the same second: when tests and page are at the carrier."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from benchmarks.client import connections, run
from benchmarks.deployment import BOTH, FIRST_PHONE, ROSTER, Bench, Deployed, callout_requests, wall_clock
from benchmarks.figures import Figure, beyond, ms, spread
from benchmarks.processes import running
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.actions.shifts.run_shift_tests import begin_tests
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.store import tables as t

NAME = "shift_starts"
_SHIFTS = 60
_MOST, _MOST_PAGE = 5.0, 0.5
_START = 2.0  # seconds until it is nine
_PHONES = {f"p{number}": f"+1562555{2_000 + number}" for number in range(2 * _SHIFTS)}


def figures(bench: Bench) -> Iterator[Figure]:
    for engine in BOTH:
        with bench.database(engine) as deployed, bench.carrier(tells=False) as carrier:
            carrier.counted |= set(_PHONES.values())
            node = bench.node(deployed, carrier)
            with running(node.child):
                node.ready()
                nine = run(_written(deployed))
                paged = run(_called_at(node.url, deployed.agency_key, nine))
                requests = carrier.wait_for(_SHIFTS + 1, seconds=_MOST + 5)
        tests = sorted(one.at - nine.timestamp() for one in requests if one.to in _PHONES.values())
        page = next(one.at for one in requests if one.to == FIRST_PHONE) - paged
        assert len(tests) == _SHIFTS, f"{len(tests)} tests have left"
        yield Figure(
            f"{_SHIFTS} shifts begin at nine → each test at the carrier, {engine}",
            f"all ≤ {ms(_MOST)}",
            spread(tests),
            f"the page of a call-out in the same second, from its post on: {ms(page)}",
            tests[-1] <= _MOST and page <= _MOST_PAGE,
            beyond(tests[-1], _MOST, "the last is") or beyond(page, _MOST_PAGE, "the page is"),
        )


def _roster() -> Roster:
    people = tuple(Person(id_, f"Person{id_} Name", phone) for id_, phone in _PHONES.items())
    rotations = tuple(
        Rotation(f"r{n}", (f"p{n}", f"p{_SHIFTS + n}"), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5))
        for n in range(_SHIFTS)
    )
    (policy,) = ROSTER.policies
    last = replace(policy.steps[-1], targets=tuple(Target(TargetKind.ROTATION, one.name) for one in rotations))
    return replace(
        ROSTER,
        people=(*ROSTER.people, *people),
        rotations=(*ROSTER.rotations, *rotations),
        policies=(replace(policy, steps=(*policy.steps, last)),),
    )


async def _written(deployed: Deployed) -> datetime:
    """Written as at half a minute before nine of tomorrow, and due in a moment; returns the moment that is nine."""
    runner = await deployed.runner()
    tomorrow = wall_clock().astimezone(ZoneInfo(LOCAL)) + timedelta(days=1)
    try:
        await runner.act(import_roster, _roster(), OPERATOR, Source.CLI)
        runner.now = lambda: tomorrow.replace(hour=8, minute=59, second=30).astimezone(UTC)
        await runner.act(begin_tests)
        now = wall_clock()
        nine = now + timedelta(seconds=_START)
        due = t.page.update().where(t.page.c.purpose == Purpose.TEST).values(created_at=now, due_at=nine)
        await runner.database.write(lambda tx: tx.execute(due))
    finally:
        await runner.database.close()
    return nine


async def _called_at(url: str, key: str, nine: datetime) -> float:
    """Post a call-out as the tests become due; returns when, by the wall clock."""
    async with connections(url, 1) as (connection,):
        await asyncio.sleep((nine - wall_clock()).total_seconds())
        posted = wall_clock().timestamp()
        answer = await connection.send(*callout_requests(key, 1))
    assert answer.status == 201, answer.body
    return posted
