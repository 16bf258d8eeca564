"""Covers and absences, as a coordinator sees them and acts on them in a browser."""

from dispatch.actions.schedule.change_roster import RosterOrder, change_roster, plan
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.schedule.edits import AddOverride
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.web import swapping
from tests.inbound.web.changing import form_with, press, words_of


async def test_what_is_asked_for_shows_on_the_schedule_and_is_given(house: House) -> None:
    """By its number, with whose it is; afterwards who has it."""
    await swapping.asks_for_other(house)
    async with pressing(house) as cora:
        assert "Cover asked for" in (await cora.door.get("/schedule")).text
        assert "Thu 8 Jan 18:00-21:00" in (await cora.door.get("/")).text
        shown = (await cora.door.get("/schedule/covers")).text
        assert "1 shift is asked to be covered" in shown
        assert "Thu 8 Jan 18:00-21:00" in shown
        refused = await cora.door.post("/schedule/covers/1/take", {"person": "ana"})
        assert refused.status_code == 409
        assert "for your own shift" in refused.text
        preview = await cora.door.post("/schedule/covers/1/give", {"person": "cleo"})
        said = words_of(preview.text)
        assert "Give cover 1?" in said
        assert "primary: Ana → Cleo, Thu 8 Jan 18:00 to Thu 8 Jan 21:00" in said
        assert "Cleo has your shift (cover 1)" in said
        assert "A coordinator gave you Ana's shift" in said
        assert (await house.row(t.cover))["state"] == "open"
        assert (await press(cora.door, form_with(preview.text, person="cleo"))).status_code == 303
        assert "taken: Cleo" in (await cora.door.get("/schedule/covers")).text
        await _given_on(house)
        assert "taken: Cleo Martin; now Ben Okafor has it" in (await cora.door.get("/schedule/covers")).text
        assert "Cover asked for" not in (await cora.door.get("/schedule")).text
    assert (await house.row(t.cover))["version"] == 2


async def _given_on(house: House) -> None:
    """From Cleo to Ben, in an edit of the roster."""
    cover = await house.row(t.cover)
    on = Override("primary", OverrideKind.REPLACE, cover["starts_at"], cover["ends_at"], "ben", "cleo")
    planned = await house.service.runner.ask(plan, AddOverride(on))
    await house.service.runner.act(change_roster, RosterOrder(planned, swapping.CORA, Source.WEB))


async def test_what_is_typed_wrong_is_said(house: House) -> None:
    async with pressing(house) as cora:
        for path, form in (
            ("/schedule/covers", {"person": "ana", "starts": "soon", "ends": ""}),
            ("/schedule/covers", {"person": "zoe", "starts": "2026-01-08T18:00", "ends": "2026-01-08T21:00"}),
            ("/schedule/away", {"person": "ana", "starts": "2026-01-08T18:00", "ends": "2026-01-08T17:00"}),
        ):
            assert (await cora.door.post(path, form)).status_code == 422
        assert (await cora.door.post("/schedule/covers/99/give", {"person": "cleo"})).status_code == 409
    assert await house.rows(t.cover) == []


async def test_a_form_keeps_what_was_typed_and_nobody_is_chosen_for_a_coordinator(house: House) -> None:
    """What is wrong stands at its form; the next thing on the list was once sent to whoever stood first."""
    async with pressing(house) as cora:
        form = {"person": "eva", "starts": "2026-01-08T18:00", "ends": "2026-01-08T17:00", "only": "ben"}
        for path in ("/schedule/covers", "/schedule/away"):
            again = (await cora.door.post(path, form)).text
            said = again.index('role="alert"')
            assert again.index(f'action="{path}#') - said < 300
            kept = again[said:]
            assert '<option value="eva" selected>' in kept
            assert 'value="2026-01-08T18:00"' in kept
            assert 'value="2026-01-08T17:00"' in kept
            assert "Choose who." in (await cora.door.post(path, form | {"person": ""})).text
        shown = (await cora.door.get("/schedule/covers")).text
        assert '<option value="" selected>choose whose' in shown
        to_be_asked = shown[shown.index('id="ask-only"') :].partition("</select>")[0]
        assert 'value="cleo"' in to_be_asked
        assert 'value="cora"' not in to_be_asked  # she goes out to nobody, and would never be asked
        assert "Choose who." in (await cora.door.post("/schedule/covers/1/give", {"person": ""})).text


async def test_back_ends_the_absence_that_it_stands_beside(house: House) -> None:
    async with pressing(house) as cora:
        for day in ("08", "20"):
            span = {"starts": f"2026-01-{day}T18:00", "ends": f"2026-01-{day}T21:00"}
            assert (await cora.door.post("/schedule/away", {"person": "ana", **span})).status_code == 303
        beside = (await cora.door.get("/schedule/covers")).text.partition('action="/schedule/away/back"')[2]
        absence = beside.partition('name="absence" value="')[2].partition('"')[0]
        assert (await cora.door.post("/schedule/away/back", {"person": "ana", "absence": absence})).status_code == 303
    ended = {row["id"] for row in await house.rows(t.absence) if row["ended_at"] is not None}
    assert ended == {absence}


async def test_a_refusal_to_somebody_is_not_said_to_the_coordinator(house: House) -> None:
    """It says "you", and she would take it for herself."""
    await swapping.asks_for_other(house)
    async with pressing(house) as cora:
        refused = words_of((await cora.door.post("/schedule/covers/1/take", {"person": "ana"})).text)
        assert "Nothing was changed. Ana would be answered: “" in refused


async def test_days_away_that_are_refused_stay_in_their_own_view(house: House) -> None:
    """Whoever typed one of them wrong types that one again."""
    path = await swapping.own_link(house, "ana")
    own = {"Sec-Fetch-Site": "same-origin"}
    refused = await house.web.post(f"{path}/away", data={"first": "2026-02-09", "last": "2026-02-01"}, headers=own)
    assert refused.status_code == 409
    for name, typed in (("first", "2026-02-09"), ("last", "2026-02-01")):
        assert f'name="{name}" type="date" autocomplete="off" value="{typed}"' in refused.text
    assert "2026-02-09" not in (await house.web.get(path)).text


async def test_hours_that_are_nobodys_shift_were_never_theirs(house: House) -> None:
    """Cleo is in no rotation: nothing was hers that is not hers any more."""
    path = await swapping.own_link(house, "cleo")
    hours = {"begins": "2026-02-09T18:00", "ends": "2026-02-09T21:00"}
    refused = await house.web.post(f"{path}/ask", data=hours, headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 409
    assert "You have no shift in these hours; look again." in refused.text
