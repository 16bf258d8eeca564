"""Whether the other nodes may have taken this one for dead.

The law: nothing goes out for a claim that somebody else may hold by now. A node that was frozen does not know that it
was. So each send asks this at the last moment, when it has a connection and not a byte is written; to have looked when
the send began is too early, since with a hundred of them on one loop tens of milliseconds lie between the two.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dispatch.store.nodes import DEAD_AFTER

# It beats every second, and the others' clocks may be a little ahead of ours.
_LONGEST_SILENCE = DEAD_AFTER - timedelta(seconds=1.5)


class Pulse:
    """Vouches for every claim until it first beats: a node that never does has nobody beside it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._beaten_at: datetime | None = None
        self._doubtful_before = datetime.min.replace(tzinfo=UTC)

    def beaten(self, at: datetime) -> None:
        """It has written that it lives; `at` is when it began to."""
        if self._beaten_at is not None and at - self._beaten_at > _LONGEST_SILENCE:
            self._doubtful_before = at
        self._beaten_at = at

    def vouches_for(self, claimed_at: datetime) -> bool:
        """Whether nobody can have taken over what was claimed then."""
        if self._beaten_at is None:
            return True
        return claimed_at >= self._doubtful_before and self._now() - self._beaten_at <= _LONGEST_SILENCE
