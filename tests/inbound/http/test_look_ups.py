"""One read at a time looks for whatever was asked for meanwhile."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import pytest

from dispatch.inbound.http.look_ups import LookUp
from dispatch.store.access import hashes
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.store.transaction import Transaction
from tests.inbound.house import House

_SECOND = timedelta(seconds=1)


class Kept(dict[str, str]):
    """What is kept under each hash, and what was read."""

    def __init__(self) -> None:
        super().__init__(mine="me")
        self.reads: list[tuple[str, ...]] = []

    def find(self, _tx: Transaction, asked: Collection[str]) -> dict[str, str]:
        self.reads.append(tuple(asked))
        return {one: self[one] for one in asked if one in self}


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def test_whoever_asks_last_waits_for_two_reads(house: House, kept: Kept) -> None:
    """A dozen strangers make something up; what holds is in the read after the one that runs."""
    looks = LookUp(house.service.runner, kept.find, _SECOND)
    asked = [f"made up {number}" for number in range(hashes.MOST - 1)]
    first = asyncio.create_task(looks.find("made up first"))
    await asyncio.sleep(0)
    found = await asyncio.gather(*map(looks.find, [*asked, "mine"]))
    assert await first is None
    assert found == [None] * len(asked) + ["me"]
    assert len(kept.reads) <= 2
    assert max(map(len, kept.reads)) <= hashes.MOST


async def test_what_was_found_before_is_looked_for_first(house: House, kept: Kept) -> None:
    """An agency calls once a night, and hundreds make up keys at that moment."""
    looks = LookUp(house.service.runner, kept.find, _SECOND)
    assert await looks.find("mine") == "me"
    house.clock.moment += 3600 * _SECOND
    made_up = [asyncio.create_task(looks.find(f"made up {number}")) for number in range(20 * hashes.MOST)]
    await asyncio.sleep(0)
    assert await looks.find("mine") == "me"
    assert len(kept.reads) <= 1 + 2
    await asyncio.gather(*made_up)


async def test_a_storm_with_one_key_is_one_read_or_two(house: House, kept: Kept) -> None:
    looks = LookUp(house.service.runner, kept.find, _SECOND)
    assert set(await asyncio.gather(*(looks.find("mine") for _ in range(1000)))) == {"me"}
    assert len(kept.reads) <= 2
    house.clock.moment += _SECOND / 2
    assert await looks.find("mine") == "me"
    assert len(kept.reads) <= 2, "it is remembered"
    del kept["mine"]
    house.clock.moment += _SECOND
    assert await looks.find("mine") is None


async def test_what_is_not_there_is_looked_for_each_time(house: House, kept: Kept) -> None:
    """A key works from the moment when it is made."""
    looks = LookUp(house.service.runner, kept.find, _SECOND)
    assert await looks.find("new") is None
    kept["new"] = "another"
    assert await looks.find("new") == "another"


async def test_a_database_that_is_away_ends_no_look_up(house: House, kept: Kept) -> None:
    """All who waited hear of it, and the next read is a new one. Whoever hangs up takes nobody's answer away."""
    away = True

    def find(tx: Transaction, asked: Collection[str]) -> dict[str, str]:
        if away:
            raise DatabaseUnreachable("away")
        return kept.find(tx, asked)

    looks = LookUp(house.service.runner, find, _SECOND)
    failed = await asyncio.gather(*map(looks.find, ("mine", "other")), return_exceptions=True)
    assert {type(one) for one in failed} == {DatabaseUnreachable}
    away = False
    hangs_up, waits = (asyncio.create_task(looks.find("mine")) for _ in range(2))
    await asyncio.sleep(0)
    hangs_up.cancel()
    assert await waits == "me"
