"""Which shifts somebody wants covered, and when others are asked.

The law: **a shift stays its holder's until somebody has taken it.** What is asked for is what the resolver says that
they have, so nobody asks for a shift of somebody else's. Nothing is asked for twice.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.roster.local_clock import local_moment, next_time
from dispatch.rules.roster.nights import ENDS
from dispatch.rules.roster.on_call import all_shifts, uncovered
from dispatch.rules.schedule.shift_texts import EVENING, MORNING, is_quiet
from dispatch.rules.shifts.cover import Cover, WantedCover

LONGEST_AWAY = timedelta(days=93)
"""Whoever is away for longer than a quarter is taken out of the rotation by a coordinator."""
MOST_AHEAD = timedelta(days=366)
WARNINGS = (timedelta(hours=48), timedelta(hours=12))
"""How long before its beginning coordinators are alarmed about a cover that nobody took."""


class SpanRefused(StrEnum):
    TOO_LONG = "too long"
    TOO_FAR = "too far ahead"
    OVER = "over"
    BACKWARDS = "backwards"


def refused_span(
    starts_at: datetime, ends_at: datetime, now: datetime, *, however_far: bool = False
) -> SpanRefused | None:
    """`however_far`: whoever says it has written the year."""
    if ends_at <= starts_at:
        return SpanRefused.BACKWARDS
    if ends_at <= now:
        return SpanRefused.OVER
    if starts_at > now + MOST_AHEAD and not however_far:
        return SpanRefused.TOO_FAR
    return SpanRefused.TOO_LONG if ends_at - max(starts_at, now) > LONGEST_AWAY + timedelta(days=1) else None


def theirs(
    roster: Roster, person: str, starts_at: datetime, ends_at: datetime, rotation: str | None = None
) -> list[Shift]:
    """What they have in the span, by its beginning; in one `rotation`, or in all."""
    found = all_shifts(roster, starts_at, ends_at) if starts_at < ends_at else []
    mine = (one for one in found if one.person == person and rotation in (None, one.rotation))
    return sorted(mine, key=lambda one: (one.starts_at, one.rotation))


_BESIDE = timedelta(days=31)  # longer than most shifts


def whole(roster: Roster, person: str, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """What they have in the span, each shift from its own beginning to its own end, by its beginning. One that begins
    or ends more than a month beside the span is cut there."""
    return [shift for shift in beside(roster, starts_at, ends_at) if shift.person == person]


def beside(roster: Roster, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """The same, of everybody."""
    around = all_shifts(roster, starts_at - _BESIDE, ends_at + _BESIDE)
    found = (shift for shift in around if shift.touches(starts_at, ends_at))
    return sorted(found, key=lambda one: (one.starts_at, one.rotation))


def of_days(first: date, last: date) -> tuple[datetime, datetime]:
    """From 6:00 of the first day to 6:00 after the last on our clock, in UTC. Raises `OverflowError`."""
    begins, ends = (datetime.combine(day, ENDS) for day in (first, last + timedelta(days=1)))
    return local_moment(begins, LOCAL), local_moment(ends, LOCAL)


def wanted(
    found: Iterable[Shift],
    open_covers: Sequence[Cover],
    now: datetime,
    *,
    absence: str | None = None,
    only: str | None = None,
) -> list[WantedCover]:
    """The covers to ask for: those of `found` of which no part is asked for yet. Whoever is away needs all of it
    covered, so an absence asks for whatever part is left."""
    asked = [
        part
        for shift in found
        for asked_for in [asked_already(shift, open_covers)]
        for part in (uncovered(shift, (one.wanted for one in asked_for)) if absence or not asked_for else ())
    ]
    return [
        WantedCover(
            shift.rotation,
            shift.person,
            shift.starts_at,
            shift.ends_at,
            absence,
            only,
            now if only is not None and is_for_tonight(shift.starts_at, now) else first_ask(shift.starts_at, now),
            first_warning(shift.starts_at, now),
        )
        for shift in asked
    ]


def asked_already(shift: Shift, open_covers: Iterable[Cover]) -> list[Cover]:
    """The covers that ask for a part of it."""
    return [
        one
        for one in open_covers
        if (one.wanted.holder, one.wanted.rotation) == (shift.person, shift.rotation)
        and one.wanted.touches(shift.starts_at, shift.ends_at)
    ]


def asked_as_away(wanted: WantedCover, away: Iterable[Absence]) -> bool:
    """Whether it was asked for since its holder is away, and they are `away` in a part of it: whichever of two absences
    that overlap asked first, the other needs it as well."""
    touched = (one.person == wanted.holder and one.touches(wanted.starts_at, wanted.ends_at) for one in away)
    return wanted.absence is not None and any(touched)


def is_held(wanted: WantedCover, away: Iterable[Absence], now: datetime) -> bool:
    """Whether all that is left of it lies in one of these absences."""
    starts_at = max(wanted.starts_at, now)
    return any(one.person == wanted.holder and one.holds(starts_at, wanted.ends_at) for one in away)


def still_wanted(wanted: WantedCover, away: Absence, roster: Roster, now: datetime) -> list[Shift]:
    """What its holder has of it while they are `away`."""
    starts_at, ends_at = max(wanted.starts_at, away.starts_at, now), min(wanted.ends_at, away.ends_at)
    return theirs(roster, wanted.holder, starts_at, ends_at, wanted.rotation)


# ---- when ----------------------------------------------------------------------------------------------------------


def is_for_tonight(starts_at: datetime, now: datetime) -> bool:
    """Whether it begins before the next morning: too soon to ask around."""
    return starts_at < next_time(MORNING, now)


_OUT_FOR = timedelta(hours=12)


def may_still_be_out(starts_at: datetime, now: datetime) -> bool:
    """Whether somebody who is out on a call-out now may be so when it begins, or may have just come home."""
    return starts_at < now + _OUT_FOR


def first_ask(starts_at: datetime, now: datetime) -> datetime | None:
    """None where a coordinator is alarmed instead."""
    if is_for_tonight(starts_at, now):
        return None
    return next_time(MORNING, now) if is_quiet(now) else now


def next_ask(starts_at: datetime, now: datetime, every: timedelta = timedelta(hours=2)) -> datetime | None:
    """When the wave after this one goes out, if any does before the night of the shift."""
    at = now + every
    at = next_time(MORNING, at) if is_quiet(at) else at
    return None if is_for_tonight(starts_at, at) else at


def first_warning(starts_at: datetime, now: datetime) -> datetime:
    """At once for tonight, and in the morning for what begins so soon after it."""
    if is_for_tonight(starts_at, now):
        return now
    following = next_warning(starts_at, now)
    if following is not None:
        return following
    return next_time(MORNING, now) if is_quiet(now) else now


def next_warning(starts_at: datetime, now: datetime) -> datetime | None:
    """The next of the warnings that are to come: none of them at night, but in the evening before."""
    moments = (_by_day(starts_at - before) for before in WARNINGS)
    return next((moment for moment in moments if moment > now), None)


def _by_day(moment: datetime) -> datetime:
    if not is_quiet(moment):
        return moment
    evenings = (next_time(EVENING, moment - timedelta(days=days)) for days in (1, 2))
    return next(evening for evening in evenings if evening <= moment) - timedelta(hours=1)
