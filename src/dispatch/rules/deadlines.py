"""What happens when a deadline is due: each kind names the rule that decides.

The law: meeting a deadline either sets the next one or finds that another rule has; see `callout`.
"""

from datetime import datetime
from typing import assert_never

from dispatch.rules import assignment, escalation, response_clock
from dispatch.rules.decisions import DeadlineKind, Decision
from dispatch.rules.facts import Situation


def meet(
    situation: Situation, kind: DeadlineKind, person_id: str | None, attempt: int, now: datetime
) -> list[Decision]:
    """Decide what a deadline of `kind`, set for `person_id` (or the whole call-out), brings at `now`."""
    person = situation.roster.person(person_id) if person_id else None
    match kind:
        case DeadlineKind.ESCALATE:
            return escalation.end_turn(situation, now)
        case DeadlineKind.OFFICER_WAITING:
            return response_clock.tell_officer_nobody_yet(situation, now)
        case DeadlineKind.WARN_TARGET:
            return response_clock.warn(situation, now)
        case DeadlineKind.TARGET_MISSED:
            return response_clock.miss(situation, now)
        case DeadlineKind.REMIND_EN_ROUTE:
            return assignment.remind_en_route(situation, person, attempt, now) if person else []
        case DeadlineKind.REMIND_ARRIVAL:
            return assignment.remind_arrival(situation, person, attempt, now) if person else []
        case DeadlineKind.CHECK_ON_SCENE:
            return assignment.check_on_scene(situation, attempt, now)
        case DeadlineKind.CHECK_HOME:
            return assignment.check_home(situation, person, attempt, now) if person else []
        case _:
            assert_never(kind)
