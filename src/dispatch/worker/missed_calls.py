"""Finds the calls that came in while nobody was here to answer, by asking the carrier for its list."""

import structlog

from dispatch.actions.phone import missed_calls
from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.rules.delivery.sending import CarrierUnreachable
from dispatch.store.engine.database_errors import Conflict, DatabaseUnreachable

_log = structlog.get_logger("dispatch.hotline")

COMPARE_SECONDS = 60  # how often a node asks for the job lock; every ten minutes one of them gets it and compares
_MOST_TRIES = 3


class MissedCalls:
    def __init__(self, runner: Runner, carrier: Carrier) -> None:
        self._runner, self._carrier = runner, carrier

    async def compare(self, *, at_start: bool = False) -> int:
        """If this node gets the job lock, compare the carrier's list with ours. Returns how many calls we had
        missed."""
        try:
            until = self._runner.now()
            since = await self._runner.act(missed_calls.begin, at_start=at_start)
            if since is None:
                return 0
            listed = await self._carrier.incoming_calls(since)
            for _ in range(_MOST_TRIES):
                try:
                    return await self._runner.act(missed_calls.compare, listed, until)
                except Conflict:  # one of these calls has just come in: the next try sees it
                    continue
        except CarrierUnreachable as error:
            _log.warning("carrier unreachable", error=str(error))
        except DatabaseUnreachable as error:
            _log.warning("missed calls were not looked for", error=type(error).__name__)
            return 0
        await self._runner.act(missed_calls.put_off)
        return 0
