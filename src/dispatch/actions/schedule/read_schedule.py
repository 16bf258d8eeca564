"""What the schedule says: six weeks, one night, one moment, one span. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.actions.context import Context
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.rules.roster.nights import span_of
from dispatch.rules.schedule.six_weeks import SixWeeks, six_weeks
from dispatch.rules.schedule.spans_on_call import (
    OnCallSpan,
    RotationThen,
    at_moment,
    overrides_touching,
    spans,
    standing_rotations,
)
from dispatch.store.transaction import Transaction

MOST_DAYS = 92
"""Of a span that a script asks for: a quarter."""


class NoSuchRotation(LookupError):
    """the roster had no rotation of this name at that time"""


class BadSpan(ValueError):
    """a span that ends before it begins, or is longer than a script may ask for; the message says which"""


@dataclass(frozen=True, slots=True)
class ShownWeeks:
    roster: Roster
    weeks: SixWeeks
    now_on_call: list[RotationThen]


@dataclass(frozen=True, slots=True)
class ShownNight:
    """One row and one rotation, with what it came from: the versions of the rotation that hold in it, and every
    override that was ever listed for it."""

    roster: Roster
    rotation: Rotation
    day: date
    timezone: str
    begins: datetime
    night: datetime
    ends: datetime
    spans: list[OnCallSpan]
    versions: list[Rotation]
    overrides: list[Override]


@dataclass(frozen=True, slots=True)
class ShownMoment:
    roster: Roster
    at: datetime
    rotations: list[RotationThen]


@dataclass(frozen=True, slots=True)
class ShownSpan:
    roster: Roster
    start: datetime
    end: datetime
    spans: list[OnCallSpan]


def read_weeks(tx: Transaction, context: Context, monday: date) -> ShownWeeks:
    roster = context.roster(tx)
    return ShownWeeks(roster, six_weeks(roster, monday, context.now), at_moment(roster, context.now, context.now))


def read_night(tx: Transaction, context: Context, name: str, day: date) -> ShownNight:
    """Raises `NoSuchRotation`."""
    roster = context.roster(tx)
    around = span_of(day)
    standing = standing_rotations(roster, around[0], around[2])
    rotation = next((one for one in standing if one.name == name), None)
    if rotation is None:
        raise NoSuchRotation(f"there was no rotation {name!r} in the night of {day.isoformat()}")
    timezone = (rotation.at(around[1]) or rotation).timezone
    begins, night, ends = span_of(day, timezone)
    return ShownNight(
        roster,
        rotation,
        day,
        timezone,
        begins,
        night,
        ends,
        spans(roster, rotation, begins, ends, context.now),
        [version for version, _, _ in rotation.holding(begins, ends)],
        overrides_touching(roster, name, begins, ends),
    )


def read_moment(tx: Transaction, context: Context, at: datetime | None) -> ShownMoment:
    """Who was or will be on call at that moment; now where there is none. Raises `NaiveMoment`."""
    roster, at = context.roster(tx), at or context.now
    return ShownMoment(roster, at, at_moment(roster, at, context.now))


def read_span(tx: Transaction, context: Context, start: datetime | None, end: datetime | None) -> ShownSpan:
    """From now, and for two weeks, where nothing is said. Raises `BadSpan`."""
    roster = context.roster(tx)
    start = start or context.now
    end = end or start + timedelta(days=14)
    if start >= end:
        raise BadSpan("to must lie after from")
    if end - start > timedelta(days=MOST_DAYS):
        raise BadSpan(f"from and to lie more than {MOST_DAYS} days apart; ask for less at once")
    found = [
        one
        for rotation in standing_rotations(roster, start, end)
        for one in spans(roster, rotation, start, end, context.now)
    ]
    return ShownSpan(roster, start, end, found)
