"""`/phones` in a real browser, as somebody who tries the demo sees it, on a desktop and on a telephone."""

import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.demo.conftest import running_demo
from tests.inbound.web.browsing import browsing

pytestmark = pytest.mark.slow

PATIENCE = 15_000  # milliseconds
_ASKED = re.compile(r"Reply (\w+) 1 to take it")  # with its code, since Eva's call-out is open as well


@asynccontextmanager
async def _open(chromium: Browser, url: str, width: int, scheme: str) -> AsyncIterator[tuple[Page, list[str]]]:
    """The page, and whatever the browser complains about."""
    complaints: list[str] = []
    async with browsing(chromium) as browser:
        page = await browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        await page.goto(f"{url}/phones")
        yield page, complaints


@pytest.mark.browser
async def test_a_call_out_is_answered(chromium: Browser, tmp_path: Path) -> None:
    """One click calls out; the text comes by itself, `1 25` takes it, and the officer's phone says who comes."""
    with running_demo(tmp_path, "--speed", "5") as demo:
        async with _open(chromium, demo.url, 375, "dark") as (page, complaints):
            ana, officer = page.locator("#ana"), page.locator("#officer")
            await expect(ana.get_by_role("log")).not_to_contain_text("call-out")
            await page.get_by_label("Agency").select_option("LBPD")
            await page.get_by_role("button", name="Call out").click()
            await expect(ana.get_by_role("log")).to_contain_text(_ASKED, timeout=PATIENCE)
            await expect(page.get_by_role("region", name="Call-outs")).to_contain_text("paging")

            await ana.get_by_label("Text from Ana").fill("1 25")
            await page.keyboard.press("Enter")
            await expect(ana.get_by_role("log")).to_contain_text("You have", timeout=PATIENCE)
            await expect(officer.get_by_role("log")).to_contain_text("Ana is coming, ETA", timeout=PATIENCE)
            await expect(page.get_by_role("region", name="Call-outs")).to_contain_text("taken")
            await expect(ana.get_by_label("Text from Ana")).to_have_value("")

            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert complaints == []


_RINGS_WITHIN = 60_000  # milliseconds; a minute of theirs is twelve seconds, and then it rings as long again


@pytest.mark.browser
async def test_a_call_is_taken_from_the_keyboard(chromium: Browser, tmp_path: Path) -> None:
    """Ana's phone rings; Tab and Enter answer it, press 1 and hang up, and the focus is never lost."""
    with running_demo(tmp_path, "--speed", "5") as demo:
        async with _open(chromium, demo.url, 1440, "light") as (page, complaints):
            ana = page.locator("#ana")
            await page.get_by_role("button", name="Call out").click()
            await ana.get_by_role("button", name="Answer").press("Enter", timeout=_RINGS_WITHIN)
            one = ana.get_by_role("button", name="1", exact=True)
            await expect(one).to_be_focused(timeout=PATIENCE)
            await _until_taken(page)
            await expect(ana.get_by_text("Key in how many minutes")).to_be_visible(timeout=PATIENCE)
            await expect(one).to_be_focused()
            await ana.get_by_role("button", name="Hang up").press("Enter")
            await expect(ana.get_by_label("Text from Ana")).to_be_focused(timeout=PATIENCE)
            assert complaints == []


async def _until_taken(page: Page) -> None:
    """Press the focused key until it is heard: a key pressed before the call listens is lost, as on any phone."""
    board = page.get_by_role("region", name="Call-outs")
    for _ in range(8):
        await page.keyboard.press("Enter")
        with contextlib.suppress(AssertionError):
            await expect(board).to_contain_text("taken", timeout=2_000)
            return
    await expect(board).to_contain_text("taken", timeout=PATIENCE)
