"""Asking how a call-out stands, adding details, and cancelling it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.store import tables as t
from tests.inbound.house import NOW, OFFICER, STRICT, House, fields, problem

STAMPS = (
    "eta_at", "first_paged_at", "acknowledged_at", "en_route_at", "arrived_at", "with_child_at", "cleared_at",
    "ended_at",
)  # fmt: skip


def path(callout: dict[str, Any], more: str = "") -> str:
    return f"/v1/callouts/{callout['id']}{more}"


async def arrived(house: House, callout: dict[str, Any]) -> None:
    await house.taken(callout)
    await house.text("HERE")


async def test_a_fresh_callout_has_no_stamps(house: House) -> None:
    """The status repeats what the caller knows it by, and has every stamp, null until it happens."""
    created = await house.opened(reference="26-1", children=3, unit="West")
    view = (await house.ask("GET", path(created))).json()
    known = {"id", "code", "status", "received_at", "respond_by", "reference", "specialist"}
    assert set(view) == known | set(STAMPS)
    assert {name: view[name] for name in known - {"reference", "specialist"}} == {
        name: created[name] for name in known - {"reference", "specialist"}
    }
    assert (view["reference"], view["specialist"]) == ("26-1", None)
    assert {view[name] for name in STAMPS} == {None}


async def test_an_agency_sees_who_comes_and_when(house: House) -> None:
    """Once it is taken the agency sees the specialist's first name alone, the ETA and the stamp."""
    created = await house.opened()
    house.clock.pass_minutes(2)
    await house.taken(created, "25")
    answer = await house.ask("GET", path(created))
    view = answer.json()
    assert (view["status"], view["specialist"]) == ("acknowledged", "Ana")
    assert datetime.fromisoformat(view["eta_at"]) == NOW + timedelta(minutes=27)
    assert datetime.fromisoformat(view["acknowledged_at"]) == NOW + timedelta(minutes=2)
    assert "Reyes" not in answer.text


async def test_another_agency_s_callout_is_none(house: House) -> None:
    """Every method answers as it does for an id that does not exist, and nothing is written."""
    created = await house.opened()
    before = await house.everything(but=frozenset())
    for method, more, body in (("GET", "", None), ("PATCH", "", {"children": 2}), ("POST", "/cancel", None)):
        answer = await house.ask(method, path(created, more), body, key=house.lapd)
        unknown = await house.ask(method, f"/v1/callouts/nobody{more}", body, key=house.lapd)
        said = [problem(response, 404)["detail"] for response in (answer, unknown)]
        assert said[0].replace(created["id"], "nobody") == said[1]
    assert await house.everything(but=frozenset()) == before


async def test_a_coordinator_who_reads_stands_in_the_audit_trail(house: House) -> None:
    """A person who reads is recorded; an agency's program is not a person."""
    created = await house.opened()
    await house.ask("GET", path(created))
    assert await house.rows(t.audit) == []
    answer = await house.ask("GET", path(created), key=house.coordinator)
    assert answer.json()["code"] == created["code"]
    entry = await house.row(t.audit)
    assert (entry["who"], entry["did"], entry["callout"]) == ("coordinator Cora", "read", created["id"])
    assert entry["at"] == NOW
    problem(await house.ask("GET", "/v1/callouts/nobody", key=house.coordinator), 404)
    assert len(await house.rows(t.audit)) == 1


async def test_what_is_left_out_stays_and_null_clears(house: House) -> None:
    """A PATCH changes what it names, inside `officer` and `meeting_place` as well."""
    officer = {"callback_phone": OFFICER, "name": "R. Alvarez", "badge": "4471"}
    place = {"address": "400 W Broadway", "note": "lobby", "lat": 33.77, "lon": -118.19}
    created = await house.opened(
        unit="West", children=2, languages=["es"], scene_safe=True, officer=officer, meeting_place=place
    )
    before = await house.row(t.callout, id=created["id"])
    change = {
        "unit": None,
        "languages": None,
        "scene_safe": False,
        "officer": {"badge": None},
        "meeting_place": {"note": "rear door", "lat": None, "lon": None},
    }
    answer = await house.ask("PATCH", path(created), change)
    assert answer.status_code == 200
    assert answer.json() == {**(await house.ask("GET", path(created))).json(), "warnings": []}
    changed: dict[str, object] = {"unit": None, "languages": None, "scene_safe": False, "officer_badge": None}
    changed |= {"place_note": "rear door", "place_lat": None, "place_lon": None}
    assert await house.row(t.callout, id=created["id"]) == {**before, **changed}


@pytest.mark.parametrize("address", ["", None])
async def test_an_address_that_nobody_knows_takes_no_coordinates_away(house: House, address: str | None) -> None:
    """A program that sends its whole form each time sends the empty field as well."""
    created = await house.opened(meeting_place={"lat": 33.77, "lon": -118.19})
    change = {"meeting_place": {"address": address, "note": "blue door"}}
    assert (await house.ask("PATCH", path(created), change)).status_code == 200
    row = await house.row(t.callout, id=created["id"])
    assert (row["place_lat"], row["place_lon"], row["place_note"]) == (33.77, -118.19, "blue door")


async def test_a_place_can_be_cleared_whole(house: House) -> None:
    """`meeting_place: null` clears the address, the coordinates and the note."""
    created = await house.opened(meeting_place={"address": "400 W Broadway", "note": "lobby", "lat": 1, "lon": 2})
    assert (await house.ask("PATCH", path(created), {"meeting_place": None})).status_code == 200
    row = await house.row(t.callout, id=created["id"])
    assert [row[name] for name in ("place_address", "place_note", "place_lat", "place_lon")] == [None] * 4


_NO_CHANGES = [{}, {"officer": {}}, {"meeting_place": {}}, {"children": 2}]


async def test_a_change_that_changes_nothing_writes_nothing(house: House, subtests: pytest.Subtests) -> None:
    """Sending a value again makes neither a timeline entry nor a text."""
    created = await house.opened(children=2)
    before = await house.everything()
    for change in _NO_CHANGES:
        with subtests.test(str(change)):
            assert (await house.ask("PATCH", path(created), change)).status_code == 200
            assert await house.everything() == before


_BAD_CHANGES = [
    ({"officer": None}, "officer"),
    ({"officer": {"callback_phone": None}}, "officer.callback_phone"),
    ({"officer": {"callback_phone": " "}}, "officer.callback_phone"),
    ({"officer": {"callback_phone": "5550177"}}, "officer.callback_phone"),
    ({"children": 0}, "children"),
    ({"status": "cancelled"}, "status"),
    ({"recovered_at": "2026-01-07T03:30:00"}, "recovered_at"),
    ({"meeting_place": {"lat": 33.7}}, "meeting_place"),
    ([], "body"),
]


async def test_a_bad_change_is_named(house: House, subtests: pytest.Subtests) -> None:
    """The callback phone cannot be cleared, nor a status set; a bad change names its field and changes nothing."""
    created = await house.opened()
    before = await house.everything()
    for change, field in _BAD_CHANGES:
        with subtests.test(str((change, field))):
            assert fields(await house.ask("PATCH", path(created), change, headers=STRICT)) == {field}
            assert await house.everything() == before


async def test_a_new_callback_number_hears_who_comes(house: House) -> None:
    """The officer has handed over: the new number is introduced, and hears the rest; the old one no more."""
    created = await house.opened()
    await house.ask("PATCH", path(created), {"officer": {"callback_phone": "(562) 555-0178"}})
    await house.taken(created)
    told = await house.rows(t.page, callout=created["id"], purpose="officer")
    assert sorted(page["to"] for page in told) == [OFFICER, "+15625550178", "+15625550178"]


async def test_a_change_is_in_the_timeline_without_its_words(house: House) -> None:
    """The timeline says which fields changed; the words themselves are purged with the call-out."""
    created = await house.opened()
    await house.ask("PATCH", path(created), {"unit": "West Division"})
    entry = await house.row(t.timeline, callout=created["id"], kind="detail")
    assert "unit" in entry["text"]
    assert "West" not in entry["text"]


@pytest.mark.parametrize("body", [None, {}, {"reason": "the family has come"}, {"reason": ""}])
async def test_cancelling_ends_it(house: House, body: Any) -> None:
    """With a reason or without: nobody is paged any more, nothing is due, and whoever was paged is told."""
    created = await house.opened()
    await house.went_out(created["id"])
    house.clock.pass_minutes(1)
    answer = await house.ask("POST", path(created, "/cancel"), body)
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert datetime.fromisoformat(answer.json()["ended_at"]) == NOW + timedelta(minutes=1)
    assert await house.rows(t.deadline, callout=created["id"]) == []
    assert await house.rows(t.page, callout=created["id"], purpose="page", state="waiting") == []
    assert (await house.page(created["id"], purpose="stand_down"))["person"] == "ana"


async def test_cancelling_twice_changes_nothing(house: House) -> None:
    """The second time is answered like the first."""
    created = await house.opened()
    first = await house.ask("POST", path(created, "/cancel"))
    before = await house.everything()
    house.clock.pass_minutes(5)
    again = await house.ask("POST", path(created, "/cancel"), {"reason": "once more"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert await house.everything() == before


async def test_after_arrival_nothing_is_cancelled(house: House) -> None:
    """A specialist is with the child: 409 says how it stands, and nothing changes."""
    created = await house.opened()
    await arrived(house, created)
    before = await house.everything()
    assert "on_scene" in problem(await house.ask("POST", path(created, "/cancel")), 409)["detail"]
    assert await house.everything() == before


async def test_what_is_over_changes_no_more(house: House) -> None:
    """A cancelled call-out takes no more detail."""
    created = await house.opened()
    await house.ask("POST", path(created, "/cancel"))
    before = await house.everything()
    problem(await house.ask("PATCH", path(created), {"children": 2}), 409)
    assert await house.everything() == before


_BAD_REASONS = [({"reason": 5}, "reason"), ({"why": "x"}, "why"), ({"reason": "x" * 121}, "reason"), ([], "body")]


async def test_a_bad_reason_is_named(house: House, subtests: pytest.Subtests) -> None:
    """With `handling=strict`, a cancellation with a mistake in it cancels nothing."""
    created = await house.opened()
    for body, field in _BAD_REASONS:
        with subtests.test(str((body, field))):
            assert fields(await house.ask("POST", path(created, "/cancel"), body, headers=STRICT)) == {field}
            assert (await house.row(t.callout))["status"] == "paging"
