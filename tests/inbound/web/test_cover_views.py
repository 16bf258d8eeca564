"""Covers and absences, as a coordinator sees them and acts on them in a browser."""

from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.web import swapping


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
        assert (await cora.door.post("/schedule/covers/1/give", {"person": "cleo"})).status_code == 303
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
