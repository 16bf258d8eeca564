"""`/on-call`, the choice on the board, and the link view: coordinators and the person alone see and change an area."""

import re
from dataclasses import replace

import pytest

from dispatch.actions.roster.start_from import set_start
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from dispatch.store.roster.roster import read_roster
from tests.inbound.house import House
from tests.inbound.sign_in.room import Door, Ui

PATH = "/on-call"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def ui(house: House) -> Ui:
    return Ui(house)


def _plain(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


async def _starts(house: House) -> list[tuple[str, str]]:
    return [(row["person"], row["area"]) for row in await house.rows(t.starts_from)]


async def _audited(house: House) -> list[tuple[str, str | None, str | None]]:
    return [(row["did"], row["actor_id"], row["detail"]) for row in await house.rows(t.audit)]


async def test_the_plan_for_an_area(house: House, cora: Door) -> None:
    """Step by step with minutes, and who could make it at all; that she looked is in the audit, not where."""
    said = _plain((await cora.get(f"{PATH}?area=LBH")).text)
    assert "If a call came in from Long Beach now" in said
    assert re.search(r"at once Ana Reyes 15 min by 02:29 about 15 min: 10 to get going, 5 within Long Beach", said)
    assert "5:00" in said
    assert "Who could be there within 60 min" in said
    (looked,) = [line for line in await _audited(house) if line[0] == "saw who would be where when"]
    assert looked == ("saw who would be where when", "cora", None)


async def test_an_area_that_nobody_reaches_is_red(cora: Door) -> None:
    """In its own plan, and in the list of tonight."""
    answer = await cora.get(f"{PATH}?area=pmd")
    assert 'class="band act"' in answer.text
    assert "Nobody on call could be in Palmdale within 60 min" in _plain(answer.text)
    every = await cora.get(PATH)
    assert 'class="band act"' in every.text
    assert "Palmdale" in _plain(every.text)


async def test_an_area_by_its_name_and_one_that_is_none(cora: Door) -> None:
    """Typed into the address by somebody: words are shown as they are, and never as markup."""
    assert "If a call came in from Long Beach now" in (await cora.get(f"{PATH}?area=long+beach")).text
    answer = await cora.get(f"{PATH}?area=<b>nowhere</b>")
    assert answer.status_code == 200
    assert "No area is called “&lt;b&gt;nowhere&lt;/b&gt;”" in answer.text
    assert (await cora.get(f"{PATH}?area={'A' * 400}")).status_code == 200


async def test_a_coordinator_says_where_somebody_starts_from(house: House, cora: Door) -> None:
    """And takes it back; both are in the audit, with whose it is and without the area."""
    answer = await cora.post(f"{PATH}/starts", {"person": "ana", "area": "PMD"})
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert await _starts(house) == [("ana", "PMD")]
    assert "Ana Reyes Palmdale until" in _plain((await cora.get(PATH)).text)
    assert (await cora.post(f"{PATH}/starts", {"person": "ana", "area": ""})).status_code == 303
    assert await _starts(house) == []
    said = [line for line in await _audited(house) if line[0] == "said where somebody starts from"]
    assert said == [("said where somebody starts from", "cora", "of ana")] * 2


_NO_STARTS = [{}, {"person": "nobody", "area": "LBH"}, {"person": "ana", "area": "XXX"}, {"person": "nobody"}]


async def test_a_form_that_names_nobody_or_nowhere_is_shown_again(
    house: House, cora: Door, subtests: pytest.Subtests
) -> None:
    for form in _NO_STARTS:
        with subtests.test(str(form)):
            answer = await cora.post(f"{PATH}/starts", form)
            assert answer.status_code == 422
            assert "not in the roster any more. Choose again." in answer.text
            assert await _starts(house) == []


@pytest.mark.parametrize("roles", [(Role.SUPERVISOR,), (Role.AUDITOR,)])
async def test_nobody_but_a_coordinator_sees_or_changes_it(ui: Ui, house: House, roles: tuple[Role, ...]) -> None:
    """Supervisors and auditors see a board without areas and without the view."""
    await ui.give_roles("omar", *roles)
    async with ui.signed_in("omar") as door:
        assert (await door.get(PATH)).status_code == 403
        assert (await door.post(f"{PATH}/starts", {"person": "ana", "area": "PMD"})).status_code == 403
        board = (await door.get("/")).text
        assert "If a call came in now" in board
        assert PATH not in board
        assert "Palmdale" not in board
    assert await _starts(house) == []


async def test_a_wall_shows_no_area_and_no_minutes_of_one(ui: Ui, house: House) -> None:
    """Nor what is out of reach tonight: it would say from where people start."""
    await house.service.runner.act(set_start, "ana", "PMD", OPERATOR, Source.CLI)
    async with ui.signed_in("cora", "wall") as door:
        board = (await door.get("/")).text
        assert "If a call came in now" in board
        for area in (await house.service.database.read(read_roster)).areas:
            assert area.name not in board.replace("Long Beach Police", "")
        assert (await door.get(PATH)).status_code == 403


async def test_the_board_asks_from_where(cora: Door) -> None:
    """A form that works without a script, and the areas that are out of reach tonight."""
    board = (await cora.get("/")).text
    assert '<form class="beside no-print" method="get" action="/on-call">' in board
    assert '<option value="LBH">Long Beach</option>' in board
    assert "Out of reach tonight" in board
    assert "/on-call?area=PMD" in board


async def test_a_removed_area_is_said_and_nobody_is_nowhere(house: House, cora: Door) -> None:
    """Ana starts from Palmdale while it leaves the roster: her usual area counts, and the view says why."""
    await cora.post(f"{PATH}/starts", {"person": "ana", "area": "PMD"})
    roster = await house.service.database.read(read_roster)
    without = replace(roster, areas=tuple(area for area in roster.areas if area.code != "PMD"), drives=())
    await house.service.runner.act(import_roster, without, OPERATOR, Source.CLI)
    assert await _starts(house) == [("ana", "PMD")]
    said = _plain((await cora.get(f"{PATH}?area=LBH")).text)
    assert "Ana Reyes PMD, which is no area any more: as the roster says" in said
    assert "5 within Long Beach" in said


async def test_a_roster_without_areas_says_what_to_do(house: House, cora: Door) -> None:
    roster = await house.service.database.read(read_roster)
    people = tuple(replace(person, area_night=None, area_day=None) for person in roster.people)
    agencies = tuple(
        replace(agency, stations=tuple(replace(station, area=None) for station in agency.stations))
        for agency in roster.agencies
    )
    without = replace(roster, people=people, agencies=agencies, areas=(), drives=())
    await house.service.runner.act(import_roster, without, OPERATOR, Source.CLI)
    assert "The roster has no areas yet." in (await cora.get(PATH)).text
    assert "From where" not in (await cora.get("/")).text


# ---- behind a specialist's link ------------------------------------------------------------------------------------


async def _link(house: House) -> str:
    created = await house.opened()
    await house.taken(created)
    house.clock.pass_minutes(1)
    return await house.link(created["id"])


async def test_the_link_view_shows_and_changes_their_own(house: House) -> None:
    """By a button, until the next hand-off; opening it changes nothing, and going back is the first choice."""
    path = await _link(house)
    before = (await house.web.get(path)).text
    assert "Where you start from" in before
    assert await _starts(house) == []
    answer = await house.web.post(f"{path}/start", data={"area": "PMD"}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await _starts(house) == [("ana", "PMD")]
    after = _plain((await house.web.get(path)).text)
    assert "Where you start from Palmdale until" in after
    assert "As the roster says" in after
    await house.web.post(f"{path}/start", data={"area": ""}, headers=OURS)
    assert await _starts(house) == []
    said = [line for line in await _audited(house) if line[0] == "said where they start from"]
    assert said == [("said where they start from", "ana", None)] * 2


async def test_an_area_that_is_gone_is_asked_again(house: House) -> None:
    path = await _link(house)
    answer = await house.web.post(f"{path}/start", data={"area": "XXX"}, headers=OURS)
    assert answer.status_code == 422
    assert "That area is not in our roster any more." in answer.text
    assert await _starts(house) == []
    assert (await house.web.get(f"{path}/start")).status_code == 405
