"""Forms of the schedule, pressed as a browser presses them: what a view shows is what is sent."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx

from dispatch.store import tables as t
from tests.inbound.house import House
from tests.inbound.sign_in.room import OUR_FORM, Door, Ui

NIGHT = "/schedule/primary/2026-01-06"


@dataclass(frozen=True)
class FormShown:
    """A form of a view, with what it would send if nobody touched it."""

    action: str
    fields: list[tuple[str, str]]

    def filled(self, **typed: str) -> list[tuple[str, str]]:
        """With `typed` in the place of what stands there; a field that is named `from_` here is called "from"."""
        mine = {name.rstrip("_"): value for name, value in typed.items()}
        kept = [(name, value) for name, value in self.fields if name not in mine]
        return [*kept, *mine.items()]


def forms_on(html: str) -> list[FormShown]:
    return [
        FormShown(unescape(action), list(_fields(body)))
        for action, body in re.findall(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', html, re.DOTALL)
    ]


def _fields(body: str) -> list[tuple[str, str]]:
    found = []
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        kind = re.search(r' type="([^"]*)"', tag)
        if name and not (kind and kind[1] in {"checkbox", "radio"} and " checked" not in tag):
            found.append((name[1], unescape(value[1]) if value else ""))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found.append((name, unescape(chosen[1]) if chosen else ""))
    return found


def form_with(html: str, **fields: str) -> FormShown:
    """The first form that would send these."""
    for form in forms_on(html):
        sends = dict(form.fields)
        if all(sends.get(name) == value for name, value in fields.items()):
            return form
    raise AssertionError(f"no form with {fields} in {html}")


def options_of(html: str, name: str) -> list[tuple[str, str]]:
    """The values and words of the first list of this name."""
    found = re.search(rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', html, re.DOTALL)
    assert found is not None, html
    return [
        (unescape(one), unescape(said))
        for one, said in re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</opt', found[1])
    ]


async def press(door: Door, form: FormShown, **typed: str) -> httpx.Response:
    fields: dict[str, list[str]] = {}
    for name, value in form.filled(**typed):
        fields.setdefault(name, []).append(value)
    return await door.web.post(form.action, data=fields, headers=OUR_FORM)


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---- what the audit is asked about ---------------------------------------------------------------------------------


@asynccontextmanager
async def _cora(house: House) -> AsyncIterator[Door]:
    ui = Ui(house)
    async with ui.signed_in("cora") as door:
        yield door


async def made(door: Door, path: str, *, by: FormShown | None = None, **fields: str) -> None:
    """Fill in the form of a view, and press what the preview shows."""
    shown = await press(door, by or form_with((await door.get(path)).text, **fields))
    again = next(one for one in forms_on(shown.text) if "roster-digest" in dict(one.fields))
    assert (await press(door, again)).status_code == 303, shown.text


async def changes_a_night(house: House) -> None:
    async with _cora(house) as door:
        await made(door, NIGHT, do="replace")


async def is_sick(house: House) -> None:
    async with _cora(house) as door:
        await made(door, "/schedule/sick?person=ana", person="ana")


async def undoes(house: House) -> None:
    async with _cora(house) as door:
        await made(door, NIGHT, do="replace")
        version = (await house.rows(t.roster_change))[-1]["version"]
        await made(door, "", by=FormShown(f"/schedule/changes/{version}/undo", []))


DOORS = {
    ("POST", "/schedule/change"): (changes_a_night, "coordinator"),
    ("POST", "/schedule/sick"): (is_sick, "coordinator"),
    ("POST", "/schedule/changes/{version}/undo"): (undoes, "coordinator"),
}
