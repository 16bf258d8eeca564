"""Covers and absences, as a coordinator sees them and acts on them in a browser."""

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
        assert "Cover asked for" not in (await cora.door.get("/schedule")).text
    assert (await house.row(t.cover))["version"] == 2


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
