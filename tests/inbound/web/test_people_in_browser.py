"""People in a real browser: at both widths, in both schemes, by keyboard and without a script."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import sign_in
from dispatch.actions.delivery import test_page
from dispatch.actions.people import verify_number
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Language, Person
from tests.inbound.house import SECRET_KEY
from tests.inbound.web.browsing import browsing, every_view_is_for_everybody, is_for_everybody, open_view
from twilio_simulator import Behaviour

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

BENS, FAYS = "+15625550143", "+15625550144"


@asynccontextmanager
async def _room(database_url: str) -> AsyncIterator[tuple[Town, str, str]]:
    """A town in which Ben is to verify another mobile and Fay a landline, a session of Cora's, and Ben's link."""
    async with town(database_url, sample.roster_at(BEGINS), start=BEGINS, secret_keys=SECRET_KEY) as place:
        act, ask = place.service.runner.act, verify_number.ask
        await act(ask, "ben", BENS, OPERATOR, Source.CLI, is_landline=False)
        fay = Person("fay", "Fay Long-Surname", FAYS)
        await act(ask, "fay", FAYS, OPERATOR, Source.CLI, is_landline=True, newcomer=fay)
        await act(test_page.request, "ana", OPERATOR, Source.CLI)
        await place.pass_time(timedelta(minutes=2))
        link = re.search(r"/n/\w+", place.carrier.phone(BENS).texts[-1].body)
        assert link is not None
        made = await act(sign_in.sign_in_as, "cora", sign_in.Browser("203.0.113.9", "test", None), "for a test")
        yield place, made.token, link[0]


@pytest.mark.slow
async def test_everybody_can_use_them(chromium: Chromium, sqlite_url: str, subtests: pytest.Subtests) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, what a thumb presses is large enough, and the
    browser complains of nothing."""
    async with _room(sqlite_url) as (place, token, link), browsing(chromium) as browser:
        paths = ("/people", "/people/ben", "/people/fay", "/people/cora", "/people/new", "/users", link)
        pressed = "main :is(.button, select, .field input:not([type=hidden]), th a):not(.check input)"
        await every_view_is_for_everybody(browser, place.url, token, paths, subtests, pressed)
        page, complaints = await open_view(browser, 375, url=place.url, token=token)
        await page.goto(f"{place.url}/people/ana")
        await page.get_by_role("button", name="leaves").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("leaves?")
        await is_for_everybody(page, complaints)


@pytest.mark.slow
async def test_everybody_can_use_a_link_in_spanish(chromium: Chromium, sqlite_url: str) -> None:
    """A screen reader reads it as Spanish: the view says so."""
    async with _room(sqlite_url) as (place, _, _), browsing(chromium) as browser:
        eva = Person("eva-2", "Eva Sol", "+15625550147", texts_in=Language.SPANISH)
        asking = partial(verify_number.ask, is_landline=False, newcomer=eva)
        await place.service.runner.act(asking, eva.id, eva.phone, OPERATOR, Source.CLI)
        await place.pass_time(timedelta(seconds=4))
        link = re.search(r"/n/\w+", place.carrier.phone(eva.phone).texts[-1].body)
        assert link is not None
        page, complaints = await open_view(browser, 375, but=("422",))
        await page.goto(place.url + link[0])
        await expect(page.get_by_role("heading", level=1)).to_have_text("¿Es este su número, Eva?")
        assert await page.evaluate("document.documentElement.lang") == "es"
        await is_for_everybody(page, complaints)
        await page.get_by_role("button", name="Envíenme un código").click()
        await page.get_by_label("El código que le enviamos").fill("000000")
        await page.get_by_role("button", name="Este es el código").click()
        await expect(page.get_by_text("Ese no es el código.")).to_be_visible()
        await is_for_everybody(page, complaints)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with script", "without"])
async def test_somebody_is_added_and_verified_by_keyboard(chromium: Chromium, sqlite_url: str, script: bool) -> None:
    """A coordinator types a name and a number; its owner has a code texted, types it, and presses a key on our call."""
    async with _room(sqlite_url) as (place, token, _), browsing(chromium) as browser:
        page, complaints = await open_view(browser, 375, url=place.url, token=token, java_script_enabled=script)
        await page.goto(f"{place.url}/people")
        await page.get_by_role("link", name="Add somebody").click()
        await page.get_by_label("Name").focus()
        await page.keyboard.type("Gia Park")
        await page.keyboard.press("Tab")
        await page.keyboard.type("562 555 0145")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("once it is verified")
        await place.pass_time(timedelta(seconds=4))
        phone = place.carrier.phone("+15625550145")
        link = re.search(r"/n/\w+", phone.texts[-1].body)
        assert link is not None
        hers, told = await open_view(browser, 375, java_script_enabled=script)
        await hers.goto(place.url + link[0])
        await hers.get_by_role("button", name="Text me a code").press("Enter")
        await expect(hers.get_by_label("The code that we texted")).to_be_visible()
        await place.pass_time(timedelta(seconds=4))
        await hers.get_by_label("The code that we texted").fill(phone.texts[-1].body.split()[0])
        await hers.get_by_role("button", name="That is the code").press("Enter")
        await expect(hers.get_by_text("Done: you typed the code.")).to_be_visible()
        phone.behave(Behaviour.ANSWERS, presses=["1"])
        await hers.get_by_role("button", name="Ring me now").press("Enter")
        await expect(hers.get_by_role("link", name="I pressed it")).to_be_visible()
        await place.pass_time(timedelta(seconds=40))
        await hers.get_by_role("link", name="I pressed it").press("Enter")
        await expect(hers.get_by_role("heading", level=1)).to_have_text("Your number is verified")
        await hers.get_by_label("Languages that you can speak with a child").fill("en, ko")
        await hers.get_by_role("button", name="That is right").press("Enter")
        await expect(hers.get_by_role("heading", level=1)).to_have_text("Thank you, Gia")
        await page.goto(f"{place.url}/people")
        await expect(page.get_by_role("row", name="Gia Park")).to_contain_text("English, Korean")
        assert (complaints, told) == ([], [])
