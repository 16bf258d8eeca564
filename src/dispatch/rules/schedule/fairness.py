"""Who carries how much: nights, weekends, holidays and hours, beside what would be each person's part.

The law: a night is whoever's it was for half of it or longer, and counts once however many rotations they are in.
A part is a share of presence in each rotation by itself: of its nights, by the time in which people were in it. So
whoever came in the last month is not said to have done too little, and three coordinators who share their own evenly
not too much because twelve specialists share another. Whoever only stands in for others has no part of their own.
Whoever is in two rotations in one night has it once, and their part is less in the same measure.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation
from dispatch.rules.roster.local_clock import local_moment, midnight
from dispatch.rules.roster.nights import span_of
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.schedule.spans_on_call import standing_rotations

WEEKS_EACH_WAY = 13
_FRIDAY, _SATURDAY = 4, 5
_Spans = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Burden:
    """What one person carries in some weeks. `fair_nights` is their part of the nights of their rotations; None without
    a presence."""

    person: str
    nights: int
    weekend_nights: int
    holidays: int
    hours: float
    fair_nights: float | None

    @property
    def beyond(self) -> float | None:
        """How many nights more than their part; below zero, fewer."""
        return None if self.fair_nights is None else self.nights - self.fair_nights


@dataclass(frozen=True, slots=True)
class NightCounts:
    """What call-outs did to one person: pages that reached out for them between 22:00 and 6:00, and call-outs that they
    were on."""

    night_pages: int = 0
    callouts: int = 0


def burdens(roster: Roster, first: date, after: date, holidays: Collection[date]) -> list[Burden]:
    """From 6:00 on `first` until 6:00 on `after`, so that every night is whole; whoever carries most nights stands
    first."""
    start, end = weeks_span(first, after)
    rotations = standing_rotations(roster, start, end)
    by_rotation = [(_on_call(roster, rotation, start, end), _presence(rotation, start, end)) for rotation in rotations]
    on_call = _of_any(spans for spans, _ in by_rotation)
    nights = {day: span_of(day)[1:] for day in _days(first, after)}
    days = {day: (midnight(day), midnight(day + timedelta(days=1))) for day in sorted(holidays)}
    held = {person: _held(spans, nights) for person, spans in on_call.items()}
    counted, parts = Counter[str](), defaultdict[str, float](float)
    for spans, presence in by_rotation:
        here = Counter({person: len(_held(theirs, nights)) for person, theirs in spans.items()})
        counted += here
        all_presence = sum(presence.values(), timedelta(0))
        for person, present in presence.items():
            parts[person] += here.total() * (present / all_presence)

    def fair_nights(person: str) -> float | None:
        if person not in parts:
            return None
        once = len(held.get(person, ())) / counted[person] if counted[person] else 1
        return parts[person] * once

    found = [
        Burden(
            person,
            len(theirs := held.get(person, [])),
            sum(day.weekday() in {_FRIDAY, _SATURDAY} for day in theirs),
            len(_held(on_call.get(person, []), days)),
            _length(on_call.get(person, [])) / timedelta(hours=1),
            fair_nights(person),
        )
        for person in {*on_call, *parts}
    ]
    return sorted(found, key=lambda one: (-one.nights, -one.hours, one.person))


def weeks_span(first: date, after: date) -> tuple[datetime, datetime]:
    """When weeks from `first` until before `after` begin and end, here."""
    return span_of(first)[0], span_of(after)[0]


def night_spans(first: date, after: date) -> list[tuple[datetime, datetime]]:
    """The nights that begin from `first` on until before `after`."""
    return [span_of(day)[1:] for day in _days(first, after)]


def _days(first: date, after: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((after - first).days)]


def _on_call(roster: Roster, rotation: Rotation, start: datetime, end: datetime) -> dict[str, _Spans]:
    """When each person is on call for this rotation."""
    spans = defaultdict[str, _Spans](list)
    for shift in shifts(roster, rotation, start, end):
        spans[shift.person].append((shift.starts_at, shift.ends_at))
    return spans


def _of_any(by_rotation: Iterable[Mapping[str, _Spans]]) -> dict[str, _Spans]:
    """When each person is on call for whatever rotation."""
    spans = defaultdict[str, _Spans](list)
    for on_call in by_rotation:
        for person, theirs in on_call.items():
            spans[person] += theirs
    return {person: _merged(theirs) for person, theirs in spans.items()}


def _presence(rotation: Rotation, start: datetime, end: datetime) -> dict[str, timedelta]:
    """For how long of the span each person was a member of this rotation."""
    present = defaultdict[str, timedelta](timedelta)
    for version, begins, ends in rotation.holding(start, end):
        founded = local_moment(datetime.combine(version.starts_on, version.handoff), version.timezone)
        if founded < ends:
            for person in set(version.members):
                present[person] += ends - max(begins, founded)
    return present


def _length(spans: _Spans) -> timedelta:
    return sum((until - since for since, until in spans), timedelta(0))


def _merged(spans: _Spans) -> _Spans:
    """Sorted, and what overlaps or touches as one."""
    merged: _Spans = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged


def _held(spans: _Spans, by_day: Mapping[date, tuple[datetime, datetime]]) -> list[date]:
    """The days of which the spans cover at least half. Both are sorted, so they are walked side by side."""
    held, place = [], 0
    for day, (begins, ends) in by_day.items():
        while place < len(spans) and spans[place][1] <= begins:
            place += 1
        covered, index = timedelta(0), place
        while index < len(spans) and spans[index][0] < ends:
            covered += min(ends, spans[index][1]) - max(begins, spans[index][0])
            index += 1
        if covered and 2 * covered >= ends - begins:
            held.append(day)
    return held
