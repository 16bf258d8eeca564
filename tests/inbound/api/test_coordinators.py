"""Coordinators close a call-out."""

from typing import Any

from dispatch.store import tables as t
from tests.inbound.house import ANA, House, problem


def path(callout: dict[str, Any], more: str) -> str:
    return f"/v1/callouts/{callout['id']}{more}"


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


async def test_whoever_closes_is_awake(house: House) -> None:
    """An owner of an alarm who closes another call-out has been heard from (ADR 24)."""
    await house.taken(await house.opened(), "25")
    other = await house.opened(officer={"callback_phone": "+15625550178"})
    await house.text("SOS", sender=ANA)
    (alarm,) = [row for row in await house.rows(t.alarm) if row["kind"] == "danger"]
    assert (await house.ask("POST", f"/v1/alarms/{alarm['id']}/own", key=house.coordinator)).status_code == 200
    house.clock.pass_minutes(5)
    assert (await house.ask("POST", path(other, "/close"), key=house.coordinator)).status_code == 200
    (alarm,) = await house.rows(t.alarm, id=alarm["id"])
    assert alarm["acted_at"] == house.clock()
