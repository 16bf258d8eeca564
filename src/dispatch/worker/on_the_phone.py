"""Checks on whoever is joined on the phone, or is about to be: is their call still there, and are they alone?

A carrier may never say that a call is over. And when somebody is alone in a conference that has not begun, it asks only
once more what they should hear: if we are away at that moment, they stay there in silence for as long as they can bear
it.
"""

import asyncio

import structlog

from dispatch.actions import bridge
from dispatch.actions.runner import Runner
from dispatch.carriers.carrier import Carrier
from dispatch.carriers.doors import hotline_call, paged_call
from dispatch.rules.delivery.sending import CarrierUnreachable
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.phone.phone_calls import OnThePhone

_log = structlog.get_logger("dispatch.bridge")

LOOK_SECONDS = 10


class Lookout:
    """Every node checks. When two nodes lead the same person back at once, that person hears the same words twice."""

    def __init__(self, runner: Runner, carrier: Carrier) -> None:
        self._runner, self._carrier = runner, carrier

    async def look(self) -> None:
        """Ask the carrier about each of them, and lead back whoever is alone."""
        try:
            phones = await self._runner.ask(bridge.to_check)
            there = await asyncio.gather(*map(self._is_there, phones))
            for phone in (phone for phone, is_there in zip(phones, there, strict=True) if is_there):
                if phone.carrier_id is not None and await self._runner.ask(bridge.stays, phone.id):
                    _log.warning("led back from a conference of one", call=phone.id)
                    doors = hotline_call if phone.on_hotline else paged_call
                    await self._carrier.lead_back(phone.carrier_id, doors(phone.id, phone.exchange))
        except DatabaseUnreachable as error:
            _log.warning("nobody looked at who is on the phone", error=type(error).__name__)

    async def _is_there(self, phone: OnThePhone) -> bool:
        """False as well where the carrier does not say: then nothing is done to this phone, and the others are asked
        about all the same."""
        if phone.carrier_id is None:
            over = bridge.is_given_up(phone, self._runner.context())
        else:
            try:
                found = await self._carrier.fetch_call(phone.carrier_id)
            except CarrierUnreachable as error:
                _log.warning("nobody looked at who is on the phone", call=phone.id, error=type(error).__name__)
                return False
            over = found is None or found.progress.ends_a_call
        if over:
            await self._runner.act(bridge.gone, phone.id)
        return not over
