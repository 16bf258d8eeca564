"""Whether the other nodes may have taken this one for dead.

The law: nothing goes out for a claim that another node may hold by now. A node that was frozen does not know that it
was. So each send asks at the last moment, once it has a connection and before it writes a byte. Asking when the send
begins would be too early: with a hundred sends on one loop, tens of milliseconds lie between the two.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dispatch.store.nodes import DEAD_AFTER

# A node beats every second, and the others' clocks may be a little ahead of ours: hence the margin.
_LONGEST_SILENCE = DEAD_AFTER - timedelta(seconds=1.5)


class Pulse:
    """Vouches for every claim until the node's first beat: a node that never beats is alone on its database."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._beaten_at: datetime | None = None
        self._doubtful_before = datetime.min.replace(tzinfo=UTC)

    def beaten(self, at: datetime) -> None:
        """The node has written that it is alive; `at` is when it began to write."""
        if self._beaten_at is not None and at - self._beaten_at > _LONGEST_SILENCE:
            self._doubtful_before = at
        self._beaten_at = at

    def vouches_for(self, claimed_at: datetime) -> bool:
        """Whether no other node can have taken over what was claimed at `claimed_at`."""
        if self._beaten_at is None:
            return True
        return claimed_at >= self._doubtful_before and self._now() - self._beaten_at <= _LONGEST_SILENCE
