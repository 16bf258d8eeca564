"""An officer whose call-out is open phones again, or has waited long: what people hear of it.

The law: a promise to ring back is kept by a deadline. It rings coordinators until one has it, or somebody is coming.
"""

from datetime import datetime, timedelta

from dispatch.rules.alarms.owners import has_owner
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, Decision, Note, NoteKind, SetDeadline
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms

RING_AGAIN = timedelta(minutes=5)
SAME_AGAIN = timedelta(minutes=1)
"""The same word by key within this time rings nobody once more."""


def note() -> Note:
    """The officer is on the line again."""
    return Note(NoteKind.OFFICER_CALLED, "the officer called the hotline again")


def promise(situation: Situation, now: datetime) -> list[Decision]:
    """The officer has held long enough, and has been promised a call."""
    return [
        Note(NoteKind.OFFICER_CALLED, "the officer has waited on the hotline, and was promised a call"),
        _ring(situation),
        SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN),
    ]


def ring_back(situation: Situation, now: datetime) -> list[Decision]:
    """The promise is not kept yet: nobody has the alarm."""
    callout = situation.callout
    if not callout.status.is_paging:
        return []
    if any(alarm.kind is AlarmKind.OFFICER_CALLS and has_owner(alarm, now) for alarm in situation.alarms()):
        return []
    return [_ring(situation), SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN)]


def _ring(situation: Situation) -> AlarmCoordinators:
    callout = situation.callout
    text = alarms.officer_calls(callout.code, "was promised a call", callout.officer_phone)
    return AlarmCoordinators(text, kind=AlarmKind.OFFICER_CALLS)
