"""What is done through each door of the setup that may change something: what the law of the audit tries."""

import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape

import httpx

from tests.inbound.house import House
from tests.inbound.sign_in.room import PASSWORD, Door, Ui


def fields_of(shown: httpx.Response, action: str = "") -> dict[str, str | list[str]]:
    """What a browser sends of the form of a preview: its hidden fields and every gap ticked."""
    found: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown.text):
        before = found.get(unescape(name))
        kept = [] if before is None else before if isinstance(before, list) else [before]
        found[unescape(name)] = [*kept, unescape(value)] if kept else unescape(value)
    found.pop("back", None)
    return found | {"roster-gap": re.findall(r'name="roster-gap" value="([^"]*)"', shown.text)}


async def sends(door: Door, path: str, form: Mapping[str, str | list[str]]) -> httpx.Response:
    return await door.web.post(path, data=dict(form), headers={"Sec-Fetch-Site": "same-origin"})


async def makes(door: Door, path: str, form: Mapping[str, str | list[str]]) -> httpx.Response:
    """Both presses: the preview, then what it showed."""
    shown = await sends(door, path, form)
    assert shown.status_code == 200, shown.text
    return await sends(door, path, fields_of(shown))


def edits(path: str, **form: str | list[str]) -> Callable[[House], Awaitable[None]]:
    async def edit(house: House) -> None:
        ui = Ui(house)
        async with ui.signed_in("cora") as door:
            assert (await makes(door, path, form)).status_code == 303

    return edit


async def makes_key(house: House) -> None:
    ui = Ui(house)
    async with ui.browser() as door:
        await ui.enrol(door=door)
        made = await door.post("/setup/keys", {"whose": "LAPD", "current": PASSWORD})
        assert "whsec_" in made.text


async def revokes_key(house: House) -> None:
    ui = Ui(house)
    async with ui.signed_in("cora") as door:
        assert (await door.post("/setup/keys/revoke", {"key_id": house.lapd.id})).status_code == 303


DOORS: dict[tuple[str, str], tuple[Callable[[House], Awaitable[None]], str | None]] = {
    ("POST", "/setup/{part}"): (
        edits("/setup/stations?agency=LBPD", name="East Division", address="3800 East Willow Street"),
        "coordinator",
    ),
    ("POST", "/setup/drives"): (edits("/setup/drives?start=CSN", **{"night-LBH": "12"}), "coordinator"),
    ("POST", "/setup/keys"): (makes_key, "coordinator"),
    ("POST", "/setup/keys/revoke"): (revokes_key, "coordinator"),
}
