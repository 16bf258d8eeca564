"""The views of response times in a real browser, in each of their states: at both widths, in both schemes, printed, by
keyboard and without a script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import sign_in
from dispatch.actions.reports import show_response_times
from dispatch.inbound.web.reports import charts
from tests.inbound.house import SECRET_KEY
from tests.inbound.web import past_weeks
from tests.inbound.web.browsing import browsing, every_view_is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_NOBODY, _FEW, _SOME = 0, 7, 128
_PAGES = {
    _NOBODY: ["/response-times", "/response-times/public"],
    _FEW: ["/response-times"],
    _SOME: [
        "/response-times",
        "/response-times?period=days&from=2026-11-01&to=2026-11-20&agency=LBPD",
        "/response-times/callouts/past-20",
        "/response-times/callouts/past-41",
        "/response-times/callouts/past-0",
        "/response-times/public",
        "/response-times/public/2026-10",
        "/response-times/public/2026-Q3",
    ],
}


@asynccontextmanager
async def _room(database_url: str, count: int) -> AsyncIterator[tuple[Town, str]]:
    """A town with a past of so many call-outs, and a session of Cora's."""
    async with town(database_url, sample.roster_at(BEGINS), start=BEGINS, secret_keys=SECRET_KEY) as place:
        await place.service.database.write(lambda tx: past_weeks.write(tx, BEGINS, count))
        browser = sign_in.Browser("203.0.113.9", "test", None)
        made = await place.service.runner.act(sign_in.sign_in_as, "cora", browser, "for a test")
        yield place, made.token


@pytest.mark.parametrize("count", [_NOBODY, _FEW, _SOME])
@pytest.mark.slow
async def test_everybody_can_use_them(
    chromium: Browser, sqlite_url: str, subtests: pytest.Subtests, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, and the browser complains of nothing."""
    async with _room(sqlite_url, count) as (place, token), browsing(chromium) as browser:
        await every_view_is_for_everybody(browser, place.url, token, _PAGES[count], subtests)
        if count == _SOME:
            monkeypatch.setattr(charts, "MOST_DOTS", 10)
            for most_read in (10_000, 10):
                monkeypatch.setattr(show_response_times, "MOST_RESPONSES", most_read)
                await every_view_is_for_everybody(browser, place.url, token, ("/response-times",), subtests)


@pytest.mark.slow
async def test_a_miss_is_reviewed_without_a_script(chromium: Browser, sqlite_url: str) -> None:
    """From the list to the form and back; what is left to review counts down."""
    async with _room(sqlite_url, _SOME) as (place, token), browsing(chromium) as browser:
        page, complaints = await open_view(browser, 375, url=place.url, token=token, java_script_enabled=False)
        await page.goto(place.url + "/response-times")
        missed = page.locator(".figures div").filter(has_text="Missed")
        await expect(missed).to_contain_text("1 to review")
        await page.get_by_role("link", name="Review ").click()
        await page.get_by_label("Cause").select_option("far away")
        await page.get_by_label("What would have helped").select_option("somebody who lives nearer")
        await page.get_by_label("In one line").fill("the bridge was closed")
        await page.get_by_role("button", name="Keep the review").click()
        await expect(page.get_by_role("button", name="Change the review")).to_be_visible()
        await page.goto(place.url + "/response-times")
        await expect(missed).to_contain_text("0 to review")
        assert complaints == []


async def test_filters_by_keyboard(chromium: Browser, sqlite_url: str) -> None:
    """Days are asked for only when a span of days is chosen; a miss in the chart is a link with a name."""
    async with _room(sqlite_url, _SOME) as (place, token), browsing(chromium) as browser:
        page, _ = await open_view(browser, url=place.url, token=token)
        await page.goto(place.url + "/response-times")
        await expect(page.get_by_label("From", exact=True)).to_be_hidden()
        await page.get_by_label("Period").select_option("days")
        await expect(page.get_by_label("From", exact=True)).to_be_visible()
        await page.get_by_label("From", exact=True).fill("2026-10-01")
        await page.get_by_label("To", exact=True).fill("2026-10-31")
        await page.get_by_label("Agency", exact=True).select_option("LASD")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator(".chosen")).to_contain_text("Thu 1 Oct to Sat 31 Oct 2026, LASD.")
        await page.goto(place.url + "/response-times")
        miss = page.locator("svg.chart a").first
        await miss.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(":")
        assert "/response-times/callouts/past-" in page.url


@pytest.mark.slow
async def test_a_board_of_directors_gets_figures_and_no_buttons(chromium: Browser, sqlite_url: str) -> None:
    """Printed from a dark screen: black on white, nothing to press, and nothing cut off at the side."""
    async with _room(sqlite_url, _SOME) as (place, token), browsing(chromium) as browser:
        page, _ = await open_view(browser, 800, "dark", url=place.url, token=token)
        await page.emulate_media(media="print", color_scheme="dark")
        for path in ("/response-times", "/response-times/public/2026-10"):
            await page.goto(place.url + path)
            ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(255, 255, 255)"
            await expect(page.get_by_role("button")).to_have_count(0)
            await expect(page.get_by_role("combobox")).to_have_count(0)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
async def test_pages_are_light(chromium: Browser, sqlite_url: str) -> None:
    """Two thousand dots with style and script weigh 300 KB at most, in four requests."""
    async with _room(sqlite_url, 2_000) as (place, token), browsing(chromium) as browser:
        page, _ = await open_view(browser, url=place.url, token=token)
        answers: list[Any] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Playwright marks its handlers
        await page.goto(place.url + "/response-times?period=all", wait_until="load")
        assert len(answers) <= 4
        assert sum([len(await answer.body()) for answer in answers]) <= 300_000
        assert all(answer.url.startswith(place.url) for answer in answers)
