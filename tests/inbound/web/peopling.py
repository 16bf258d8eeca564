"""A coordinator at the views of people, and somebody behind the link for their number."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

from dispatch.actions.people import verify_number
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.store import tables as t
from tests.inbound.house import ANA, House
from tests.inbound.sign_in.doing import posts
from tests.inbound.sign_in.room import OUR_FORM, Ui

Peopling = Callable[[House], Awaitable[None]]

NEW = "+15625550143"
EVA = {"name": "Eva Sol", "phone": "+15625550142", "roles": "specialist", "texts_in": "en", "line": "mobile"}
BEN = {"name": "Ben Okafor", "roles": "specialist", "languages": "en, es", "texts_in": "en"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


async def asked(house: House, *, is_landline: bool = False) -> str:
    """Ben is to show that another number is his; the path of his link, if he was texted one."""
    act, ask = house.service.runner.act, verify_number.ask
    await act(ask, "ben", NEW, OPERATOR, Source.CLI, is_landline=is_landline)
    return "" if is_landline else await link_of(house)


async def link_of(house: House) -> str:
    told: str = (await house.rows(t.page, purpose="number"))[-1]["text"]
    return "/n/" + told.partition("/n/")[2].split()[0]


def after_asking(path: str, *, is_landline: bool = False) -> Peopling:
    async def post(house: House) -> None:
        await asked(house, is_landline=is_landline)
        await posts(path)(house)

    return post


def makes(path: str, **form: str) -> Peopling:
    """Cora looks at what a form would change, and makes it."""

    async def make(house: House) -> None:
        ui = Ui(house)
        async with ui.signed_in("cora") as door:
            shown = await door.post(path, form)
            assert shown.status_code == 200, shown.text
            made = await door.post(path, {name: unescape(value) for name, value in HIDDEN.findall(shown.text)})
            assert made.status_code == 303, made.text

    return make


def by_number_link(door: str, **form: str) -> Peopling:
    async def press(house: House) -> None:
        path = await asked(house)
        if door == "code":
            await house.web.post(f"{path}/text", headers=OUR_FORM)
        answer = await house.web.post(f"{path}/{door}", data=form, headers=OUR_FORM)
        assert answer.status_code in {303, 422}, answer.text

    return press


async def a_newcomer_chooses(house: House) -> None:
    await posts("/people/new", **EVA)(house)
    path = await link_of(house)
    await house.web.post(f"{path}/text", headers=OUR_FORM)
    told = [str(row["text"]) for row in await house.rows(t.page, purpose="number")]
    (code,) = (text.split()[0] for text in told if "is your code" in text)
    await house.web.post(f"{path}/code", data={"code": code}, headers=OUR_FORM)
    await house.web.post(f"{path}/call", headers=OUR_FORM)
    call = (await house.rows(t.page, purpose="number", channel="voice"))[-1]["id"]
    await house.press(call, "number", "1")
    form = {"languages": "en", "texts_in": "en", "contact_plan": "text 0s", "turnout_minutes": "10"}
    answer = await house.web.post(f"{path}/choices", data=form, headers=OUR_FORM)
    assert answer.status_code == 200, answer.text


async def rests(house: House) -> None:
    """Ana was out tonight, and is home."""
    await house.taken(await house.opened())
    for word in ("OMW", "HERE", "DONE", "HOME"):
        await house.text(word, sender=ANA)


def overrules(path: str) -> Peopling:
    async def post(house: House) -> None:
        await rests(house)
        await posts(path)(house)
        assert await house.rows(t.rest_overruled, person="ana")

    return post


DOORS: dict[tuple[str, str], tuple[Peopling, str | None]] = {
    ("POST", "/people/new"): (posts("/people/new", **EVA), "coordinator"),
    ("POST", "/people/{person}"): (makes("/people/ben", **BEN), "coordinator"),
    ("POST", "/people/{person}/number"): (makes("/people/ben/number", phone=NEW, way="vouch"), "coordinator"),
    ("POST", "/people/{person}/number/ring"): (
        after_asking("/people/ben/number/ring", is_landline=True),
        "coordinator",
    ),
    ("POST", "/people/{person}/number/withdraw"): (after_asking("/people/ben/number/withdraw"), "coordinator"),
    ("POST", "/people/{person}/test"): (posts("/people/ben/test"), "coordinator"),
    ("POST", "/people/{person}/overrule-rest"): (overrules("/people/ana/overrule-rest"), "coordinator"),
    ("POST", "/people/{person}/leaves"): (makes("/people/omar/leaves"), "coordinator"),
    ("POST", "/users/invite"): (posts("/users/invite", name="omar"), "coordinator"),
    ("POST", "/users/{person}/reset"): (posts("/users/omar/reset"), "coordinator"),
    ("POST", "/n/{token}/text"): (by_number_link("text"), "stranger"),
    ("POST", "/n/{token}/call"): (by_number_link("call"), "stranger"),
    ("POST", "/n/{token}/code"): (by_number_link("code", code="12"), "stranger"),
    ("POST", "/n/{token}/choices"): (a_newcomer_chooses, "specialist"),
}
