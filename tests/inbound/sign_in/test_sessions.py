"""Sessions: how they end, whose they are to end, and what a wall may see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.actions.access import keep_accounts
from dispatch.actions.calendar import run_calendar
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.house import problem
from tests.inbound.sign_in.room import Door, Ui


async def _signed_in(ui: Ui, door: Door, name: str = "cora") -> str:
    """Give the browser a session; returns its id."""
    new = await ui.session(name)
    door.carry(new.token)
    assert await door.is_signed_in()
    return new.session.id


async def test_a_session_ends_after_a_day_without_use(ui: Ui) -> None:
    async with ui.browser() as door:
        await _signed_in(ui, door)
        for _ in range(3):
            ui.house.clock.moment += timedelta(hours=23)
            assert await door.is_signed_in()
        ui.house.clock.moment += timedelta(hours=24)
        assert not await door.is_signed_in()


async def test_looking_writes_seldom(ui: Ui) -> None:
    """A board that asks every second must not write every second."""
    async with ui.browser() as door:
        session_id = await _signed_in(ui, door)
        seen = (await ui.house.row(t.session, id=session_id))["seen_at"]
        for _ in range(4):
            ui.house.clock.moment += timedelta(minutes=1)
            await door.get("/account")
        assert (await ui.house.row(t.session, id=session_id))["seen_at"] == seen
        ui.house.clock.moment += timedelta(minutes=1)
        await door.get("/account")
        assert (await ui.house.row(t.session, id=session_id))["seen_at"] == ui.house.clock()


async def test_signing_out_ends_this_session_only(ui: Ui) -> None:
    async with ui.browser() as door, ui.browser() as other:
        await _signed_in(ui, door)
        await _signed_in(ui, other)
        assert (await door.post("/sign-out")).headers["location"] == "/sign-in"
        assert not await door.is_signed_in()
        assert await other.is_signed_in()


async def test_signed_out_everywhere(ui: Ui) -> None:
    """Here, elsewhere and on walls; nobody else's."""
    async with ui.browser() as door, ui.browser() as other, ui.browser() as omar, ui.browser() as wall:
        await _signed_in(ui, door)
        await _signed_in(ui, other)
        await _signed_in(ui, omar, "omar")
        wall.carry((await ui.session("cora", "wall")).token)
        assert (await wall.get("/account")).status_code == 403
        await door.post("/account/sign-out-everywhere")
        assert not await door.is_signed_in()
        assert not await other.is_signed_in()
        assert (await wall.get("/account")).status_code == 303
        assert await omar.is_signed_in()
    assert (await ui.audit())[-1] == ("coordinator cora", "ended sessions", "3 sessions of cora")


async def test_one_of_ones_own_is_ended_in_the_middle(ui: Ui) -> None:
    """The page lists them by browser; the one that is ended is sent to sign in at its next request."""
    async with ui.browser() as door, ui.browser() as lost:
        await _signed_in(ui, door)
        lost_id = await _signed_in(ui, lost)
        assert f"/account/sessions/{lost_id}/end" in (await door.get("/account")).text
        assert (await door.post(f"/account/sessions/{lost_id}/end")).status_code == 303
        sent = await lost.get("/users")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Fusers")
        assert (await lost.post("/account/wall")).headers["location"] == "/sign-in"
        assert (await door.post(f"/account/sessions/{lost_id}/end")).status_code == 404


async def test_nobody_ends_anothers(ui: Ui) -> None:
    """But a supervisor does, and it stands in the audit."""
    async with ui.browser() as cora, ui.browser() as omar:
        cora_id, omar_id = await _signed_in(ui, cora), await _signed_in(ui, omar, "omar")
        assert (await omar.post(f"/account/sessions/{cora_id}/end")).status_code == 404
        assert (await omar.post(f"/users/sessions/{cora_id}/end")).status_code == 403
        assert (await omar.post("/users/cora/sign-out")).status_code == 403
        assert await cora.is_signed_in()
        assert "Omar Haddad" not in (await cora.get("/users")).text  # neither account nor provider
        await ui.invite("omar")
        assert f"/users/sessions/{omar_id}/end" in (await cora.get("/users")).text
        assert (await cora.post(f"/users/sessions/{omar_id}/end")).status_code == 303
        assert not await omar.is_signed_in()
        assert (await cora.post(f"/users/sessions/{omar_id}/end")).status_code == 404
        await _signed_in(ui, omar, "omar")
        assert (await cora.post("/users/omar/sign-out")).status_code == 303
        assert not await omar.is_signed_in()
        assert (await cora.post("/users/nobody/sign-out")).status_code == 404
    assert (await ui.audit())[-2:] == [
        ("coordinator omar", "signed in", "for a test"),
        ("coordinator cora", "ended sessions", "1 session of omar"),
    ]


@pytest.mark.parametrize("roles", [(Role.SPECIALIST,), ()], ids=["another role", "left the roster"])
async def test_whoever_loses_the_role_is_signed_out(ui: Ui, roles: tuple[Role, ...]) -> None:
    """At once, and for good: the session does not come back with the role."""
    async with ui.browser() as door, ui.browser() as wall, ui.browser() as own:
        await _signed_in(ui, door, "omar")
        wall.carry((await ui.session("cora", "wall")).token)
        own.carry((await ui.session("omar", "wall")).token)
        before = await ui.roster()
        await ui.give_roles("omar", *roles)
        assert not await door.is_signed_in()
        assert (await wall.get("/account")).status_code == 403, "a wall of somebody else goes on"
        assert (await own.get("/account")).status_code == 303, "one of their own is no way to keep looking"
        await ui.house.service.runner.act(import_roster, before, OPERATOR, Source.CLI)
        assert not await door.is_signed_in()


async def test_a_role_that_changes_counts_at_once(ui: Ui) -> None:
    async with ui.browser() as door:
        await _signed_in(ui, door)
        assert (await door.get("/users")).status_code == 200
        await ui.give_roles("cora", Role.COORDINATOR)
        assert (await door.get("/users")).status_code == 403
        await ui.give_roles("cora", Role.AUDITOR)
        assert (await door.get("/account")).status_code == 200
        assert (await door.post("/account/wall")).status_code == 403


async def test_a_program_is_told_in_a_problem_document(ui: Ui) -> None:
    """Whoever asks without a browser is not sent anywhere."""
    async with ui.browser() as door:
        door.web.headers["accept"] = "application/json"
        problem(await door.get("/account"), 401)
        problem(await door.post("/account/wall"), 401)
        await _signed_in(ui, door, "omar")
        problem(await door.get("/users"), 403)


_GUESSED = ["", "x", "A" * 23, "%00", "é", "a" * 5000]


async def test_a_guessed_cookie_is_nobodys(ui: Ui, subtests: pytest.Subtests) -> None:
    for cookie in _GUESSED:
        with subtests.test(str(cookie)):
            async with ui.browser() as door:
                header = (b"Cookie", f"__Host-dispatch-session={cookie}".encode())
                answer = await door.web.get("/account", headers=[header])
                assert answer.headers["location"] == "/sign-in?next=%2Faccount"


# ---- walls ---------------------------------------------------------------------------------------------------------


async def test_a_wall_is_made_with_a_link(ui: Ui) -> None:
    """A coordinator makes it, the screen opens it; opening alone does nothing, and it works once."""
    async with ui.browser() as door, ui.browser() as screen:
        await _signed_in(ui, door, "omar")
        made = await door.post("/account/wall")
        path = made.text.partition("https://dispatch.example")[2].partition("<")[0]
        assert path.startswith("/wall/")
        assert "Is this the wall?" in (await screen.get(path)).text
        assert "Is this the wall?" in (await screen.get(path)).text
        assert not screen.web.cookies
        assert (await screen.post(path)).headers["location"] == "/"
        assert screen.token is not None
        assert (await screen.get(path)).status_code == 410
        assert (await screen.post(path)).status_code == 410
        assert "<b>Wall</b>" in (await door.get("/account")).text
    assert ("coordinator omar", "made a screen a wall", None) in await ui.audit()


async def test_a_link_for_a_wall_ends_with_the_role_too(ui: Ui) -> None:
    async with ui.browser() as door, ui.browser() as screen:
        await _signed_in(ui, door, "omar")
        made = await door.post("/account/wall")
        path = made.text.partition("https://dispatch.example")[2].partition("<")[0]
        await ui.give_roles("omar", Role.AUDITOR)
        assert (await screen.post(path)).status_code == 410


async def test_what_is_old_is_forgotten(ui: Ui) -> None:
    """Three months after a session or a link ended nothing of it is kept; what goes on stays."""
    async with ui.browser() as door:
        await ui.enrol(door=door)
        await door.give_password(password="wrong")
        wall = await ui.session("cora", "wall")
        await ui.house.service.runner.act(run_calendar)
        ui.house.clock.moment += timedelta(days=110)
        await ui.house.service.runner.act(run_calendar)
    assert [row["id"] for row in await ui.house.rows(t.session)] == [wall.session.id]
    assert await ui.house.rows(t.link) == []
    assert await ui.house.rows(t.sign_in_delay) == []
    assert len(await ui.house.rows(t.account)) == 1


async def test_how_accounts_stand(ui: Ui) -> None:
    """As `dispatch user list` and the supervisor's page show them."""
    await ui.enrol("cora")
    await ui.invite("omar")
    roster = await ui.roster()
    people = tuple(
        replace(one, sign_in="dev@example.org", roles=frozenset({Role.AUDITOR})) if one.id == "dev" else one
        for one in roster.people
    )
    await ui.house.service.runner.act(import_roster, replace(roster, people=people), OPERATOR, Source.CLI)
    lines = await ui.house.service.runner.ask(keep_accounts.list_accounts)
    assert [(line.person, line.standing) for line in lines] == [
        ("dev", "by the identity provider"),
        ("cora", "works"),
        ("omar", "not enrolled yet"),
    ]
    await ui.give_roles("cora", Role.SPECIALIST)
    lines = await ui.house.service.runner.ask(keep_accounts.list_accounts)
    assert {line.person: line.standing for line in lines}["cora"] == "no role for it any more"
    await ui.give_roles("cora")
    lines = await ui.house.service.runner.ask(keep_accounts.list_accounts)
    assert "cora" not in {line.person for line in lines}
    await ui.enrol("omar")
    with pytest.raises(keep_accounts.HasAccount):
        await ui.house.service.runner.act(keep_accounts.add, "omar", OPERATOR, Source.CLI)
