"""A server at the edge, and a carrier that talks to it."""

from collections.abc import AsyncIterator

import pytest

from dispatch.carriers.twilio.client import TwilioCarrier
from tests.carriers.twilio.test_client import carrier_at
from tests.outbound.edge import Edge, edge_server


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with edge_server() as server:
        yield server


@pytest.fixture
async def carrier(edge: Edge) -> AsyncIterator[TwilioCarrier]:
    """The real adapter over the real SDK, with short timeouts."""
    one = carrier_at(edge.url)
    yield one
    await one.close()
