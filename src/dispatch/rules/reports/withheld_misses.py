"""What a published table says of the call-outs that missed the hour.

The law is that of `withholding`. "Each within the hour" may always be said. Otherwise those that were late and those
that were not are `FEWEST` at least, or their number is withheld. Agencies whose call-outs are withheld count as one:
subtraction leaves their misses together, and these may be shared among them in any way.

If one number must not be said, no agency says its own, so that the total can be said, which matters more. If that still
tells too much, the total is withheld. Where nothing is said, no median is shown either: it would say on which side of
the hour half of them are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from dispatch.rules.reports.withholding import FEWEST, POSSIBLE, Bounds, spread


class MissesShown(Enum):
    NUMBER = auto()
    FEW = auto()  # one to four
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Lateness:
    """Call-outs, and how many of them missed the hour."""

    callouts: int
    missed: int

    @property
    def may_be_said(self) -> bool:
        return self.missed == 0 or FEWEST <= self.missed <= self.callouts - FEWEST

    @property
    def alone(self) -> MissesShown:
        """What is shown if there is nothing to subtract it from."""
        return MissesShown.NUMBER if self.may_be_said else self.without_number

    @property
    def without_number(self) -> MissesShown:
        return MissesShown.FEW if 0 < self.missed < FEWEST and self._can_be_few else MissesShown.NOTHING

    @property
    def bounds(self) -> Bounds:
        """The misses that fit, if there are any and no number is shown."""
        if not self._can_be_few:
            return 1, self.callouts
        return (1, FEWEST - 1) if self.missed < FEWEST else (FEWEST, self.callouts)

    @property
    def _can_be_few(self) -> bool:
        """Where "few" can be said, silence says "not few": of five call-outs, that each was late. And few must be fewer
        than half: the median beside it is within the hour then, however many they are."""
        return self.callouts >= 2 * FEWEST - 1


def misses_shown(rows: Sequence[Lateness], others: Lateness | None) -> tuple[list[MissesShown], MissesShown]:
    """What is shown of the misses of each agency, and of all of them.

    `rows` are the agencies whose call-outs are shown; `others` are all others together.
    """
    everything = [*rows, others] if others else rows
    if all(one.may_be_said for one in everything):
        return [MissesShown.NUMBER] * len(rows), MissesShown.NUMBER
    silent = [one for one in rows if one.missed]
    alike = _Alike(sum(one.callouts for one in everything), _boxes(silent, others))
    own = [one.without_number if one.missed else MissesShown.NUMBER for one in rows]
    return own, alike.total_shown(sum(one.missed for one in everything))


def _boxes(silent: Sequence[Lateness], others: Lateness | None) -> list[list[Bounds]]:
    """The misses that fit what is seen without the total; each box is a choice of one for each.

    One of them at least must not be said: otherwise all would have been.
    """
    bounds = [one.bounds for one in silent] + ([(0, others.callouts)] if others else [])
    if any(one.bounds[0] < FEWEST for one in silent):
        return [bounds]
    must_not = [(index, _nearly_all(one)) for index, one in enumerate(silent)]
    if others:
        must_not += [(len(silent), (1, FEWEST - 1)), (len(silent), _nearly_all(others))]
    return [[*bounds[:index], one, *bounds[index + 1 :]] for index, one in must_not]


def _nearly_all(one: Lateness) -> Bounds:
    return max(FEWEST, one.callouts - FEWEST + 1), one.callouts


@dataclass(frozen=True, slots=True)
class _Alike:
    """All tables that look the same as long as the total is not shown."""

    callouts: int
    boxes: list[list[Bounds]]

    def total_shown(self, missed: int) -> MissesShown:
        """What is shown of the total: best, numbers and "few"; else "few" rather than numbers, which are then not told.

        Numbers alone always leave enough: the least total, the most and the one before it are never shown, as each of
        them leaves one or two values for every cell, and together they leave three.
        """
        totals = range(self.callouts + 1)
        few = [one for one in totals if self._without_number(one) is MissesShown.FEW]
        others = [one for one in totals if one not in few]
        if self._hides(few):
            silent = [one for one in others if not self._tells(one)]
            if self._hides(silent) or not any(any(self._possible(one)) for one in silent):
                return MissesShown.NUMBER if self._tells(missed) else self._without_number(missed)
            if self._hides(others):
                return self._without_number(missed)
        return MissesShown.NUMBER if self._tells(missed) else MissesShown.NOTHING

    def _without_number(self, missed: int) -> MissesShown:
        return Lateness(self.callouts, missed).without_number

    def _tells(self, missed: int) -> bool:
        """Whether the total may be shown."""
        return Lateness(self.callouts, missed).may_be_said and _are_enough(self._possible(missed))

    def _hides(self, totals: Sequence[int]) -> bool:
        """Whether there is enough that each may be, the total too, if it is known to be one of these."""
        return _are_enough([*ranges, range(total, total + 1)] for total in totals for ranges in self._possible(total))

    def _possible(self, missed: int) -> Iterator[list[range]]:
        """What each may be if all add up to `missed`."""
        found = (spread(box, missed) for box in self.boxes)
        return (ranges for ranges in found if ranges is not None)


def _are_enough(possible: Iterable[Sequence[range]]) -> bool:
    """Whether each has values enough in all of these together."""
    found: dict[int, set[int]] = {}
    for ranges in possible:
        for index, values in enumerate(ranges):
            found.setdefault(index, set()).update(values[:POSSIBLE], values[-POSSIBLE:])
        if all(len(values) >= POSSIBLE for values in found.values()):
            return True
    return False
