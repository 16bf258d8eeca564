"""A story for a test, on each kind of database."""

from collections.abc import AsyncIterator

import pytest

from tests import audited
from tests.stories.story import Story, tell


@pytest.fixture
async def story(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """A quiet night in the sample town, or in the town and at the hour of the module's `SET_IN`; any text or call that
    the test does not mention fails it."""
    async with tell(database_url, *getattr(request.module, "SET_IN", ())) as told:
        yield told


@pytest.fixture(autouse=True)
def _everything_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a door does in any test here is held to the law of `tests.audited`."""
    audited.watch_every_door(monkeypatch)


@pytest.fixture(autouse=True)
def _a_loaded_machine_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries what happens when a database does not answer in time says so."""
    monkeypatch.setattr("dispatch.inbound.carrier.patience.SECONDS", 30.0)
