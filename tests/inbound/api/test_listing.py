"""Call-outs are found again: by their code, in lists, and by a coordinator with everything that has been tried."""

from typing import Any, get_args

import pytest

from dispatch.inbound.api.callouts import WantedStatus
from dispatch.rules.facts.callout import Status
from dispatch.store import tables as t
from tests.inbound.house import ANA, OFFICER, House, fields, problem


def phone(number: int) -> dict[str, Any]:
    return {"officer": {"callback_phone": f"+1562555{number:04}"}}


async def opened(house: House, count: int, **details: Any) -> list[dict[str, Any]]:
    """So many call-outs of LBPD, a minute apart, the oldest first."""
    found = []
    for number in range(count):
        found.append(await house.opened(**phone(200 + number), **details))
        house.clock.pass_minutes(1)
    return found


async def codes(house: House, query: str = "", **more: Any) -> list[str]:
    answer = await house.ask("GET", f"/v1/callouts{query}", **more)
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["callouts"]]


# ---- by code -------------------------------------------------------------------------------------------------------


async def test_a_code_is_as_good_as_an_id(house: House) -> None:
    """Of an open call-out, in small letters too: to look it up, add to it, cancel or close it."""
    first, second = await opened(house, 2)
    found = (await house.ask("GET", f"/v1/callouts/{first['code'].lower()}")).json()
    assert found["id"] == first["id"]
    changed = await house.ask("PATCH", f"/v1/callouts/{first['code']}", {"reference": "26-1"})
    assert changed.json()["reference"] == "26-1"
    cancelled = await house.ask("POST", f"/v1/callouts/{first['code']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    closed = await house.ask("POST", f"/v1/callouts/{second['code']}/close", key=house.coordinator)
    assert closed.json()["id"] == second["id"]
    assert [row["callout"] for row in await house.rows(t.audit, did="closed")] == [second["id"]]


async def test_a_code_of_none_that_is_open_says_so(house: House) -> None:
    """Codes are given out again, so one that is over goes by its id; another agency's is as if it were not there."""
    first = await house.opened()
    unknown = problem(await house.ask("GET", f"/v1/callouts/{first['code']}", key=house.lapd), 404)
    assert f"no open call-out has the code {first['code']}" in unknown["detail"]
    await house.ask("POST", f"/v1/callouts/{first['id']}/cancel")
    for method, path in (("GET", ""), ("POST", "/cancel")):
        problem(await house.ask(method, f"/v1/callouts/{first['code']}{path}"), 404)
    assert (await house.ask("GET", f"/v1/callouts/{first['id']}")).status_code == 200


# ---- lists ---------------------------------------------------------------------------------------------------------


async def test_an_agency_lists_its_own(house: House) -> None:
    """The newest first, as it sees each of them, and none of another agency's."""
    mine = await opened(house, 3)
    await house.call(phone(300), key=house.lapd)
    answer = (await house.ask("GET", "/v1/callouts")).json()
    assert [one["code"] for one in answer["callouts"]] == [one["code"] for one in reversed(mine)]
    assert answer["next"] is None
    one = (await house.ask("GET", f"/v1/callouts/{mine[0]['id']}")).json()
    assert answer["callouts"][-1] == one
    assert "officer" not in one
    assert not await house.rows(t.audit)


async def test_a_coordinator_lists_everybody_s(house: House) -> None:
    """With the officer's number; that somebody looked is in the audit trail."""
    await opened(house, 1)
    await house.call(phone(300), key=house.lapd)
    found = (await house.ask("GET", "/v1/callouts", key=house.coordinator)).json()["callouts"]
    assert [(one["agency"], one["officer"]["callback_phone"]) for one in found] == [
        ("LAPD", "+15625550300"),
        ("LBPD", "+15625550200"),
    ]
    (entry,) = await house.rows(t.audit)
    assert (entry["did"], entry["actor_id"], entry["detail"]) == ("listed", "Cora", "2 call-outs")


async def test_a_list_is_narrowed(house: House) -> None:
    """By status, by all that are open, by the agency's own number, by when it came in."""
    first, second, third = await opened(house, 3)
    await house.ask("PATCH", f"/v1/callouts/{first['id']}", {"reference": "26-7"})
    await house.ask("POST", f"/v1/callouts/{second['id']}/cancel")
    await house.ask("POST", f"/v1/callouts/{third['id']}/close", key=house.coordinator)
    other = (await house.call({**phone(300), "reference": "26-7"}, key=house.lapd)).json()
    for key, others in ((house.lbpd, []), (house.coordinator, [other["code"]])):
        for query, wanted in {
            "?status=paging": [*others, first["code"]],
            "?status=open": [*others, first["code"]],
            "?status=cancelled": [second["code"]],
            "?status=closed": [third["code"]],
            "?status=en_route": [],
            "?reference=26-7": [*others, first["code"]],
            "?reference=26-7&status=closed": [],
            "?reference=nothing": [],
            "?since=2026-01-07T10:15:30Z": [*others, third["code"]],
            "?since=2026-01-07T10:15:30Z&status=cancelled": [],
        }.items():
            assert await codes(house, query, key=key) == wanted, query


@pytest.mark.parametrize("query", ["", "&status=open", "&reference=26-9"])
async def test_a_list_goes_on_where_it_ended(house: House, query: str) -> None:
    """A page at a time: every call-out once, those of the same moment too, and new ones do not push others out."""
    known = []
    for number in range(7):
        known.append((await house.opened(**phone(200 + number), reference="26-9"))["code"])
        house.clock.pass_minutes(number % 2)
    seen: list[str] = []
    following = ""
    while True:
        answer = (await house.ask("GET", f"/v1/callouts?limit=3{query}{following}")).json()
        seen += [one["code"] for one in answer["callouts"]]
        if answer["next"] is None:
            break
        following = f"&before={answer['next']}"
        await house.opened(**phone(400 + len(seen)), reference="26-9")
    assert len(seen) == 7
    assert set(seen) == set(known)


async def test_a_wrong_list_is_refused(house: House) -> None:
    """Every mistake is named, and nobody learns from a cursor whether another agency has a call-out."""
    assert fields(await house.ask("GET", "/v1/callouts?limit=0")) == {"limit"}
    assert fields(await house.ask("GET", "/v1/callouts?status=lost")) == {"status"}
    theirs = (await house.call(phone(300), key=house.lapd)).json()
    for before in ("nobody", theirs["id"]):
        refused = await house.ask("GET", f"/v1/callouts?before={before}")
        assert "before" in problem(refused, 404)["detail"]


def test_every_status_can_be_asked_for() -> None:
    """The list of statuses stands written out where a generated client reads it."""
    assert set(get_args(WantedStatus)) == {"open", *Status}


# ---- what a coordinator sees ---------------------------------------------------------------------------------------


async def test_a_coordinator_sees_whom_to_ring_and_what_was_tried(house: House) -> None:
    """The officer's number, who was paged and how it went."""
    created = await house.opened(unit="West Division")
    page = await house.page(created["id"], person="ana", channel="sms", purpose="page")
    await house.change(t.page, page["id"], state="failed", failure="undelivered (30003)", due_at=None)
    found = (await house.ask("GET", f"/v1/callouts/{created['code']}", key=house.coordinator)).json()
    assert found["officer"] == {"name": None, "badge": None, "callback_phone": OFFICER}
    assert (found["agency"], found["unit"], found["missed"]) == ("LBPD", "West Division", False)
    assert found["probable_duplicate_of"] is None
    tried = {(one["name"], one["phone"], one["channel"], one["state"], one["failure"]) for one in found["paged"]}
    assert ("Ana Reyes", ANA, "sms", "failed", "undelivered (30003)") in tried
    assert ("Ana Reyes", ANA, "voice", "waiting", None) in tried


async def test_a_coordinator_sees_what_is_probably_the_same(house: House) -> None:
    """Both name each other while both are open; the newer one keeps it in the record."""
    first = await house.opened()
    second = await house.opened()

    async def same(callout: dict[str, Any]) -> str | None:
        found = await house.ask("GET", f"/v1/callouts/{callout['id']}", key=house.coordinator)
        code: str | None = found.json()["probable_duplicate_of"]
        return code

    assert (await same(first), await same(second)) == (second["code"], first["code"])
    assert "probable_duplicate_of" not in (await house.ask("GET", f"/v1/callouts/{second['id']}")).json()
    await house.ask("POST", f"/v1/callouts/{second['id']}/close", key=house.coordinator)
    assert (await same(first), await same(second)) == (None, first["code"])
