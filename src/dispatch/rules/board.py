"""What the board shows first. The law: **what needs a person and nobody has stands on top, in red, and nothing else is
red.**

A coordinator who says "I have it" turns it amber, with their name: a red that never goes out teaches people to look
past it. Amber is what needs a person soon, or has one already. All words here may stand on a wall: no place, no number,
and nothing that anybody wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import assert_never

from dispatch.rules.alarm_kinds import Severity, severity, worst_first
from dispatch.rules.alarm_owners import has_owner, name_of
from dispatch.rules.escalation import is_step
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.next_moves import NextMove
from dispatch.rules.standing import Level
from dispatch.rules.wording.names import first_up, listed
from dispatch.rules.wording.times import local_time

_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a call-out stands, in words; `owner` is the name of the coordinator who has its alarm. `alarmed` says that it
    has one at all."""

    level: Level
    words: str
    owner: str | None = None
    alarmed: bool = False


def standing(situation: Situation, now: datetime) -> Standing:
    """How pressing a call-out is, and why. `situation` has its open alarms."""
    callout, roster = situation.callout, situation.roster
    grave = [one for one in worst_first(situation.alarms) if severity(one.kind) > Severity.NEWS]
    owner = next((name_of(one.owner, roster) for one in grave if one.owner and has_owner(one, now)), None)
    state = _state(situation)
    urgent = _urgent(situation, grave, state, now)
    if urgent is not None:
        free = any(severity(one.kind) >= Severity.URGENT and not has_owner(one, now) for one in grave)
        level = Level.ACT if free or owner is None else Level.SOON
        return Standing(level, first_up(urgent), owner, alarmed=bool(grave))
    if grave or _is_doubtful(situation, now):
        return Standing(Level.SOON, state, owner, alarmed=bool(grave))
    return Standing(Level.NEUTRAL if callout.arrived_at is None else Level.QUIET, state)


def order(level: Level, respond_by: datetime, id_: str) -> tuple[int, datetime, str]:
    """What rows are sorted by: the most pressing level first, and in it whatever is nearest to its target."""
    return _RANK[level], respond_by, id_


def _urgent(situation: Situation, grave: Sequence[Alarm], state: str, now: datetime) -> str | None:
    """Why it needs a person now; None when it does not."""
    callout = situation.callout
    worst = next((one for one in grave if severity(one.kind) >= Severity.URGENT), None)
    if worst is not None and worst.kind in _SAID:
        return _SAID[worst.kind].format(who=_who(situation.roster, worst.person))
    is_late = callout.arrived_at is None and now >= callout.respond_by
    if callout.status is Status.PAGING and (worst or is_late or _has_run_out(callout) or _is_near(situation, now)):
        return "nobody is coming"
    if is_late:
        return f"{state}, past the target" if worst is None or callout.primary is None else f"late: {state}"
    return state if worst is not None else None


_SAID: Mapping[AlarmKind, str] = {
    AlarmKind.DANGER: "{who} asked for help",
    AlarmKind.STILL_UNCLEAR: "{who} may have let it go",
    AlarmKind.STOPPED: "{who} texted STOP",
    AlarmKind.OFFICER_CALLS_OFF: "the officer says that it is off",
    AlarmKind.SOMEBODY_HURT: "somebody needs help there",
    AlarmKind.NOBODY_CAME: "the officer sees nobody of ours",
}


def _has_run_out(callout: CallOut) -> bool:
    """Whether everybody in its steps was paged in vain."""
    return callout.turn > 0 and not is_step(callout.policy, callout.turn)


def _is_near(situation: Situation, now: datetime) -> bool:
    return now >= situation.callout.respond_by - situation.timings.span("warn_before_target")


def _is_doubtful(situation: Situation, now: datetime) -> bool:
    """Whether the target will probably be missed: late by their own word, over their own time, or near without one."""
    callout = situation.callout
    if callout.arrived_at is not None or callout.primary is None:
        return False
    eta_at = callout.primary.eta_at
    if eta_at is None:
        return _is_near(situation, now)
    return eta_at > callout.respond_by or now > eta_at


def _state(situation: Situation) -> str:
    callout, roster = situation.callout, situation.roster
    primary = callout.primary
    who = _who(roster, primary.person if primary else None)
    match callout.status:
        case Status.PAGING:
            return _paging(callout, roster)
        case Status.ACKNOWLEDGED:
            return f"{who} has it{_there(callout)}"
        case Status.EN_ROUTE:
            return f"{who} is on the way{_there(callout)}"
        case Status.ON_SCENE:
            return f"{who} is there"
        case _:
            return f"{who} has left the scene"


def _paging(callout: CallOut, roster: Roster) -> str:
    paged = dict.fromkeys(page.person for page in callout.pages if page.turn == callout.turn)
    if len(paged) > 2 or _has_run_out(callout):
        return f"Paging {len(paged)} people" if len(paged) != 1 else "Paging 1 person"
    return f"Paging {listed([_who(roster, person) for person in paged])}" if paged else "Paging"


def _there(callout: CallOut) -> str:
    assert callout.primary is not None, "somebody has it"
    eta_at = callout.primary.eta_at
    if eta_at is None:
        return ", no ETA"
    late = ceil((eta_at - callout.respond_by) / timedelta(minutes=1))
    return f", there {local_time(eta_at)}" + (f", {late} min late" if late > 0 else "")


def _who(roster: Roster, person_id: str | None) -> str:
    """A first name. Without a person it is the officer who waits; whoever has left the roster is "somebody"."""
    if person_id is None:
        return "the officer"
    person = roster.person(person_id)
    return person.first_name if person else "somebody"


# ---- the service's own alarms --------------------------------------------------------------------------------------

_TROUBLE: Mapping[AlarmKind, str] = {
    AlarmKind.WORK_IS_LATE: "work is late",
    AlarmKind.CARRIER: "the carrier has trouble",
    AlarmKind.CLOCK_SET_BACK: "a clock was set back",
    AlarmKind.OPTED_OUT: "{who} gets no texts any more",
    AlarmKind.DANGER: "{who} asked for help",
    AlarmKind.SOMEBODY_HURT: "an officer writes that somebody needs help",
    AlarmKind.NEEDED_AGAIN: "an officer may need somebody again",
    AlarmKind.WROTE_AFTER_THE_END: "{who} is at the scene of what is over",
}


def trouble(alarm: Alarm, roster: Roster, now: datetime) -> Standing:
    """How an alarm stands that is about no open call-out."""
    owner = name_of(alarm.owner, roster) if alarm.owner and has_owner(alarm, now) else None
    words = _TROUBLE.get(alarm.kind, alarm.kind.replace("_", " ")).format(who=_who(roster, alarm.person))
    is_urgent = severity(alarm.kind) >= Severity.URGENT and owner is None
    return Standing(Level.ACT if is_urgent else Level.SOON, first_up(words), owner, alarmed=True)


# ---- one sentence --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the band says: how many need a person, and which is the first."""

    level: Level
    words: str


def sentence(callouts: Iterable[Level], troubles: Iterable[Level] = ()) -> Sentence:
    """One sentence about everything that is open."""
    open_, service = list(callouts), list(troubles)
    need = open_.count(Level.ACT)
    if need:
        return Sentence(Level.ACT, "1 call-out needs you" if need == 1 else f"{need} call-outs need you")
    if Level.ACT in service:
        return Sentence(Level.ACT, "The service needs you")
    if soon := open_.count(Level.SOON):
        return Sentence(Level.SOON, "1 call-out may need you" if soon == 1 else f"{soon} call-outs may need you")
    if service:
        return Sentence(Level.SOON, "The service may need you")
    return Sentence(Level.NEUTRAL if open_ else Level.QUIET, "Nothing needs you")


# ---- a page, in words ----------------------------------------------------------------------------------------------


def far(state: PageState, *, rings: bool) -> str:
    """How far a text or a call has come that asks somebody to go."""
    match state:
        case PageState.WAITING:
            return "waits"
        case PageState.SENDING:
            return "being sent"
        case PageState.UNKNOWN:
            return "perhaps sent"
        case PageState.SENT:
            return "ringing" if rings else "sent"
        case PageState.DELIVERED:
            return "answered" if rings else "delivered"
        case PageState.DONE:
            return "answered"
        case PageState.FAILED:
            return "failed"
        case PageState.WITHDRAWN:
            return "taken back"
        case _:
            assert_never(state)


_OURS = frozenset({"undelivered", "failed", "canceled", "voicemail", "busy", "no answer", "no key pressed"})


def why(failure: str | None) -> str:
    """Why a page reached nobody, in words of ours: the carrier's own may hold anything."""
    said = (failure or "").partition(" (")[0]
    return said if said in _OURS else "failed"


def tried(situation: Situation, failures: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Who was asked in vain and what came of it, those with the same result together: ("Ana and Ben", "no answer").
    `failures` says why somebody's last page failed."""
    callout = situation.callout
    asked = [page.person for page in callout.pages if page.asks and page.turn < callout.turn and page.went_out]
    found = dict.fromkeys((person for person in asked if person is not None), "no answer")
    found |= {person: why(failure) for person, failure in failures.items()}
    found |= dict.fromkeys(callout.passed_over, "lost it by silence")
    found |= dict.fromkeys(callout.declined, "declined")
    by_result: dict[str, list[str]] = {}
    for person, result in sorted(found.items()):
        if not callout.is_on_it(person):
            by_result.setdefault(result, []).append(_who(situation.roster, person))
    return [(listed(names), result) for result, names in by_result.items()]


_SHOWN_MOVES = 2


def shown_moves(moves: Sequence[NextMove]) -> list[NextMove]:
    """The nearest, and after it the nearest that is about the call-out itself: when the turn ends says more than whose
    phone rings next."""
    if len(moves) <= _SHOWN_MOVES:
        return list(moves)
    return [moves[0], next((move for move in moves[1:] if move.person is None), moves[1])]
