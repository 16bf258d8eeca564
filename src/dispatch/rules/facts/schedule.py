"""Who is on call: the rule, the exception to it, the span that it yields; and who is away, which takes nobody off."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

from dispatch.rules.facts.moments import LOCAL, require_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """Something of the roster that an edit does not change where it stands: its next `version` holds from a moment on,
    and the `earlier` ones, oldest first, say what held until then.

    `holds_from` is None for the first, which has always held. `ended_at`: when the roster's file had it no longer.
    """

    version: int = 1
    holds_from: datetime | None = None
    ended_at: datetime | None = None
    earlier: tuple[Self, ...] = ()

    @property
    def versions(self) -> tuple[Self, ...]:
        """All of them, oldest first; each holds until the next does."""
        return (*self.earlier, self)

    @property
    def as_listed(self) -> Self:
        """What a roster's file says of it."""
        return replace(self, version=1, holds_from=None, ended_at=None, earlier=())

    def holding(self, start: datetime, end: datetime) -> Iterator[tuple[Self, datetime, datetime]]:
        """The versions that hold at some moment of [start, end), oldest first, each with from when until when it does
        there."""
        for version, following in zip(self.versions, (*self.versions[1:], None), strict=True):
            next_holds_from = following.holds_from if following is not None else None
            begins = max(start, version.holds_from or start)
            ends = min(end, next_holds_from or end, version.ended_at or end)
            if begins < ends:
                yield version, begins, ends

    def at(self, moment: datetime) -> Self | None:
        """The version that holds at `moment`; None when it has ended by then."""
        held = (one for one in reversed(self.versions) if one.holds_from is None or one.holds_from <= moment)
        version = next(held, None)
        return version if version is None or version.ended_at is None or moment < version.ended_at else None


class RotationUnit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"


class Spanning:
    """Whatever lasts over a span [starts_at, ends_at)."""

    __slots__ = ()
    starts_at: datetime
    ends_at: datetime

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a moment of the other span lies in it."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Pause(Spanning):
    """A span in which a rotation puts nobody on call."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Rotation(Versioned):
    """The rule that says whose shift it is: members in order, `length` days or weeks each, handed off at a local time.

    `starts_on` is the local date of the first hand-off, which begins the first shift of `members[0]`. For a rotation of
    weeks `weekday` (0 is Monday) is the day of the hand-off, and `starts_on` falls on it. Before `starts_on` nobody is
    on call. In a pause no hand-off counts, so whoever had the shift when it began has it when it ends. Pauses do not
    overlap. `takes_alarms`: it is of coordinators, and alarms that can wait two minutes go to whoever is on first.
    """

    name: str
    members: tuple[str, ...]
    unit: RotationUnit
    length: int
    handoff: time
    starts_on: date
    timezone: str = LOCAL
    weekday: int | None = None
    pauses: tuple[Pause, ...] = ()
    takes_alarms: bool = False


class OverrideKind(StrEnum):
    ADD = "add"  # `person` as well
    REPLACE = "replace"  # `person` instead of `replaces`, or instead of everybody when `replaces` is None
    REMOVE = "remove"  # takes `replaces` off call, or everybody when `replaces` is None


OF_A_TEST = "shift test "
"""How the keys of those overrides begin by which the service puts somebody on beside whoever was silent at a test."""


@dataclass(frozen=True, slots=True)
class Override(Spanning):
    """An exception to a rotation from `starts_at` (included) to `ends_at` (not included).

    `key` is its name, which stays when it is edited; empty until an import has named it. An edit never moves the past:
    the override as it was ends (`ended_at`), and its next `version` holds from that moment on (`holds_from`).
    """

    rotation: str
    kind: OverrideKind
    starts_at: datetime
    ends_at: datetime
    person: str | None = None
    replaces: str | None = None
    key: str = ""
    version: int = 1
    holds_from: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at, self.holds_from, self.ended_at)

    @property
    def begins(self) -> datetime:
        """The moment, in UTC, from which it is in force."""
        # In UTC: two datetimes of one zone are compared by their wall time, wrong in a night that has an hour twice.
        begins = self.starts_at.astimezone(UTC)
        return begins if self.holds_from is None else max(begins, self.holds_from.astimezone(UTC))

    @property
    def over(self) -> datetime:
        """The moment, in UTC, from which it is in force no longer; not after `begins` for one that never is."""
        over = self.ends_at.astimezone(UTC)
        return over if self.ended_at is None else min(over, self.ended_at.astimezone(UTC))

    @property
    def as_listed(self) -> "Override":
        """What a roster's file says of it."""
        if self.version == 1 and self.holds_from is None and self.ended_at is None:
            return self  # as nearly all: a preview asks for thousands
        return replace(self, version=1, holds_from=None, ended_at=None)


_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


class OverrideIndex:
    """The overrides of one rotation in the order in which they begin, made once: whatever is in force at a moment began
    no longer ago than the longest of them lasts, so two bisects find the few to look at."""

    def __init__(self, overrides: Iterable[Override]) -> None:
        listed = ((one.begins, rank, one) for rank, one in enumerate(overrides) if one.begins < one.over)
        self._by_start = sorted(listed, key=lambda one: one[:2])
        self._longest = max((one.over - begins for begins, _, one in self._by_start), default=timedelta())

    def at(self, moment: datetime) -> list[Override]:
        """Those in force at `moment`, in the order in which they are listed."""
        return self._in_force(moment, bisect_right(self._by_start, moment, key=lambda one: one[0]))

    def between(self, start: datetime, end: datetime) -> list[Override]:
        """Those in force at any moment of [start, end), in the order in which they are listed."""
        return self._in_force(start, bisect_left(self._by_start, end, key=lambda one: one[0]))

    def _in_force(self, start: datetime, stop: int) -> list[Override]:
        """Of those before this place that are not over by `start`."""
        start = start.astimezone(UTC)
        lasts = min(
            self._longest, start - _FIRST_MOMENT
        )  # one to the end of all time is longer than any moment is late
        first = bisect_left(self._by_start, start - lasts, key=lambda one: one[0])
        found = [(rank, one) for _, rank, one in self._by_start[first:stop] if start < one.over]
        return [one for _, one in sorted(found, key=lambda one: one[0])]


@dataclass(frozen=True, slots=True)
class Shift(Spanning):
    """A span in which one person is on call for one rotation."""

    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CoverageGap(Spanning):
    """A span in which a rotation yields nobody qualified."""

    rotation: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Absence(Spanning):
    """Somebody is away in [starts_at, ends_at). It takes nobody off call."""

    id: str
    person: str
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at)

    def holds(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether all of the span lies in it."""
        return self.starts_at <= starts_at and ends_at <= self.ends_at


def is_away(person: str, absences: Iterable[Absence], starts_at: datetime, ends_at: datetime | None = None) -> bool:
    """Whether somebody is away in a part of the span [starts_at, ends_at), or at the one moment."""
    until = starts_at + timedelta.resolution if ends_at is None else ends_at
    return any(one.person == person and one.touches(starts_at, until) for one in absences)
