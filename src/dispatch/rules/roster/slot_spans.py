"""Slots: shifts that people take for themselves, how many they may take, and until when they may give one back.

The law: nothing here says who is on call. A slot is free for as long as a coverage gap lies in it, and is somebody's by
an override, so the one resolver knows all of it. Whoever takes what is free of a slot never makes it more than wanted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import OF_A_TEST, OverrideKind, Rotation, SlotTerms
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import gaps_of, shift_starts, shifts, slot_at

SLOTS_AHEAD = timedelta(days=60)
"""How long before it begins a slot may be taken: whoever is asked for next month by the 15th sees all of it."""
_TO_MIDNIGHT = timedelta(hours=6)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """What of a slot, which `begins` at a hand-off and is named after it, has fewer on call than are wanted."""

    rotation: str
    begins: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSlot:
    """A slot that somebody has taken, by the override of this `key`. It can be given back until `frozen_from`."""

    rotation: str
    begins: datetime
    starts_at: datetime
    ends_at: datetime
    key: str
    frozen_from: datetime


@dataclass(frozen=True, slots=True)
class QuotaUsed:
    """How many slots of a rotation somebody has that begin in a month, and how many of them at a weekend."""

    rotation: str
    month: date
    slots: SlotTerms
    taken: int
    weekends: int

    @property
    def is_full(self) -> bool:
        return self.slots.month_quota is not None and self.taken >= self.slots.month_quota

    @property
    def weekends_full(self) -> bool:
        return self.slots.weekend_quota is not None and self.weekends >= self.slots.weekend_quota


def slots_between(rotation: Rotation, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The slots that touch [start, end), each from one hand-off to the next. Raises `NaiveMoment`."""
    return list(_had_from(rotation, start, end))


def _had_from(rotation: Rotation, start: datetime, end: datetime) -> dict[tuple[datetime, datetime], datetime]:
    """The same, and from when on each is to be had: a version that holds from the middle of one has no more of it."""
    found: dict[tuple[datetime, datetime], datetime] = {}
    for moment in shift_starts(rotation, start, end):
        slot = slot_at(rotation, moment)
        if slot is not None and start < slot[1]:
            found.setdefault(slot, moment)
    return found


def slot_beginning(rotation: Rotation, begins: datetime) -> tuple[datetime, datetime] | None:
    """The slot that is named after this hand-off. A version that holds from the middle of it on has it as well. Raises
    `NaiveMoment`."""
    later = (one.holds_from for one in rotation.versions if one.holds_from is not None and one.holds_from > begins)
    found = (slot_at(rotation, moment) for moment in (begins, *later))
    return next((slot for slot in found if slot is not None and slot[0] == begins), None)


def free_slots(roster: Roster, rotation: Rotation, start: datetime, end: datetime) -> list[FreeSlot]:
    """Of each slot that touches [start, end) the first part that is free, from `start` on. Raises `NaiveMoment`."""
    slots = _had_from(rotation, start, end)
    if not slots:
        return []
    gaps = gaps_of(roster, rotation.name, start, max(ends for _, ends in slots))
    found = []
    for (begins, ends), had_from in slots.items():
        # One after another: what one more person may take is short for all of it, of however many.
        parts = [(max(gap.starts_at, had_from), min(gap.ends_at, ends)) for gap in gaps]
        free = [(since, until) for since, until in parts if since < until]
        if free:
            since, until = free[0]
            for following, ends_at in free[1:]:
                until = ends_at if following == until else until
            found.append(FreeSlot(rotation.name, begins, since, until))
    return found


def free_since(roster: Roster, rotation: Rotation, free: FreeSlot) -> datetime:
    """Since when what runs of it has been free. Raises `NaiveMoment`."""
    had = {begins: moment for (begins, _), moment in _had_from(rotation, free.begins, free.ends_at).items()}
    gaps = gaps_of(roster, free.rotation, free.begins, free.ends_at)
    since = next((gap.starts_at for gap in gaps if gap.starts_at <= free.starts_at < gap.ends_at), free.starts_at)
    return max(since, had.get(free.begins, free.begins))


def own_slots(roster: Roster, person: str, now: datetime) -> list[OwnSlot]:
    """Those that they have taken, that are not over, and that are still all theirs, by their beginning."""
    found = [own for rotation in roster.rotations for own in _own(roster, rotation, person, now)]
    return sorted(found, key=lambda one: (one.begins, one.rotation))


def _own(roster: Roster, rotation: Rotation, person: str, now: datetime) -> Iterator[OwnSlot]:
    for override in roster.overrides_of(rotation.name).between(now, now + timedelta(days=366)):
        if override.kind is not OverrideKind.ADD or override.person != person or override.key.startswith(OF_A_TEST):
            continue
        slot = slot_at(rotation, override.starts_at)
        if slot is None or override.over > slot[1]:
            continue  # a coordinator put them on for longer, and ends it
        starts_at = max(override.begins, now)
        theirs = _theirs(roster, rotation, person, starts_at, override.over)
        if [(since, until) for since, until in theirs] == [(starts_at, override.over)]:
            frozen_from = frozen_since(rotation, slot[0])
            yield OwnSlot(rotation.name, slot[0], override.begins, override.over, override.key, frozen_from)


def _theirs(
    roster: Roster, rotation: Rotation, person: str, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    found = shifts(roster, rotation, starts_at, ends_at)
    return [(one.starts_at, one.ends_at) for one in found if one.person == person]


def frozen_since(rotation: Rotation, begins: datetime) -> datetime:
    """From when on the slot that begins then is not given back any more: at that hour of an earlier day."""
    version = rotation.at(begins) or rotation
    days = version.slots.frozen_days if version.slots is not None else 0
    wall = begins.astimezone(ZoneInfo(rotation.timezone)).replace(tzinfo=None)
    return min(begins, local_moment(wall - timedelta(days=days), rotation.timezone))


# ---- quotas --------------------------------------------------------------------------------------------------------


def quota_used(roster: Roster, rotation: Rotation, person: str, at: datetime) -> QuotaUsed:
    """Theirs of the month in which `at` lies, on the clock of the rotation. A slot counts for whoever has more than
    half of it, by whatever override. Raises `NaiveMoment`."""
    zone = ZoneInfo(rotation.timezone)
    month = at.astimezone(zone).date().replace(day=1)
    following = (month + timedelta(days=31)).replace(day=1)
    start, end = (local_moment(datetime.combine(day, time.min), rotation.timezone) for day in (month, following))
    slots = [one for one in slots_between(rotation, start, end) if start <= one[0]]
    theirs = _theirs(roster, rotation, person, start, slots[-1][1]) if slots else []
    taken = [slot for slot in slots if _has_most(theirs, *slot)]
    version = rotation.at(at) or rotation
    weekends = sum(is_weekend(rotation, *slot) for slot in taken)
    return QuotaUsed(rotation.name, month, version.slots or SlotTerms(), len(taken), weekends)


def quotas_of(roster: Roster, person: str, now: datetime) -> list[QuotaUsed]:
    """This month's and the next one's, of each rotation whose slots they may take. Raises `NaiveMoment`."""
    return [
        quota_used(roster, rotation, person, at)
        for rotation in roster.rotations
        if rotation.slots is not None and person in rotation.members
        for at in (now, _next_month(now, rotation.timezone))
    ]


def _next_month(now: datetime, timezone: str) -> datetime:
    first = (now.astimezone(ZoneInfo(timezone)).date().replace(day=1) + timedelta(days=31)).replace(day=1)
    return local_moment(datetime.combine(first, time(12)), timezone)


def _has_most(theirs: Sequence[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> bool:
    parts = (min(until, ends) - max(since, begins) for since, until in theirs)
    return 2 * sum((part for part in parts if part > timedelta(0)), timedelta(0)) > ends - begins


def is_weekend(rotation: Rotation, begins: datetime, ends: datetime) -> bool:
    """Whether the middle of it lies between Friday 18:00 and Sunday 18:00: Friday's night does, and Sunday's day."""
    middle = (begins + (ends - begins) / 2).astimezone(ZoneInfo(rotation.timezone)).replace(tzinfo=None)
    return (middle + _TO_MIDNIGHT).weekday() >= _SATURDAY


def members_of(roster: Roster, rotation: Rotation, begins: datetime) -> list[Person]:
    """Whoever may take the slot that begins then, and is in the roster."""
    version = rotation.at(begins) or rotation
    return [person for id_ in version.members if (person := roster.person(id_)) is not None]


def takers_of(roster: Roster, slots: Iterable[FreeSlot]) -> list[Person]:
    """Whoever may take one of these, in the order of the roster."""
    rotations = {one.name: one for one in roster.rotations}
    found = {person.id for slot in slots for person in members_of(roster, rotations[slot.rotation], slot.begins)}
    return [person for person in roster.people if person.id in found]


def unmet(rotation: Rotation) -> str:
    """Why its slots cannot all be taken; empty if they can."""
    slots, people = rotation.slots, len(set(rotation.members))
    if slots is None:
        return ""
    if slots.wanted > people:
        return f"{rotation.name} wants {slots.wanted} at a time, and has {people} to take its slots"
    days = rotation.length * (7 if rotation.unit == "weeks" else 1)
    wanted = 31 * slots.wanted // days
    if slots.month_quota is not None and slots.month_quota * people < wanted:
        most = slots.month_quota * people
        return f"{rotation.name} has some {wanted} slots a month, and by their quota its people take {most} at most"
    return ""
