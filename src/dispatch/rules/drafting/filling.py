"""Who has which night of a draft.

The law: each night that somebody could have is somebody's. Whoever is away, or on call elsewhere, has it only where
nobody else could; nobody has two nights in a row where that can be avoided; and then everybody has their part, first of
all nights, then of weekends and holidays. The same nights are filled alike each time, since a preview is made once more
before it is applied.

There is a first filling, night by night, then exchanges as long as one makes it better. A quarter needs no more: the
part of the nights is met to one night, and a solver would be a dependency that nobody can follow.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from random import Random


class Availability(IntEnum):
    """How somebody stands to a night. The higher, the later they are asked."""

    FREE = 0
    ELSEWHERE = 1  # on call for another rotation then
    AWAY = 2


@dataclass(frozen=True, slots=True)
class DraftNight:
    """A night to fill: `day` counts days, so that two in a row differ by one; `could` are the people who could have
    it, members of the rotation who cover it, each with how they stand to it. One with a `holder` stays theirs, and ""
    is nobody. One that lies `outside` the draft only says who has the night beside it."""

    day: int
    weekend: bool
    holiday: bool
    could: dict[str, Availability]
    holder: str | None = None
    outside: bool = False


_KINDS = 3
"""All nights, those at weekends, holidays: what is shared out by parts."""
_WEIGHTS = (1_000.0, 50.0, 50.0)
_ASKED = {Availability.FREE: 0.0, Availability.ELSEWHERE: 1e8, Availability.AWAY: 1e10}
_IN_A_ROW, _CLOSE = 1e6, 10.0
_BESIDE = ((-1, _IN_A_ROW), (1, _IN_A_ROW), (-2, _CLOSE), (2, _CLOSE))
_BETTER = -1e-6
_MOST_SWEEPS = 30
"""Each ends nearer to the best, and some six are enough; a bound keeps a strange roster from taking minutes."""


def kinds_of(night: DraftNight) -> tuple[bool, ...]:
    return True, night.weekend, night.holiday


def parts(nights: Sequence[DraftNight]) -> dict[str, tuple[float, ...]]:
    """Each person's part of the nights, of weekend nights and of holidays: by how many of them they could have had
    without being away. Nights of people who are no members are nobody's part."""
    inside = [night for night in nights if not night.outside]
    members = {person for night in inside for person in night.could}
    shared, present = Counter[int](), Counter[tuple[int, str]]()
    for night in inside:
        for kind, counts in enumerate(kinds_of(night)):
            if not counts:
                continue
            shared[kind] += night.holder in members if night.holder else bool(night.could)
            present.update((kind, person) for person, how in night.could.items() if how is not Availability.AWAY)
    in_all = [sum(present[kind, person] for person in members) for kind in range(_KINDS)]
    return {
        person: tuple(
            shared[kind] * present[kind, person] / in_all[kind] if in_all[kind] else 0.0 for kind in range(_KINDS)
        )
        for person in sorted(members)
    }


def fill(nights: Sequence[DraftNight], seed: int = 0) -> list[str | None]:
    """Who has each of the nights, which stand in order; None where nobody could."""
    filling = _Filling(nights)
    order, chance = list(filling.open), Random(seed)
    # Where few could, they have it before others take what was left for them.
    for place in sorted(order, key=lambda one: sum(how is Availability.FREE for how in nights[one].could.values()) > 1):
        filling.first(place, chance)
    for _ in range(_MOST_SWEEPS):
        chance.shuffle(order)
        if not (filling.hand_over(order) | filling.exchange(order)):
            break
    return filling.held


class _Filling:
    """What everybody has, and what a change of it costs. A cost is a sum over people, so a change of two people's
    nights is weighed by looking at these two alone."""

    def __init__(self, nights: Sequence[DraftNight]) -> None:
        self.nights = nights
        self.held = [night.holder for night in nights]
        self.open = [place for place, night in enumerate(nights) if night.holder is None and night.could]
        self._place_of = {night.day: place for place, night in enumerate(nights)}
        self._parts = parts(nights)
        self._beyond = {person: [-part for part in theirs] for person, theirs in self._parts.items()}
        """How many nights of each kind somebody has more than their part."""
        for night in nights:
            if night.holder in self._beyond and not night.outside:
                self._counted(night.holder, night, 1)

    def _counted(self, person: str, night: DraftNight, by: int) -> None:
        beyond = self._beyond[person]
        for kind, counts in enumerate(kinds_of(night)):
            if counts:
                beyond[kind] += by

    def _given(self, person: str, place: int) -> float:
        """What it costs that they have this night, beside all that they have already."""
        night, beyond = self.nights[place], self._beyond[person]
        cost = _ASKED[night.could[person]]
        for kind, counts in enumerate(kinds_of(night)):
            if counts:
                cost += _WEIGHTS[kind] * (2 * beyond[kind] + 1)
        for away, beside in _BESIDE:
            other = self._place_of.get(night.day + away)
            if other is not None and self.held[other] == person:
                cost += beside
        return cost

    def _give(self, person: str, place: int) -> float:
        cost = self._given(person, place)
        self.held[place] = person
        self._counted(person, self.nights[place], 1)
        return cost

    def _take(self, place: int) -> float:
        """What is saved, as a cost: below zero."""
        person = self.held[place]
        assert person is not None
        self.held[place] = None
        self._counted(person, self.nights[place], -1)
        return -self._given(person, place)

    def first(self, place: int, chance: Random) -> None:
        people = list(self.nights[place].could)
        chance.shuffle(people)  # otherwise the first of the roster has every night on which all are equal
        self._give(min(people, key=lambda one: self._given(one, place)), place)

    def hand_over(self, order: Sequence[int]) -> bool:
        """Whether any night is better somebody else's."""
        better = False
        for place in order:
            was = self.held[place]
            assert was is not None
            saved = self._take(place)
            best = min(self.nights[place].could, key=lambda one: self._given(one, place))
            if best != was and saved + self._given(best, place) < _BETTER:
                better, was = True, best
            self._give(was, place)
        return better

    def exchange(self, order: Sequence[int]) -> bool:
        """Whether any two nights are better the other way round."""
        better = False
        for number, place in enumerate(order):
            for other in order[number + 1 :]:
                one, two = self.held[place], self.held[other]
                assert one is not None
                assert two is not None
                if one == two or two not in self.nights[place].could or one not in self.nights[other].could:
                    continue
                cost = self._take(place) + self._take(other) + self._give(two, place) + self._give(one, other)
                if cost < _BETTER:
                    better = True
                    continue
                self._take(place)
                self._take(other)
                self._give(one, place)
                self._give(two, other)
        return better
