"""How soon somebody could be in each area, and who would be paged for a call from one.

It only reads, and says in the audit that somebody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.actions.context import Context
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.rules.board.area_plan import AreaPlan, area_plan
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.nearer.estimate import MeasuredDrive
from dispatch.rules.nearer.reach import Drives, Reach, out_of_reach, reach_tonight
from dispatch.rules.nearer.starting import area_called
from dispatch.store.access import audit
from dispatch.store.callout import others
from dispatch.store.roster import measured_drives
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction


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
    plan = _plan(tx, context, to, drives[to.code]) if to is not None else None
    return Tonight(roster, reach_tonight(roster, drives, context.now, absences.standing(tx, context.now)), plan)


def _plan(tx: Transaction, context: Context, to: Area, drives: Sequence[MeasuredDrive]) -> AreaPlan:
    roster = context.roster(tx)
    return area_plan(
        roster,
        to,
        drives,
        others.out_now(tx),
        context.resting(tx),
        context.timings.span("target"),
        context.now,
        who_is_reachable(tx, context, roster.people),
        absences.away_at(tx, context.now),
    )


def far_tonight(tx: Transaction, context: Context) -> list[Reach]:
    """The areas that nobody on call could reach within the target tonight."""
    roster = context.roster(tx)
    if not roster.areas:
        return []
    away, target = absences.standing(tx, context.now), context.timings.span("target")
    return out_of_reach(roster, _all_drives(tx, roster), target, context.now, away)


def _all_drives(tx: Transaction, roster: Roster) -> Drives:
    return {area.code: measured_drives.to_area(tx, area.code) for area in roster.areas}
