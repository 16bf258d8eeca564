"""Where two rosters put others on call: what an edit changes, as people see it.

The law: it asks the resolver that pages, of both rosters, and compares. What differs in the file alone, such as the
order in which two people are listed, is no difference to anybody.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import CoverageGap
from dispatch.rules.roster.on_call import coverage_gaps, shifts, uncovered


@dataclass(frozen=True, slots=True)
class Differing:
    """A span [starts_at, ends_at) of a rotation, and the ids of whom it puts on call `before` and `after`. `goes_on`:
    it ends there only because nobody looked further."""

    rotation: str
    starts_at: datetime
    ends_at: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]
    goes_on: bool = False

    @property
    def gained(self) -> tuple[str, ...]:
        return tuple(person for person in self.after if person not in self.before)

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(person for person in self.before if person not in self.after)


def differing(before: Roster, after: Roster, start: datetime, end: datetime) -> list[Differing]:
    """Every span of [start, end) in which others are on call, by rotation and by time."""
    return [
        one
        for name in rotation_names(before, after)
        if not _is_alike(before, after, name)
        for one in _of_rotation(before, after, name, start, end)
    ]


def rotation_names(before: Roster, after: Roster) -> list[str]:
    """Those that either roster lists: the new ones last."""
    return list(dict.fromkeys(one.name for roster in (before, after) for one in roster.rotations))


def _is_alike(before: Roster, after: Roster, name: str) -> bool:
    """Whether nothing that the resolver asks differs; told at a glance, since most edits leave most rotations alone."""
    return (
        before.rotation_ever(name) == after.rotation_ever(name)
        and _overrides(before, name) == _overrides(after, name)
        and {person.id for person in before.people} == {person.id for person in after.people}
    )


def _overrides(roster: Roster, name: str) -> list[object]:
    return [one for one in roster.overrides if one.rotation == name]


def _of_rotation(before: Roster, after: Roster, name: str, start: datetime, end: datetime) -> Iterator[Differing]:
    was, now = (dict(_spans(roster, name, start, end)) for roster in (before, after))
    running: Differing | None = None
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    for moment in sorted({*was, *now}):
        if running is not None:
            yield replace(running, ends_at=moment)
        old, new = was.get(moment, old), now.get(moment, new)
        running = Differing(name, moment, end, old, new) if set(old) != set(new) else None
    if running is not None:
        yield running


def _spans(roster: Roster, name: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Whom the rotation puts on call from each moment on, of the people whom the roster knows."""
    rotation = roster.rotation_ever(name)
    found = shifts(roster, rotation, start, end) if rotation else []
    begins, ends = defaultdict[datetime, list[str]](list), defaultdict[datetime, list[str]](list)
    for shift in found:
        if roster.person(shift.person) is not None:
            begins[shift.starts_at].append(shift.person)
            ends[shift.ends_at].append(shift.person)
    people: list[str] = []
    for moment in sorted({start, *begins, *ends}):
        if moment < end:
            people = [person for person in people if person not in ends[moment]] + begins[moment]
            yield moment, tuple(people)


def new_gaps(before: Roster, after: Roster, start: datetime, end: datetime) -> list[CoverageGap]:
    """The spans of [start, end) in which a rotation yields nobody qualified after an edit, or fewer than it wants, and
    yielded more before it or did not exist."""
    was = coverage_gaps(before, start, end)
    stood = {rotation.name for rotation in before.rotations}
    return [
        part
        for gap in coverage_gaps(after, start, end)
        for part in uncovered(gap, [one for one in was if one.rotation in stood and one.rotation == gap.rotation])
    ]
