"""Covers and absences, as a coordinator sees them and acts on them in a browser."""

from dataclasses import replace

from dispatch.actions.schedule.change_roster import change_roster, plan
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.schedule import Override, OverrideKind, SlotTerms
from dispatch.rules.schedule.edits import AddOverride
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.web import swapping
from tests.inbound.web.changing import form_with, options_of, press, words_of


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
    await house.service.runner.act(change_roster, planned, swapping.CORA, Source.WEB)


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


async def test_a_cover_that_is_asked_for_no_longer_is_given_to_nobody(house: House) -> None:
    """Between the two presses its holder keeps it: the roster has not changed, and still nothing is done."""
    await swapping.asks_for_other(house)
    async with pressing(house) as cora:
        preview = await cora.door.post("/schedule/covers/1/give", {"person": "cleo"})
        assert (await cora.door.post("/schedule/covers/1/withdraw")).status_code == 303
        late = await press(cora.door, form_with(preview.text, person="cleo"))
        assert late.status_code == 409
        assert "not needed any more" in late.text
    assert await house.rows(t.override) == []


async def test_free_slots_show_to_a_coordinator_who_puts_somebody_down(house: House) -> None:
    """Whoever of its members said yes on the phone. A gap of the schedule is over then, and its time is red before."""
    await swapping.has_slots(house)
    async with pressing(house) as cora:
        assert "free slot" in (await cora.door.get("/schedule")).text
        shown = (await cora.door.get("/schedule/covers")).text
        slots = shown.partition('id="slots"')[2].partition("</section>")[0]
        assert "choose which" in slots, "nobody is put down by a press alone"
        assert "61 slots are free" in slots
        slot = options_of(slots, "slot")[1][0]
        form = {"slot": slot, "person": "cleo"}
        refused = await cora.door.post("/schedule/slots/take", form | {"person": "ana"})
        assert refused.status_code == 409
        assert "Ana is in no group that takes this slot." in refused.text
        for wrong in ({"slot": ""}, {"slot": "soon"}, {"slot": slot + "s"}, {"person": "zoe"}, {"person": ""}):
            assert (await cora.door.post("/schedule/slots/take", form | wrong)).status_code == 409
        shown_first = await cora.door.post("/schedule/slots/take", form)
        assert "A coordinator put you down for" in shown_first.text, "and what Cleo will be texted"
        assert (await press(cora.door, form_with(shown_first.text, **form))).status_code == 303
        left = (await cora.door.get("/schedule/covers")).text.partition('id="slots"')[2]
        assert slot not in [value for value, _ in options_of(left, "slot")]
    (override,) = [row for row in await house.rows(t.override) if row["rotation"] == "weekends"]
    assert override["person"] == "cleo"


async def test_somebody_takes_slots_in_their_own_view_and_sees_what_is_left(house: House) -> None:
    """Their quota counts down, and what is above it is offered no more. The other one hears who has it."""
    await swapping.has_slots(house)
    path = await swapping.own_link(house, "cleo")
    shown = (await house.web.get(path)).text
    assert "weekends, January: 0 of 2, 2 left; at a weekend 0 of 1, 1 left" in shown
    first = swapping.slot_in(shown, "slot")
    await swapping.press(house, path, "slot", slot=first)
    taken = (await house.web.get(path)).text
    assert "weekends, January: 1 of 2, 1 left" in taken
    assert "It is fixed; ask for cover above." in taken
    own = {"Sec-Fetch-Site": "same-origin"}
    other = await swapping.own_link(house, "ben")
    late = await house.web.post(f"{other}/slot", data={"slot": first}, headers=own)
    assert late.status_code == 409
    assert "is taken: Cleo has it" in late.text
    fixed = await house.web.post(f"{path}/slot-back", data={"slot": first}, headers=own)
    assert fixed.status_code == 409
    assert "is fixed since" in fixed.text
    for nonsense in ("", "soon", "0001-01-01T00:00Z weekends", "9999-12-31T23:59Z weekends", first + "s"):
        assert (await house.web.post(f"{path}/slot", data={"slot": nonsense}, headers=own)).status_code == 409
    whoever_is_no_member = (await house.web.get(await swapping.own_link(house, "ana"))).text
    assert "Slots to take" not in whoever_is_no_member


async def test_one_of_two_is_red_and_says_so(house: House) -> None:
    """On the schedule, in its band while it runs, and in the night's own view."""
    rotation = replace(swapping.WEEKENDS, members=("cleo", "ben", "ana"), slots=SlotTerms(wanted=2))
    await swapping.has_slots(house, rotation)
    path = await swapping.own_link(house, "cleo")
    await swapping.press(house, path, "slot", slot=swapping.slot_in((await house.web.get(path)).text, "slot"))
    async with pressing(house) as cora:
        shown = (await cora.door.get("/schedule")).text
        assert "Only 1 of 2 are on call for weekends" in shown
        assert "1 of 2</small>" in shown
        night = (await cora.door.get("/schedule/weekends/2026-01-06")).text
        assert "Cleo, Ben, Ana take its slots; a day each, 2 at a time, from 18:00" in night
        assert "a slot, for whoever takes it; 1 of 2" in night


async def test_days_away_that_are_refused_stay_in_their_own_view(house: House) -> None:
    """Whoever typed one of them wrong types that one again."""
    path = await swapping.own_link(house, "ana")
    own = {"Sec-Fetch-Site": "same-origin"}
    refused = await house.web.post(f"{path}/away", data={"first": "2026-02-09", "last": "2026-02-01"}, headers=own)
    assert refused.status_code == 409
    for name, typed in (("first", "2026-02-09"), ("last", "2026-02-01")):
        assert f'name="{name}" type="date" autocomplete="off" value="{typed}"' in refused.text
    assert "2026-02-09" not in (await house.web.get(path)).text
