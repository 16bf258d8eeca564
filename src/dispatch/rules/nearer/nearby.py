"""Who is how far from a meeting place, made once of the roster and of what drives took, in plain minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import DayPart, Role
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.roster.estimate import MeasuredDrive, estimate, part_of_day

FRESH_FOR = timedelta(hours=12)
"""How long somebody who was out at night is asked after the others."""


def nearby(
    roster: Roster,
    callout: CallOut,
    to: Area | None,
    drives: Sequence[MeasuredDrive],
    set_out: Iterable[tuple[str, datetime]],
    waiting: int,
    now: datetime,
) -> Nearby:
    """`to` is the area of the meeting place, None where it is unknown; `drives` are those to it. `set_out` says who
    left for another call-out, and when; `waiting` is how many call-outs nobody has."""
    specialists = roster.with_role(Role.SPECIALIST)
    ready = {one.id: estimate(one, to, roster, drives, now).minutes for one in specialists}
    known = {person: minutes for person, minutes in ready.items() if minutes is not None}
    free = [one for one in specialists if one.id not in callout.out and not callout.is_on_it(one.id)]
    fresh = {person for person, at in set_out if part_of_day(at) is DayPart.NIGHT and now - at < FRESH_FOR}
    return Nearby(
        ready=known,
        drive={one.id: known[one.id] - max(0, one.turnout_minutes) for one in specialists if one.id in known},
        fresh=frozenset(fresh),
        short=waiting > len(free),
    )
