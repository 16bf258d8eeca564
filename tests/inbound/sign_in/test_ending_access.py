"""When somebody's access ends, no link that would let them in again outlives it, whichever command ended it."""

import ast
import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch.actions.access import keep_accounts, let_in, sign_in
from dispatch.actions.access.sign_in import Browser, SignedIn, SignInOver
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.access.sign_in import LINK_LIVES
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from dispatch.store.access import links
from dispatch.store.access.links import BrowserLink, Link, LinkEnding, NewLink, WallLink, WelcomeLink
from dispatch.store.engine.database import Database
from tests.inbound.sign_in.room import PASSWORD, Door, Ui

pytestmark = pytest.mark.both_databases

_ACTIONS = Path(sign_in.__file__).parents[1]
_NEW = "another four words here"
_BROWSER = Browser("203.0.113.9", "test", None)


async def _change_password(ui: Ui, door: Door) -> None:
    await door.post("/account/password", {"current": PASSWORD, "password": _NEW, "again": _NEW})


async def _sign_out_everywhere(_ui: Ui, door: Door) -> None:
    await door.post("/account/sign-out-everywhere")


async def _sign_out(_ui: Ui, door: Door) -> None:
    await door.post("/sign-out")


async def _end_another(ui: Ui, door: Door) -> None:
    other = await ui.session("cora")
    await door.post(f"/account/sessions/{other.session.id}/end")


async def _end_a_wall(ui: Ui, door: Door) -> None:
    wall = await ui.session("cora", "wall")
    await door.post(f"/account/sessions/{wall.session.id}/end")


async def _is_signed_out(ui: Ui, _door: Door) -> None:
    await ui.give_roles("omar", Role.SUPERVISOR)
    async with ui.signed_in("omar") as supervisor:
        assert (await supervisor.post("/users/cora/sign-out")).status_code == 303


async def _is_reset(ui: Ui, _door: Door) -> None:
    await ui.house.service.runner.act(keep_accounts.reset, "cora", OPERATOR, Source.CLI)


async def _has_another_app(ui: Ui, door: Door) -> None:
    sent = await door.post("/account/app", {"current": PASSWORD})
    await ui.prove(sent.headers["location"], door)


async def _loses_the_role(ui: Ui, _door: Door) -> None:
    await ui.give_roles("cora", Role.SPECIALIST)


async def _leaves(ui: Ui, _door: Door) -> None:
    await ui.give_roles("cora")


async def _is_somebody_else_to_the_provider(ui: Ui, _door: Door) -> None:
    await ui.give_sign_in("cora", "u-17")
    await ui.give_sign_in("cora", "u-18")


async def _has_another_number(ui: Ui, _door: Door) -> None:
    before = await ui.roster()
    people = tuple(replace(one, phone="+15625550143") if one.id == "cora" else one for one in before.people)
    await ui.house.service.runner.act(import_roster, replace(before, people=people), OPERATOR, Source.CLI)


A_WAY_IN = (WelcomeLink, WallLink, BrowserLink)
COMMANDS: Mapping[Callable[[Ui, Door], Awaitable[None]], str] = {
    _change_password: "_end_all",
    _sign_out_everywhere: "_end_all",
    _is_signed_out: "_end_all",
    _is_reset: "_end_all",
    _has_another_app: "_end_all",
    _sign_out: "sign_out",
    _end_another: "end_session",
    _end_a_wall: "end_session",
    _loses_the_role: "end_what_is_lost",
    _leaves: "end_what_is_lost",
    _has_another_number: "end_what_is_lost",
    _is_somebody_else_to_the_provider: "end_what_is_lost",
}
"""Each way in which access ends, and the function that calls `end_access` for it."""


def _calls(name: str) -> set[str]:
    """The functions among the actions that call a function of this name."""
    found = set()
    for file in _ACTIONS.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef):
                called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
                names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called}
                found |= {function.name} if name in names else set()
    return found


def test_every_command_that_ends_access_is_walked() -> None:
    """Whoever ends a session calls `end_access`; who calls that, stands above."""
    assert _calls("end_access") == set(COMMANDS.values())
    assert _calls("_end_all") == {"change_password", "end_all_sessions", "enrol", "reset"}
    assert _calls("revoke_all") == set()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__.strip("_"))
async def test_no_link_outlives_the_access_that_made_it(ui: Ui, command: Callable[[Ui, Door], Awaitable[None]]) -> None:
    """Every kind that lets somebody in, and nobody else's; nothing of what was chosen with one is left."""

    def one(kind: type[Any], person: str) -> NewLink:
        return NewLink(f"{kind.kind}-{person}", kind(person=person, expires_at=expires_at), ui.house.clock())

    async with ui.browser() as door:
        await ui.enrol(door=door)
        expires_at = ui.house.clock() + LINK_LIVES
        made = [one(kind, person) for kind in A_WAY_IN for person in ("cora", "omar")]
        await ui.house.service.database.write(lambda tx: links.make(tx, made))
        app = WelcomeLink(person="cora", expires_at=expires_at, seed="seed", password_hash="hash")
        await ui.house.service.database.write(lambda tx: links.make(tx, [NewLink("app", app, ui.house.clock())]))
        await command(ui, door)
    rows = {row["token_hash"]: row for row in await ui.house.rows(t.link)}
    for link in made:
        assert (rows[links.token_hash(link.token)]["ended_at"] is None) == (link.token.endswith("omar")), link.token
    gone = rows[links.token_hash("app")]
    assert (gone["ended_at"], gone["password_hash"], gone["seed"]) == (ui.house.clock(), None, None)


async def _officer_has_another_number(ui: Ui, _door: Door) -> None:
    (callout,) = await ui.house.rows(t.callout)
    changed = {"officer": {"callback_phone": "+15625550178"}}
    assert (await ui.house.ask("PATCH", f"/v1/callouts/{callout['id']}", changed)).status_code == 200


# What happens to somebody, or to a call-out's officer, and what all of it is. Whoever coordinates no more, or leaves,
# may not sign in.
CHANGES: Mapping[LinkEnding, tuple[Callable[[Ui, Door], Awaitable[None]], set[LinkEnding]]] = {
    LinkEnding.ACCESS: (_sign_out_everywhere, {LinkEnding.ACCESS}),
    LinkEnding.NUMBER: (_has_another_number, {LinkEnding.NUMBER}),
    LinkEnding.LEAVES: (_leaves, {LinkEnding.LEAVES, LinkEnding.COORDINATES, LinkEnding.ACCESS}),
    LinkEnding.COORDINATES: (_loses_the_role, {LinkEnding.COORDINATES, LinkEnding.ACCESS}),
    LinkEnding.OFFICERS_NUMBER: (_officer_has_another_number, {LinkEnding.OFFICERS_NUMBER}),
}


@pytest.mark.parametrize("what", LinkEnding)
async def test_each_kind_of_link_ends_with_each_change_that_ends_it(ui: Ui, what: LinkEnding) -> None:
    """Drawn from the kinds and the changes that there are, by the doors through which people make them. Of somebody
    else, and of another call-out, nothing ends."""
    change, means = CHANGES[what]
    async with ui.browser() as door:
        await ui.enrol(door=door)
        callout = (await ui.house.opened())["id"]
        made: dict[str, tuple[bool, NewLink]] = {}
        for kind in Link.__subclasses__():
            names = {field.name for field in fields(kind)}
            for whose in ("cora", "omar"):
                held = {
                    "callout": callout,
                    "alarm": "alarm",
                    "person": whose,
                    "expires_at": ui.house.clock.moment + LINK_LIVES,
                }
                link = kind(**{name: value for name, value in held.items() if name in names})
                ends = bool(kind.ends_with & means) and whose == "cora"
                made[f"{kind.kind}-{whose}"] = ends, NewLink(f"{kind.kind}-{whose}", link, ui.house.clock())
        made.pop("officer-omar")
        await ui.house.service.database.write(lambda tx: links.make(tx, [link for _, link in made.values()]))
        await change(ui, door)
    rows = {row["token_hash"]: row["ended_at"] for row in await ui.house.rows(t.link)}
    ended = {token: rows[links.token_hash(token)] is not None for token in made}
    assert ended == {token: ends for token, (ends, _) in made.items()}


# ---- whoever is under way -------------------------------------------------------------------------------------------


async def test_whoever_came_in_by_a_wrong_sign_in_is_out_once_it_is_corrected(ui: Ui) -> None:
    """A stranger's address stood in the roster for Cora. To write one where there was none shuts nobody out."""
    async with ui.browser() as before, ui.browser() as stranger:
        before.carry((await ui.session("cora")).token)
        await ui.give_sign_in("cora", "cora@example.com")
        assert await before.is_signed_in()
        runner = ui.house.service.runner
        came_in = await runner.act(sign_in.sign_in_by_provider, ("u-9", "cora@example.com"), _BROWSER)
        assert came_in is not None
        stranger.carry(came_in.token)
        await ui.give_sign_in("cora", "Cora@Example.com")
        assert await stranger.is_signed_in()
        await ui.give_sign_in("cora", "cora@example.org")
        assert not await stranger.is_signed_in()


async def test_what_is_under_way_while_access_ends_makes_no_way_in(ui: Ui) -> None:
    """The password was right when it was hashed, and the session went on when the request came in."""
    owner = await ui.enrol()
    runner = ui.house.service.runner
    async with ui.browser() as door, ui.browser() as thief:
        await ui.sign_in(owner, thief)
        stolen = await runner.ask(sign_in.signed_in, thief.token or "")
        assert stolen is not None
        attempt = await runner.act(sign_in.begin, "cora", _BROWSER)
        await ui.sign_in(owner, door)
        await _change_password(ui, door)
        assert await runner.act(sign_in.take_password, attempt, True) is None
        for made in _each_way_in(ui, stolen):
            with pytest.raises(SignInOver):
                await made
    assert await ui.house.rows(t.link, ended_at=None) == []
    assert await ui.house.rows(t.session, kind="half", revoked_at=None) == []


@pytest.mark.parametrize("new_database_url", ["postgres"], indirect=True)
async def test_a_link_that_is_being_made_is_withdrawn_too(ui: Ui) -> None:
    """On another node, and not committed yet: whoever ends access waits for it."""
    new, runner = await ui.session("cora"), ui.house.service.runner
    viewer = await runner.ask(sign_in.signed_in, new.token)
    assert viewer is not None
    await _waits_for(
        ui,
        lambda tx: sign_in.make_wall_link(tx, runner.context(), viewer),
        runner.act(keep_accounts.end_all_sessions, "cora", OPERATOR, Source.CLI),
    )
    assert [row["ended_at"] for row in await ui.house.rows(t.link)] == [ui.house.clock()]


@pytest.mark.parametrize("new_database_url", ["postgres"], indirect=True)
async def test_whoever_is_coming_in_by_a_wrong_sign_in_is_out_too(ui: Ui) -> None:
    """Likewise, while a coordinator corrects the roster."""
    await ui.give_sign_in("cora", "cora@example.com")
    context = ui.house.service.runner.context
    await _waits_for(
        ui,
        lambda tx: sign_in.sign_in_by_provider(tx, context(), ("cora@example.com",), _BROWSER),
        ui.give_sign_in("cora", "cora@example.org"),
    )
    assert await ui.house.rows(t.session, revoked_at=None) == []


async def _waits_for(ui: Ui, makes: Callable[[Connection], object], ends: Coroutine[Any, Any, object]) -> None:
    """Whatever `ends` access waits for the transaction of another node that `makes` a way in."""
    other, made, over = Database(ui.house.service.settings.database_url), asyncio.Event(), asyncio.Event()
    await other.open()

    def make(tx: Connection) -> None:
        makes(tx)
        made.set()
        while not over.is_set():
            tx.execute(sa.text("SELECT 1"))  # the loop goes on meanwhile

    making = asyncio.create_task(other.write(make))
    await made.wait()
    ending = asyncio.create_task(ends)
    try:
        await asyncio.wait([ending], timeout=0.5)
        assert not ending.done()
    finally:
        over.set()
        await asyncio.gather(making, ending)
        await other.close()


def _each_way_in(ui: Ui, stolen: SignedIn) -> list[Awaitable[object]]:
    act = ui.house.service.runner.act
    return [
        act(keep_accounts.renew_seed, stolen, "seed"),
        act(keep_accounts.change_password, stolen, "hash"),
        act(keep_accounts.renew_recovery_codes, stolen, ["hash"]),
        act(sign_in.make_wall_link, stolen),
        act(let_in.make_link, "cora", OPERATOR, Source.WEB, stolen),
    ]


# ---- walls ---------------------------------------------------------------------------------------------------------


@pytest.mark.costs(2)
async def test_a_new_wall_asks_for_the_password(ui: Ui) -> None:
    """As slow to guessers as any other door."""
    owner = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(owner, door)
        for wrong in ({}, {"current": "guessed"}):
            refused = await door.post("/account/wall", wrong)
            assert (refused.status_code, "not your password" in refused.text) == (422, True)
        for number in range(3):
            await door.post("/account/wall", {"current": f"guess {number}"})
        assert ui.waited == [1, 2]
        assert (await ui.wall_link(door)).startswith("/wall/")


async def test_whoever_has_no_password_makes_a_wall_right_after_signing_in(ui: Ui) -> None:
    """By the identity provider: a session that somebody finds an hour later makes none."""
    async with ui.signed_in("omar") as door:
        ui.house.clock.moment += timedelta(minutes=9)
        assert (await door.post("/account/wall")).status_code == 200
        ui.house.clock.moment += timedelta(minutes=1)
        refused = await door.post("/account/wall")
        assert (refused.status_code, "within ten minutes" in refused.text) == (422, True)
