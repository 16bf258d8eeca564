"""Coordinators close a call-out, and correct its stamps."""

from typing import Any

import pytest

from dispatch.store import tables as t
from tests.inbound.house import ANA, House, problem


def path(callout: dict[str, Any], more: str) -> str:
    return f"/v1/callouts/{callout['id']}{more}"


async def on_scene(house: House) -> dict[str, Any]:
    """A call-out taken at once, and reached after 30 minutes."""
    created = await house.opened()
    await house.taken(created, "25")
    await house.text("OMW")
    house.clock.pass_minutes(30)
    await house.text("HERE")
    return created


async def test_closing_stops_the_paging(house: House) -> None:
    """A closed call-out has no deadline and no waiting page, the audit trail says who closed it, once is enough."""
    created = await house.opened()
    answer = await house.ask("POST", path(created, "/close"), key=house.coordinator)
    assert answer.json()["status"] == "closed"
    assert not await house.rows(t.deadline)
    assert not [row for row in await house.rows(t.page, purpose="page") if row["state"] == "waiting"]
    (entry,) = await house.rows(t.audit)  # the closing itself, and no reading beside it
    assert (entry["who"], entry["did"], entry["detail"]) == ("coordinator Cora", "closed", "was paging")
    assert (entry["actor_kind"], entry["actor_id"], entry["callout"]) == ("coordinator", "Cora", created["id"])
    assert await house.rows(t.timeline, text="closed by Cora")
    problem(await house.ask("POST", path(created, "/close"), key=house.coordinator), 409)


async def test_an_arrival_that_was_reported_late_is_corrected(house: House) -> None:
    """The response clock follows the correction, and the timeline keeps the old time."""
    created = await on_scene(house)
    stamps = {"arrived_at": "2026-01-07T10:34:00Z"}
    answer = await house.ask("PATCH", path(created, "/stamps"), stamps, key=house.coordinator)
    assert answer.json()["arrived_at"] == "2026-01-07T10:34:00Z"
    (note,) = await house.rows(t.timeline, kind="corrected")
    assert note["text"] == "there 02:34, was 02:44, by Cora"
    assert (note["actor_kind"], note["actor_id"], note["source"]) == ("coordinator", "Cora", "api")
    assert [(entry["did"], entry["detail"]) for entry in await house.rows(t.audit)] == [
        ("took the call-out", None),
        ("gave an ETA", None),
        ("is on the way", None),
        ("is there", None),
        ("corrected stamps", "ana: there 02:34, was 02:44"),
    ]


async def test_stamps_must_stand_in_order(house: House) -> None:
    """Out of order, in the future, without offset, none at all, or where nobody has the call-out: all are refused."""
    created = await on_scene(house)
    before = await house.rows(t.assignment)
    for stamps, status in (
        ({"arrived_at": "2026-01-07T10:00:00Z"}, 409),
        ({"with_child_at": "2026-01-07T12:00:00Z"}, 409),
        ({"with_child_at": "2026-01-07T10:50:00"}, 422),
        ({}, 422),
    ):
        problem(await house.ask("PATCH", path(created, "/stamps"), stamps, key=house.coordinator), status)
    assert await house.rows(t.assignment) == before
    fresh = await house.opened()
    assert (
        "nobody has"
        in problem(
            await house.ask(
                "PATCH", path(fresh, "/stamps"), {"arrived_at": "2026-01-07T10:44:00Z"}, key=house.coordinator
            ),
            409,
        )["detail"]
    )
    stamps = {"with_child_at": "2026-01-07T10:44:00Z"}
    problem(await house.ask("PATCH", path(fresh, "/stamps"), stamps, key=house.coordinator), 409)


async def test_stamps_that_move_together_are_set_together(house: House) -> None:
    """Arrival and first sight of the child are both put later; each by itself would have stood out of order."""
    created = await on_scene(house)
    house.clock.pass_minutes(20)
    first = {"with_child_at": "2026-01-07T10:46:00Z"}
    await house.ask("PATCH", path(created, "/stamps"), first, key=house.coordinator)
    later = {"arrived_at": "2026-01-07T10:48:00Z", "with_child_at": "2026-01-07T10:52:00Z"}
    answer = await house.ask("PATCH", path(created, "/stamps"), later, key=house.coordinator)
    assert {name: answer.json()[name] for name in later} == later


@pytest.mark.parametrize(
    ("method", "door", "body"),
    [("PATCH", "/stamps", {"arrived_at": "2026-01-07T10:18:00Z"}), ("POST", "/close", None)],
    ids=["stamps", "close"],
)
async def test_whoever_uses_these_doors_is_awake(
    house: House, method: str, door: str, body: dict[str, Any] | None
) -> None:
    """An owner of an alarm who corrects stamps, or closes another call-out, has been heard from (ADR 24)."""
    created = await house.opened()
    await house.taken(created, "25")
    other = await house.opened(officer={"callback_phone": "+15625550178"})
    await house.text("SOS", sender=ANA)
    (alarm,) = [row for row in await house.rows(t.alarm) if row["kind"] == "danger"]
    assert (await house.ask("POST", f"/v1/alarms/{alarm['id']}/own", key=house.coordinator)).status_code == 200
    house.clock.pass_minutes(5)
    about = created if door == "/stamps" else other
    assert (await house.ask(method, path(about, door), body, key=house.coordinator)).status_code == 200
    (alarm,) = await house.rows(t.alarm, id=alarm["id"])
    assert alarm["acted_at"] == house.clock()
