"""How a call-out stands, in a few words, and how badly it needs a person: on the board and in its own view alike.

The law: red means that a person must act now, so what somebody already has is not red; and no words promise what the
rows do not say. A cry for help comes first until whoever cried has been heard, whoever has its alarm. The words may
stand on a wall display: no meeting place, no number, and nothing that anybody wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.alarms.alarm_kinds import Severity, severity, worst_first
from dispatch.rules.alarms.owners import has_owner, who_has
from dispatch.rules.callout.escalation import asked_in_step, is_asked, is_of_policy
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Assignment, CallOut, Status
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording.names import first_up, listed
from dispatch.rules.wording.times import how_long, local_time, minutes_past


class Level(StrEnum):
    """The four levels in every view for people."""

    ACT = "act"  # a person must act now
    SOON = "soon"  # it will need a person
    NEUTRAL = "neutral"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a call-out stands, in words. `alarmed` says that it has an alarm; `owner` is the name of the coordinator who
    has the alarm."""

    level: Level
    words: str
    owner: str | None = None
    alarmed: bool = False


def standing(situation: Situation, now: datetime) -> Standing:
    """How pressing a call-out is, and why."""
    callout, roster = situation.callout, situation.roster
    if not callout.is_open:
        return Standing(Level.QUIET, first_up(callout.status.value))
    grave = worst_first(_grave(situation, now))
    owner = next(filter(None, (who_has(one, roster, now) for one in grave)), None)
    state = _state(situation, now)
    urgent = _with_cries(situation, grave, state, now) or _urgent(situation, grave, state, now)
    if urgent is not None:
        free = any(severity(one.kind) >= Severity.URGENT and not has_owner(one, now) for one in grave)
        level = Level.ACT if free or owner is None else Level.SOON
        return Standing(level, first_up(urgent), owner, alarmed=bool(grave))
    if grave or _is_doubtful(situation, now):
        return Standing(Level.SOON, first_up(state), owner, alarmed=bool(grave))
    is_quiet = callout.arrived_at is not None and not _comes_later(callout)
    return Standing(Level.QUIET if is_quiet else Level.NEUTRAL, first_up(state))


def _grave(situation: Situation, now: datetime) -> list[Alarm]:
    """The open alarms that need somebody. A warning that they will be late does not once they say when, and in time."""
    first = situation.callout.comes_first
    in_time = first if first is not None and _is_in_time(first, situation.callout, now) else None
    return [
        one
        for one in situation.alarms
        if severity(one.kind) > Severity.NEWS
        and not (in_time is not None and one.kind in _OF_TIME and one.person in (None, in_time.person))
    ]


_OF_TIME = frozenset({AlarmKind.TARGET_WARNING, AlarmKind.LATE_ARRIVAL})


def _is_in_time(first: Assignment, callout: CallOut, now: datetime) -> bool:
    return first.arrived_at is None and first.eta_at is not None and now <= first.eta_at <= callout.respond_by


def _urgent(situation: Situation, grave: Sequence[Alarm], state: str, now: datetime) -> str | None:
    """Why it needs a person now; None if it does not."""
    callout = situation.callout
    urgent = [one for one in grave if severity(one.kind) >= Severity.URGENT]
    free = next((one for one in urgent if not has_owner(one, now)), None)
    if free is not None and free.kind in _SAID:
        return _said(free, situation)
    # What somebody has must not hide for the rest of the night that nobody is coming, or that they are late.
    had = next((one for one in urgent if one.kind in _SAID and not _is_heard_cry(one)), None)
    more = any(one.kind not in _SAID for one in urgent)
    is_late = callout.arrived_at is None and now >= callout.respond_by
    if callout.status is Status.PAGING and (more or is_late or _has_run_out(callout) or _is_near(situation, now)):
        return _what_goes_on(situation, state, urgent, is_late=is_late)
    if callout.status is Status.PAGING and _waits(situation, now):
        return state
    if is_late:
        if not urgent or callout.primary is None:
            return f"{state}, past the target"
        return state if state.endswith(" late") else f"late: {state}"
    if had is not None and not _is_doubtful(situation, now):
        return _said(had, situation)
    return state if urgent else None


def _what_goes_on(situation: Situation, state: str, urgent: Sequence[Alarm], *, is_late: bool) -> str:
    """That nobody is coming is said only where nobody is asked, or can be: whoever reads it believes that no phone
    rings."""
    callout = situation.callout
    asked = any(page.wants_answer for page in callout.pages if page.step == callout.step)
    if not asked or situation.paging.nobody:
        return "nobody is coming"
    if any(one.kind is AlarmKind.OFFICER_CALLS for one in urgent):
        return f"{state}; the officer waits for a call"
    return f"{state}, past the target" if is_late else state


_SAID: Mapping[AlarmKind, str] = {
    AlarmKind.DANGER: "{who} asked for help",
    AlarmKind.SCENE_UNSAFE: "the scene is not safe",
    AlarmKind.DANGER_UNHEARD: "{who} has not heard to stay away",
    AlarmKind.STILL_UNCLEAR: "{who} may have let it go",
    AlarmKind.STOPPED: "{who} texted STOP",
    AlarmKind.ASKS_FOR_A_CALL: "{who} asks for a call",
    AlarmKind.OFFICER_CALLS_OFF: "the officer says that it is off",
    AlarmKind.SOMEBODY_HURT: "somebody needs help there",
    AlarmKind.NOBODY_CAME: "the officer sees nobody of ours",
}


def _is_heard_cry(alarm: Alarm) -> bool:
    return alarm.kind is AlarmKind.DANGER and not alarm.is_unheard_cry


def _said(alarm: Alarm, situation: Situation) -> str:
    mine = situation.callout.assignment_of(alarm.person) if alarm.person is not None else None
    said = _SAID[alarm.kind]
    if alarm.kind is AlarmKind.STILL_UNCLEAR and mine is not None and mine.arrived_at is not None:
        said = "{who} may not be well"  # nobody lets it go who is there: a lone worker may be in trouble
    return said.format(who=name_or_officer(situation.roster, alarm.person))


def _with_cries(situation: Situation, grave: Sequence[Alarm], state: str, now: datetime) -> str:
    """Who cried for help and has not been heard, and once somebody has that what else needs a person."""
    cries, others = who_cried(grave, situation.roster), [one for one in grave if not one.is_unheard_cry]
    if not cries or not any(one.is_unheard_cry and has_owner(one, now) for one in grave):
        return cries
    more = _urgent(situation, others, state, now) or (state if _is_doubtful(situation, now) else "")
    return f"{cries}; {more}" if more else cries


def who_cried(known: Sequence[Alarm], roster: Roster) -> str:
    """Who asked for help and has not been heard since; empty if nobody did."""
    names = dict.fromkeys(name_or_officer(roster, one.person) for one in known if one.is_unheard_cry)
    return _SAID[AlarmKind.DANGER].format(who=listed(list(names))) if names else ""


def _has_run_out(callout: CallOut) -> bool:
    """Whether its steps are over and it is in a round."""
    return callout.step > 0 and not is_of_policy(callout.policy, callout.step)


def _is_near(situation: Situation, now: datetime) -> bool:
    return now >= situation.callout.respond_by - situation.timings.span("warn_before_target")


def _is_doubtful(situation: Situation, now: datetime) -> bool:
    """Whether the target will probably be missed: late by their own word, over their own time, or near without one."""
    callout = situation.callout
    first = callout.comes_first
    if first is None or first.arrived_at is not None:
        return False
    eta_at = first.eta_at
    if callout.arrived_at is not None:  # somebody else was there in time, and has left
        return eta_at is not None and now > eta_at
    if eta_at is None:
        return _is_near(situation, now)
    return eta_at > callout.respond_by or now > eta_at


def _comes_later(callout: CallOut) -> bool:
    """Whether whoever was there has left, and whoever has it has yet to come."""
    first = callout.comes_first
    return callout.arrived_at is not None and first is not None and first.arrived_at is None


def _state(situation: Situation, now: datetime) -> str:
    callout, roster = situation.callout, situation.roster
    first = callout.comes_first
    who = name_or_officer(roster, first.person if first else None)
    if first is not None and not first.role.leads and first.arrived_at is None:
        primary = callout.primary
        comes = "is on the way" if first.has_set_out else "comes first"
        has_left = primary is not None and primary.cleared_at is not None
        holder = name_or_officer(roster, primary.person if primary else None)
        others = _who_was_there(callout, roster) if has_left else f"; {holder} has it"
        return f"{who} {comes}{_there(first, callout, now)}{others}"
    match callout.status:
        case Status.PAGING:
            return _waits(situation, now) or _paging(callout, roster)
        case Status.ACKNOWLEDGED:
            assert first is not None, "somebody has it"
            return f"{who} has it{_there(first, callout, now)}"
        case Status.EN_ROUTE:
            assert first is not None, "somebody has it"
            return f"{who} is on the way{_there(first, callout, now)}"
        case Status.ON_SCENE if first is not None and _comes_later(callout):
            comes = "is on the way" if first.has_set_out else "has it"
            return f"{who} {comes}{_there(first, callout, now)}{_who_was_there(callout, roster)}"
        case Status.ON_SCENE:
            return f"{who} is there"
        case _:
            return f"{who} has left the scene"


def _waits(situation: Situation, now: datetime) -> str:
    """Why nobody is asked who should be, and for how long: nothing of this step has left, nor can. Empty otherwise."""
    callout, paging = situation.callout, situation.paging
    if not paging.nobody or is_asked(callout):
        return ""
    return f"waits: {paging.why} {how_long(paging.since or now, now)}"


def _paging(callout: CallOut, roster: Roster) -> str:
    paged = asked_in_step(callout)
    if len(paged) > 2 or _has_run_out(callout):
        return f"Paging {len(paged)} people" if len(paged) != 1 else "Paging 1 person"
    return f"Paging {listed([name_or_officer(roster, person) for person in paged])}" if paged else "Paging"


def _there(first: Assignment, callout: CallOut, now: datetime) -> str:
    """When they will be there. An ETA that has passed is no arrival, and says so."""
    eta_at = first.eta_at
    if eta_at is None:
        return ", no ETA"
    if (late := (now - eta_at) // timedelta(minutes=1)) > 0:
        return f", due {local_time(eta_at)}, {late} min late"
    after = max(1, minutes_past(eta_at, callout.respond_by))
    is_late = callout.arrived_at is None and eta_at > callout.respond_by
    return f", there {local_time(eta_at)}" + (f", {after} min past the target" if is_late else "")


def _who_was_there(callout: CallOut, roster: Roster) -> str:
    gone = [name_or_officer(roster, one.person) for one in callout.assignments if one.cleared_at is not None]
    return f"; {listed(gone)} {'has' if len(gone) == 1 else 'have'} left" if gone else ""


def name_or_officer(roster: Roster, person_id: str | None) -> str:
    """A first name. Without a person it means the officer; somebody who has left the roster is "somebody"."""
    if person_id is None:
        return "the officer"
    person = roster.person(person_id)
    return person.first_name if person else "somebody"


def urgent_without_owner(situation: Situation, now: datetime) -> tuple[str, ...]:
    """The ids of the open alarms that need somebody now and have nobody: each is news of its own, even where another
    needs somebody already."""
    return tuple(
        one.id for one in _grave(situation, now) if severity(one.kind) >= Severity.URGENT and not has_owner(one, now)
    )


def worst_without_owner(situation: Situation, now: datetime) -> Alarm | None:
    """The worst open alarm without an owner, if there is one."""
    free = [one for one in _grave(situation, now) if not has_owner(one, now)]
    return max(free, key=lambda one: severity(one.kind), default=None)
