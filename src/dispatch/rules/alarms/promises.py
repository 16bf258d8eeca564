"""Somebody was told what a coordinator will do: who is rung about it, and until when.

The law: a promise of a person is a deadline and an alarm with an owner. Coordinators are rung every two minutes until
one has the alarm. Then it is quiet for five minutes, and they are rung again, unless it is done. An officer has been
rung once a coordinator was joined with them, or says so; a meeting place is confirmed once the caller is verified, or
a coordinator or the agency's key has set it. It ends with its call-out as well, which a person has closed.

A sentence that promises is a `Promise`, which can be said with its alarm or its deadline only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.alarms.owners import has_owner, stop_all
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    FulfilPromise,
    Note,
    NoteKind,
    OwnAlarm,
    SetDeadline,
)
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind, UnlistedPromises
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms
from dispatch.rules.wording.languages import Keeps, Owed, Promise, Words
from dispatch.rules.wording.spoken import PLACE_STAYS_OPEN, PLACE_UNCONFIRMED

RING_AGAIN = timedelta(minutes=2)
QUIET_FOR = timedelta(minutes=5)
PROMISES = frozenset({AlarmKind.OFFICER_CALLS, AlarmKind.OFFICER_CALLS_OFF})
"""The kinds of alarm that may carry a promise to an officer."""
OVER_ONCE_DONE: Mapping[Owed, frozenset[AlarmKind]] = {
    Owed.CALL: PROMISES,
    Owed.MEETING_PLACE: frozenset({AlarmKind.PLACE_UNCONFIRMED}),
}
"""The kinds of alarm that are over once it is done."""
DUE = {Owed.CALL: DeadlineKind.RING_BACK, Owed.MEETING_PLACE: DeadlineKind.CONFIRM_PLACE}
MADE = Note(NoteKind.PROMISED_CALL, "the officer was told that a coordinator rings")


def shares_ring(trust: Trust) -> bool:
    """Whether promises to this caller share one ring with those to others who are as little known: forty strangers who
    press 0 must not ring each coordinator forty times in two minutes."""
    return trust in BOUND


def may_ring(unlisted: UnlistedPromises, now: datetime) -> bool:
    """Whether coordinators are rung about a promise that shares its ring."""
    return unlisted.rang_at is None or now - unlisted.rang_at >= RING_AGAIN


def deadline(known: Sequence[Alarm], now: datetime, owed: Owed = Owed.CALL) -> SetDeadline:
    """When coordinators are rung again; `known` are the open alarms about the call-out. A promise that is made once
    more gives whoever has it no more time: a key can be pressed without end."""
    promised = [alarm for alarm in known if alarm.kind in OVER_ONCE_DONE[owed]]
    had = [alarm.owned_at for alarm in promised if alarm.owned_at is not None and has_owner(alarm, now)]
    if len(had) < len(promised) or not had:
        return SetDeadline(DUE[owed], now + RING_AGAIN)
    return SetDeadline(DUE[owed], max(now, min(had) + QUIET_FOR))


def stands(known: Sequence[Alarm], now: datetime) -> list[Decision]:
    """A promise that needs no more alarm than there is: coordinators have just been told."""
    return [deadline(known, now), MADE]


def officer_calls(
    code: str, why: str, phone: str, *, kind: AlarmKind = AlarmKind.OFFICER_CALLS, promise: Promise | None = None
) -> AlarmCoordinators:
    """Coordinators are rung, and ring the officer at `phone`, if that is known. `why` is said of the officer, such as
    "asks for you"."""
    return AlarmCoordinators(
        alarms.officer_calls(code, why, phone), kind=kind, call_back=phone or None, promise=promise
    )


def ring_again(situation: Situation, now: datetime) -> list[Decision]:
    """Nobody has rung the officer yet, as far as we know."""
    callout, others = situation.callout, 0
    promised = _promised(situation, Owed.CALL)
    if _all_quiet(promised, now):
        return [deadline(promised, now)]
    if shares_ring(callout.trust):
        unlisted = situation.unlisted_promises
        assert unlisted is not None, "they are counted for a ring that is shared"
        if unlisted.rang_at is not None and not may_ring(unlisted, now):
            return [SetDeadline(DeadlineKind.RING_BACK, unlisted.rang_at + RING_AGAIN)]
        others = unlisted.count - 1
    first = officer_calls(callout.code, "was promised a call", callout.officer_phone)
    shared = alarms.many_promised(callout.code, others, rung_at(promised, callout)) if others > 0 else None
    return _ring(situation, Owed.CALL, first, now, shared)


def rung_at(promised: Iterable[Alarm], callout: CallOut) -> str:
    """The number at which the officer was promised a call, as the newest of these alarms names it. Whoever calls again
    from another phone is rung there: at a station's desk another officer asks than the one whose number the call-out
    has."""
    named = [alarm.call_back for alarm in promised if alarm.kind in PROMISES and alarm.call_back]
    return named[-1] if named else callout.officer_phone


def ring_about_place(situation: Situation, now: datetime) -> list[Decision]:
    """Nobody has confirmed the meeting place. Without anybody who goes there the alarm about it stands, and nobody was
    promised anything."""
    callout = situation.callout
    if not callout.place_unconfirmed or not callout.is_awaited:
        return []
    promised = _promised(situation, Owed.MEETING_PLACE)
    if _all_quiet(promised, now):
        return [deadline(promised, now, Owed.MEETING_PLACE)]
    text = alarms.place_unconfirmed(callout.code, callout.officer_phone)
    return _ring(situation, Owed.MEETING_PLACE, AlarmCoordinators(text, kind=AlarmKind.PLACE_UNCONFIRMED), now)


def _promised(situation: Situation, owed: Owed) -> list[Alarm]:
    return [alarm for alarm in situation.alarms if alarm.kind in OVER_ONCE_DONE[owed]]


def _all_quiet(promised: Sequence[Alarm], now: datetime) -> bool:
    return bool(promised) and all(_is_quiet(alarm, now) for alarm in promised)


def _ring(
    situation: Situation, owed: Owed, first: AlarmCoordinators, now: datetime, text: str | None = None
) -> list[Decision]:
    """Ring them again about the newest alarm of these that nobody has; `first` is told where there is none. With
    `text` they hear that instead of the alarm's own words."""
    loud = [alarm for alarm in _promised(situation, owed) if not _is_quiet(alarm, now)]
    lapsed = [alarm for alarm in loud if alarm.owner is not None]
    newest = loud[-1] if loud else None
    again = first
    if newest:
        again = replace(first, text=newest.text, kind=newest.kind, again=newest.id, call_back=newest.call_back)
    return [
        *(OwnAlarm(alarm.id, None) for alarm in lapsed),
        *(_not_done(alarm, situation, owed) for alarm in lapsed),
        replace(again, text=text) if text else again,
        SetDeadline(DUE[owed], now + RING_AGAIN),
    ]


def _is_quiet(alarm: Alarm, now: datetime) -> bool:
    return has_owner(alarm, now) and alarm.owned_at is not None and now - alarm.owned_at < QUIET_FOR


def _not_done(alarm: Alarm, situation: Situation, owed: Owed) -> Note:
    name = situation.roster.first_name_of(str(alarm.owner))
    what = "says that the officer was rung" if owed is Owed.CALL else "has confirmed the meeting place"
    return Note(NoteKind.ALARM_LAPSED, f"{name} had the alarm, and nobody {what}", alarm.owner)


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
    return [Note(NoteKind.RANG_OFFICER, text), *stop_all(promised, roster), FulfilPromise()]


# ---- where they are to meet ----------------------------------------------------------------------------------------


def of_place(situation: Situation, now: datetime) -> list[Decision]:
    """Somebody goes, and is told that a coordinator confirms the meeting place."""
    return [deadline(situation.alarms, now, Owed.MEETING_PLACE)] if situation.callout.place_unconfirmed else []


def place_named(situation: Situation, now: datetime) -> list[Decision]:
    """The caller names a meeting place that a coordinator is to confirm."""
    callout = situation.callout
    text = alarms.place_unconfirmed(callout.code, callout.officer_phone)
    told = AlarmCoordinators(text, kind=AlarmKind.PLACE_UNCONFIRMED)
    return [told, SetDeadline(DeadlineKind.CONFIRM_PLACE, now + RING_AGAIN)] if callout.is_awaited else [told]


def said_of_place(due: Iterable[Keeps]) -> Words:
    """What whoever goes hears of a meeting place that nobody has confirmed: `due` are the deadlines of the
    call-out."""
    promise = PLACE_UNCONFIRMED
    keeps = next((one for one in due if one.keeps(promise)), None)
    return promise.kept_by(keeps) if keeps is not None else PLACE_STAYS_OPEN
