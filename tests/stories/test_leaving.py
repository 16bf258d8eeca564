"""Stories about what the roster gave and gives no longer, accounts, keys and links, and about what an undo gives
back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import new_key
from dispatch.actions.schedule.change_roster import import_roster, make_change, planning
from dispatch.actions.schedule.keep_feeds import make_feed
from dispatch.actions.shifts.own_shifts import new_own_link
from dispatch.inbound.api.schedule_changes import ChangeUndone
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.schedule.edits import AddOverride, EditRefused
from dispatch.store.access import accounts
from dispatch.store.transaction import Transaction
from tests.stories.story import ROSTER, Story, t, tell
from tests.stories.test_by_link import look
from tests.stories.test_people import NEW, _words, audited, office, roster_of

DORA = Person("dora", "Dora Diaz", "+15625550113", frozenset({Role.COORDINATOR}))
SUE = Person("sue", "Sue Marsh", "+15625550111", frozenset({Role.SUPERVISOR, Role.COORDINATOR}))


@pytest.fixture
async def staffed(database_url: str) -> AsyncIterator[Story]:
    """A night with a second coordinator and a supervisor."""
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, DORA, SUE))) as told:
        yield told


async def version_of(story: Story) -> int:
    return max(int(row["version"]) for row in await story.rows(t.roster_change))


async def test_whoever_leaves_leaves_nothing_that_works_for_another_of_their_name(staffed: Story) -> None:
    """Dora had an account, a key for a program, a calendar and the link to her shifts. The next Dora has an id of her
    own, so neither reports nor old secrets take one for the other."""
    act = staffed.town.service.runner.act

    def has_all(tx: Transaction, context: Context) -> str:
        accounts.create(tx, "dora", context.now)
        accounts.enrol(tx, "dora", "hash", "seed", 1, context.now)
        accounts.replace_recovery_codes(tx, "dora", ["code"], context.now)
        return new_own_link(tx, context, "dora")

    own = (await act(has_all)).removeprefix(staffed.town.url)
    key = await act(new_key, OPERATOR, Source.CLI, coordinator="Dora Diaz")
    await act(make_feed, OPERATOR, Source.CLI, person="dora")
    assert (await look(staffed, own)).status_code == 200

    async def asked(status: int) -> None:
        async with httpx.AsyncClient(base_url=staffed.town.url) as program:
            answer = await program.get("/v1/alarms", headers={"Authorization": f"Bearer {key.key}"})
        assert answer.status_code == status

    await asked(200)
    async with office(staffed) as cora:
        shown = await cora.make("/people/dora/leaves")
        assert "Whatever they could sign in with ends, and so do their keys for programs and their calendar." in shown
        assert (await look(staffed, own)).status_code == 410
        await staffed.passes(seconds=2)
        await asked(401)
        assert not await staffed.rows(t.account)
        assert not await staffed.rows(t.recovery_code)
        assert all(row["ended_at"] for row in await staffed.rows(t.link))
        assert ("revoked a key", f"{key.id} for coordinator Dora Diaz") in await audited(staffed)
        form = {"name": "Dora Blank", "phone": "562-555-0143", "roles": "coordinator", "texts_in": "en"}
        await cora.post("/people/new", **form, line="mobile")
    assert [row["person"] for row in await staffed.rows(t.new_number)] == ["dora-blank"]
    staffed.forget("dora", NEW)


async def test_a_key_ends_with_the_role_it_spoke_for(staffed: Story) -> None:
    """Dora stays, and is no coordinator any more: her program is refused."""
    runner = staffed.town.service.runner
    key = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="dora")
    kept = await runner.act(new_key, OPERATOR, Source.CLI, coordinator="cora")
    people = (*ROSTER.people, replace(DORA, roles=frozenset({Role.SPECIALIST})), SUE)
    await runner.act(import_roster, replace(ROSTER, people=people), OPERATOR, Source.CLI)
    works = {row["id"]: row["revoked_at"] is None for row in await staffed.rows(t.api_key)}
    assert (works[key.id], works[kept.id]) == (False, True)


async def test_a_key_stays_with_its_coordinator_whatever_they_are_called(staffed: Story) -> None:
    """Dora's name is corrected, and another Dora comes. Her programs speak for her until she leaves, and then for
    nobody."""
    act = staffed.town.service.runner.act
    hers = [(await act(new_key, OPERATOR, Source.CLI, coordinator=name)).id for name in ("Dora Diaz", "Dora")]
    renamed, another = replace(DORA, name="Dora Dias"), replace(DORA, id="dora-b", name="Dora Blank", phone=NEW)
    everybody = (*ROSTER.people, renamed, SUE, another)
    await act(import_roster, replace(ROSTER, people=everybody), OPERATOR, Source.CLI)
    kept = {row["id"]: (row["coordinator"], row["revoked_at"]) for row in await staffed.rows(t.api_key)}
    assert [kept[key] for key in hers] == [("dora", None), ("dora", None)]
    await act(import_roster, replace(ROSTER, people=(*ROSTER.people, SUE, another)), OPERATOR, Source.CLI)
    works = {row["id"]: row["revoked_at"] is None for row in await staffed.rows(t.api_key)}
    assert [works[key] for key in hers] == [False, False]


async def test_the_link_to_ones_own_shifts_ends_with_the_number_it_went_to(staffed: Story) -> None:
    """Ana's phone is lost, and a coordinator vouches for another: whoever has found it gives nobody's shift away."""
    own = await staffed.town.service.runner.act(new_own_link, "ana")
    async with office(staffed) as cora:
        await cora.make("/people/ana/number", phone="562-555-0143", way="vouch")
    assert (await look(staffed, own.removeprefix(staffed.town.url))).status_code == 410
    staffed.forget("+15625550101")


async def test_what_waits_for_the_morning_goes_to_the_number_of_the_morning(staffed: Story) -> None:
    """At night Ana is put on call for another night, and nobody is texted of that before the morning. Until then her
    number changes: what waits does not go to the phone that she has lost."""
    runner = staffed.town.service.runner
    starts_at = runner.now() + timedelta(days=3)
    wanted = planning(
        AddOverride(Override("primary", OverrideKind.REPLACE, starts_at, starts_at + timedelta(hours=4), "cleo", "ana"))
    )
    shown = (await runner.ask(wanted)).preview
    await make_change(runner, wanted, OPERATOR, Source.CLI, shown.seen)
    async with office(staffed) as cora:
        await cora.make("/people/ana/number", phone="562-555-0143", way="vouch")
    await staffed.passes(minutes=7 * 60)
    told = {row["to"]: row["state"] for row in await staffed.rows(t.page) if row["purpose"] == "schedule"}
    assert set(told) == {"+15625550143", "+15625550103"}
    staffed.forget("+15625550101", "+15625550143", "cleo")


async def test_nobody_gets_by_an_undo_what_a_form_refuses_them(staffed: Story) -> None:
    """Sue takes a role from Dora that only a supervisor gives. Neither Dora nor Cora has it back by undoing that, and
    no coordinator shows a supervisor out; the supervisor may."""
    dora = {"name": "Dora Diaz", "languages": "en", "texts_in": "en", "turnout_minutes": "10"}
    async with office(staffed, "cora") as cora, office(staffed, "sue") as sue:
        given = {**dora, "roles": "supervisor"}
        await sue.make("/people/dora", **given)
        await sue.make("/people/dora", **{**dora, "roles": "coordinator"})
        undo = f"/schedule/changes/{await version_of(staffed)}/undo"
        refused = _words(await cora.post(undo, 409))
        assert "Only a supervisor makes somebody supervisor, or takes that away" in refused
        assert "Only a supervisor" in _words(await cora.post("/people/sue/leaves", 409))
        shown = await sue.make(undo)
        assert "People dora: roles" in shown
    changed = (await roster_of(staffed)).person("dora")
    assert changed is not None
    assert changed.roles == {Role.SUPERVISOR}


async def test_an_undo_brings_no_lost_phone_back(staffed: Story) -> None:
    """A number is somebody's once it is verified or vouched for."""
    async with office(staffed) as cora:
        await cora.make("/people/ana/number", phone="562-555-0143", way="vouch")
        undo = f"/schedule/changes/{await version_of(staffed)}/undo"
        assert "changed the number of Ana Reyes, which no undo changes back" in _words(await cora.post(undo, 409))
    staffed.forget("+15625550101")


def _phone(roster: Roster, id_: str) -> str | None:
    person = roster.person(id_)
    return person.phone if person is not None else None


async def test_a_key_for_the_schedule_undoes_nothing_else(staffed: Story) -> None:
    """It was made to change who is on call. What people are, where they can be reached and what agencies are told is
    not among that."""
    runner = staffed.town.service.runner
    async with office(staffed) as cora:
        form = {"name": "Dora Diaz", "roles": "coordinator", "languages": "es", "texts_in": "es"}
        await cora.make("/people/dora", **form, turnout_minutes="10")
    undone = ChangeUndone(do="undo", version=await version_of(staffed))
    with pytest.raises(EditRefused, match=r"changed more than who is on call \(people\)"):
        await runner.ask(undone.planned())
