"""Covers and absences, by a coordinator's script with a key for changing the schedule."""

from typing import Any

import httpx

from dispatch.store import tables as t
from tests.inbound.house import House

_ASK = {"do": "ask", "person": "ana", "starts_at": "2026-01-09T02:00:00Z", "ends_at": "2026-01-09T05:00:00Z"}
_AWAY = {"do": "away", "person": "ana", "starts_at": "2026-01-09T02:00:00Z", "ends_at": "2026-01-10T05:00:00Z"}
_SHOWN = {"version": 2, "digest": "0" * 32}


async def _post(house: House, path: str, body: Any) -> httpx.Response:
    return await house.ask("POST", path, body, key=house.schedule_changes)


async def _cover(house: House, **cover: Any) -> httpx.Response:
    return await _post(house, "/v1/covers", {"cover": cover})


async def _previewed(house: House, **cover: Any) -> httpx.Response:
    return await _post(house, "/v1/covers/preview", {"cover": cover})


async def _hand(house: House, **cover: Any) -> httpx.Response:
    """As it was shown."""
    shown = await _previewed(house, **cover)
    if shown.status_code != 200:
        return shown
    return await _cover(house, **cover, version=shown.json()["version"], digest=shown.json()["digest"])


async def test_a_cover_is_asked_for_given_and_listed(house: House) -> None:
    asked = await _cover(house, **_ASK)
    assert asked.status_code == 200, asked.text
    (shown,) = asked.json()["covers"]
    assert (shown["number"], shown["holder"], shown["state"], shown["taker"]) == (1, "ana", "open", None)
    assert (await _cover(house, **_ASK)).status_code == 409
    given = await _hand(house, do="give", number=1, person="cleo")
    assert given.status_code == 200, given.text
    assert given.json()["covers"][0]["taker"] == "cleo"
    listed = await house.ask("GET", "/v1/covers", key=house.schedule)
    assert [(one["number"], one["state"]) for one in listed.json()["covers"]] == [(1, "taken")]
    (override,) = [row for row in await house.rows(t.override) if row["person"] == "cleo"]
    assert override["replaces"] == "ana"


async def test_what_is_done_is_what_was_shown(house: House) -> None:
    """Nothing is, after any other change of the roster, or when Eva was quicker."""
    await _cover(house, **_ASK)
    gives = {"do": "give", "number": 1, "person": "cleo"}
    shown = (await _previewed(house, **gives)).json()
    assert [(one["before"][0]["person"], one["after"][0]["person"]) for one in shown["on_call"]] == [("ana", "cleo")]
    assert [(one["person"], "cover 1" in one["words"]) for one in shown["texts"]] == [("ana", True), ("cleo", True)]
    assert await house.rows(t.override) == []
    as_shown = {"version": shown["version"], "digest": shown["digest"]}
    for other in ({"version": 0}, {"digest": "0" * 32}):
        refused = await _cover(house, **gives, **{**as_shown, **other})
        assert refused.status_code == 409
        assert refused.json()["preview"] == shown
    assert (await _hand(house, do="give", number=1, person="eva")).status_code == 200
    late = await _cover(house, **gives, **as_shown)
    assert late.status_code == 409
    assert "Eva has" in late.json()["detail"]
    assert len(await house.rows(t.override)) == 1


async def test_a_yes_on_the_phone_is_refused_where_a_text_would_be(house: House) -> None:
    """Cleo is away then. A coordinator who gives it knows that she will be back."""
    await _cover(house, **_ASK)
    assert (await _post(house, "/v1/away", {"away": _AWAY | {"person": "cleo"}})).status_code == 200
    refused = await _hand(house, do="take", number=1, person="cleo")
    assert refused.status_code == 409
    assert "You are away then" in refused.json()["detail"]
    assert (await _hand(house, do="give", number=1, person="cleo")).status_code == 200


async def test_what_cannot_be(house: House) -> None:
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"do": "give", "number": 999, "person": "cleo"} | _SHOWN, 404),
        ({"do": "give", "number": 999, "person": "cleo"}, 422),
        ({"do": "withdraw", "number": 999}, 404),
        (_ASK | {"person": "zoe"}, 404),
        (_ASK | {"ends_at": _ASK["starts_at"]}, 409),
        (_ASK | {"person": "cora"}, 409),
        (_ASK | {"only": "ana"}, 409),
        ({"do": "give", "number": "1", "person": "cleo"} | _SHOWN, 422),
    ]
    for body, status in wrong:
        answer = await _cover(house, **body)
        assert answer.status_code == status, answer.text
    too_long = await _post(house, "/v1/away", {"away": _AWAY | {"ends_at": "2027-01-10T05:00:00Z"}})
    assert too_long.status_code == 409
    assert await house.rows(t.cover) == []


async def test_somebody_is_away_and_back(house: House) -> None:
    said = await _post(house, "/v1/away", {"away": _AWAY})
    assert [one["state"] for one in said.json()["covers"]] == ["open"]
    listed = await house.ask("GET", "/v1/away", key=house.schedule)
    assert [one["person"] for one in listed.json()["away"]] == ["ana"]
    back = await _post(house, "/v1/away", {"away": {"do": "back", "person": "ana"}})
    assert [one["state"] for one in back.json()["covers"]] == ["withdrawn"]
    assert (await house.ask("GET", "/v1/away", key=house.schedule)).json() == {"away": []}
    assert (await _cover(house, do="withdraw", number=1)).status_code == 409


async def asks(house: House) -> None:
    assert (await _cover(house, **_ASK)).status_code == 200


async def _sees(house: House) -> None:
    await asks(house)
    assert (await _previewed(house, do="give", number=1, person="cleo")).status_code == 200


async def says_away(house: House) -> None:
    assert (await _post(house, "/v1/away", {"away": _AWAY})).status_code == 200


DOORS = {
    ("POST", "/v1/covers/preview"): (_sees, None),  # changes nothing
    ("POST", "/v1/covers"): (asks, "coordinator"),
    ("POST", "/v1/away"): (says_away, "coordinator"),
}
