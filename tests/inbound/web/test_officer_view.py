"""The view behind an officer's link: it may be forwarded, so it shows little, and its buttons only ask."""

import re
from typing import Any

import httpx
import pytest

from dispatch.store import tables as t
from tests.inbound.house import ANA, OFFICER, PUBLIC_URL, House, unbroken

OURS = {"Sec-Fetch-Site": "same-origin"}
DOORS = ("moved", "not-needed", "ring-me")


async def _link(house: House, **details: Any) -> tuple[dict[str, Any], str]:
    created = await house.opened(**details)
    return created, await _texted(house, created["id"])


async def _texted(house: House, callout: str) -> str:
    told = (await house.rows(t.page, callout=callout, purpose="officer"))[-1]["text"]
    found = re.search(rf"{PUBLIC_URL}(/o/\w+)", told)
    assert found is not None, told
    return found[1]


async def _press(house: House, path: str) -> httpx.Response:
    return await house.web.post(path, headers=OURS)


async def test_it_shows_how_it_stands_and_nothing_of_the_child(house: House) -> None:
    """Code, status, name and ETA of a verified agency's; no place, no child, nobody's number."""
    said = {
        "meeting_place": {"address": "400 W Broadway", "note": "north gate"},
        "children": 2,
        "age_band": "13-15",
    }
    created, path = await _link(house, **said)
    assert "Specialists are being called" in (await house.web.get(path)).text
    await house.taken(created, "25")
    shown = await house.web.get(path)
    assert shown.headers["cache-control"] == "no-store"
    for known in (created["code"], "Ana is coming, ETA 02:39", "We have moved", "No longer needed", "Ring me"):
        assert known in shown.text
    for secret in ("Broadway", "north gate", "13-15", "child", ANA, OFFICER, "Reyes"):
        assert secret not in shown.text


async def test_opening_changes_nothing_but_the_audit_trail(house: House) -> None:
    """A program that previews links does no harm, at the page and at its buttons."""
    created, path = await _link(house)
    before = await house.everything()
    for address in (path, *(f"{path}/{door}" for door in DOORS)):
        await house.web.get(address)
    assert await house.everything() == before
    (line,) = await house.rows(t.audit, did="opened the link")
    assert (line["actor_kind"], line["callout"], line["source"]) == ("officer", created["id"], "link")


@pytest.mark.parametrize("door", DOORS)
async def test_a_button_asks_and_moves_nothing(house: House, door: str) -> None:
    """Coordinators are rung with the officer's number; the page says that it was asked."""
    _, path = await _link(house)
    before = await house.row(t.callout)
    assert (await _press(house, f"{path}/{door}")).status_code == 303
    assert await house.row(t.callout) == before
    assert OFFICER in (await house.row(t.alarm))["text"]
    assert await house.rows(t.page, person="cora", purpose="alarm", channel="voice")
    (line,) = await house.rows(t.timeline, kind="officer_asked")
    assert (line["actor_kind"], line["source"]) == ("officer", "link")
    assert "You asked" in (await house.web.get(path)).text


async def test_whatever_does_not_open_is_answered_alike(house: House) -> None:
    """Twelve hours after the end, of another kind, and guessed."""
    created, path = await _link(house)
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    assert "This call-out is cancelled" in unbroken((await house.web.get(path)).text)
    house.clock.pass_minutes(12 * 60)
    before = await house.everything()
    answers = []
    for one in (path, "/o/nobody", "/o/%00"):
        got = [await house.web.get(one), *[await _press(house, f"{one}/{door}") for door in DOORS]]
        assert {answer.status_code for answer in got} == {410}
        answers.append([re.sub(r'name="back" value="[^"]*"', "", answer.text) for answer in got])
    assert answers[0] == answers[1] == answers[2]
    assert await house.everything() == before
