"""Boards that are open while the real `dispatch serve` ends: told to, it waits for none; killed, it leaves them old."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from dispatch.inbound.web.live import LIVE_BEAT_SECONDS, PEOPLES_STREAMS
from tests.inbound.house import CALL
from tests.inbound.web.board_town import events
from tests.inbound.web.browsing import browsing, open_view
from tests.serving.served import Server, serving

pytestmark = pytest.mark.slow

_BOARDS = PEOPLES_STREAMS.each
_PROMPTLY = 8.0  # far beyond the milliseconds that it takes, because the machine may be busy
_COMES_BACK_MILLISECONDS = 15_000.0


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, database_url) as one:
        yield one


@pytest.fixture
def sqlite_server(sqlite_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, sqlite_url) as one:
        yield one


async def test_told_to_stop_it_waits_for_no_board(server: Server) -> None:
    """Each stream ends in good order, the process soon after, long before the ten seconds that uvicorn would wait."""
    cookies = {"dispatch-session": server.session}
    async with (
        contextlib.AsyncExitStack() as open_,
        httpx.AsyncClient(base_url=server.url, cookies=cookies, timeout=60) as web,
    ):
        streams = []
        for _ in range(_BOARDS):
            answer = await open_.enter_async_context(web.stream("GET", "/board/events", timeout=2 * LIVE_BEAT_SECONDS))
            stream = events(answer)
            assert (await anext(stream))[0] == "state"
            streams.append(stream)
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()

        async def rest(stream: AsyncIterator[tuple[str, Any, str]]) -> list[str]:
            return [name async for name, _, _ in stream]

        async with asyncio.timeout(_PROMPTLY):
            assert await asyncio.gather(*map(rest, streams)) == [[]] * _BOARDS
        assert await asyncio.to_thread(server.process.wait, _PROMPTLY) == 0
        assert time.monotonic() - began < _PROMPTLY
    said = server.log.read_text()
    assert '"stopped"' in said.splitlines()[-1]
    assert "Traceback" not in said


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_a_board_outlives_its_server(sqlite_server: Server, chromium: Browser) -> None:
    """Killed, the server leaves boards that say within seconds that they are old. Once it is started again they show
    what happens now, without having been loaded again."""
    server = sqlite_server
    async with browsing(chromium) as browser:
        page, _ = await open_view(browser, url=server.url, token=server.session)
        await page.goto(server.url)
        sentence, live = page.get_by_role("heading", level=1), page.locator(".band [data-live]").first
        await expect(live).to_contain_text("· live")
        await page.evaluate("window.same = true")

        server.kill()
        await expect(sentence).to_have_text("Not live", timeout=_COMES_BACK_MILLISECONDS)
        await expect(live).to_contain_text("Not live since")
        assert await page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "grayscale(1)"

        await asyncio.to_thread(server.start)
        await expect(live).to_contain_text("· live", timeout=_COMES_BACK_MILLISECONDS)
        await expect(page.get_by_role("heading", name="Not live")).to_have_count(0)
        async with httpx.AsyncClient(
            base_url=server.url, headers={"Authorization": f"Bearer {server.key}"}, timeout=60
        ) as web:
            code = (await web.post("/v1/callouts", json=CALL)).json()["code"]
        await expect(page.get_by_role("article", name=code)).to_be_visible()
        assert await page.evaluate("window.same")
