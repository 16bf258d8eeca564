"""Who would be in an area when, and who would be paged for a call from there.

It only reads, and says in the audit that somebody looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.actions.context import Context
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.rules.board.area_plan import AreaPlan, area_plan
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.nearer.estimate import Estimate, MeasuredDrive, estimate
from dispatch.rules.nearer.reach import Drives, Reach, out_of_reach, reach_tonight
from dispatch.rules.nearer.starting import area_called
from dispatch.store.access import audit
from dispatch.store.callout import others
from dispatch.store.roster import measured_drives
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction


class NoSuchArea(LookupError):
    """no area of the roster has this code"""


@dataclass(frozen=True, slots=True)
class Near:
    """An estimate for each person, by their id, and the plan, as they stood with this roster."""

    roster: Roster
    estimates: Mapping[str, Estimate]
    plan: AreaPlan


def who_is_near(tx: Transaction, context: Context, name: str, moment: datetime, by: Actor, source: Source) -> Near:
    """Everybody's way to the area with this code or name, were they asked at `moment`. Raises `NoSuchArea`,
    `NaiveMoment`."""
    roster = context.roster(tx)
    to = area_called(roster, name)
    if to is None:
        known = ", ".join(area.code for area in roster.areas) or "none (they are in the roster file)"
        raise NoSuchArea(f"no area has the code {name!r}; there are: {known}")
    audit.write(tx, context.now, by, source, AuditEvent.SAW_ESTIMATES)  # not where: a child may wait there
    drives = measured_drives.to_area(tx, to.code)
    estimates = {person.id: estimate(person, to, roster, drives, moment) for person in roster.people}
    return Near(roster, estimates, _plan(tx, context, to, drives, moment))


_NOW = timedelta(minutes=1)  # whoever asks about now has read a clock before us
_TONIGHT = timedelta(hours=12)


def _plan(tx: Transaction, context: Context, to: Area, drives: Sequence[MeasuredDrive], moment: datetime) -> AreaPlan:
    """Who is out now says nothing of another moment, and who is reachable tonight nothing of another night."""
    roster, away = context.roster(tx), abs(moment - context.now)
    out = others.out_now(tx) if away < _NOW else frozenset[str]()
    reachable = who_is_reachable(tx, context, roster.people) if away < _TONIGHT else {}
    return area_plan(
        roster,
        to,
        drives,
        out,
        context.resting(tx),
        context.timings.span("target"),
        moment,
        reachable,
        absences.away_at(tx, moment),
    )


@dataclass(frozen=True, slots=True)
class Tonight:
    """How the areas stand tonight, and the plan for the one that was asked about."""

    roster: Roster
    reach: list[Reach]
    plan: AreaPlan | None


def plan_for(tx: Transaction, context: Context, name: str, by: Actor) -> Tonight:
    """For a coordinator in a browser; without a plan if no area is called `name`."""
    roster = context.roster(tx)
    to = area_called(roster, name)
    context.let_sleep()
    audit.write(tx, context.now, by, Source.WEB, AuditEvent.SAW_ESTIMATES)
    drives = _all_drives(tx, roster)
    plan = _plan(tx, context, to, drives[to.code], context.now) if to is not None else None
    return Tonight(roster, reach_tonight(roster, drives, context.now, absences.standing(tx, context.now)), plan)


def far_tonight(tx: Transaction, context: Context) -> list[Reach]:
    """The areas that nobody on call could reach within the target tonight."""
    roster = context.roster(tx)
    if not roster.areas:
        return []
    away, target = absences.standing(tx, context.now), context.timings.span("target")
    return out_of_reach(roster, _all_drives(tx, roster), target, context.now, away)


def _all_drives(tx: Transaction, roster: Roster) -> Drives:
    return {area.code: measured_drives.to_area(tx, area.code) for area in roster.areas}
