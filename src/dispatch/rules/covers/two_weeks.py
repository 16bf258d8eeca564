"""Who reads their next two weeks on a Sunday, and when.

The law: one text a week, at the hour that its reader has chosen, to whoever has a shift; to somebody who has none only
where that is news, after a week in which they had one. Whoever could not be told at that hour is told later, but not at
night, and not after Monday.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.covers import cover_texts
from dispatch.rules.covers.wanting import beside
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import NO_SUNDAY, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.schedule.shift_texts import EVENING, MORNING, ShiftText, is_quiet
from dispatch.rules.wording.languages import Words

TWO_WEEKS = timedelta(days=14)
SUNDAY_HOURS = range(MORNING.hour, EVENING.hour)
"""Of the day, at which somebody can be told."""
OFF = "off"
_LATELY = timedelta(days=7)


def hour_typed(typed: str) -> int | None:
    """A `sunday_hour`, as a form has it; None where it is none."""
    return NO_SUNDAY if typed == OFF else next((hour for hour in SUNDAY_HOURS if str(hour) == typed), None)


def sunday(now: datetime) -> datetime:
    """The moment at which the latest Sunday began: whoever has been told since then is told no more. Raises
    `NaiveMoment`."""
    return _moment(_sunday(now))


def _sunday(now: datetime) -> date:
    here = now.astimezone(ZoneInfo(LOCAL)).date()
    return here - timedelta(days=here.isoweekday() % 7)


def _moment(day: date, hour: int = 0) -> datetime:
    return local_moment(datetime.combine(day, time(hour)), LOCAL)


def due(roster: Roster, now: datetime) -> list[Person]:
    """Those whose hour has come, whether they have been told or not. Raises `NaiveMoment`."""
    day = _sunday(now)
    if is_quiet(now) or now >= _moment(day + timedelta(days=2)):
        return []
    return [
        one
        for one in roster.people
        if one.sunday_hour != NO_SUNDAY and not one.opted_out and _moment(day, one.sunday_hour) <= now
    ]


def sunday_texts(roster: Roster, readers: Collection[Person], now: datetime) -> list[ShiftText]:
    """What these people read now; nothing for those who have no shift, and know it. Raises `NaiveMoment`."""
    theirs = defaultdict[str, list[Shift]](list)
    for shift in beside(roster, now - _LATELY, now + TWO_WEEKS):
        theirs[shift.person].append(shift)

    def words(person: Person) -> Words:
        return cover_texts.two_weeks([shift for shift in theirs[person.id] if shift.ends_at > now], roster)

    return [ShiftText(one, words(one), False) for one in readers if theirs[one.id]]
