"""Everybody who heard an alarm hears that it is over, and why.

The law: **one text for each person, however many alarms end together**, in the transaction that ends them. It goes to
nobody who ended them, or who reads in the same moment who has the call-out or what is wrong now. Nothing is over while
the call-out pages, but a promise that is kept: then the next alarm says so. Nobody is rung to hear that they may sleep.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.alarms.owners import STANDALONE_GOES_ON
from dispatch.rules.decisions import (
    UNCLEAR,
    AssignSpecialist,
    Decision,
    DropDeadlines,
    EndAlarms,
    FulfilPromise,
    MoveTo,
    ReleaseSpecialist,
    SendPage,
    Stamp,
    StampKind,
    WriteCallOut,
    WriteEta,
)
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.alarms import Alarm, AlarmKind, HeardAlarm
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording import alarm_answers
from dispatch.rules.wording.languages import Owed, Words


def clears_up(decision: Decision) -> str | None:
    """Of whom a clear word has come: nobody waits for one any more, and the alarm that none came is over. Where they
    said only which call-out they had meant, what was in doubt before stays so."""
    if not isinstance(decision, DropDeadlines) or decision.due_from is not None:
        return None
    return decision.person if decision.kinds & UNCLEAR else None


def all_clear(
    callout: CallOut,
    decisions: Sequence[Decision],
    sent: Iterable[SendPage],
    ended: Collection[str],
    heard: Iterable[HeardAlarm],
    roster: Roster,
    by: str | None,
    now: datetime,
) -> list[SendPage]:
    """The texts about the alarms that have `ended`, by id. `callout` is as it was before these `decisions`, `sent` is
    what they send, and `by` the id of whoever is behind them. `heard` names who was told of which alarm about it."""
    status = next((one.status for one in reversed(decisions) if isinstance(one, MoveTo)), callout.status)
    if status.is_paging and not _kept(decisions) and not _ends(decisions):
        return []
    # An all-clear is not said while people are paged, since it would say that the call-out is taken.
    purpose = Purpose.ALARM if status.is_paging else Purpose.ALL_CLEAR
    told = {page.person for page in sent if page.purpose.stands_down or page.alarm is not None}
    lines = list(heard)
    of_these = dict.fromkeys(line.person for line in lines if line.alarm in ended)
    still = {line.person for line in lines if line.alarm not in ended}
    why = _why(callout, status, decisions, roster, by)
    pages = []
    for person in filter(None, map(roster.person, of_these)):
        if person.id == by or person.id in told or person.opted_out or not person.is_coordinator:
            continue
        pages.append(text_to(person, purpose, why(person.id in still), now))
    return pages


OVER_WITH_START = AlarmKind.OPTED_OUT
"""The alarm that is over once whom it is about gets texts again."""
_ENDS_WITH_ITS_TROUBLE = frozenset({OVER_WITH_START, AlarmKind.SHIFT_SILENT, AlarmKind.SHIFT_REFUSED})
_TOLD_WHILE_IT_LASTS = frozenset({AlarmKind.WORK_IS_LATE, AlarmKind.CLOCKS_APART, AlarmKind.OUR_MISTAKE})
_QUIET = timedelta(minutes=15)


def _quiet_after(kind: AlarmKind) -> timedelta:
    """What is told every ten minutes while its trouble lasts is over when it is not. Of other trouble nobody tells the
    end: its alarm stays open for as long as an owner is looked for."""
    return _QUIET if kind in _TOLD_WHILE_IT_LASTS else STANDALONE_GOES_ON


def is_quiet(kind: AlarmKind, told_at: datetime, now: datetime) -> bool:
    """Whether an alarm about no call-out that was told last at `told_at` is over."""
    return now - told_at >= _quiet_after(kind)


def quiet_words(alarm: Alarm, roster: Roster) -> Words:
    """Why it is over."""
    who = roster.first_name_of(alarm.person) if alarm.person is not None else "the officer"
    lasts = alarm.kind in _ENDS_WITH_ITS_TROUBLE
    return alarm_answers.alarm_over_quiet(alarm.kind, who, alarm.opened_at, _quiet_after(alarm.kind), lasts=lasts)


def standalone_clear(
    words: Words, ended: Collection[str], heard: Iterable[HeardAlarm], roster: Roster, by: str | None, now: datetime
) -> list[SendPage]:
    """The texts once alarms about no call-out have `ended`, by id."""
    told = dict.fromkeys(line.person for line in heard if line.alarm in ended and line.person != by)
    people = [person for person in map(roster.person, told) if person is not None and not person.opted_out]
    return [text_to(person, Purpose.ALL_CLEAR, words, now) for person in people]


def _kept(decisions: Iterable[Decision]) -> set[Owed]:
    """What has been done that somebody was promised."""
    return {decision.owed for decision in decisions if isinstance(decision, FulfilPromise)}


def _ends(decisions: Iterable[Decision]) -> list[EndAlarms]:
    return [decision for decision in decisions if isinstance(decision, EndAlarms)]


def _why(
    callout: CallOut, status: Status, decisions: Sequence[Decision], roster: Roster, by: str | None
) -> Callable[[bool], Words]:
    """What the text says, to somebody for whom another alarm goes on, or none."""
    code = callout.code
    if status is callout.status and any(
        isinstance(decision, WriteCallOut) and "trust" in decision.changes for decision in decisions
    ):
        return lambda goes_on: alarm_answers.alarm_over_verified(code, goes_on=goes_on)
    if status is callout.status and Owed.CALL in _kept(decisions):
        return lambda goes_on: alarm_answers.alarm_over_rang(code, goes_on=goes_on)
    if status is callout.status and Owed.MEETING_PLACE in _kept(decisions):
        return lambda goes_on: alarm_answers.alarm_over_confirmed(code, goes_on=goes_on)
    if status is callout.status and by is not None and by in map(clears_up, decisions):
        name, goes = roster.first_name_of(by), _goes_on(callout, by, decisions)
        return lambda goes_on: alarm_answers.alarm_over_clear(code, name, goes=goes, goes_on=goes_on)
    if status is callout.status and (ends := _ends(decisions)):
        return _why_it_ends(code, ends[0].person, roster)
    if not status.is_open:
        name, cancelled = roster.first_name_of(by) if by else "", status.is_called_off
        return lambda goes_on: alarm_answers.alarm_over_ended(code, name, cancelled=cancelled, goes_on=goes_on)
    who, eta_at = _goes(callout, status, decisions)
    name = roster.first_name_of(who) if who else ""
    return lambda goes_on: alarm_answers.alarm_over_taken(code, status, name, eta_at, goes_on=goes_on)


def _why_it_ends(code: str, person: str | None, roster: Roster) -> Callable[[bool], Words]:
    if person is None:
        return lambda goes_on: alarm_answers.alarm_over_scene_safe(code, goes_on=goes_on)
    name = roster.first_name_of(person)
    return lambda goes_on: alarm_answers.alarm_over_heard(code, name, goes_on=goes_on)


def _goes_on(callout: CallOut, person: str, decisions: Iterable[Decision]) -> bool:
    """Whether they still have it, or come along, and are not there yet."""
    mine = callout.assignment_of(person)
    comes = mine is not None and mine.is_on_it and mine.arrived_at is None
    return comes and not any(_ends_the_way(one, person) for one in decisions)


def _ends_the_way(decision: Decision, person: str) -> bool:
    match decision:
        case ReleaseSpecialist(whose) | Stamp(whose, StampKind.ARRIVED, _):
            return whose == person
        case _:
            return False


def _goes(callout: CallOut, status: Status, decisions: Sequence[Decision]) -> tuple[str | None, datetime | None]:
    """Whoever has it, or drives and comes first, or has just arrived, and their ETA."""
    who, eta_at = (callout.primary.person, callout.primary.eta_at) if callout.primary else (None, None)
    arrived, first = None, callout.comes_first
    for decision in decisions:
        match decision:
            case AssignSpecialist(person, role, at) if role.leads:
                who, eta_at = person, at
            case WriteEta(person, at) if person == who:
                eta_at = at
            case Stamp(person, StampKind.ARRIVED, _):
                arrived = person
            case _:
                pass
    if status is Status.EN_ROUTE and first is not None and first.drives and not first.role.leads:
        return first.person, first.eta_at
    return (arrived or who if status is Status.ON_SCENE else who), eta_at
