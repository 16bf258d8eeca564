"""What the tests of the store and its actions share."""

from collections.abc import AsyncIterator

import pytest

from dispatch.store.engine.database import Database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()
