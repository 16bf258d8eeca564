"""What tests of floods share."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.serving.flooding import Deployed, standing
from tests.serving.summary import MEASURED


@pytest.fixture
def place_url(request: pytest.FixtureRequest) -> str:
    """SQLite, but for `ON_POSTGRES`."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
async def deployed(
    place_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> AsyncIterator[Deployed]:
    """The real `dispatch serve`, with a carrier that takes everything."""
    async with standing(tmp_path, place_url) as deployed:
        yield deployed
    if deployed.measured:
        record_property(MEASURED, deployed.measured)
