"""Covers in a real browser: somebody's own view on a phone, what a coordinator sees of it, a draft, and paper."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from demo.town import OUR_NUMBER
from dispatch.actions.shifts.own_shifts import do_own
from tests.inbound.web.board_town import Board, board_town
from tests.inbound.web.browsing import is_for_everybody, new_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


async def _asked_and_away(board: Board) -> str:
    """Ana asks for cover of Friday evening and is away over Christmas. Returns the address of her own view."""
    phone, runner = board.town.phone_of("ana"), board.town.service.runner
    await phone.reply("NIGHTS", to=OUR_NUMBER)
    await board.town.pass_time(timedelta(seconds=2))
    address = phone.texts[-1].body.rpartition(" ")[2]
    token = address.rpartition("/")[2]
    await runner.act(do_own, token, "ask", {"begins": "2026-11-27T18:00", "ends": "2026-11-28T00:00"})
    await runner.act(do_own, token, "away", {"first": "2026-12-24", "last": "2027-01-02"})
    await board.town.pass_time(timedelta(seconds=2))
    return address


async def test_their_own_view_is_for_everybody_on_a_phone(chromium: Chromium, sqlite_url: str) -> None:
    """Asked for, away, and with the feed's long address. On paper there are shifts, and no forms."""
    async with board_town(sqlite_url, chromium) as board:
        mine = await _asked_and_away(board)
        page, complaints = await new_page(await board.context(await board.session(), 375))
        await page.goto(mine)
        await expect(page.locator("main")).to_contain_text("Cover is asked for: 1, Fri 27 Nov 18:00-24:00")
        await expect(page.locator("main")).to_contain_text("Thu 24 Dec-Sat 2 Jan")
        await is_for_everybody(page, complaints)
        await page.get_by_role("button", name="Make a calendar feed").click()
        await expect(page.locator("main")).to_contain_text(".ics")
        await is_for_everybody(page, complaints)
        await page.emulate_media(media="print")
        await expect(page.get_by_text("Fri 27 Nov 18:00-24:00")).to_be_visible()
        await expect(page.get_by_label("First day")).to_be_hidden()
        await expect(page.get_by_text("Where you start from")).to_be_hidden()


async def test_covers_are_for_everybody_and_nobody_is_put_on_by_mistake(chromium: Chromium, sqlite_url: str) -> None:
    """Nobody is chosen beforehand, and neither the holder nor somebody who does not go out is listed."""
    async with board_town(sqlite_url, chromium) as board:
        await _asked_and_away(board)
        page, complaints = await new_page(await board.context(await board.session(), 375))
        for path in ("/schedule/covers", "/schedule", "/"):
            await page.goto(board.url + path)
            await expect(page.locator("main")).to_contain_text("Fri 27 Nov 18:00-24:00")
            await is_for_everybody(page, complaints)
        await page.goto(board.url + "/schedule/covers")
        await page.get_by_role("button", name="Give it to them").first.click()
        await expect(page.locator("#c1")).to_be_visible()  # the browser asks for a choice
        listed = await page.locator("#give-1 option").all_inner_texts()
        assert listed == ["choose whom", "Ben Okafor", "Cleo Martin", "Dev Sharma", "Eva Lindgren"]
        await page.get_by_label("Or put somebody on").first.select_option("Cleo Martin")
        await page.get_by_role("button", name="Give it to them").first.click()
        await expect(page.get_by_role("heading", name="Give cover 1?")).to_be_visible()
        await page.get_by_role("button", name="Give it to them").click()
        await expect(page.get_by_text("taken: Cleo Martin")).to_be_visible()
