"""What tests of floods share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.serving.flooding import Deployed, standing


@pytest.fixture
async def deployed(database_url: str, tmp_path: Path) -> AsyncIterator[Deployed]:
    """The real `dispatch serve`, with a carrier that takes everything."""
    async with standing(tmp_path, database_url) as deployed:
        yield deployed
