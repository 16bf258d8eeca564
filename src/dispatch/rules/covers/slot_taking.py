"""Whether somebody may take a slot, or give one back.

The law: never more than are wanted, and nobody above their quota. A slot is given back until it is frozen; after that
it is a shift like any other, of which its holder asks for cover.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from dispatch.rules.covers.wanting import may_still_be_out, theirs
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Override, OverrideKind, Rotation
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.roster.rest import Rests
from dispatch.rules.roster.slot_spans import (
    SLOTS_AHEAD,
    FreeSlot,
    OwnSlot,
    QuotaUsed,
    free_since,
    free_slots,
    is_weekend,
    members_of,
    own_slots,
    quota_used,
    slot_beginning,
)

_FIRST, _LAST = 2000, 2100  # years; beyond those of Python's calendar a hand-off cannot be worked out


class SlotRefusal(StrEnum):
    """Why somebody does not get a slot, or does not get rid of one."""

    GONE = "gone"  # over, or the rotation has no such slot any more
    TOO_FAR = "too far ahead"
    TAKEN = "taken"
    YOURS_ALREADY = "yours already"
    NO_MEMBER = "no member"
    NOT_QUALIFIED = "not qualified"
    RESTING = "resting"
    AWAY = "away"
    ON_CALL = "on call"
    MONTH_FULL = "month full"
    WEEKENDS_FULL = "weekends full"
    BUSY = "busy"
    NOT_YOURS = "not yours"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class NoSlot:
    """`others` are the first names of those who have it; `rotation` is the one that has them on call then; they rest
    `until` then."""

    why: SlotRefusal
    others: tuple[str, ...] = ()
    rotation: str = ""
    quota: QuotaUsed | None = None
    frozen_from: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SlotName:
    """A slot as its rotation yields it: [begins, ends)."""

    rotation: str
    begins: datetime
    ends: datetime


def slot_rotations(roster: Roster, now: datetime) -> list[Rotation]:
    """Those that have slots at some moment from `now` on."""
    return [
        one
        for one in roster.rotations
        if one.slots is not None or ((version := one.at(now)) is not None and version.slots is not None)
    ]


def slot_named(roster: Roster, rotation: str, begins: datetime) -> SlotName | None:
    """None for one that the roster does not have, or has no longer. Raises `NaiveMoment`."""
    if not _FIRST <= begins.year <= _LAST:
        return None
    found = next((one for one in roster.rotations if one.name == rotation), None)
    slot = slot_beginning(found, begins) if found is not None else None
    return SlotName(rotation, *slot) if slot is not None else None


def free_part(roster: Roster, slot: SlotName, now: datetime) -> FreeSlot | None:
    rotation = next(one for one in roster.rotations if one.name == slot.rotation)
    free = free_slots(roster, rotation, max(slot.begins, now), slot.ends)
    return next((one for one in free if one.begins == slot.begins), None)


def refused_slot(
    roster: Roster,
    slot: SlotName,
    taker: Person,
    absences: Iterable[Absence],
    rests: Rests,
    now: datetime,
    *,
    is_busy: bool,
) -> NoSlot | None:
    """Why this person cannot take what is free of it. Whoever `is_busy` with a call-out takes none that begins soon.
    Raises `NaiveMoment`."""
    if slot.ends <= now:
        return NoSlot(SlotRefusal.GONE)
    if slot.begins > now + SLOTS_AHEAD:
        return NoSlot(SlotRefusal.TOO_FAR)
    rotation = next(one for one in roster.rotations if one.name == slot.rotation)
    free = free_part(roster, slot, now)
    if free is None:
        having = on_call(roster, rotation, max(slot.begins, now))
        if taker.id in having:
            return NoSlot(SlotRefusal.YOURS_ALREADY)
        return NoSlot(SlotRefusal.TAKEN, tuple(map(roster.first_name_of, having)))
    quota = quota_used(roster, rotation, taker.id, slot.begins)
    why = _refused_free(roster, rotation, free, taker, absences, rests, quota)
    is_too_busy = is_busy and may_still_be_out(free.starts_at, now)
    return NoSlot(SlotRefusal.BUSY) if why is None and is_too_busy else why


def _refused_free(
    roster: Roster,
    rotation: Rotation,
    free: FreeSlot,
    taker: Person,
    absences: Iterable[Absence],
    rests: Rests,
    quota: QuotaUsed,
) -> NoSlot | None:
    if taker not in members_of(roster, rotation, free.begins):
        return NoSlot(SlotRefusal.NO_MEMBER)
    if not _covers(rotation, taker, free.ends_at):
        return NoSlot(SlotRefusal.NOT_QUALIFIED)
    if (until := rests.from_night(taker.id, free.starts_at)) is not None:  # paging would pass over them
        return NoSlot(SlotRefusal.RESTING, until=until)
    if any(one.person == taker.id and one.touches(free.starts_at, free.ends_at) for one in absences):
        return NoSlot(SlotRefusal.AWAY)
    if has := theirs(roster, taker.id, free.starts_at, free.ends_at):
        own = any(one.rotation == rotation.name for one in has)
        return NoSlot(SlotRefusal.YOURS_ALREADY if own else SlotRefusal.ON_CALL, rotation=has[0].rotation)
    if quota.is_full:
        return NoSlot(SlotRefusal.MONTH_FULL, quota=quota)
    slot = slot_beginning(rotation, free.begins)
    if quota.weekends_full and slot is not None and is_weekend(rotation, *slot):
        return NoSlot(SlotRefusal.WEEKENDS_FULL, quota=quota)
    return None


def _covers(rotation: Rotation, taker: Person, until: datetime) -> bool:
    if rotation.takes_alarms:
        return taker.is_coordinator
    return taker.is_specialist and (taker.qualified_before is None or until <= taker.qualified_before)


def to_be_had(
    roster: Roster, taker: Person, absences: Collection[Absence], rests: Rests, now: datetime
) -> list[FreeSlot]:
    """The slots that they could take, by their beginning."""
    found = []
    for rotation in slot_rotations(roster, now):
        quotas: dict[tuple[int, int], QuotaUsed] = {}
        for free in free_slots(roster, rotation, now, now + SLOTS_AHEAD) if taker.id in rotation.members else ():
            begins_on = free.begins.astimezone(ZoneInfo(rotation.timezone))
            month = (begins_on.year, begins_on.month)
            quota = quotas.get(month) or quotas.setdefault(month, quota_used(roster, rotation, taker.id, free.begins))
            if (
                _refused_free(roster, rotation, free, taker, absences, rests, quota) is None
                and free.begins <= now + SLOTS_AHEAD
            ):
                found.append(free)
    return sorted(found, key=lambda one: (one.begins, one.rotation))


def all_free(roster: Roster, now: datetime) -> list[FreeSlot]:
    """Whatever somebody could take, by its beginning."""
    found = [
        free
        for rotation in slot_rotations(roster, now)
        for free in free_slots(roster, rotation, now, now + SLOTS_AHEAD)
        if free.begins <= now + SLOTS_AHEAD
    ]
    return sorted(found, key=lambda one: (one.begins, one.rotation))


def all_taken(roster: Roster, now: datetime) -> list[tuple[str, OwnSlot]]:
    """Whatever somebody could give back, with their ids, by its beginning."""
    people = dict.fromkeys(member for rotation in slot_rotations(roster, now) for member in rotation.members)
    found = [(id_, own) for id_ in people for own in own_slots(roster, id_, now) if now < own.frozen_from]
    return sorted(found, key=lambda one: (one[1].begins, one[1].rotation, one[0]))


def override_of_slot(roster: Roster, free: FreeSlot, taker: str) -> Override:
    """From where it has been free on, so that what runs already is named alike from one minute to the next: what of it
    is past changes nothing."""
    rotation = next(one for one in roster.rotations if one.name == free.rotation)
    since = free_since(roster, rotation, free)
    return Override(free.rotation, OverrideKind.ADD, since, free.ends_at, taker)


def given_back(roster: Roster, slot: SlotName, person: str, now: datetime) -> OwnSlot | NoSlot:
    """The slot that they give back, or why they cannot."""
    own = own_slots(roster, person, now)
    found = next((one for one in own if (one.rotation, one.begins) == (slot.rotation, slot.begins)), None)
    if found is None:
        return NoSlot(SlotRefusal.NOT_YOURS)
    return found if now < found.frozen_from else NoSlot(SlotRefusal.FROZEN, frozen_from=found.frozen_from)
