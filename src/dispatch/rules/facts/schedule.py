"""Who is on call: the rule, the exception to it, the span that it yields."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from dispatch.rules.facts.moments import LOCAL, require_aware


class RotationUnit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The rule that says whose shift it is: members in order, `length` days or weeks each, handed off at a local time.

    `starts_on` is the local date of the first hand-off, which begins the first shift of `members[0]`. For a rotation of
    weeks `weekday` (0 is Monday) is the day of the hand-off, and `starts_on` falls on it. Before `starts_on` nobody is
    on call.
    """

    name: str
    members: tuple[str, ...]
    unit: RotationUnit
    length: int
    handoff: time
    starts_on: date
    timezone: str = LOCAL
    weekday: int | None = None


class OverrideKind(StrEnum):
    ADD = "add"  # `person` as well
    REPLACE = "replace"  # `person` instead of `replaces`, or instead of everybody when `replaces` is None
    REMOVE = "remove"  # takes `replaces` off call, or everybody when `replaces` is None


@dataclass(frozen=True, slots=True)
class Override:
    """An exception to a rotation from `starts_at` (included) to `ends_at` (not included)."""

    rotation: str
    kind: OverrideKind
    starts_at: datetime
    ends_at: datetime
    person: str | None = None
    replaces: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Shift:
    """A span in which one person is on call for one rotation; [starts_at, ends_at)."""

    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """A span in which a rotation yields nobody; [starts_at, ends_at)."""

    rotation: str
    starts_at: datetime
    ends_at: datetime
