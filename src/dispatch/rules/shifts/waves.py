"""Whom a wave asks, and which covers one text is about.

The law: three at a time, the least loaded and rested first, or the one who was named; one text to a person, however
many shifts an absence holds. Nobody is asked twice for the same shift, and nobody who is away then, on call, being
paged or out.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Shift, is_away
from dispatch.rules.roster.nights import nights_touched
from dispatch.rules.roster.on_call import all_shifts
from dispatch.rules.roster.qualified import not_covering_all
from dispatch.rules.roster.rest import Rests
from dispatch.rules.schedule.stand_ins import COUNTED_AROUND
from dispatch.rules.shifts.cover import Cover

AT_A_TIME = 3


@dataclass(frozen=True, slots=True)
class CoverAsk:
    """One text: this person could take any of these."""

    person: Person
    covers: tuple[Cover, ...]


_Load = tuple[bool, int, str]
"""How somebody stands to one cover, whether tired, with how many nights, and called what; less is asked earlier."""


def wave(
    roster: Roster,
    covers: Sequence[Cover],
    absences: Collection[Absence],
    busy: Collection[str],
    rests: Rests,
    now: datetime,
) -> list[CoverAsk]:
    """Whom the next wave asks about these covers, which belong together. Raises `NaiveMoment`."""
    loads = {cover.number: dict(_candidates(roster, cover, absences, busy, rests, now)) for cover in covers}
    best: dict[str, _Load] = {}
    for found in loads.values():
        for id_, load in found.items():
            best[id_] = min(load, best.get(id_, load))
    chosen = sorted((one for one in roster.people if one.id in best), key=lambda one: best[one.id])[:AT_A_TIME]
    return [CoverAsk(person, tuple(cover for cover in covers if person.id in loads[cover.number])) for person in chosen]


def _candidates(
    roster: Roster,
    cover: Cover,
    absences: Collection[Absence],
    busy: Collection[str],
    rests: Rests,
    now: datetime,
) -> Iterable[tuple[str, _Load]]:
    wanted = cover.wanted
    starts_at = max(wanted.starts_at, now)
    around = all_shifts(roster, starts_at - COUNTED_AROUND, wanted.ends_at + COUNTED_AROUND)
    for person in roster.people:
        if person.id == wanted.holder or wanted.only not in (None, person.id):
            continue
        if person.id in busy or person.id in cover.asked:
            continue
        theirs = [shift for shift in around if shift.person == person.id]
        if not never_asked(roster, wanted.rotation, person, starts_at, wanted.ends_at, absences, theirs):
            tired = not rests.is_rested(person.id, theirs, starts_at, wanted.ends_at)
            nights = {night for one in theirs for night in nights_touched(one.starts_at, one.ends_at)}
            yield person.id, (tired, len(nights), person.name)


def never_asked(
    roster: Roster,
    rotation: str,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    absences: Iterable[Absence],
    theirs: Iterable[Shift],
) -> str:
    """Why they are not asked about this span, however long it is until then; empty if they are, once they are free.
    `theirs` are the shifts that they have around it."""
    if why := not_covering_all(roster, rotation, person, ends_at):
        return f"is {why}"
    if person.opted_out:
        return "takes no texts"
    if is_away(person.id, absences, starts_at, ends_at):
        return "is away then"
    return "is on call then" if any(one.touches(starts_at, ends_at) for one in theirs) else ""
