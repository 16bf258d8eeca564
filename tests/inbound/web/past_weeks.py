"""Weeks that have passed: plausible call-outs with their stamps, the same for the same number."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.callout import AssignmentRole
from dispatch.rules.reports.exclusions import Cause, ExclusionCode, Help, Review
from dispatch.store import tables as t
from dispatch.store.reports import exclusions
from dispatch.store.transaction import Transaction

_HOURS = [0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 8, 11, 14, 16, 18, 20, 21, 22, 22, 23, 23]
_PEOPLE = ("ana", "ben", "cleo", "dev", "eva", "eva")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def write(tx: Transaction, now: datetime, count: int, *, weeks: int = 13, said: bool = True) -> None:
    """`count` call-outs of the last `weeks`; about one in twenty missed. With `said`, people have said something about
    the older misses: most have a review, some are left out, one waits to be approved."""
    chance = Random(count)
    callouts: list[dict[str, Any]] = []
    assignments: list[dict[str, Any]] = []
    misses: list[tuple[datetime, str]] = []
    for number in range(count):
        days = chance.uniform(0.2, weeks * 7 - 4)
        received = (now - timedelta(days=days)).replace(minute=chance.randrange(60), second=chance.randrange(60))
        received = received.replace(hour=(chance.choice(_HOURS) + 8) % 24, microsecond=chance.randrange(1_000_000))
        paged = timedelta(seconds=chance.uniform(0.4, 14))
        taken = paged + timedelta(minutes=min(chance.expovariate(1 / 4.5), 35))
        left = taken + timedelta(minutes=chance.triangular(2, 14, 6))
        arrived = left + timedelta(minutes=chance.triangular(6, 42, 20))
        if number % 21 == 20:
            arrived = max(arrived, timedelta(minutes=45)) + timedelta(minutes=chance.triangular(16, 45))
        id_, person = f"past-{number}", _PEOPLE[min(chance.randrange(7), 5)]
        says_left = chance.random() > 0.15
        callouts.append(_callout(id_, chance, received, paged, taken, arrived))
        stamps = {"acknowledged_at": received + taken, "arrived_at": received + arrived}
        assignments.append(
            {
                "callout": id_,
                "person": person,
                "role": AssignmentRole.PRIMARY,
                "sources": {},
                "en_route_at": received + left if says_left else None,
                **stamps,
            }
        )
        if arrived > timedelta(minutes=60):
            misses.append((received, id_))
    if callouts:
        tx.execute(sa.insert(t.callout), callouts)
        tx.execute(sa.insert(t.assignment), assignments)
        came = [
            {"callout": one["id"], "children_met": one["children"], "freedom_bags": one["children"]}
            | {"noted_at": now, "actor_kind": "coordinator", "actor_id": "cora"}
            for one in callouts
        ]
        tx.execute(sa.insert(t.outcome), came)
    if said:
        _say(tx, now, [id_ for _, id_ in sorted(misses)])


def _callout(
    id_: str, chance: Random, received: datetime, paged: timedelta, taken: timedelta, arrived: timedelta
) -> dict[str, Any]:
    return {
        "id": id_,
        "code": f"{chance.choice(_LETTERS)}{chance.randrange(2, 10)}{chance.choice(_LETTERS)}",
        "agency": chance.choice(["LBPD", "LBPD", "LAPD", "LASD"]),
        "status": "closed",
        "open": False,
        "policy": {"name": "default", "steps": [], "round_wait_seconds": 300},
        "step": 1,
        "missed": arrived > timedelta(minutes=60),
        "officer_phone": "+15625550177",
        "children": chance.choice([1, 1, 1, 2]),
        "received_at": received,
        "respond_by": received + timedelta(minutes=60),
        "first_paged_at": received + paged,
        "acknowledged_at": received + taken,
        "arrived_at": received + arrived,
        "ended_at": received + arrived + timedelta(hours=2),
    }


def _say(tx: Transaction, now: datetime, misses: list[str]) -> None:
    for place, id_ in enumerate(misses[:-1]):
        review = Review(Cause.FAR_AWAY, Help.NEARER, "nobody lived on that side of the freeway")
        exclusions.write_review(tx, id_, review, "cora", now)
        if place % 3 == 1:
            exclusions.code(tx, id_, (ExclusionCode.WEATHER, ExclusionCode.PLACE_CHANGED)[place % 2], "cora", now)
            if place % 6 == 1:
                exclusions.approve(tx, id_, "olive", now)
