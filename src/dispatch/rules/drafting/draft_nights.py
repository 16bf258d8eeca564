"""The nights that a draft fills: whose they could be, and which are somebody's already.

The law: what people have agreed on stays. A night for which somebody comes in by an override is theirs, and counts as
theirs. Whoever has said that they are away, has been taken off call, or has somebody come in for them, in whatever
rotation, wishes to be left alone then.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dispatch.rules.drafting.filling import Availability, DraftNight
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, Shift
from dispatch.rules.roster.local_clock import local_moment
from dispatch.rules.roster.on_call import coverage_gaps, shifts
from dispatch.rules.roster.qualified import not_covering_all
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.schedule.fairness import midnight_of
from dispatch.rules.schedule.six_weeks import monday_of, span_of, tonight

MOST_WEEKS = 26
_FRIDAY, _SATURDAY = 4, 5
_EARLY = time(2)
"""A hand-off before it leaves most of the night to the day before."""
_BESIDE = 2
"""How many nights before and after a draft are looked at: who has them may rest."""


class CannotDraft(EditRefused):
    """these nights cannot be drafted; the message says why"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wishes not to be on call in [starts_at, ends_at)."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DraftTask:
    """The nights of `rotation` from `first` on until before `after`, with those beside them. Each lasts from one
    hand-off to the next, [starts, ends) of its `spans`."""

    roster: Roster
    rotation: str
    first: date
    after: date
    nights: tuple[DraftNight, ...]
    spans: tuple[tuple[datetime, datetime], ...]


def coming_monday(now: datetime) -> date:
    """Where a draft begins unless somebody says otherwise."""
    return monday_of(tonight(now)) + timedelta(weeks=1)


def draft_task(
    roster: Roster,
    name: str,
    first: date,
    weeks: int,
    holidays: Collection[date],
    now: datetime,
    wishes: Sequence[Wish] = (),
) -> DraftTask:
    """`wishes` are those that the roster does not know. Raises `CannotDraft`."""
    rotation = next((one for one in roster.rotations if one.name == name), None)
    if rotation is None:
        known = ", ".join(one.name for one in roster.rotations) or "none"
        raise CannotDraft(f"there is no rotation {name!r}; there are: {known}")
    if rotation.slots is not None:
        raise CannotDraft(f"people take the slots of {name} for themselves; a draft fills a rotation that has an order")
    if not 1 <= weeks <= MOST_WEEKS:
        raise CannotDraft(f"a draft is of 1 to {MOST_WEEKS} weeks")
    if first <= tonight(now):
        raise CannotDraft("a draft begins tomorrow or later; whoever has tonight keeps it")
    if first > tonight(now) + timedelta(days=366):
        raise CannotDraft("a draft begins within a year")
    after = first + timedelta(weeks=weeks)
    days = [first + timedelta(days=number) for number in range(-_BESIDE, 7 * weeks + _BESIDE)]
    # What has begun by now stays whose it is: days begin earlier where a rotation has another clock than ours.
    found = [
        (
            _night(roster, rotation, day, span, holidays, wishes, outside=not first <= day < after or span[0] <= now),
            span,
        )
        for day in days
        if (span := _span(rotation, day)) is not None
    ]
    return DraftTask(roster, name, first, after, tuple(one for one, _ in found), tuple(span for _, span in found))


def _span(rotation: Rotation, day: date) -> tuple[datetime, datetime] | None:
    """From the hand-off before most of the night of `day` to the one after it; None where the rotation puts nobody on
    call."""
    version = rotation.at(span_of(day, rotation.timezone)[1])
    if version is None:
        return None
    begins_on = day if version.handoff >= _EARLY else day + timedelta(days=1)
    begins, ends = (
        local_moment(datetime.combine(begins_on + timedelta(days=more), version.handoff), version.timezone)
        for more in (0, 1)
    )
    paused = any(pause.starts_at < ends and begins < pause.ends_at for pause in version.pauses)
    return None if paused or begins_on < version.starts_on else (begins, ends)


def _night(
    roster: Roster,
    rotation: Rotation,
    day: date,
    span: tuple[datetime, datetime],
    holidays: Collection[date],
    wishes: Iterable[Wish],
    *,
    outside: bool,
) -> DraftNight:
    begins, ends = span
    theirs = shifts(roster, rotation, begins, ends)
    agreed = [one for one in roster.overrides_of(rotation.name).between(begins, ends) if one.person is not None]
    stays = outside or (bool(agreed) and not _has_gap(roster, rotation, begins, ends))
    version = rotation.at(begins) or rotation
    return DraftNight(
        day.toordinal(),
        day.weekday() in {_FRIDAY, _SATURDAY},
        any(_has_half(begins, ends, one) for one in {day, day + timedelta(days=1)} & set(holidays)),
        dict(_could(roster, rotation, version.members, _away(roster, wishes, begins, ends), begins, ends)),
        (_holder(theirs) or "") if stays else None,
        outside,
    )


def _has_gap(roster: Roster, rotation: Rotation, begins: datetime, ends: datetime) -> bool:
    return any(gap.rotation == rotation.name for gap in coverage_gaps(roster, begins, ends))


def _holder(theirs: Sequence[Shift]) -> str | None:
    longest = max(theirs, key=lambda one: one.ends_at - one.starts_at, default=None)
    return longest.person if longest else None


def _has_half(begins: datetime, ends: datetime, day: date) -> bool:
    """As on the view of fairness."""
    dawns, over = midnight_of(day), midnight_of(day + timedelta(days=1))
    return 2 * (min(ends, over) - max(begins, dawns)) >= over - dawns


def _could(
    roster: Roster,
    rotation: Rotation,
    members: Iterable[str],
    away: Collection[str],
    begins: datetime,
    ends: datetime,
) -> Iterator[tuple[str, Availability]]:
    elsewhere = {
        shift.person
        for other in roster.rotations
        if other.name != rotation.name
        for shift in shifts(roster, other, begins, ends)
    }
    for id_ in dict.fromkeys(members):
        person = roster.person(id_)
        if person is None or not_covering_all(roster, rotation.name, person, ends):
            continue
        how = Availability.AWAY if id_ in away else Availability.ELSEWHERE if id_ in elsewhere else Availability.FREE
        yield id_, how


def _away(roster: Roster, wishes: Iterable[Wish], begins: datetime, ends: datetime) -> set[str]:
    away = {one.person for one in wishes if one.starts_at < ends and begins < one.ends_at}
    for rotation in roster.rotations:
        away |= {one.replaces for one in roster.overrides_of(rotation.name).between(begins, ends) if one.replaces}
    return away
