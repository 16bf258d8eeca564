"""Who could come in for somebody, in the order in which one would ask.

The law: nobody is left out, since a person decides. Whoever is free comes first; of those, whoever has the fewest
nights around the span; of those, whoever starts nearest to where the one who cannot come starts, as far as areas are
known.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.schedule import Absence, is_away
from dispatch.rules.nearer.estimate import MeasuredDrive, estimate
from dispatch.rules.roster.nights import nights_touched
from dispatch.rules.roster.on_call import all_shifts
from dispatch.rules.roster.qualified import not_covering_all
from dispatch.rules.roster.reachable import Reachability
from dispatch.rules.wording.names import counted_text

COUNTED_AROUND = timedelta(days=14)
"""How far to each side of the span somebody's nights are counted."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """`on_call` are the rotations that have them within the span already. `minutes` is their way to where the other
    starts; None where that is unknown. `is_qualified`: to the end of the span. `reachable`: whether they are tonight,
    if that matters. `is_away`: in a part of the span."""

    person: Person
    is_busy: bool
    on_call: tuple[str, ...]
    nights: int
    minutes: int | None
    is_qualified: bool
    reachable: Reachability | None = None
    is_away: bool = False

    @property
    def is_free(self) -> bool:
        return self.is_qualified and not (self.is_busy or self.is_away or self.on_call or self.person.opted_out)

    @property
    def known(self) -> str:
        """Such as "free, 2 nights in these four weeks, about 15 min away"."""
        said = []
        if self.is_busy:
            said.append("is being paged or is out now")
        if self.is_away:
            said.append("is away then")
        if self.on_call:
            said.append(f"on call for {' and '.join(self.on_call)} then")
        if not self.is_qualified:
            said.append(f"qualified until {self.person.qualified_until:%d %b %Y} only")
        if self.person.opted_out:
            said.append("takes no texts")
        said.append(f"{counted_text(self.nights, 'night') if self.nights else 'no night'} in these four weeks")
        if self.minutes is not None:
            said.append(f"about {self.minutes} min away")
        if self.reachable is not None:
            said.append(self.reachable.known)
        return ", ".join(said if not self.is_free else ["free", *said])


def stand_ins(
    roster: Roster,
    instead_of: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    busy: Collection[str] = (),
    absences: Collection[Absence] = (),
    place: Area | None = None,
    drives: Sequence[MeasuredDrive] = (),
    rotation: str = "",
    reachable: Mapping[str, Reachability] = MappingProxyType({}),
) -> list[StandIn]:
    """Everybody else who could have a shift of this `rotation` in the span [starts_at, ends_at): coordinators in their
    own, specialists otherwise. `busy` are being paged or out, `absences` are those that stand, `reachable` says who is
    tonight; `place` is where the one who cannot come starts, None where nobody need know. Raises `NaiveMoment`."""
    around = all_shifts(roster, starts_at - COUNTED_AROUND, ends_at + COUNTED_AROUND)
    role = Role.COORDINATOR if roster.takes_alarms(rotation) else Role.SPECIALIST

    def found(person: Person) -> StandIn:
        theirs = [shift for shift in around if shift.person == person.id]
        return StandIn(
            person,
            person.id in busy,
            tuple(dict.fromkeys(one.rotation for one in theirs if one.touches(starts_at, ends_at))),
            len({night for one in theirs for night in nights_touched(one.starts_at, one.ends_at)}),
            estimate(person, place, roster, drives, starts_at).minutes,
            not not_covering_all(roster, rotation, person, ends_at),
            reachable.get(person.id),
            is_away(person.id, absences, starts_at, ends_at),
        )

    others = [found(person) for person in roster.with_role(role) if person.id != instead_of]
    return sorted(others, key=_order)


def _order(one: StandIn) -> tuple[bool, int, float, str]:
    return not one.is_free, one.nights, math.inf if one.minutes is None else one.minutes, one.person.name
