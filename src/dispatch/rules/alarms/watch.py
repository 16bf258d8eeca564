"""When the service itself is the reason for an alarm: its work is late, its clock was wrong, its roster has a gap.

The law: the service itself tells people when they cannot rely on it, before a child waits for nobody.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import CoverageGap
from dispatch.rules.nearer.reach import Reach
from dispatch.rules.roster.on_call import coverage_gaps, is_manned
from dispatch.rules.wording import alarms

LATE = timedelta(seconds=30)
"""Work that has been due this long is late: a healthy node comes round every second or so."""
ALARM_AGAIN = timedelta(minutes=10)
_APART = timedelta(seconds=5)
_BEAT = timedelta(seconds=1)  # how old what a node said last may be
_WORTH_AN_ALARM = timedelta(minutes=1)  # of a clock that was set back
_LOOK_AHEAD = timedelta(days=7)
_MOST_GAPS = 3  # more would only bury the next one


def lateness(due_since: Iterable[datetime | None], now: datetime) -> timedelta:
    """How late the work is that has been due longest; zero if nothing is late."""
    earliest = min((moment for moment in due_since if moment is not None), default=now)
    return max(timedelta(0), now - earliest)


def is_late(late: timedelta) -> bool:
    """Whether work that is `late` by this much is worth an alarm."""
    return late >= LATE


def warn_of_late_work(late: timedelta) -> AlarmCoordinators:
    """It rings: somebody may be waiting for a page that does not go out."""
    return AlarmCoordinators(alarms.work_is_late(int(late.total_seconds())), kind=AlarmKind.WORK_IS_LATE)


def are_apart(ahead: timedelta) -> bool:
    """Whether the clocks of two nodes may be so far apart that it matters: one node takes the other for dead.

    `ahead` is how far in our future the time lies that the other node said last.
    """
    return ahead >= _APART - _BEAT


def warn_of_clocks(node: str, ahead: timedelta) -> AlarmCoordinators:
    """The clock of another node is `ahead` of that of `node`, or up to a second more."""
    text = alarms.clocks_apart(node, math.ceil(ahead.total_seconds()))
    return AlarmCoordinators(text, kind=AlarmKind.CLOCKS_APART)


def warn_of_mistake(code: str) -> AlarmCoordinators:
    """It rings: what failed may be what pages somebody. `code` is empty if no call-out is known."""
    return AlarmCoordinators(alarms.our_mistake(code), kind=AlarmKind.OUR_MISTAKE)


def warn_of_clock(set_back: timedelta) -> list[AlarmCoordinators]:
    """The clock was set back by `set_back`; a few seconds are ordinary."""
    if set_back < _WORTH_AN_ALARM:
        return []
    text = alarms.clock_set_back(int(set_back.total_seconds() // 60))
    return [AlarmCoordinators(text, kind=AlarmKind.CLOCK_SET_BACK)]


def warn_of_gaps(roster: Roster, now: datetime) -> list[AlarmCoordinators]:
    """Coordinators hear days ahead when nobody is on call."""
    return of_gaps(roster, coverage_gaps(roster, now, now + _LOOK_AHEAD))


def of_gaps(roster: Roster, gaps: Sequence[CoverageGap]) -> list[AlarmCoordinators]:
    """The first of these gaps of the roster, such as somebody leaves behind."""
    return [
        AlarmCoordinators(
            alarms.coverage_gap(gap.rotation, gap.starts_at, is_manned=is_manned(roster, gap.rotation, gap.starts_at))
        )
        for gap in gaps[:_MOST_GAPS]
    ]


def warn_of_far(far: Sequence[Reach], target: timedelta) -> list[AlarmCoordinators]:
    """One text for all the areas in which nobody on call could be in time tonight: whom to ask to come nearer can be
    thought about by day."""
    if not far:
        return []
    return [AlarmCoordinators(alarms.out_of_reach([one.area.name for one in far], target))]
