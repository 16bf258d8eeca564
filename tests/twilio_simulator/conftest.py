"""The scene that every test of the carrier plays in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.twilio_simulator.application import ACCOUNT, SERVICE, TOKEN, Application, Clock, Scene, serving
from twilio_simulator import SimulatedCarrier


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Scene]:
    """A carrier and an application on real ports, the service's number configured, the clock at 02:14 in LA."""
    application = Application()
    async with serving(application):
        clock = Clock()
        carrier = SimulatedCarrier(ACCOUNT, TOKEN, now=clock)
        scene = Scene(carrier, application, clock)
        await carrier.start()
        carrier.number(SERVICE, sms_url=application.url + "/sms", voice_url=application.url + "/hotline")
        try:
            yield scene
        finally:
            await carrier.stop()
