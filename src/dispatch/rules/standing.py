"""How a call-out stands, in a few words, and how badly it needs a person.

The law: red means that a person must act now, so whatever somebody has already is not red; and no words promise what
the rows do not say.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.alarm_kinds import Severity, severity
from dispatch.rules.alarm_owners import has_owner
from dispatch.rules.escalation import asked_in_turn, is_step
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Assignment, CallOut, Status
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording.names import listed
from dispatch.rules.wording.times import local_time


class Level(StrEnum):
    """The four levels of every page for people."""

    ACT = "act"  # a person must act now
    SOON = "soon"  # it will need a person
    NEUTRAL = "neutral"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Standing:
    """`words` say how it stands, such as "Ana is on the way, there 02:45"."""

    level: Level
    words: str


def standing(situation: Situation, now: datetime) -> Standing:
    """How a call-out stands at `now`; `situation` comes with its open alarms."""
    return Standing(_level(situation, now), _words(situation))


def _level(situation: Situation, now: datetime) -> Level:
    callout = situation.callout
    if not callout.is_open:
        return Level.QUIET
    worst = max((severity(alarm.kind) for alarm in situation.alarms), default=Severity.NEWS)
    free = max((severity(one.kind) for one in situation.alarms if not has_owner(one, now)), default=Severity.NEWS)
    if free >= Severity.URGENT:
        return Level.ACT
    if worst > Severity.NEWS or _is_late(callout, now):
        return Level.SOON
    return Level.QUIET if callout.arrived_at is not None else Level.NEUTRAL


def _is_late(callout: CallOut, now: datetime) -> bool:
    """Whether the target is lost, or will be by what is known, and nobody has been there."""
    if callout.arrived_at is not None:
        return False
    eta = callout.primary.eta_at if callout.primary is not None else None
    return now >= callout.respond_by or (eta is not None and eta > callout.respond_by)


def _words(situation: Situation) -> str:
    callout = situation.callout
    match callout.status:
        case Status.PAGING:
            return _paging(situation)
        case Status.ACKNOWLEDGED:
            return f"{_who(situation)} has it{_there(callout.primary)}"
        case Status.EN_ROUTE:
            return f"{_who(situation)} is on the way{_there(callout.primary)}"
        case Status.ON_SCENE:
            return f"{_who(situation)} is there"
        case Status.CLEARED:
            return f"{_who(situation)} has left the scene"
        case Status.CLOSED:
            return "Closed"
        case _:
            return "Cancelled"


def _paging(situation: Situation) -> str:
    """After the last step nobody is coming, whoever may still answer."""
    callout = situation.callout
    if any(alarm.kind in _NOBODY for alarm in situation.alarms) or not is_step(callout.policy, callout.turn):
        return "Nobody is coming"
    names = [person.first_name for id_ in asked_in_turn(callout) if (person := situation.roster.person(id_))]
    return f"Paging {listed(names)}" if names else "Paging"


_NOBODY = frozenset({AlarmKind.CHAIN_ENDED, AlarmKind.RELEASED, AlarmKind.GAVE_UP})


def _who(situation: Situation) -> str:
    return situation.taker.first_name if situation.taker else "Somebody"


def _there(mine: Assignment | None) -> str:
    return f", there {local_time(mine.eta_at)}" if mine is not None and mine.eta_at is not None else ""


def worst_without_owner(situation: Situation, now: datetime) -> Alarm | None:
    """The worst open alarm that nobody has; None when there is none, or each has its owner."""
    free = [one for one in situation.alarms if not has_owner(one, now) and severity(one.kind) > Severity.NEWS]
    return max(free, key=lambda one: severity(one.kind), default=None)
