"""When whoever goes will be there: as they said, otherwise by the estimate.

The law: what somebody said holds until it has passed by five minutes, or they left after it. Without a word the
estimate counts, and only once the question for the minutes has stayed unanswered for two minutes. What is not known
stays unknown, and is never taken for late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.situation import Nearby, Situation

ESTIMATED_AFTER = timedelta(minutes=2)
"""How long the question for the minutes waits before the estimate is taken for them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When somebody on a call-out will be there; `said` by themselves, otherwise estimated."""

    person: str
    at: datetime
    said: bool
    leads: bool


def when(situation: Situation, mine: Assignment, nearby: Nearby, now: datetime) -> Expected | None:
    """When somebody who goes will be there; None where nothing is known, or they may still say it."""
    if mine.eta_at is not None and _holds(mine, mine.eta_at, now, situation.timings.span("arrival_grace")):
        return Expected(mine.person, mine.eta_at, said=True, leads=mine.role.leads)
    drive, ready = nearby.drive.get(mine.person), nearby.ready.get(mine.person)
    if drive is None or ready is None or now < estimated_from(mine):
        return None
    left_at = mine.en_route_at or max(now, mine.acknowledged_at + timedelta(minutes=ready - drive))
    at = max(now, left_at + timedelta(minutes=drive))
    return Expected(mine.person, at, said=False, leads=mine.role.leads)


def _holds(mine: Assignment, said: datetime, now: datetime, grace: timedelta) -> bool:
    return now < said + grace and (mine.en_route_at is None or said > mine.en_route_at)


def estimated_from(mine: Assignment) -> datetime:
    """From when on the estimate counts for somebody who has said no time, or whose time has passed."""
    return (
        mine.acknowledged_at
        if mine.eta_at is not None
        else (mine.en_route_at or mine.acknowledged_at) + ESTIMATED_AFTER
    )


def first(situation: Situation, nearby: Nearby, now: datetime) -> Expected | None:
    """Whoever of those who go will be there first, as far as it is known."""
    going = (one for one in situation.callout.assignments if one.is_on_it and one.arrived_at is None)
    return soonest(when(situation, one, nearby, now) for one in going)


def soonest(expected: Iterable[Expected | None]) -> Expected | None:
    known = [one for one in expected if one is not None]
    return min(known, key=lambda one: (one.at, not one.leads, one.person), default=None)
