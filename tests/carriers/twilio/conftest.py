"""A server at the edge, and a carrier that talks to it."""

from collections.abc import AsyncIterator

import pytest

from dispatch.carriers.twilio.client import TwilioCarrier
from tests.carriers.twilio.test_client import carrier_at
from tests.outbound.edge import Edge, edge_server, hangs


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with edge_server() as server:
        yield server


@pytest.fixture
async def carrier(edge: Edge, request: pytest.FixtureRequest) -> AsyncIterator[TwilioCarrier]:
    """The real adapter over the real SDK. Only for a reply that never comes it does not wait as long as a busy machine
    may take."""
    case = getattr(request.node, "callspec", None)
    never = case is not None and case.params.get("reply") is hangs
    one = carrier_at(edge.url, read_timeout=0.2 if never else 30)
    yield one
    await one.close()
