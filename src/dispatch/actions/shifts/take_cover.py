"""Somebody takes a cover, or a coordinator gives it to them: the first yes wins, in one transaction.

A cover that is taken is an override, made as every change of the roster is: so it has a version, can be undone, and
the one resolver goes on being the only truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    PlannedChange,
    RosterOrder,
    change_roster,
    note_running,
    plan,
)
from dispatch.actions.shifts.ask_cover import end_cover_alarms, tell_asked
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override
from dispatch.rules.roster.rest import why as why_rests
from dispatch.rules.schedule.edits import AddOverride, EditRefused
from dispatch.rules.schedule.shift_texts import ShiftText
from dispatch.rules.shifts import cover_texts, wanting
from dispatch.rules.shifts.cover import Cover, CoverState
from dispatch.rules.shifts.taking import NoCover, NotTaken, override_of, refused
from dispatch.rules.wording.times import local_day_and_time
from dispatch.store.access import audit
from dispatch.store.roster import roster as roster_store
from dispatch.store.schedule import occupied, roster_changes
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction


class NoSuchCover(LookupError):
    """no cover has this number"""


class NoSuchTaker(LookupError):
    """nobody of this id is in the roster any more"""


class CoverRefused(EditRefused):
    """somebody does not get a cover; `refused` says why"""

    def __init__(self, cover: Cover, why: NoCover, roster: Roster) -> None:
        self.cover, self.refused, self.roster = cover, why, roster
        super().__init__(str(cover_texts.not_taken(cover, why, roster)))


@dataclass(frozen=True, slots=True)
class TakenCover:
    cover: Cover
    changed: ChangedRoster


def take_cover(tx: Transaction, context: Context, number: int, taker_id: str, by: Actor, source: Source) -> TakenCover:
    """They have said so themselves, and are answered at once.

    Raises `NoSuchCover`, `NoSuchTaker` and `CoverRefused`, and then changes nothing.
    """
    cover = numbered(tx, number, lock=True)
    planned, fresh = _planned(tx, context, cover, taker_id, by, is_answered=True)
    if roster_store.lock_to_replace(tx) != planned.preview.version:
        # Somebody changed the roster in this very moment. Now that it is locked, the second look is the last.
        planned, fresh = _planned(tx, context, cover, taker_id, by, is_answered=True)
    changed = change_roster(tx, fresh, RosterOrder(planned, by, source, ticked=()))  # whoever texts has seen no gap
    return _taken(tx, context, cover, taker_id, changed, by, source)


def plan_cover(
    tx: Transaction, context: Context, number: int, taker_id: str, by: Actor, *, is_given: bool
) -> PlannedChange:
    """What it would do if a coordinator gave this cover to somebody, or wrote down their yes. Raises `NoSuchCover`,
    `NoSuchTaker` and `CoverRefused`."""
    return _planned(tx, context, numbered(tx, number), taker_id, by, is_given=is_given)[0]


def make_cover(tx: Transaction, context: Context, order: RosterOrder, *, number: int, is_given: bool) -> ChangedRoster:
    """Do what `plan_cover` showed. Raises what that raises, for somebody may have been quicker, and `RosterMoved`."""
    cover, edit = numbered(tx, number, lock=True), order.planned.foreseen.edit
    assert isinstance(edit, AddOverride), "a cover that is taken is an override"
    taker_id = edit.override.person
    assert taker_id is not None, "somebody takes it"
    _refuse(tx, context, cover, taker_id, context.roster(tx), is_given=is_given)
    changed = change_roster(tx, context, order)
    return _taken(tx, context, cover, taker_id, changed, order.by, order.source).changed


def numbered(tx: Transaction, number: int, *, lock: bool = False) -> Cover:
    """The cover of this number. Whoever takes it locks it first: of thirty yeses one comes first. Raises
    `NoSuchCover`."""
    cover = asked_covers.find(tx, number, lock=lock)
    if cover is None:
        raise NoSuchCover(f"no cover has the number {number}")
    return cover


def _taken(
    tx: Transaction, context: Context, cover: Cover, taker_id: str, changed: ChangedRoster, by: Actor, source: Source
) -> TakenCover:
    asked_covers.end(tx, cover.number, CoverState.TAKEN, context.now, taker=taker_id, version=changed.version)
    audit.write(tx, context.now, by, source, AuditEvent.TOOK_COVER, detail=f"{cover.number}: {taker_id}")
    roster = changed.after
    tell_asked(tx, context, cover, cover_texts.another_has_it(cover, taker_id, roster), but=taker_id)
    end_cover_alarms(tx, context, cover, cover_texts.alarm_over_taken(cover, taker_id, roster))
    return TakenCover(replace(cover, state=CoverState.TAKEN, taker=taker_id), changed)


def _planned(
    tx: Transaction,
    context: Context,
    cover: Cover,
    taker_id: str,
    by: Actor,
    *,
    is_given: bool = False,
    is_answered: bool = False,
) -> tuple[PlannedChange, Context]:
    """Worked out on the roster as it is now, which may be newer than the one that this action began with."""
    fresh, version = replace(context, _roster=[]), roster_store.version(tx)
    roster = fresh.roster(tx, version)
    taker = _refuse(tx, context, cover, taker_id, roster, is_given=is_given)
    try:
        planned = plan(tx, fresh, AddOverride(override_of(cover, taker_id)), version=version)
    except EditRefused as edit:
        raise CoverRefused(cover, NoCover(NotTaken.CHANGED), roster) from edit
    foreseen = planned.foreseen
    told = _told(cover, taker, foreseen.after, context, by, is_answered=is_answered)
    notes = (*foreseen.preview.notes, *_notes(tx, context, cover, taker))
    shown = replace(foreseen.preview, told=told, notes=notes)
    return replace(planned, foreseen=replace(foreseen, preview=shown)), fresh


def _refuse(
    tx: Transaction, context: Context, cover: Cover, taker_id: str, roster: Roster, *, is_given: bool
) -> Person:
    """Whoever takes it. Raises `NoSuchTaker` and `CoverRefused`."""
    taker = roster.person(taker_id)
    if taker is None:
        raise NoSuchTaker(NoSuchTaker.__doc__)
    why = refused(
        cover,
        taker,
        roster,
        absences.standing(tx, context.now),
        context.rests(tx),
        context.now,
        is_busy=occupied.is_busy(tx, taker_id),
        by_another=is_given,
    )
    if why is not None:
        raise CoverRefused(cover, why, roster)
    return taker


def _notes(tx: Transaction, context: Context, cover: Cover, taker: Person) -> Iterator[str]:
    """What somebody who gives it should have read."""
    starts_at = max(cover.wanted.starts_at, context.now)
    until = context.rests(tx).from_night(taker.id, starts_at)
    if until is not None:
        yield f"{why_rests(taker.first_name, until)}, and paging passes over them until then"


def _told(
    cover: Cover, taker: Person, roster: Roster, context: Context, by: Actor, *, is_answered: bool
) -> tuple[ShiftText, ...]:
    """The two whose shift it is or was, however far ahead it lies: a swap is told in words of its own. Whoever has said
    so themselves `is_answered` at once."""
    urgent = wanting.is_for_tonight(cover.wanted.starts_at, context.now)
    told = []
    holder = roster.person(cover.wanted.holder)
    if holder is not None and not holder.opted_out:
        told.append(ShiftText(holder, cover_texts.covered(cover, taker.id, roster, context.now), urgent))
    if not is_answered and not taker.opted_out:
        own = by.id == taker.id
        words = cover_texts.yours_now(cover, roster) if own else cover_texts.given_to_you(cover, roster)
        told.append(ShiftText(taker, words, urgent))
    return tuple(told)


# ---- by text -------------------------------------------------------------------------------------------------------

_JUST_NOW = timedelta(minutes=1)


async def tell_running_by_text(runner: Runner, sender: str) -> None:
    """After somebody has taken a shift that runs, by text: in transactions of their own, as `tell_running` says."""
    taken = await runner.ask(_just_taken, sender)
    if taken is not None:
        line, by = taken
        await note_running(runner, line, by, Source.SMS)


def _just_taken(tx: Transaction, context: Context, sender: str) -> tuple[str, Actor] | None:
    roster = context.roster(tx)
    person = roster.person_at(sender)
    for change in roster_changes.latest(tx, 1):
        if person is None or (change.by.id, change.source) != (person.id, Source.SMS):
            return None
        for one in change.touched:
            override = one.after
            if isinstance(override, Override) and override.begins <= context.now < change.at + _JUST_NOW:
                holder = f"{roster.first_name_of(override.replaces)} → " if override.replaces else "also "
                until = local_day_and_time(override.ends_at)
                return f"{override.rotation}: {holder}{person.first_name}, now to {until}", change.by
    return None
