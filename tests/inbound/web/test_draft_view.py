"""A quarter, drafted in the browser: asked for on the view of fairness, shown, taken, and taken back. The draft is
filled by a real process of its own."""

from datetime import timedelta
from itertools import pairwise

import pytest

from dispatch.actions.drafting import draft_roster
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import Remove, RosterPart, after
from dispatch.store import tables as t
from tests.inbound.sign_in.room import Door, Ui
from tests.inbound.web.changing import form_with, forms_on, press, words_of

DRAFT = "/schedule/draft"


async def _nights(room: Ui, weeks: int) -> list[tuple[str, ...]]:
    """Who has primary at 22:14 of each night from Monday 12 January on."""
    roster = await room.roster()
    rule = next(one for one in roster.rotations if one.name == "primary")
    begins = room.house.clock() + timedelta(days=5, hours=20)
    return [on_call(roster, rule, begins + timedelta(days=number)) for number in range(7 * weeks)]


async def test_a_quarter_is_drafted_taken_and_taken_back(room: Ui, cora: Door) -> None:
    """From the button on the view of fairness to the undo: nothing changes before it is taken, nobody has two nights
    in a row then, everybody has a third, and the undo gives back whose the weeks were."""
    assert f'href="{DRAFT}"' in (await cora.get("/fairness")).text
    was = await _nights(room, 13)
    form = form_with((await cora.get(DRAFT)).text, first="2026-01-12", weeks="13")
    shown = await press(cora, form, rotation="primary")
    said = words_of(shown.text)
    assert shown.status_code == 200
    assert "Draft primary, 12 Jan to 12 Apr 2026?" in said
    assert "has 30 nights (a fair part is 30.3)" in said or "has 31 nights (a fair part is 30.3)" in said
    assert "No wish and no rest is broken." in said
    assert "Overrides" not in said
    assert await _nights(room, 13) == was
    made = await press(cora, form_with(shown.text, rotation="primary"))
    assert made.status_code == 303, words_of(made.text)
    now = await _nights(room, 13)
    assert not [one for one, other in pairwise(now) if one == other]
    assert sorted(now.count((one,)) for one in ("ana", "cleo", "eva")) in ([30, 30, 31], [29, 31, 31])
    listed = (await cora.get(made.headers["location"])).text
    assert "Drafted nights" in words_of(listed)
    version = (await room.house.rows(t.roster_change))[-1]["version"]
    undo = await press(cora, next(one for one in forms_on(listed) if one.action.endswith(f"/{version}/undo")))
    assert (await press(cora, next(one for one in forms_on(undo.text) if one.action.endswith("/undo")))).is_redirect
    assert await _nights(room, 13) == was
    audit = [(row["did"], row["actor_id"], row["source"]) for row in await room.house.rows(t.audit)]
    assert ("changed the roster", "cora", "web") in audit
    assert ("undid a change of the roster", "cora", "web") in audit


async def test_a_draft_of_a_roster_that_changed_is_shown_again(room: Ui, cora: Door) -> None:
    """Eva leaves between the two presses: nothing is done, and the draft shown now is without her."""
    form = form_with((await cora.get(DRAFT)).text, weeks="13")
    shown = await press(cora, form, rotation="primary", weeks="2")
    roster = after(await room.roster(), Remove(RosterPart.PEOPLE, "eva"), room.house.clock())
    await room.house.service.runner.act(import_roster, roster, OPERATOR, Source.CLI)
    again = await press(cora, form_with(shown.text, rotation="primary"))
    assert again.status_code == 409
    assert "The roster has changed since you looked." in again.text
    assert "Eva has" not in again.text
    assert (await press(cora, form_with(again.text, rotation="primary"))).status_code == 303


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"rotation": "nights"}, "there is no rotation"),
        ({"first": "Monday"}, "write the first night like 2027-01-04"),
        ({"first": "2026-01-06"}, "a draft begins tomorrow or later"),
        ({"first": "9999-12-31"}, "a draft begins within a year"),
        ({"first": "0001-01-01"}, "a draft begins tomorrow or later"),
        ({"weeks": "0"}, "a draft is of 1 to 26 weeks"),
        ({"weeks": "27"}, "a draft is of 1 to 26 weeks"),
        ({"weeks": "many"}, "write how many weeks"),
        ({"weeks": "٣"}, "write how many weeks"),
    ],
)
async def test_what_cannot_be_drafted_is_said_on_the_form(cora: Door, typed: dict[str, str], words: str) -> None:
    """What was typed stands there still, and no process is started."""
    form = form_with((await cora.get(DRAFT)).text, weeks="13")
    answer = await press(cora, form, **typed)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert all(f'value="{value}"' in answer.text for name, value in typed.items() if name != "rotation")


async def test_a_draft_that_ends_without_an_answer_changes_nothing(cora: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where its process has had its seconds."""
    monkeypatch.setattr(draft_roster, "_FILLS", ("/bin/false",))
    answer = await press(cora, form_with((await cora.get(DRAFT)).text, weeks="13"), rotation="primary")
    assert answer.status_code == 422
    assert "took too long and was given up" in words_of(answer.text)


async def test_a_second_draft_of_the_same_nights_has_nothing_to_do(cora: Door) -> None:
    """Whoever wants others undoes the first: what was agreed on is not drafted away."""
    form = form_with((await cora.get(DRAFT)).text, weeks="13")
    shown = await press(cora, form, rotation="primary", weeks="1")
    assert (await press(cora, form_with(shown.text, rotation="primary"))).status_code == 303
    again = await press(cora, form, rotation="primary", weeks="1")
    assert again.status_code == 422
    assert "the nights of primary are these people's already" in words_of(again.text)


async def test_whoever_may_not_change_the_schedule_sees_no_button(room: Ui) -> None:
    """An auditor reads who carries how much, and drafts nothing."""
    await room.give_roles("omar", Role.AUDITOR)
    async with room.browser() as door:
        door.carry((await room.session("omar")).token)
        assert DRAFT not in (await door.get("/fairness")).text
        assert (await door.get(DRAFT)).status_code == 403
