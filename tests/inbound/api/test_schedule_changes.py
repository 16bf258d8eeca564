"""The schedule, changed by a coordinator's script: previewed, then made as it was shown, or not at all."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from dispatch.rules.roster.on_call import on_call
from dispatch.store import tables as t
from tests.inbound.house import NOW, House

_PATH = "/v1/schedule/changes"
_EVA = {
    "do": "add_override",
    "rotation": "primary",
    "person": "eva",
    "replaces": "ana",
    "starts_at": "2026-01-08T02:00:00Z",
    "ends_at": "2026-01-08T17:00:00Z",
}
_PAUSE = {
    "do": "pause_rotation",
    "rotation": "primary",
    "starts_at": "2026-01-09T17:00:00Z",
    "ends_at": "2026-01-10T17:00:00Z",
}


async def _ask(house: House, path: str, body: Any) -> httpx.Response:
    return await house.ask("POST", _PATH + path, body, key=house.schedule_changes)


async def _shown(house: House, change: Any) -> dict[str, Any]:
    answer = await _ask(house, "/preview", {"change": change})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _made(house: House, change: Any, *gaps: str) -> int:
    shown = await _shown(house, change)
    asked = {"change": change, "version": shown["version"], "digest": shown["digest"], "gaps": list(gaps)}
    answer = await _ask(house, "", asked)
    assert answer.status_code == 200, answer.text
    version: int = answer.json()["version"]
    return version


async def _who(house: House, hours: float) -> tuple[str, ...]:
    roster = await house.service.runner.ask(lambda tx, context: context.roster(tx))
    rule = next(one for one in roster.rotations if one.name == "primary")
    return on_call(roster, rule, NOW + timedelta(hours=hours))


async def test_a_change_is_made_as_it_was_shown(house: House) -> None:
    """With who is on call otherwise and whom it texts; then in the log, by the name of the key's coordinator."""
    shown = await _shown(house, _EVA)
    assert [(one["before"], one["after"]) for one in shown["on_call"]] == [
        ([{"person": "ana", "name": "Ana Reyes"}], [{"person": "eva", "name": "Eva Lindgren"}])
    ]
    assert [one["person"] for one in shown["texts"]] == ["eva", "ana"]
    assert await _who(house, 20) == ("ana",)
    version = await _made(house, _EVA)
    assert await _who(house, 20) == ("eva",)
    (row,) = await house.rows(t.roster_change, version=version)
    assert (row["actor_kind"], row["source"]) == ("coordinator", "api")


async def test_out_of_date_is_answered_with_the_new_preview(house: House) -> None:
    """Two scripts at once: the second makes nothing, and sees what it would do now."""
    mine = await _shown(house, _PAUSE)
    await _made(house, _EVA)
    asked = {"change": _PAUSE, "version": mine["version"], "digest": mine["digest"], "gaps": [mine["gaps"][0]["id"]]}
    late = await _ask(house, "", asked)
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    now = late.json()["preview"]
    assert now["version"] == mine["version"] + 1
    again = await _ask(house, "", {**asked, "version": now["version"], "digest": now["digest"]})
    assert again.status_code == 200, again.text


async def test_each_gap_comes_back_by_name(house: House) -> None:
    shown = await _shown(house, _PAUSE)
    (gap,) = shown["gaps"]
    assert (gap["starts_at"], gap["ends_at"]) == ("2026-01-09T17:00:00Z", "2026-01-10T17:00:00Z")
    asked = {"change": _PAUSE, "version": shown["version"], "digest": shown["digest"]}
    for gaps in ([], [gap["id"], "another"]):
        answer = await _ask(house, "", {**asked, "gaps": gaps})
        assert answer.status_code == 409
        assert "not every gap that this makes is ticked" in answer.json()["detail"]
    assert await _made(house, _PAUSE, gap["id"])
    assert await _who(house, 60) == ()


async def test_every_kind_of_change(house: House) -> None:
    """Ended, exchanged, somebody comes in, undone."""
    version = await _made(house, _EVA)
    assert await _made(house, {"do": "undo", "version": version})
    assert await _who(house, 20) == ("ana",)
    await _made(house, _EVA)
    await _made(house, {"do": "end_override", "key": "primary 2026-01-08 02:00Z"})
    assert await _who(house, 20) == ("ana",)
    path = "/v1/schedule?from=2026-01-07T10:14:00Z&to=2026-01-20T10:14:00Z"
    spans = (await house.ask("GET", path, key=house.schedule_changes)).json()["spans"]
    one, other = (
        {**{name: span[name] for name in ("rotation", "starts_at", "ends_at")}, "person": span["on_call"][0]["person"]}
        for span in [span for span in spans if span["rotation"] == "primary"][:2]
    )
    exchange = {"do": "exchange_shifts", "one": one, "other": other}
    await _made(house, exchange)
    assert await _who(house, 20) == (other["person"],)
    await _made(house, {"do": "come_in_for", "person": other["person"], "by": "eva", "until": "2026-01-09T17:00:00Z"})
    assert await _who(house, 20) == ("eva",)


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({**_EVA, "person": "zoe"}, 409, "nobody is called 'zoe'"),
        ({**_EVA, "person": "ana"}, 409, "ana cannot come in for themselves"),
        ({**_EVA, "rotation": "days"}, 409, "no rotation is called 'days'"),
        ({**_EVA, "ends_at": "2026-01-07T09:00:00Z", "starts_at": "2026-01-07T01:00:00Z"}, 409, "it is over already"),
        ({**_EVA, "ends_at": "2026-01-08T01:00:00Z"}, 409, "it ends before it begins"),
        ({**_PAUSE, "starts_at": "2026-01-06T17:00:00Z"}, 409, "a pause begins now or later"),
        ({"do": "undo", "version": 900}, 404, "no change of the roster has the version 900"),
        ({"do": "undo", "version": "1"}, 422, "change.undo.version"),
        ({**_EVA, "starts_at": "2026-01-08T02:00:00"}, 422, "change.add_override.starts_at"),
        ({**_EVA, "kind": "swap"}, 422, "change.add_override.kind"),
        ({"do": "import"}, 422, "change"),
    ],
)
async def test_what_cannot_be(house: House, change: dict[str, Any], status: int, said: str) -> None:
    """In a problem document that says why; the same at both doors, and nothing is changed."""
    before = await house.rows(t.roster_change)
    shown = await _ask(house, "/preview", {"change": change})
    done = await _ask(house, "", {"change": change, "version": 1, "digest": "0"})
    for answer in (shown, done):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.text
    assert await house.rows(t.roster_change) == before


async def test_an_undo_over_a_later_change_names_it(house: House) -> None:
    first = await _made(house, _EVA)
    second = await _made(house, {**_EVA, "person": "cleo", "replaces": "eva"})
    answer = await _ask(house, "/preview", {"change": {"do": "undo", "version": first}})
    assert answer.status_code == 409
    assert f"version {second} by" in answer.json()["detail"]


async def changes(house: House) -> None:
    await _made(house, _EVA)


async def previews(house: House) -> None:
    await _shown(house, _EVA)


DOORS = {
    ("POST", _PATH): (changes, "coordinator"),
    ("POST", f"{_PATH}/preview"): (previews, None),  # changes nothing
}
