"""Coordinators list the open alarms, and say that they have one."""

from datetime import timedelta
from typing import Any

from dispatch.store import tables as t
from tests.inbound.house import House, problem


async def raised(house: House, callout: str | None = None, **more: Any) -> None:
    """An alarm, about no call-out if none is named."""
    now = house.clock()
    kind = "chain_ended" if callout else "work_is_late"
    usual = {"id": "a1", "callout": callout, "kind": kind, "text": "words", "opened_at": now, "told_at": now}
    await house.put(t.alarm, **(usual | more))


async def own(house: House, alarm: str = "a1") -> Any:
    return await house.ask("POST", f"/v1/alarms/{alarm}/own", key=house.coordinator)


async def test_the_worst_comes_first(house: House) -> None:
    """And who asked stands in the audit trail."""
    created = await house.opened()
    await raised(house, created["id"], kind="not_moving", id="a0")
    await raised(house, created["id"])
    answer = await house.ask("GET", "/v1/alarms", key=house.coordinator)
    worst, other = answer.json()["alarms"]
    assert (worst["kind"], worst["severity"], worst["code"], worst["owner"]) == (
        "chain_ended",
        "urgent",
        created["code"],
        None,
    )
    assert other["kind"] == "not_moving"
    assert [entry["did"] for entry in await house.rows(t.audit)] == ["listed the open alarms"]


async def test_an_alarm_about_the_service_itself(house: House) -> None:
    """It has no code; it is over an hour after it was told last."""
    await raised(house)
    answer = await own(house)
    assert (answer.json()["owner"], answer.json()["code"]) == ("Cora", None)
    house.clock.pass_minutes(61)
    assert "is over" in problem(await own(house), 409)["detail"]
    assert (await house.ask("GET", "/v1/alarms", key=house.coordinator)).json() == {"alarms": []}


async def test_an_alarm_that_is_over_cannot_be_had(house: House) -> None:
    """Its trouble has ended, or its call-out has."""
    created = await house.opened()
    await raised(house, created["id"], ended_at=house.clock() + timedelta(seconds=1))
    problem(await own(house), 409)
    await house.change(t.alarm, "a1", ended_at=None)
    await house.ask("POST", f"/v1/callouts/{created['id']}/close", key=house.coordinator)
    problem(await own(house), 409)
