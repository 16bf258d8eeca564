"""The coordinators' UI for each test, on both databases."""

import pytest

from tests.inbound.house import House
from tests.inbound.sign_in.room import Ui


@pytest.fixture
async def ui(house: House) -> Ui:
    return Ui(house)
