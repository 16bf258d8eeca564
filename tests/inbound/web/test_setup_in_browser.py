"""The setup in a real browser: for everybody, without script, by keyboard, on a phone; and the card on paper."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import Browser
from dispatch.rules.facts.roster import Roster
from tests.inbound.web.browsing import browsing, every_view_is_for_everybody, is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

_VIEWS = (
    *("/setup", "/setup/agencies", "/setup/agencies?called=LBPD", "/setup/stations?agency=LBPD&called=West+Division"),
    *("/setup/rotations?called=primary", "/setup/policies?called=default", "/setup/areas?called=LBH"),
    *("/setup/drives", "/setup/drives?start=LBH", "/setup/keys", "/agencies/LBPD/card"),
)


@asynccontextmanager
async def _room(url: str) -> AsyncIterator[tuple[Town, str]]:
    """The sample town, and the token of a session of Cora's."""
    async with town(url, sample.roster_at(BEGINS), start=BEGINS, contact_phone=sample.CONTACT_PHONE) as place:
        browser = Browser("203.0.113.9", "test", None)
        yield place, (await place.service.runner.act(sign_in.sign_in_as, "cora", browser, "for a test")).token


async def _roster(place: Town) -> Roster:
    return await place.service.runner.ask(lambda tx, context: context.roster(tx))


@pytest.mark.slow
async def test_every_view_is_for_everybody(chromium: Chromium, sqlite_url: str, subtests: pytest.Subtests) -> None:
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        await every_view_is_for_everybody(browser, place.url, token, _VIEWS, subtests)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with", "without"])
async def test_a_station_is_added_by_keyboard(chromium: Chromium, sqlite_url: str, script: bool) -> None:
    """On a phone, from the board: four presses, and what was mistyped is said at its field."""
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        page, complaints = await open_view(
            browser, 375, "dark", url=place.url, token=token, java_script_enabled=script, but=("422",)
        )
        await page.goto(place.url + "/")
        await page.get_by_role("link", name="Setup").click()
        await page.get_by_role("link", name="LBPD", exact=True).click()
        await page.get_by_role("link", name="Add a station").click()
        await page.get_by_label("Name").focus()
        for typed in ("East Division", "3800 East Willow Street, Long Beach", "555"):
            await page.keyboard.type(typed)
            await page.keyboard.press("Tab")
        look = page.get_by_role("button", name="Look")
        await (look.press("Enter") if script else look.click())
        phone = page.get_by_label("Desk phone")
        await expect(phone).to_have_attribute("aria-invalid", "true")
        await expect(phone).to_have_value("555")
        await expect(page.get_by_label("Name")).to_have_value("East Division")
        if script:
            await is_for_everybody(page, complaints)
        await phone.fill("562 555 0153")
        await phone.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Add East Division?")
        if script:
            await is_for_everybody(page, complaints)
        await page.get_by_role("button", name="Add East Division").click()
        await expect(page.get_by_role("status")).to_contain_text("Done.")
        agency = (await _roster(place)).agency("LBPD")
        assert agency is not None
        assert agency.stations[-1].phone == "+15625550153"
        assert complaints == []


@pytest.mark.slow
async def test_the_card_is_one_a6(chromium: Chromium, sqlite_url: str, tmp_path: Path) -> None:
    """From a dark screen: the card and nothing else, black on white."""
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        page, _ = await open_view(browser, 1440, "dark", url=place.url, token=token)
        await page.goto(place.url + "/agencies/LBPD/card")
        paper = await page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
        (box,) = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper))
        assert [round(float(points) / 72 * 25.4) for points in box] == [105, 148]
        await page.emulate_media(media="print", color_scheme="dark")
        await expect(page.get_by_text("Print this view")).not_to_be_visible()
        await expect(page.get_by_role("img", name="562 555 0100")).to_be_visible()
        assert await page.evaluate("getComputedStyle(document.querySelector('.a6')).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
