"""A server at the edge."""

from collections.abc import AsyncIterator

import pytest

from tests.outbound.edge import Edge, edge_server


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with edge_server() as server:
        yield server
