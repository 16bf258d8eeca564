"""An officer was told that a coordinator rings: who is rung about it, and until when.

The law: a promise of a person is a deadline and an alarm with an owner. Coordinators are rung every two minutes until
one has the alarm. Then it is quiet for five minutes, and they are rung again, unless the officer was rung: a
coordinator was joined with them, or says so. It ends with its call-out as well, which a person has closed.

A sentence that promises is a `Promise`, which can be said with its alarm only, and writing the alarm sets the deadline.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.alarms.owners import has_owner, name_of, stop_all
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    KeepPromise,
    LapseAlarm,
    Note,
    NoteKind,
    SetDeadline,
)
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind, UnlistedPromises
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms

RING_AGAIN = timedelta(minutes=2)
QUIET_FOR = timedelta(minutes=5)
PROMISES = frozenset({AlarmKind.OFFICER_CALLS, AlarmKind.OFFICER_CALLS_OFF})
"""The kinds of alarm that may carry a promise."""


def shares_ring(trust: Trust) -> bool:
    """Whether promises to this caller share one ring with those to others who are as little known: forty strangers who
    press 0 must not ring each coordinator forty times in two minutes."""
    return trust in BOUND


def may_ring(unlisted: UnlistedPromises, now: datetime) -> bool:
    """Whether coordinators are rung about a promise that shares its ring."""
    return unlisted.rang_at is None or now - unlisted.rang_at >= RING_AGAIN


def deadline(known: Sequence[Alarm], now: datetime) -> SetDeadline:
    """When coordinators are rung again; `known` are the open alarms about the call-out. A promise that is made once
    more gives whoever has it no more time: a key can be pressed without end."""
    promised = [alarm for alarm in known if alarm.kind in PROMISES]
    had = [alarm.owned_at for alarm in promised if alarm.owned_at is not None and has_owner(alarm, now)]
    if len(had) < len(promised) or not had:
        return SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN)
    return SetDeadline(DeadlineKind.RING_BACK, max(now, min(had) + QUIET_FOR))


def stands(known: Sequence[Alarm], now: datetime) -> list[Decision]:
    """A promise that needs no more alarm than there is: coordinators have just been told."""
    return [deadline(known, now), made()]


def made() -> Note:
    return Note(NoteKind.PROMISED_CALL, "the officer was told that a coordinator rings")


def ring_again(situation: Situation, now: datetime) -> list[Decision]:
    """Nobody has rung the officer yet, as far as we know."""
    callout, known = situation.callout, situation.alarms()
    promised = [alarm for alarm in known if alarm.kind in PROMISES]
    quiet = [alarm for alarm in promised if _is_quiet(alarm, now)]
    if promised and len(quiet) == len(promised):
        return [deadline(known, now)]
    others = 0
    if shares_ring(callout.trust):
        unlisted = situation.unlisted_promises()
        if unlisted.rang_at is not None and not may_ring(unlisted, now):
            return [SetDeadline(DeadlineKind.RING_BACK, unlisted.rang_at + RING_AGAIN)]
        others = unlisted.count - 1
    lapsed = [alarm for alarm in promised if alarm not in quiet and alarm.owner is not None]
    newest = next((alarm for alarm in reversed(promised) if alarm not in quiet), None)
    text = newest.text if newest else alarms.officer_calls(callout.code, "was promised a call", callout.officer_phone)
    return [
        *(LapseAlarm(alarm.id) for alarm in lapsed),
        *(_not_rung(alarm, situation) for alarm in lapsed),
        AlarmCoordinators(
            alarms.many_promised(callout.code, others, callout.officer_phone) if others > 0 else text,
            kind=newest.kind if newest else AlarmKind.OFFICER_CALLS,
            again=newest.id if newest else None,
        ),
        SetDeadline(DeadlineKind.RING_BACK, now + RING_AGAIN),
    ]


def _is_quiet(alarm: Alarm, now: datetime) -> bool:
    return has_owner(alarm, now) and alarm.owned_at is not None and now - alarm.owned_at < QUIET_FOR


def _not_rung(alarm: Alarm, situation: Situation) -> Note:
    name = name_of(str(alarm.owner), situation.roster)
    return Note(NoteKind.ALARM_LAPSED, f"{name} had the alarm, and nobody says that the officer was rung", alarm.owner)


def quietly(alarm: AlarmCoordinators, unlisted: UnlistedPromises, now: datetime) -> AlarmCoordinators:
    """A promise that shares its ring: it is texted, and rings only if none of the others has just rung."""
    return alarm if may_ring(unlisted, now) else replace(alarm, rings=False)


def spoken(known: Sequence[Alarm], roster: Roster, *, doubtful: bool) -> list[Decision]:
    """A coordinator is joined with the officer. `doubtful`: whoever is on the line may only show the officer's
    number."""
    return [] if doubtful else rang("a coordinator speaks with the officer", known, roster)


def rang(text: str, known: Sequence[Alarm], roster: Roster) -> list[Decision]:
    """The officer has been rung, as `text` says: no phone rings about it any more."""
    promised = [alarm for alarm in known if alarm.kind in PROMISES]
    return [Note(NoteKind.RANG_OFFICER, text), *stop_all(promised, roster), KeepPromise()]
