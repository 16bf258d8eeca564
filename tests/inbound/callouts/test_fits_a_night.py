"""The view of one call-out fits a laptop's screen: what a night asks for is in sight before anybody scrolls."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page

from tests.inbound.callouts.test_in_browser import night

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.slow]

_WIDE, _PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
_IN_SIGHT = {
    "the clock": ".standing .left",
    "the first line of the timeline": "#callout-timeline .spine > li >> nth=0",
    "the newest line of the timeline": "#callout-timeline .spine > li:not(.next) >> nth=-1",
    "who was paged": ".paged li >> nth=0",
    "the last who was paged": ".paged li >> nth=-1",
    "a likely command": ".ladder :is(button, summary) >> nth=0",
    "the last likely command": ".ladder > :is(.rungs, .quick) >> :is(button, summary):visible >> nth=-1",
}


async def _on_the_first_screen(page: Page) -> list[str]:
    """What of a night is not wholly in sight."""
    height = _WIDE["height"]
    missing = []
    for what, where in _IN_SIGHT.items():
        box = await page.locator(where).bounding_box()
        if box is None or box["y"] < 0 or box["y"] + box["height"] > height:
            missing.append(f"{what}: {box}")
    return missing


async def _height(page: Page) -> int:
    found: int = await page.evaluate("document.documentElement.scrollHeight")
    return found


async def test_a_night_is_in_sight_before_anybody_scrolls(
    sqlite_url: str, chromium: Browser, subtests: pytest.Subtests
) -> None:
    """Paging, nobody answered, taken, under way and there: the timeline's ends, who was paged and the likely commands
    are on a screen of 1440 by 900, and all of it is no longer than a screen and a half."""
    async with night(sqlite_url, chromium) as on:
        page = await on.sits_down("cora")
        await page.set_viewport_size(_WIDE)  # type: ignore[arg-type]
        path = await on.calls_out()

        async def look(state: str) -> None:
            await page.goto(on.town.url + path)
            with subtests.test(state):
                assert await _on_the_first_screen(page) == []
                assert await _height(page) <= 1400

        await look("paging")
        await on.town.pass_time(timedelta(minutes=11))
        await look("nobody")
        await on.texts("ben", "1 30")
        await look("taken")
        await on.texts("ben", "OMW")
        await on.town.pass_time(timedelta(minutes=10))
        await look("under way")
        await on.texts("ben", "HERE")
        await look("there")


async def test_an_ordinary_night_is_short_on_a_phone(
    sqlite_url: str, chromium: Browser, subtests: pytest.Subtests
) -> None:
    """Ana is paged, takes it, goes and is there: fewer than three screens of 812 pixels each time."""
    async with night(sqlite_url, chromium) as on:
        page = await on.sits_down("cora", 375)
        await page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
        path = await on.calls_out()

        async def look(state: str) -> None:
            await page.goto(on.town.url + path)
            with subtests.test(state):
                # With the line that coordinators are warned, should whoever drives not be there when they said.
                assert await _height(page) <= 2250

        await look("paging")
        for state, word in (("taken", "1 25"), ("under way", "OMW"), ("there", "HERE")):
            await on.texts("ana", word)
            await on.town.pass_time(timedelta(minutes=5))
            await look(state)


async def test_every_command_is_one_press_away_at_most(sqlite_url: str, chromium: Browser) -> None:
    """Three in sight, and the others together under one line, which names them."""
    async with night(sqlite_url, chromium) as on:
        page = await on.sits_down("cora")
        path = await on.calls_out()
        await on.texts("ana", "1 25")
        await page.goto(on.town.url + path)
        assert await page.locator(".ladder summary").count() == 3
        named = await page.locator("#fold-more > summary").inner_text()
        hidden = await page.locator("#fold-more details > summary b").all_text_contents()
        assert len(hidden) >= 4
        assert [name for name in hidden if name.casefold() not in named.casefold()] == []
