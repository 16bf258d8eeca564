"""Codes that are open together stand apart, on both databases."""

import random
from itertools import combinations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from dispatch.rules.facts.code import candidates, shared_parts
from dispatch.store import tables as t
from dispatch.store.callout import arrivals
from dispatch.store.callout.arrivals import Likely
from dispatch.store.engine.database import Database
from tests.store.open_callout import RECEIVED, open_callout

pytestmark = pytest.mark.both_databases

_NOBODY = Likely("+15625550188", None, RECEIVED, RECEIVED)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


async def _open_many(database: Database, count: int) -> list[str]:
    chance, given = random.Random(7), []

    def work(tx: Connection) -> None:
        code = arrivals.ask(tx, "LBPD", None, candidates(chance), _NOBODY).code
        assert code is not None
        open_callout(tx, code)
        given.append(code)

    for _ in range(count):
        await database.write(work)
    return given


async def test_codes_that_are_open_together_differ_in_two_places(database: Database) -> None:
    """While there are short codes that stand apart one of them is given out; then longer ones, and none twice."""
    given = await _open_many(database, 60)
    short = [code for code in given if len(code) == 3]
    assert given[:15] == short[:15]
    assert 20 <= len(short) <= 40
    assert all(_differences(one, other) >= 2 for one, other in combinations(short, 2))
    assert {len(code) for code in given} == {3, 5}
    assert len(set(given)) == 60


async def test_the_first_that_stands_apart_is_given_out(database: Database) -> None:
    """Neither the code of an open call-out nor one beside it; once that is over, both are free again."""
    await database.write(lambda tx: open_callout(tx, "F3T"))
    asked = ("F3T", "F9T", "F3M", "K9T", "F3T4M")
    assert (await database.write(lambda tx: arrivals.ask(tx, "LBPD", None, asked, _NOBODY))).code == "K9T"
    near = (*asked[:3], asked[-1])
    assert (await database.write(lambda tx: arrivals.ask(tx, "LBPD", None, near, _NOBODY))).code == "F3T4M"
    await database.write(lambda tx: open_callout(tx, "F3T4M"))
    assert (await database.write(lambda tx: arrivals.ask(tx, "LBPD", None, near, _NOBODY))).code is None
    await database.write(lambda tx: tx.execute(sa.update(t.callout).values(open=False)))
    assert (await database.write(lambda tx: arrivals.ask(tx, "LBPD", None, asked, _NOBODY))).code == "F3T"


async def test_in_a_crowd_no_short_code_is_looked_for(database: Database) -> None:
    """Of hundreds of open call-outs only the first have short codes, so nobody looks through them each time."""

    def crowd(tx: Connection) -> None:
        for number in range(41):
            open_callout(tx, f"X{number}")

    await database.write(crowd)
    assert (await database.write(lambda tx: arrivals.ask(tx, "LBPD", None, ("F3T", "F3T4M"), _NOBODY))).code == "F3T4M"


async def test_codes_given_out_in_the_same_moment_stand_apart(postgres_url: str) -> None:
    """What another transaction is about to use keeps its neighbours from us, too, though nobody can see it yet."""
    engine = create_async_engine(postgres_url)
    async with engine.connect() as one, engine.connect() as other:
        begun = await one.begin()
        await one.run_sync(lambda tx: arrivals.ask(tx, "LBPD", None, ("F3T", "F3T4M"), _NOBODY))
        asked = ("F9T", "K3T", "F3M", "K9T", "K9T4M")
        assert (await other.run_sync(lambda tx: arrivals.ask(tx, "LBPD", None, asked, _NOBODY))).code == "K9T"
        await other.rollback()
        await begun.rollback()
        assert (await other.run_sync(lambda tx: arrivals.ask(tx, "LBPD", None, asked, _NOBODY))).code == "F9T"
    await engine.dispose()


async def test_only_what_is_given_out_is_locked(postgres_url: str) -> None:
    """A code that is taken, and every code behind the one that is given out, stays free for others."""
    asked = ("F3T", "K9T", "L4W", "K9T4M")

    def ask(tx: Connection) -> list[str]:
        open_callout(tx, "F3T")
        assert arrivals.ask(tx, "LBPD", None, asked, _NOBODY).code == "K9T"
        held = sa.text("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        ours = sa.text(
            "SELECT part FROM unnest(CAST(:parts AS text[])) AS part"
            " WHERE hashtext(part)::bigint & 4294967295 = ANY(:held)"  # as `pg_locks` shows it
        )
        parts = sorted({part for code in asked for part in shared_parts(code)})
        return list(tx.execute(ours, {"parts": parts, "held": list(tx.execute(held).scalars())}).scalars())

    database = Database(postgres_url)
    await database.open()
    assert sorted(await database.write(ask)) == sorted(shared_parts("K9T"))
    await database.close()
