"""Takes the pictures in the documents from the demo, in Debian's Chromium: `python -m tools.take_pictures`.

The demo begins at the same moment each time, with the same thirteen weeks behind it, so a picture changes with its view
only. `tools.check_pictures` says which pictures there are, and finds those that are old.
"""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, async_playwright

from demo import demo
from demo.demo import Demo
from dispatch import logs
from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import Browser as Device
from dispatch.rules.facts.moments import LOCAL
from dispatch.store.callout import records
from tools.check_pictures import IMAGES, PICTURES, Picture, write_digests
from twilio_simulator.server import listen_on_free_port

_BEGINS = datetime(2026, 11, 25, 2, 14, tzinfo=ZoneInfo(LOCAL))
_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


async def take(pictures: tuple[Picture, ...] = PICTURES, folder: Path = IMAGES) -> None:
    """Take each picture, write it as a PNG file, and say beside it what it was taken from."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("pictures need Chromium: apt-get install chromium")
    listener = listen_on_free_port()
    async with demo.opened(listener, 1.0, _BEGINS) as running, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_ARGS)
        code = await _something_happens(running)
        for picture in pictures:
            path = f"/callouts/{code}" if picture.path == "open" else picture.path
            async with _signed_in(browser, running, picture) as page:
                await page.goto(running.url + path)
                await page.wait_for_timeout(1500)  # the live part has come, and its clock runs
                await page.screenshot(path=folder / f"{picture.name}.png")
        await browser.close()
    write_digests(pictures, folder)


async def _something_happens(running: Demo) -> str:
    """LBPD calls out as well: Ana is asked. Returns the code of the call-out that Eva has."""
    (has,) = await running.service.database.read(lambda tx: records.newest(tx, only_open=True))
    await running.call_out("LBPD")
    await asyncio.sleep(1)  # her phone has the text
    return has.code


@asynccontextmanager
async def _signed_in(browser: Browser, running: Demo, picture: Picture) -> AsyncIterator[Page]:
    made = await running.service.runner.act(sign_in.sign_in_as, "cora", Device("127.0.0.1", "pictures", None), "a tool")
    size = {"width": picture.width, "height": picture.height}
    context = await browser.new_context(viewport=size, color_scheme=picture.scheme)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "dispatch-session", "value": made.token, "url": running.url}])
    yield await context.new_page()
    await context.close()


if __name__ == "__main__":
    logs.configure("WARNING")  # thirteen weeks of steps are half a million letters
    asyncio.run(take())
