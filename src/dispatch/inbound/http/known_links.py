"""Turns away whoever comes to the view of a link with a token that nobody was given, or presses without end.

The law: a stranger who guesses never queues with those who write. Only when a read has found the token may the view
behind it write: an opening into the audit, a button into a call-out. Each press may leave rows that are kept for ever,
so nobody presses more often than a hand does in the worst night.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from dispatch.actions.runner import Runner
from dispatch.rules.facts.storable import is_storable
from dispatch.store.access import links
from dispatch.store.access.links import Link

MOST_PRESSES, WITHIN = 120, timedelta(hours=1)


class TooManyPresses(Exception):
    """this link was pressed too often within the hour; wait some minutes, or text or ring us"""


class Presses:
    """How often each link was pressed lately, at this node."""

    def __init__(self) -> None:
        self._at: dict[str, deque[datetime]] = {}

    def press(self, token: str, now: datetime) -> None:
        """Raises `TooManyPresses`."""
        for known in [one for one, at in self._at.items() if now - at[-1] > WITHIN]:
            del self._at[known]
        at = self._at.setdefault(token, deque(maxlen=MOST_PRESSES))
        if len(at) == MOST_PRESSES and now - at[0] < WITHIN:
            raise TooManyPresses(TooManyPresses.__doc__)
        at.append(now)


@dataclass(frozen=True, slots=True)
class KnownLink:
    """For `Depends`: lets in whoever brings a token of this kind. Otherwise raises `over`, as for a link that has
    expired: both are answered alike, so that guessing teaches nothing."""

    kind: type[Link]
    over: Callable[[], Exception]

    async def __call__(self, token: str, request: Request) -> None:
        runner: Runner = request.app.state.runner
        if not is_storable(token) or await runner.database.read(lambda tx: links.find(tx, self.kind, token)) is None:
            raise self.over()
        if request.method == "POST":
            presses: Presses = request.app.state.presses
            presses.press(token, runner.now())
