"""What came of a call-out, as its coordinator notes it: numbers, moments and references, never a name or a story."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. A reference is the other body's own number: one word with a digit in it."""

    children_met: int | None = None
    freedom_bags: int | None = None
    dcfs_at: datetime | None = None
    dcfs_reference: str | None = None
    probation_at: datetime | None = None
    probation_reference: str | None = None
