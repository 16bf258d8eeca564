"""What came of a call-out, as its coordinator notes it: numbers, moments and references, never a name or a story."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything may stay unknown. A reference is the other body's own number for the case."""

    children_met: int | None = None
    freedom_bags: int | None = None
    dcfs_at: datetime | None = None
    dcfs_reference: str | None = None
    probation_at: datetime | None = None
    probation_reference: str | None = None
