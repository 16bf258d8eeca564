"""The owner of an account is texted when somebody comes in by a new way, and not when they come in as ever."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import Browser
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Language, Role
from dispatch.rules.wording import coordinator_texts
from dispatch.store import tables as t
from tests.inbound.house import CORA
from tests.inbound.sign_in.room import PASSWORD, Door, Ui

# Cora's own number is the one to ring, so she is told none.
_APP, _BROWSER = coordinator_texts.new_app, coordinator_texts.new_browser
APP, BROWSER = _APP(None), _BROWSER(None)
WALL, CHANGED = coordinator_texts.new_wall(None), coordinator_texts.changed_password(None)
_NEW = {"password": "another four words here", "again": "another four words here"}


async def test_a_new_browser_is_told_once(ui: Ui) -> None:
    """With the first sign-in there, whether by code or by recovery code; not for a wrong one or the password alone."""
    owner = await ui.enrol()
    assert await ui.told() == [APP]
    async with ui.browser() as door, ui.browser() as other:
        await door.give_password()
        await door.give_code("000000")
        assert await ui.told() == [APP]
        await ui.sign_in(owner, door)
        assert await ui.told() == [APP, BROWSER]
        for _ in range(2):
            await door.post("/sign-out")
            await ui.sign_in(owner, door)
        await door.give_password()
        await door.give_code(owner.recovery_codes[0])
        assert await ui.told() == [APP, BROWSER]
        await other.give_password()
        await other.give_code(owner.recovery_codes[1])
        assert await ui.told() == [APP, BROWSER, BROWSER]


async def test_it_goes_out_at_once_and_to_nobody_else(ui: Ui) -> None:
    """As a text, in the transaction of the sign-in: there is no session of which it is not told."""
    owner = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(owner, door)
    page = (await ui.house.rows(t.page, purpose="account"))[-1]
    assert (page["to"], page["person"], page["channel"], page["callout"]) == (CORA, "cora", "sms", None)
    assert page["due_at"] == page["created_at"] == (await ui.house.rows(t.session))[-1]["created_at"]
    assert {row["purpose"] for row in await ui.house.rows(t.page)} == {"account"}


async def test_a_sign_in_by_the_provider_is_told_too(ui: Ui) -> None:
    runner = ui.house.service.runner
    roster = await ui.roster()
    people = tuple(replace(one, sign_in="omar@example.org") if one.id == "omar" else one for one in roster.people)
    await runner.act(import_roster, replace(roster, people=people), OPERATOR, Source.CLI)
    first = await runner.act(sign_in.sign_in_by_provider, ("omar@example.org",), Browser("203.0.113.9", "", None))
    assert first is not None
    await runner.act(sign_in.sign_in_by_provider, ("omar@example.org",), Browser("203.0.113.9", "", first.token))
    assert await ui.told("omar") == [coordinator_texts.new_browser(CORA)]


async def _changes(ui: Ui, door: Door) -> None:
    assert (await door.post("/account/password", {"current": PASSWORD, **_NEW})).status_code == 303


async def _hangs_a_wall(ui: Ui, door: Door) -> None:
    async with ui.browser() as screen:
        assert (await screen.post(await ui.wall_link(door))).status_code == 303


async def _has_another_app(ui: Ui, door: Door) -> None:
    await ui.prove((await door.post("/account/app", {"current": PASSWORD})).headers["location"], door)


@pytest.mark.parametrize(
    ("does", "told"),
    [(_changes, CHANGED), (_hangs_a_wall, WALL), (_has_another_app, APP)],
    ids=["password", "wall", "app"],
)
async def test_what_a_thief_would_change_is_told(
    ui: Ui, does: Callable[[Ui, Door], Awaitable[None]], told: str
) -> None:
    """Once it has been done: a form that is sent with a wrong password tells nobody anything."""
    async with ui.browser() as door:
        await ui.enrol(door=door)
        for path in ("/account/password", "/account/wall", "/account/app"):
            await door.post(path, {"current": "guessed", **_NEW})
        assert await ui.told() == [APP]
        await does(ui, door)
        assert await ui.told() == [APP, told]


async def test_after_access_was_ended_each_browser_is_new(ui: Ui) -> None:
    """A thief's browser stays known, so that of all others it would be the one that nobody hears of."""
    owner = await ui.enrol()
    async with ui.browser() as thief, ui.browser() as door:
        await ui.sign_in(owner, thief)
        await ui.sign_in(owner, door)
        before = len(await ui.told())
        await door.post("/account/sign-out-everywhere")
        await ui.sign_in(owner, thief)
        assert len(await ui.told()) == before + 1


async def test_whoever_ends_this_very_session_in_the_list_has_signed_out(ui: Ui) -> None:
    owner = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(owner, door)
        before = await ui.told()
        mine = (await ui.house.rows(t.session, revoked_at=None, kind="normal"))[-1]["id"]
        assert (await door.post(f"/account/sessions/{mine}/end")).status_code == 303
        await ui.sign_in(owner, door)
        assert await ui.told() == before


async def test_whoever_takes_no_texts_signs_in_all_the_same(ui: Ui) -> None:
    """And is not rung: that is how pages come to them. Others read it in their language."""
    roster = await ui.roster()
    people = tuple(replace(one, texts_in=Language.SPANISH) if one.id == "omar" else one for one in roster.people)
    await ui.house.service.runner.act(import_roster, replace(roster, people=people), OPERATOR, Source.CLI)
    await ui.house.run(t.person.update().where(t.person.c.id == "cora").values(opted_out_at=ui.house.clock()))
    cora, omar = await ui.enrol("cora"), await ui.enrol("omar")
    async with ui.browser() as door, ui.browser() as other:
        assert (await ui.sign_in(cora, door)).status_code == 303
        assert (await ui.sign_in(omar, other, "omar")).status_code == 303
    assert await ui.house.rows(t.page, person="cora") == []
    assert await ui.told("omar") == [words(CORA).spanish for words in (_APP, _BROWSER)]


async def test_it_disturbs_no_page(ui: Ui) -> None:
    """A specialist who coordinates, and signs in while a call-out pages her: her reply is about that all the same."""
    await ui.give_roles("ana", Role.SPECIALIST, Role.COORDINATOR)
    opened = await ui.house.opened()
    await ui.house.went_out(opened["id"])
    await ui.enrol("ana")
    assert await ui.told("ana")
    await ui.house.text("1 25")
    assert (await ui.house.row(t.assignment, callout=opened["id"]))["person"] == "ana"
