"""What a coordinator chooses among who changes who is on call: a night's shifts, and who could come in. Only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import NobodyOfThatName
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.actions.schedule.read_schedule import ShownNight, read_night
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Shift
from dispatch.rules.nearer.estimate import area_of
from dispatch.rules.roster.local_clock import next_time
from dispatch.rules.roster.nights import ENDS
from dispatch.rules.roster.on_call import all_shifts, shifts
from dispatch.rules.roster.reachable import Reachability
from dispatch.rules.schedule.spans_on_call import OnCallSpan
from dispatch.rules.schedule.stand_ins import StandIn, stand_ins
from dispatch.rules.schedule.undo import RosterChange
from dispatch.store.access import audit
from dispatch.store.roster import measured_drives
from dispatch.store.schedule import occupied, roster_changes
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction

SHIFTS_WITHIN = timedelta(days=42)
"""How far from a night the rest of its shift is looked for, and shifts to exchange it for."""
_SICK_FOR = timedelta(days=14)
MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Coverable:
    """A shift that somebody could come in for, and who; or a gap, which is nobody's: then `shift.person` is ""."""

    shift: Shift
    stand_ins: list[StandIn]


@dataclass(frozen=True, slots=True)
class ChangeableNight:
    """`others` are the shifts that one of the `coverable` can be exchanged for; `overrides` can be ended."""

    shown: ShownNight
    coverable: list[Coverable]
    others: list[Shift]
    overrides: list[Override]


@dataclass(frozen=True, slots=True)
class Sickness:
    """Somebody who cannot come from now on: until when, as proposed; the open call-outs that page them (id and
    code), and those that they are on."""

    roster: Roster
    person: Person
    shifts: list[Shift]
    until: datetime
    paging: list[tuple[str, str]]
    has: list[str]

    @property
    def rotations(self) -> list[str]:
        """One of the specialists and one of the coordinators, as far as they have a shift there: who could come in
        differs. None of either is like one of the specialists."""
        one_of_each = {self.roster.takes_alarms(shift.rotation): shift.rotation for shift in self.shifts}
        return [one_of_each[takes_alarms] for takes_alarms in sorted(one_of_each)] or [""]


def read_changeable(tx: Transaction, context: Context, name: str, day: date) -> ChangeableNight:
    """Raises `NoSuchRotation`."""
    shown, roster, now = read_night(tx, context, name, day), context.roster(tx), context.now
    around = [
        shift
        for shift in shifts(roster, shown.rotation, shown.begins - SHIFTS_WITHIN, shown.ends + SHIFTS_WITHIN)
        if shift.starts_at < shown.ends and shown.begins < shift.ends_at and shift.ends_at > now
    ]
    gaps = [_gap(one) for one in shown.spans if not one.people and one.is_gap and one.ends_at > now]
    coverable = [Coverable(one, _free(tx, context, one)) for one in (*around, *gaps)]
    until = now + SHIFTS_WITHIN
    ahead = [
        shift
        for shift in all_shifts(roster, now, until)
        if now < shift.ends_at < until  # what ends there is cut off, and nobody has half an hour in exchange
    ]
    overrides = [one for one in shown.overrides if one.ended_at is None and one.over > now]
    return ChangeableNight(shown, coverable, ahead, overrides)


def _gap(span: OnCallSpan) -> Shift:
    return Shift(span.rotation, "", span.starts_at, span.ends_at)


def _free(tx: Transaction, context: Context, shift: Shift) -> list[StandIn]:
    """Without where people start from: a night is looked at by whoever passes, and nobody writes that down."""
    starts_at = max(shift.starts_at, context.now)
    busy, reachable = _tonight(tx, context, starts_at)
    roster = context.roster(tx)
    return stand_ins(
        roster,
        shift.person,
        starts_at,
        shift.ends_at,
        busy=busy,
        absences=absences.standing(tx, context.now),
        rotation=shift.rotation,
        reachable=reachable,
    )


def _tonight(
    tx: Transaction, context: Context, starts_at: datetime
) -> tuple[frozenset[str], Mapping[str, Reachability]]:
    """Who is busy now, and who is reachable, counts for what begins within the night."""
    if starts_at >= context.now + timedelta(hours=12):
        return frozenset(), {}
    return occupied.busy_people(tx), who_is_reachable(tx, context, context.roster(tx).people)


def read_sickness(tx: Transaction, context: Context, person_id: str) -> Sickness:
    """Proposed is the end of the shift that runs, or of the next one. Raises `NobodyOfThatName`."""
    roster, now = context.roster(tx), context.now
    person = roster.person(person_id)
    if person is None:
        raise NobodyOfThatName(f"nobody in the roster is called {person_id!r}")
    ahead = (shift for shift in all_shifts(roster, now, now + _SICK_FOR) if shift.person == person.id)
    theirs = sorted(ahead, key=lambda shift: shift.starts_at)
    running = [shift.ends_at for shift in theirs if shift.starts_at <= now]
    until = max(running) if running else theirs[0].ends_at if theirs else next_time(ENDS, now)
    has = occupied.callouts_with(tx, person.id)
    return Sickness(roster, person, theirs, until, occupied.callouts_paging(tx, person.id), has)


def see_stand_ins(
    tx: Transaction, context: Context, sickness: Sickness, by: Actor, source: Source
) -> list[list[StandIn]]:
    """Who could come in for somebody who is sick, for each of the `rotations`, by how near they are as well; the audit
    says that somebody looked."""
    roster, now = sickness.roster, context.now
    place = area_of(sickness.person, roster, now)
    drives = measured_drives.to_area(tx, place.code) if place else []
    busy, reachable = _tonight(tx, context, now)
    away = absences.standing(tx, now)
    found = [
        stand_ins(
            roster,
            sickness.person.id,
            now,
            sickness.until,
            place=place,
            busy=busy,
            absences=away,
            drives=drives,
            rotation=rotation,
            reachable=reachable,
        )
        for rotation in sickness.rotations
    ]
    if any(one.minutes is not None for proposed in found for one in proposed):
        audit.write(tx, now, by, source, AuditEvent.SAW_ESTIMATES)
    return found


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """The newest first; `more` is the version to go on from, None at the end."""

    roster: Roster
    changes: list[RosterChange]
    more: int | None


def read_changes(tx: Transaction, context: Context, before: int | None) -> ChangesShown:
    most = MOST_CHANGES + 1
    found = roster_changes.latest(tx, most) if before is None else roster_changes.before(tx, before, most)
    listed = found[:MOST_CHANGES]
    return ChangesShown(context.roster(tx), listed, listed[-1].version if len(found) > MOST_CHANGES else None)


def read_change(tx: Transaction, context: Context, version: int) -> RosterChange | None:
    return roster_changes.find(tx, version)
