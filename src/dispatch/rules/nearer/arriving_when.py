"""When whoever goes will be there: as they said, otherwise by the estimate.

The law: what somebody said holds until it has passed by five minutes, or they left after it. Without a word the
estimate counts, and only once the question for the minutes has stayed unanswered for two minutes. What is not known
stays unknown, and is never taken for late; but whoever was to be there by now is never taken to arrive at any moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.facts.callout import Assignment
from dispatch.rules.facts.situation import Nearby, Situation

ESTIMATED_AFTER = timedelta(minutes=2)
"""How long the question for the minutes waits before the estimate is taken for them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When somebody on a call-out will be there; `said` by themselves, otherwise estimated. `overdue`: their time has
    passed, and nobody knows when they come, or whether: `at` is as late as a new call-out's target."""

    person: str
    at: datetime
    said: bool
    leads: bool
    overdue: bool = False


def when(situation: Situation, mine: Assignment, nearby: Nearby, now: datetime) -> Expected | None:
    """When somebody who goes will be there; None where nothing is known, or they may still say it."""
    said_at = said(situation, mine, now)
    if said_at is not None:
        return Expected(mine.person, said_at, said=True, leads=mine.role.leads)
    never = Expected(
        mine.person, now + situation.timings.span("target"), said=False, leads=mine.role.leads, overdue=True
    )
    overdue = never if _is_overdue(situation, mine, now) else None
    drive, ready = nearby.drive.get(mine.person), nearby.ready.get(mine.person)
    if drive is None or ready is None or may_still_say(mine, now):
        return overdue
    # `min`: a clock may have been set back since they answered or left.
    if mine.en_route_at is not None:
        left_at = min(now, mine.en_route_at)
    else:
        left_at = max(now, min(now, mine.acknowledged_at) + timedelta(minutes=ready - drive))
    at = left_at + timedelta(minutes=drive)
    if at <= now and overdue is not None:
        return overdue
    return Expected(mine.person, max(now, at), said=False, leads=mine.role.leads)


def _is_overdue(situation: Situation, mine: Assignment, now: datetime) -> bool:
    """Whether they were to be there by now: as they said, otherwise by the target, or at once if they left later."""
    due_at = max(mine.eta_at or situation.callout.respond_by, mine.en_route_at or mine.acknowledged_at)
    return now >= due_at + situation.timings.span("arrival_grace")


def said(situation: Situation, mine: Assignment, now: datetime) -> datetime | None:
    """The time that they said, while it counts."""
    at = mine.eta_at
    if at is None or now >= at + situation.timings.span("arrival_grace"):
        return None
    return at if mine.en_route_at is None or at > min(now, mine.en_route_at) else None


def without_passed(situation: Situation, everybody: Iterable[Assignment], now: datetime) -> list[Assignment]:
    """A time that counts no more gives way to one that somebody else has said: otherwise everybody would go on reading
    of whoever has not come. While nobody says another it stands, and says how late they are."""
    found = list(everybody)
    awaited = [one for one in found if one.is_on_it and one.arrived_at is None]
    if not any(said(situation, one, now) for one in awaited):
        return found
    passed = {one.person for one in awaited if said(situation, one, now) is None}
    return [replace(one, eta_at=None) if one.person in passed else one for one in found]


def may_still_say(mine: Assignment, now: datetime) -> bool:
    """Whether the question for the minutes has not been unanswered for long. By a clock that was set back since, it has
    been: nobody waits for an hour."""
    asked_at = mine.en_route_at or mine.acknowledged_at
    return mine.eta_at is None and abs(now - asked_at) < ESTIMATED_AFTER


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
