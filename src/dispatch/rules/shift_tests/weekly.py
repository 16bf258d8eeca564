"""Whoever no shift has tested for a week is tested by text, in an evening hour that they chose, and what follows.

The law: **the silence of a weekly test adds nobody and rings nobody.** It shows, and coordinators read of a second one
in a row. Nobody is tested who is paged, out, away or resting, and what the carrier has brought to no phone is no
silence.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.shift_tests.coming_on import MISSED, WRITTEN_AHEAD, ComingOn
from dispatch.rules.shift_tests.unanswered import OF_NO_ROTATION, Reached, ShiftTest, TestEnd

TESTED_WITHIN = timedelta(days=7) - timedelta(hours=2)
"""How long a test counts. Not whole weeks: an hour that clocks skip, or a node that was down, must not cost a day."""
ANSWERS_WITHIN = timedelta(hours=1)
_WAITS_FOR_CARRIER = timedelta(hours=2)
TELLS_OF = 2
"""How many missed in a row coordinators read of."""


def due_tonight(roster: Roster, now: datetime) -> list[ComingOn]:
    """Everybody whose hour begins within a minute, or began in the last half hour, whether they are to be tested or
    not. Raises `NaiveMoment`."""
    day, found = now.astimezone(ZoneInfo(LOCAL)).date(), []
    for person in roster.people:
        moment = local_moment(datetime.combine(day, time(person.test_hour)), LOCAL)
        is_paged = person.is_specialist or person.is_coordinator
        if is_paged and not person.opted_out and now - MISSED < moment <= now + WRITTEN_AHEAD:
            found.append(ComingOn(OF_NO_ROTATION, person.id, moment, moment + _WAITS_FOR_CARRIER, moment))
    return found


def weekly_end(
    test: ShiftTest, reached: Sequence[Reached], now: datetime, *, answered: bool, needed: bool
) -> TestEnd | None:
    """How a weekly test has ended; None while it is waited for. `reached` is what became of its text."""
    if answered or any(one.was_answered for one in reached):
        return TestEnd.ANSWERED
    if needed:
        return TestEnd.NEEDED
    if now < test.due_at:
        return None
    if any(one.was_kept(now) for one in reached):
        return TestEnd.SILENT
    return TestEnd.NOT_ARRIVED if now >= test.ends_at else None
