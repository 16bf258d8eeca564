"""Somebody takes a slot for themselves, a coordinator writes down a yes from the phone, or a slot is given back.

A slot that is taken is an override and giving it back ends that, made as every change of the roster is. So each has a
version and can be undone, and what was taken is covered later like any shift.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.apply_standalone import apply_standalone
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.actions.runner import Runner
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    PlannedChange,
    change_roster,
    plan_now,
    tell_running,
)
from dispatch.rules.alarms import watch
from dispatch.rules.covers import slot_texts, wanting
from dispatch.rules.covers.slot_taking import (
    NoSlot,
    SlotName,
    SlotRefusal,
    free_part,
    given_back,
    override_of_slot,
    refused_slot,
    slot_named,
)
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.slot_spans import OwnSlot, own_slots
from dispatch.rules.schedule.edits import AddOverride, Edit, EditRefused, EndOverride
from dispatch.rules.schedule.shift_texts import ShiftText
from dispatch.store.access import audit
from dispatch.store.covers import absences, slot_numbers
from dispatch.store.roster import roster as roster_store
from dispatch.store.schedule import occupied
from dispatch.store.transaction import Transaction


class NoSuchSlot(LookupError):
    """no rotation has such a slot"""


class SlotRefused(EditRefused):
    """somebody does not get a slot, or keeps one; `refused` says why"""

    def __init__(self, number: int, why: NoSlot) -> None:
        self.number, self.refused = number, why
        super().__init__(str(slot_texts.refused(number, why)))


@dataclass(frozen=True, slots=True)
class SlotChanged:
    """`slot` is this person's now, or was."""

    number: int
    person: str
    slot: OwnSlot
    changed: ChangedRoster


_Edits = Callable[[Context, Roster], Edit]
"""What is to be done on this roster. Raises `SlotRefused`."""


def take_slot(
    tx: Transaction,
    context: Context,
    rotation: str,
    begins: datetime,
    taker: str,
    by: Actor,
    source: Source,
    *,
    is_answered: bool = False,
) -> SlotChanged:
    """`is_answered`: they have said so themselves, and are answered at once; otherwise they are texted.

    Raises `NoSuchSlot` and `SlotRefused`, and then changes nothing.
    """
    number, begins = _locked(tx, context, rotation, begins)

    def taking(context: Context, roster: Roster) -> Edit:
        slot, person, now = _slot(roster, number, rotation, begins), _person(roster, number, taker), context.now
        away = absences.standing(tx, now)
        is_busy = occupied.is_busy(tx, taker)
        why = refused_slot(roster, slot, person, away, context.rests(tx), now, is_busy=is_busy)
        free = free_part(roster, slot, now)
        if why is not None or free is None:
            raise SlotRefused(number, why or NoSlot(SlotRefusal.TAKEN))
        return AddOverride(override_of_slot(free, taker))

    planned, fresh = _planned(tx, context, taking)
    after = planned.foreseen.after
    slot = _of(after, taker, rotation, begins, context.now)
    if slot is None:  # before anything is written: whoever texts is answered in this transaction
        raise NoSuchSlot(NoSuchSlot.__doc__)
    person = _person(after, number, taker)
    urgent = wanting.is_for_tonight(slot.starts_at, context.now)
    told = ShiftText(person, slot_texts.given_to_you(number, slot, after), urgent)
    texts = () if is_answered or person.opted_out else (told,)
    changed = change_roster(tx, fresh, planned.telling(texts), by, source, ticked=())  # it makes no gap
    audit.write(tx, context.now, by, source, AuditEvent.TOOK_SLOT, detail=_detail(rotation, begins, taker))
    return SlotChanged(number, taker, slot, changed)


def give_back(
    tx: Transaction, context: Context, rotation: str, begins: datetime, person: str, by: Actor, source: Source
) -> SlotChanged:
    """It is free again. Coordinators hear at once of a gap that is near; of one that is not, the coverage check tells.

    Raises `NoSuchSlot` and `SlotRefused`, and then changes nothing.
    """
    number, begins = _locked(tx, context, rotation, begins)
    gone: list[OwnSlot] = []

    def giving(_: Context, roster: Roster) -> Edit:
        slot = _slot(roster, number, rotation, begins)
        found = given_back(roster, slot, person, context.now)
        if isinstance(found, NoSlot):
            raise SlotRefused(number, found)
        gone[:] = [found]
        return EndOverride(found.key)

    planned, fresh = _planned(tx, context, giving)
    changed = change_roster(tx, fresh, planned.telling(()), by, source, ticked=planned.preview.ticks)
    audit.write(tx, context.now, by, source, AuditEvent.GAVE_SLOT_BACK, detail=_detail(rotation, begins, person))
    near = [one.gap for one in changed.preview.gaps if watch.is_near(one.gap, context.now)]
    apply_standalone(tx, context, watch.of_gaps(near))
    return SlotChanged(number, person, gone[0], changed)


def _locked(tx: Transaction, context: Context, rotation: str, begins: datetime) -> tuple[int, datetime]:
    """First: of thirty yeses one comes first. Only what the roster has gets a number."""
    known = slot_named(context.roster(tx), rotation, begins)
    if known is None:
        raise NoSuchSlot(NoSuchSlot.__doc__)
    return slot_numbers.lock(tx, rotation, known.begins), known.begins


def _planned(tx: Transaction, context: Context, edit: _Edits) -> tuple[PlannedChange, Context]:
    """Worked out before the roster is locked, and once more under the lock if somebody changed it in this very
    moment."""
    planned, fresh = plan_now(tx, context, edit)
    if roster_store.lock_to_replace(tx) != planned.preview.version:
        planned, fresh = plan_now(tx, context, edit)
    return planned, fresh


def _slot(roster: Roster, number: int, rotation: str, begins: datetime) -> SlotName:
    slot = slot_named(roster, rotation, begins)
    if slot is None:
        raise SlotRefused(number, NoSlot(SlotRefusal.GONE))
    return slot


def _person(roster: Roster, number: int, id_: str) -> Person:
    person = roster.person(id_)
    if person is None:
        raise SlotRefused(number, NoSlot(SlotRefusal.NO_MEMBER))
    return person


def _of(roster: Roster, person: str, rotation: str, begins: datetime, now: datetime) -> OwnSlot | None:
    own = own_slots(roster, person, now)
    return next((one for one in own if (one.rotation, one.begins) == (rotation, begins)), None)


def _detail(rotation: str, begins: datetime, person: str) -> str:
    return f"{rotation} {begins:%Y-%m-%d %H:%M}Z: {person}"


# ---- what a coordinator does for anybody ---------------------------------------------------------------------------


async def take_for_other(
    runner: Runner, rotation: str, begins: datetime, name: str, by: Actor, source: Source
) -> SlotChanged:
    """Somebody said yes on the phone: it is refused where their own text would be. Raises `NobodyOfThatName`,
    `NoSuchSlot`, `SlotRefused`."""
    roster = await runner.ask(lambda tx, context: context.roster(tx))
    taken = await runner.act(take_slot, rotation, begins, one_called(roster, name).id, by, source)
    await tell_running(runner, taken.changed, by, source)
    return taken
