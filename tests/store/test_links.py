"""A token opens what it was made for and nothing else; a row holds what its kind needs and nothing else."""

from dataclasses import fields
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import (
    AlarmLink,
    BrowserLink,
    CalendarLink,
    Link,
    LinkEnding,
    NewLink,
    NumberLink,
    OfficerLink,
    OwnLink,
    SpecialistLink,
    WallLink,
    WelcomeLink,
)
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault
from tests.store.open_callout import RECEIVED, open_callout

pytestmark = pytest.mark.both_databases

_SOON = RECEIVED + timedelta(minutes=30)
ONE_OF_EACH: tuple[Link, ...] = (
    SpecialistLink(callout="K7Q", person="cora", expires_at=_SOON),
    OfficerLink(callout="K7Q", expires_at=_SOON),
    AlarmLink(alarm="alarm", person="cora", expires_at=_SOON),
    WelcomeLink(person="cora", expires_at=_SOON),
    WallLink(person="cora", expires_at=_SOON),
    BrowserLink(person="cora", expires_at=_SOON),
    CalendarLink(person="cora", expires_at=_SOON),
    NumberLink(person="cora", expires_at=_SOON),
    OwnLink(person="cora", expires_at=_SOON),
)
KINDS: tuple[type[Link], ...] = tuple(type(one) for one in ONE_OF_EACH)


def _make_each(tx: Connection) -> None:
    """One link of each kind, whose token is the name of the kind."""
    open_callout(tx, "K7Q")
    links.make(tx, [NewLink(one.kind, one, RECEIVED) for one in ONE_OF_EACH])


def _that_work(tx: Connection) -> list[Link]:
    return [found for kind in KINDS if (found := links.find(tx, kind, kind.kind)) is not None]


def test_every_kind_is_tried() -> None:
    """A new kind of link has to be added above."""
    assert {kind.kind for kind in KINDS} == {kind.kind for kind in Link.__subclasses__()}


async def test_a_token_of_one_kind_opens_no_other(database: Database) -> None:
    """Every pair of kinds is tried, by whoever only looks and by whoever will use the link."""

    def look(tx: Connection) -> None:
        _make_each(tx)
        for made, asked, lock in product(ONE_OF_EACH, KINDS, (False, True)):
            found = links.find(tx, asked, made.kind, lock=lock)
            assert found == (made if asked is type(made) else None)
            assert links.find(tx, asked, "guessed", lock=lock) is None

    await database.write(look)


async def test_a_token_of_one_kind_is_not_used_up_by_another(database: Database) -> None:
    """Under its own kind it works once, and nothing of what was chosen with it is left."""

    def use(tx: Connection) -> None:
        _make_each(tx)
        for made, asked in product(KINDS, KINDS):
            if made is not asked:
                links.use(tx, asked, made.kind, RECEIVED)
            if made is not WelcomeLink:
                links.choose(tx, made.kind, password_hash="hash", seed="seed")
        assert _that_work(tx) == list(ONE_OF_EACH)
        links.choose(tx, WelcomeLink.kind, password_hash="hash", seed="seed")
        chosen = links.find(tx, WelcomeLink, WelcomeLink.kind)
        assert chosen == WelcomeLink(person="cora", expires_at=_SOON, password_hash="hash", seed="seed")
        for left in range(len(KINDS)):
            links.use(tx, KINDS[left], KINDS[left].kind, RECEIVED)
            assert [type(one) for one in _that_work(tx)] == list(KINDS[left + 1 :])
        rows = tx.execute(sa.select(t.link.c.ended_at, t.link.c.password_hash, t.link.c.seed)).all()
        assert {tuple(row) for row in rows} == {(RECEIVED, None, None)}

    await database.write(use)


async def test_what_is_withdrawn_is_of_one_kind_and_of_one_alone(database: Database) -> None:
    """An officer's links to one call-out, and the welcome links of one person."""

    def withdraw(tx: Connection) -> None:
        _make_each(tx)
        links.withdraw(tx, OfficerLink, "F3T", RECEIVED)
        links.withdraw(tx, WelcomeLink, "dana", RECEIVED)
        assert _that_work(tx) == list(ONE_OF_EACH)
        links.withdraw(tx, OfficerLink, "K7Q", RECEIVED)
        assert [type(one) for one in _that_work(tx)] == [kind for kind in KINDS if kind is not OfficerLink]
        links.withdraw(tx, WelcomeLink, "cora", RECEIVED)
        assert [type(one) for one in _that_work(tx)] == [
            kind for kind in KINDS if kind not in {OfficerLink, WelcomeLink}
        ]

    await database.write(withdraw)


def test_each_kind_says_what_ends_it() -> None:
    """Itself: a kind that says nothing, or says what another says, would outlive the phone that it was texted to."""
    assert all("ends_with" in vars(kind) for kind in Link.__subclasses__())
    assert {kind for kind in KINDS if LinkEnding.ACCESS in kind.ends_with} == {WelcomeLink, WallLink, BrowserLink}


async def test_a_row_has_the_columns_of_its_kind(database: Database) -> None:
    """The database refuses one that lacks a column, one with a column of another kind, and an unknown kind."""
    await database.write(_make_each)
    held = {"callout": "K7Q", "person": "cora", "alarm": "alarm", "rotation": "primary"}
    held |= {"password_hash": "hash", "seed": "seed"}
    wrong = [{**links.row(NewLink("token", ONE_OF_EACH[-1], RECEIVED)), "kind": "newer"}]
    for one in ONE_OF_EACH:
        own = {field.name for field in fields(one)}
        for column, value in held.items():
            if column in own and getattr(one, column) is None:
                continue  # filled only once somebody has chosen; a feed is of a person or of a rotation
            wrong.append({**links.row(NewLink("token", one, RECEIVED)), column: None if column in own else value})
    assert len(wrong) == 1 + len(held) * len(KINDS) - 3
    wrong.append(links.row(NewLink("token", CalendarLink(expires_at=_SOON), RECEIVED)))
    wrong.append(
        links.row(NewLink("token", CalendarLink(person="cora", rotation="primary", expires_at=_SOON), RECEIVED))
    )
    for row in wrong:
        with pytest.raises(DatabaseFault, match="ck_link_kind"):
            await database.write(lambda tx, row=row: tx.execute(sa.insert(t.link), row).close())  # type: ignore[misc]
