"""Misses that a report may leave out, and what is written about every miss.

The law: a miss is left out only when one person has named the reason and another has agreed; nobody approves their own.
It stays in the uncorrected figures, which always stand beside the corrected ones (FIELD, reporting).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExclusionCode(StrEnum):
    CANCELLED = "cancelled"
    PLACE_CHANGED = "place changed"
    SCENE_UNSAFE = "scene unsafe"
    SURGE = "surge"
    DISTANCE = "distance"
    WEATHER = "weather or closure"


class Cause(StrEnum):
    """What made a call-out miss its target, as its reviewer judges."""

    NOBODY_ANSWERED = "nobody answered in time"
    NOBODY_ON_CALL = "nobody was on call"
    HANDED_BACK = "handed back, paged again"
    LATE_START = "left late"
    FAR_AWAY = "far away"
    TRAFFIC = "traffic, weather or a closure"
    PLACE = "wrong or changed place"
    SCENE = "had to wait until the scene was safe"
    MANY_AT_ONCE = "several call-outs at once"
    SERVICE = "a fault of this service or of the carrier"
    STAMP = "there in time, stamped late"


class Help(StrEnum):
    """What would have helped."""

    EARLIER_BACKUP = "page the backup earlier"
    MORE_ON_CALL = "more people on call"
    NEARER = "somebody who lives nearer"
    ANOTHER_CHANNEL = "another way to reach them"
    BETTER_PLACE = "a better description of the place"
    EARLIER_CALL = "hearing of it earlier"
    PARTNERS = "help from a partner"
    NOTHING = "nothing that we know of"


MOST_WORDS = 200
"""The longest line in a review, in characters."""


class NotMissed(ValueError):
    """this call-out did not miss its target, so there is nothing to leave out or to review"""


class AlreadyCoded(ValueError):
    """somebody has named a reason for this call-out already"""


class NothingToJudge(LookupError):
    """no exclusion of this call-out waits for a second person"""


class OwnExclusion(ValueError):
    """nobody approves or refuses what they named themselves; somebody else has to"""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a miss is to be left out. It counts from `approved_at` on; one that was refused is not kept here."""

    code: ExclusionCode
    coded_by: str
    coded_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None

    @property
    def counts(self) -> bool:
        return self.approved_at is not None


@dataclass(frozen=True, slots=True)
class Review:
    """What is written about a miss. `line` is at most `MOST_WORDS` characters, and names no child."""

    cause: Cause
    help: Help
    line: str = ""


def check_coding(before: Exclusion | None, *, missed: bool) -> None:
    """Raise `NotMissed` or `AlreadyCoded` unless a reason may be named now."""
    if not missed:
        raise NotMissed(NotMissed.__doc__)
    if before is not None:
        raise AlreadyCoded(f"{before.coded_by} has named “{before.code}” already")


def check_judging(before: Exclusion | None, person: str, *, approves: bool) -> Exclusion:
    """The exclusion that `person` may approve or refuse. One that was approved may still be refused, by anybody else.

    Raises `NothingToJudge` and `OwnExclusion`.
    """
    if before is None or (approves and before.counts):
        raise NothingToJudge(NothingToJudge.__doc__)
    if before.coded_by == person:
        raise OwnExclusion(OwnExclusion.__doc__)
    return before


def check_review(*, missed: bool) -> None:
    """Raise `NotMissed` unless there is a miss to write about."""
    if not missed:
        raise NotMissed(NotMissed.__doc__)
