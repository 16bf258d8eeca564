"""Six weeks of nights, as a coordinator reads them: a row for each night, a cell for each rotation.

The law: a row is a day from 6:00 to 6:00. Its cell says who has the night, from 22:00 to 6:00 on the clock of the
rotation; and of the day before it only what the rotation alone would not tell: a gap, an exception. So no gap is in no
row, and a hand-off at 9:00 is not told forty-two times.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.nights import span_of, tonight
from dispatch.rules.schedule.spans_on_call import OnCallSpan, Reason, spans, standing_rotations

WEEKS_SHOWN = 6
_USUAL = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class ScheduleCell:
    """One rotation's night, and what is unusual about the day before it. `begins` is whether somebody else has the
    night than the one before."""

    rotation: str
    night: tuple[OnCallSpan, ...]
    by_day: tuple[OnCallSpan, ...]
    begins: bool


@dataclass(frozen=True, slots=True)
class ScheduleNight:
    """`hours` is set for a night in which the clocks change."""

    day: date
    cells: tuple[ScheduleCell, ...]
    hours: int | None
    is_tonight: bool


@dataclass(frozen=True, slots=True)
class SixWeeks:
    """`gaps` are whole, by their start; a night shows the parts that lie in it."""

    monday: date
    rotations: tuple[str, ...]
    nights: tuple[ScheduleNight, ...]
    gaps: tuple[OnCallSpan, ...]


_LONG = timedelta(hours=36)


def part_of_night(shift: Shift, rotation: Rotation, day: date) -> tuple[datetime, datetime]:
    """What of a shift of several days somebody means who presses this night: a day of it, from the time of its hand-off
    on, so that a cover for tonight is none for the week. A shorter shift is meant as a whole."""
    whole = shift.starts_at, shift.ends_at
    if shift.ends_at - shift.starts_at <= _LONG:
        return whole
    begins, night, ends = span_of(day, rotation.timezone)
    handoff, next_one = (
        local_moment(datetime.combine(one, rotation.handoff), rotation.timezone)
        for one in (day, day + timedelta(days=1))
    )
    spans = [(handoff, next_one)] if begins <= handoff <= night else []
    for since, until in (*spans, (begins, ends)):
        if max(since, shift.starts_at) < min(until, shift.ends_at):
            return max(since, shift.starts_at), min(until, shift.ends_at)
    return whole


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def six_weeks(roster: Roster, monday: date, now: datetime) -> SixWeeks:
    """The weeks from `monday` on, as they are known at `now`. Raises `NaiveMoment`."""
    days = [monday + timedelta(days=number) for number in range(7 * WEEKS_SHOWN)]
    start, end = span_of(days[0])[0], span_of(days[-1])[2]
    shown = [(one, _made_of(roster, one, days, now)) for one in standing_rotations(roster, start, end)]
    gaps = [one for _, found in shown for one in found if one.is_gap and start < one.ends_at and one.starts_at < end]
    return SixWeeks(
        monday,
        tuple(rotation.name for rotation, _ in shown),
        tuple(_night(day, shown, now) for day in days),
        tuple(sorted(gaps, key=lambda gap: gap.starts_at)),
    )


def _made_of(roster: Roster, rotation: Rotation, days: Sequence[date], now: datetime) -> list[OnCallSpan]:
    """From the evening before the first row on, which says whether the first night is somebody else's."""
    begins = span_of(days[0] - timedelta(days=1), rotation.timezone)[1]
    return spans(roster, rotation, begins, span_of(days[-1], rotation.timezone)[2], now)


def _night(day: date, shown: Sequence[tuple[Rotation, list[OnCallSpan]]], now: datetime) -> ScheduleNight:
    _, night, ends = span_of(day)
    lasts = ends - night
    return ScheduleNight(
        day,
        tuple(_cell(rotation, found, day) for rotation, found in shown),
        None if lasts == _USUAL else round(lasts / timedelta(hours=1)),
        day == tonight(now),
    )


def _cell(rotation: Rotation, found: list[OnCallSpan], day: date) -> ScheduleCell:
    begins, night, ends = span_of(day, rotation.timezone)
    at_night = _within(found, night, ends)
    # What reaches into this night or the one before is told there.
    by_day = [
        one
        for one in _within(found, begins, night)
        if begins <= one.starts_at and one.ends_at <= night and (one.is_gap or one.reason is Reason.OVERRIDE)
    ]
    before = _within(found, begins - timedelta(minutes=1), begins)
    is_other = not before or before[-1].people != at_night[0].people
    return ScheduleCell(rotation.name, tuple(at_night), tuple(by_day), is_other)


def _within(found: list[OnCallSpan], start: datetime, end: datetime) -> list[OnCallSpan]:
    """Those that touch [start, end), of spans without a hole."""
    first = max(0, bisect_right(found, start, key=lambda one: one.starts_at) - 1)
    return list(takewhile(lambda one: one.starts_at < end, found[first:]))
