"""Somebody takes a slot or gives it back, or a coordinator writes down that they said so on the phone.

A slot that is taken is an override and giving it back ends that, made as every change of the roster is. So each has a
version and can be undone, and what was taken is covered later like any shift.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.schedule.change_roster import ChangedRoster, PlannedChange, change_roster, plan_locked, plan_now
from dispatch.rules.alarms import watch
from dispatch.rules.covers import slot_texts, wanting
from dispatch.rules.covers.slot_taking import (
    NoSlot,
    SlotRefusal,
    free_part,
    given_back,
    override_of_slot,
    refused_slot,
    slot_named,
)
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.slot_spans import OwnSlot, own_slots
from dispatch.rules.schedule.edits import AddOverride, EditRefused, EndOverride
from dispatch.rules.schedule.shift_texts import ShiftText
from dispatch.store.access import audit
from dispatch.store.covers import absences, slot_numbers
from dispatch.store.schedule import occupied
from dispatch.store.transaction import Transaction


class NoSuchSlot(LookupError):
    """no rotation has such a slot"""


class SlotRefused(EditRefused):
    """somebody does not get a slot, or keeps one; `refused` says why, and the message says it to a coordinator

    `number` is None while a change is only worked out: a slot that nobody has named yet has none.
    """

    def __init__(self, why: NoSlot, first_name: str, number: int | None = None) -> None:
        self.number, self.refused = number, why
        super().__init__(slot_texts.why_not(why, first_name))


@dataclass(frozen=True, slots=True)
class SlotChanged:
    """`slot` is this person's now, or was."""

    number: int
    person: str
    slot: OwnSlot
    changed: ChangedRoster


@dataclass(frozen=True, slots=True)
class WhoseSlot:
    """Somebody takes the slot of a rotation that `begins` then, or gives it back."""

    rotation: str
    begins: datetime
    person: str
    takes: bool
    number: int | None = None

    def edit(self, tx: Transaction, context: Context, roster: Roster) -> AddOverride | EndOverride:
        """Raises `NoSuchSlot` and `SlotRefused`."""
        slot, person = slot_named(roster, self.rotation, self.begins), roster.person(self.person)
        if slot is None:
            raise self.refused(roster, NoSlot(SlotRefusal.GONE))
        if not self.takes:
            own = given_back(roster, slot, self.person, context.now)
            if isinstance(own, NoSlot):
                raise self.refused(roster, own)
            return EndOverride(own.key)
        if person is None:
            raise self.refused(roster, NoSlot(SlotRefusal.NO_MEMBER))
        away, is_busy = absences.standing(tx, context.now), occupied.is_busy(tx, self.person)
        why = refused_slot(roster, slot, person, away, context.rests(tx), context.now, is_busy=is_busy)
        free = free_part(roster, slot, context.now)
        if why is not None or free is None:
            raise self.refused(roster, why or NoSlot(SlotRefusal.TAKEN))
        return AddOverride(override_of_slot(roster, free, self.person))

    def refused(self, roster: Roster, why: NoSlot) -> SlotRefused:
        return SlotRefused(why, roster.first_name_of(self.person), self.number)

    def of(self, planned: PlannedChange, now: datetime) -> OwnSlot:
        """What of it becomes this person's, or was: they may have another part of it. Raises `NoSuchSlot`."""
        before, after = planned.foreseen.before, planned.foreseen.after
        without, having = (before, after) if self.takes else (after, before)
        stays = {one.key for one in own_slots(without, self.person, now)}
        own = [one for one in own_slots(having, self.person, now) if one.key not in stays]
        found = next((one for one in own if (one.rotation, one.begins) == (self.rotation, self.begins)), None)
        if found is None:
            raise NoSuchSlot(NoSuchSlot.__doc__)
        return found


# ---- by themselves -------------------------------------------------------------------------------------------------


def take_slot(
    tx: Transaction, context: Context, rotation: str, begins: datetime, taker: str, by: Actor, source: Source
) -> SlotChanged:
    """They have said so themselves, and are answered at once.

    Raises `NoSuchSlot` and `SlotRefused`, and then changes nothing.
    """
    return _by_themselves(tx, context, _locked(tx, context, WhoseSlot(rotation, begins, taker, True)), by, source)


def give_back(
    tx: Transaction, context: Context, rotation: str, begins: datetime, person: str, by: Actor, source: Source
) -> SlotChanged:
    """It is free again. Coordinators hear at once of a gap that is near; of one that is not, the coverage check tells.

    Raises `NoSuchSlot` and `SlotRefused`, and then changes nothing.
    """
    return _by_themselves(tx, context, _locked(tx, context, WhoseSlot(rotation, begins, person, False)), by, source)


def _by_themselves(tx: Transaction, context: Context, whose: WhoseSlot, by: Actor, source: Source) -> SlotChanged:
    planned, fresh = plan_locked(tx, context, partial(whose.edit, tx))
    slot = whose.of(planned, context.now)  # before anything is written: who texts is answered with it
    ticked = planned.preview.ticks  # nobody sees a preview here, so all its gaps count as ticked
    changed = change_roster(tx, fresh, planned.telling(()), by, source, ticked=ticked)
    _note(tx, context, whose, changed, by, source)
    assert whose.number is not None, "it is locked"
    return SlotChanged(whose.number, whose.person, slot, changed)


def _locked(tx: Transaction, context: Context, whose: WhoseSlot) -> WhoseSlot:
    """First: of thirty yeses one comes first. Only what the roster has gets a number. Raises `NoSuchSlot`."""
    named = _named(tx, context, whose)
    return replace(named, number=slot_numbers.lock(tx, named.rotation, named.begins))


def _named(tx: Transaction, context: Context, whose: WhoseSlot) -> WhoseSlot:
    known = slot_named(context.roster(tx), whose.rotation, whose.begins)
    if known is None:
        raise NoSuchSlot(NoSuchSlot.__doc__)
    return replace(whose, begins=known.begins)


def _having(planned: PlannedChange, whose: WhoseSlot) -> Roster:
    return planned.foreseen.after if whose.takes else planned.foreseen.before


def _note(
    tx: Transaction, context: Context, whose: WhoseSlot, changed: ChangedRoster, by: Actor, source: Source
) -> None:
    event = AuditEvent.TOOK_SLOT if whose.takes else AuditEvent.GAVE_SLOT_BACK
    audit.write(
        tx, context.now, by, source, event, detail=f"{whose.rotation} {whose.begins:%Y-%m-%d %H:%M}Z: {whose.person}"
    )
    near = [one.gap for one in changed.preview.gaps if watch.is_near(one.gap, context.now)]
    apply_standalone(tx, context, watch.of_gaps(context.roster(tx), near))


# ---- by a coordinator, for anybody ---------------------------------------------------------------------------------


def plan_slot(
    tx: Transaction, context: Context, *, rotation: str, begins: datetime, name: str, takes: bool
) -> PlannedChange:
    """What it would do if a coordinator wrote down that somebody takes a slot, or gives it back, and the text that
    they would get. Raises `NobodyOfThatName`, `NoSuchSlot` and `SlotRefused`."""
    whose = _named(tx, context, WhoseSlot(rotation, begins, one_called(context.roster(tx), name).id, takes))
    planned, fresh = plan_now(tx, context, partial(whose.edit, tx))
    slot, after = whose.of(planned, fresh.now), planned.foreseen.after
    person = _having(planned, whose).person(whose.person)
    if person is None or person.opted_out:
        return planned.telling(())
    taken = slot_texts.given_to_you(slot, after)
    words = taken if whose.takes else slot_texts.taken_from_you(slot, whose.person, after)
    return planned.telling((ShiftText(person, words, wanting.is_for_tonight(slot.starts_at, context.now)),))


def make_slot(
    tx: Transaction,
    context: Context,
    planned: PlannedChange,
    by: Actor,
    source: Source,
    *,
    ticked: Collection[str] | None,
    rotation: str,
    begins: datetime,
    name: str,
    takes: bool,
) -> ChangedRoster:
    """Do what `plan_slot` showed. Raises what that raises, for somebody may have been quicker, and `RosterMoved`."""
    whose = _locked(tx, context, WhoseSlot(rotation, begins, one_called(context.roster(tx), name).id, takes))
    whose.edit(tx, context, context.roster(tx))
    changed = change_roster(tx, context, planned, by, source, ticked=ticked)
    _note(tx, context, whose, changed, by, source)
    return changed
