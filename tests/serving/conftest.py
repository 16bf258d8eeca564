"""What tests of floods share."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.serving.flooding import Place, standing
from tests.serving.summary import MEASURED


@pytest.fixture
def place_url(request: pytest.FixtureRequest) -> str:
    """SQLite, but for `ON_POSTGRES`."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
async def place(place_url: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> AsyncIterator[Place]:
    """The real `dispatch serve`, with a carrier that takes everything."""
    async with standing(tmp_path, place_url) as place:
        yield place
    if place.measured:
        record_property(MEASURED, place.measured)
