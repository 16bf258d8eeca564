"""How figures are said, about few call-outs or many.

The law: no figure claims more than its number of call-outs supports. Below twenty there is no percentage and no 90th
percentile, only "7 of 7" (FIELD, reporting), and a time that missed the target never reads as the target itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from dispatch.rules.callout.response_clock import Summary

ENOUGH = 20
"""From this many on, a share is said in percent, and there is a 90th percentile."""

NONE = "–"


def share(part: int, whole: int) -> str:
    """ "95 %", or "7 of 7" where there are fewer than `ENOUGH`; "–" of nothing.

    A percentage is rounded down, so it is 100 only if it is all of them: 99.6 % is not everybody.
    """
    if whole == 0:
        return NONE
    return f"{part} of {whole}" if whole < ENOUGH else f"{100 * part // whole} %"


def minutes(value: float | None) -> str:
    """Minutes to the tenth, as the percentiles are counted: 53.8."""
    return NONE if value is None else f"{value:.1f}"


def seconds_text(span: timedelta) -> str:
    """Minutes and seconds, such as 60:08. A part of a second counts as one, so what is beyond the target reads as
    beyond it."""
    whole = ceil(span / timedelta(seconds=1))
    return f"{whole // 60}:{whole % 60:02}"


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of call-outs, summed over the `outcomes` that were noted."""

    outcomes: int = 0
    children_met: int = 0
    freedom_bags: int = 0

    def __add__(self, other: "CameOf") -> "CameOf":
        return CameOf(
            self.outcomes + other.outcomes,
            self.children_met + other.children_met,
            self.freedom_bags + other.freedom_bags,
        )


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures of a set of call-outs, as they are said. `arrived` counts those that have a response time; `came_of`
    may be left uncounted."""

    summary: Summary
    arrived: int
    excluded: int = 0  # misses that two people agreed to leave out
    reviewed: int = 0  # misses that have a review
    worst: timedelta | None = None
    came_of: CameOf | None = None

    @property
    def decided(self) -> int:
        """The call-outs of which we know whether they met the target."""
        return self.summary.within_target + self.summary.missed

    @property
    def within(self) -> str:
        return share(self.summary.within_target, self.decided)

    @property
    def after_exclusions(self) -> str:
        return share(self.summary.within_target, self.decided - self.excluded)

    @property
    def p90(self) -> str:
        return minutes(self.summary.p90_minutes) if self.arrived >= ENOUGH else NONE

    @property
    def median(self) -> str:
        return minutes(self.summary.median_minutes)

    @property
    def worst_words(self) -> str:
        """To the second if each call-out was read, to the tenth of a minute if only their times were counted."""
        return minutes(self.summary.worst_minutes) if self.worst is None else seconds_text(self.worst)

    @property
    def to_review(self) -> int:
        return max(0, self.summary.missed - self.reviewed)

    @property
    def undecided(self) -> int:
        """The open call-outs with nobody there, still within the target."""
        return self.summary.n - self.decided
