"""Who is how far from a meeting place, made once of the roster and of what drives took, in plain minutes."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer.estimate import MeasuredDrive, estimate, turnout


def nearby(
    roster: Roster,
    callout: CallOut,
    to: Area | None,
    drives: Sequence[MeasuredDrive],
    waiting: int,
    now: datetime,
    away: frozenset[str] = frozenset(),
) -> Nearby:
    """`to` is the area of the meeting place, None where it is unknown; `drives` are those to it; `waiting` is how many
    call-outs nobody has, `away` are those who are away now."""
    specialists = roster.with_role(Role.SPECIALIST)
    ready = {one.id: estimate(one, to, roster, drives, _asked_at(one, callout, now)).minutes for one in specialists}
    known = {person: minutes for person, minutes in ready.items() if minutes is not None}
    free = [one for one in specialists if one.id not in callout.out and not callout.is_on_it(one.id)]
    return Nearby(
        ready=known,
        drive={one.id: known[one.id] - max(0, one.turnout_minutes) for one in specialists if one.id in known},
        away=away,
        short=waiting > len(free),
    )


def _asked_at(person: Person, callout: CallOut, now: datetime) -> datetime:
    """The moment from which their estimate counts: now, but for whoever goes. They drive by the hour in which they set
    out, or will at the earliest."""
    mine = callout.assignment_of(person.id)
    if mine is None or not mine.is_on_it:
        return now
    if mine.en_route_at is not None:
        return mine.en_route_at - turnout(person)
    return max(mine.acknowledged_at, now - turnout(person))
