"""The coordinators' room for each test, on both databases."""

import pytest

from tests.inbound.house import House
from tests.inbound.sign_in.room import Room


@pytest.fixture
async def room(house: House) -> Room:
    return Room(house)
