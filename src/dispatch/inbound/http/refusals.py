"""Call-outs that are refused leave a trace: a line in the log, a count, and a text where it happens again and again.

What a stranger causes is bounded: one line in a while says how many there were, and no row is written for them.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta

import structlog

from dispatch.actions.office import Office
from dispatch.actions.tell_of_refusals import tell_of_refusals
from dispatch.rules import refusals
from dispatch.rules.refusals import AGAIN_AND_AGAIN, TOLD_AGAIN, Refusal
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.worker.metrics import Metrics

_log = structlog.get_logger("dispatch.doors")

_STRANGERS_LINE = timedelta(seconds=10)


class Refusals:
    """What one node has refused lately."""

    def __init__(self, office: Office, metrics: Metrics | None) -> None:
        self._office, self._metrics = office, metrics
        self._lately: defaultdict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=AGAIN_AND_AGAIN))
        self._told_at: dict[str, datetime] = {}
        self._unsaid = 0
        self._said_at: datetime | None = None

    async def note(self, refusal: Refusal) -> None:
        """A call-out was refused. Raises nothing: its sender has another answer to get."""
        if self._metrics is not None:
            self._metrics.refused(refusal)
        now = self._office.now()
        self._say(refusal, now)
        told_as = refusal.told_as
        if told_as is None:
            return
        lately = self._lately[told_as]
        lately.append(now)
        told_at = self._told_at.get(told_as)
        if refusals.is_worth_a_text(refusal, lately, now) and (told_at is None or now - told_at >= TOLD_AGAIN):
            self._told_at[told_as] = now
            try:
                await self._office.act(tell_of_refusals, refusal)
            except (DatabaseUnreachable, DatabaseFault):
                self._told_at.pop(told_as)

    def _say(self, refusal: Refusal, now: datetime) -> None:
        if refusal.proven:
            _log.warning("call-out refused", agency=refusal.agency, why=refusal.why)
            return
        self._unsaid += 1
        if self._said_at is None or now - self._said_at >= _STRANGERS_LINE:
            says = refusal.agency or "unknown"
            _log.warning("call-out refused", says_it_is=says, why=refusal.why, times=self._unsaid)
            self._said_at, self._unsaid = now, 0
