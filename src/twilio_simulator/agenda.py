"""What the carrier has yet to do, in the order in which it falls due."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

Act = Callable[[datetime], Awaitable[None] | None]
"""Something to do. It is given the moment at which it was due, which is its "now"."""


@dataclass(eq=False, slots=True)
class Entry:
    """One thing to do. Entries due at the same moment are done in the order in which they were added."""

    due: datetime
    subject: str
    """What it is about. Entries about one subject never overtake each other, however many run at once."""
    act: Act
    called_off: bool = False

    def call_off(self) -> None:
        """Make sure that it does not happen. Harmless when it has happened already."""
        self.called_off = True


class Agenda:
    """A heap of entries. It has no clock: `take_due` is told the time."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Entry]] = []
        self._put_so_far = 0
        self.on_put: Callable[[], None] | None = None

    def put(self, due: datetime, subject: str, act: Act) -> Entry:
        """Add something to do at `due` (aware; ValueError otherwise) and tell `on_put`."""
        if due.tzinfo is None:
            raise ValueError("the agenda takes aware datetimes only")
        self._put_so_far += 1
        entry = Entry(due, subject, act)
        heapq.heappush(self._heap, (due, self._put_so_far, entry))
        if self.on_put is not None:
            self.on_put()
        return entry

    def next_due(self) -> datetime | None:
        """When the next thing happens; None when nothing is planned."""
        while self._heap and self._heap[0][2].called_off:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime) -> Entry | None:
        """Remove and return the earliest entry due at or before `now`, or None."""
        due = self.next_due()
        return heapq.heappop(self._heap)[2] if due is not None and due <= now else None
