"""A view in a real browser, perhaps of somebody who is signed in, and whether everybody can use what it shows."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, Page

_PATIENCE = 15_000  # milliseconds; Playwright's own 30 s leave too little of a test's time to say what was missing


@asynccontextmanager
async def browsing(chromium: Browser) -> AsyncIterator[Browser]:
    """All that was opened is closed at the end, so that the service that it shows need not wait for a stream."""
    try:
        yield chromium
    finally:
        for context in chromium.contexts:
            await context.close()


async def new_context(
    browser: Browser, width: int = 1440, scheme: Any = "light", *, url: str = "", token: str = "", **more: Any
) -> BrowserContext:
    """With the `token` of a session, whoever has it is signed in at `url`."""
    context = await browser.new_context(viewport={"width": width, "height": 812}, color_scheme=scheme, **more)
    context.set_default_timeout(_PATIENCE)
    if token:
        await context.add_cookies([{"name": "dispatch-session", "value": token, "url": url}])
    return context


async def new_page(
    context: BrowserContext, *, but: Sequence[str] = (), into: list[str] | None = None
) -> tuple[Page, list[str]]:
    """A page, and whatever the browser complains about: a breach of the policy, an error in a script, a lost file; all
    `but` what has one of these words in it. Several pages may complain `into` one list."""
    page = await context.new_page()
    complaints: list[str] = [] if into is None else into

    def hear(said: str) -> None:
        if not any(words in said for words in but):
            complaints.append(said)

    page.on("console", lambda message: hear(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


async def open_view(
    browser: Browser,
    width: int = 1440,
    scheme: Any = "light",
    *,
    but: Sequence[str] = (),
    into: list[str] | None = None,
    **more: Any,
) -> tuple[Page, list[str]]:
    """As `new_page`, in a context of its own."""
    return await new_page(await new_context(browser, width, scheme, **more), but=but, into=into)


# The rules of axe-core that look at colours: the others find the same whether it is dark or light.
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Of whatever passes, one node: to name each of them took longer than to look at it.
_VIOLATIONS = {"resultTypes": ["violations"]}
# A view has a dozen colours. axe-core reads them from their words for each text and for all that lies behind it, 10,000
# times in a table of nights, which was a third of its work.
_READ_EACH_COLOUR_ONCE = """() => {
  const colour = axe.commons.color.Color.prototype;
  const read = colour.parseString, known = new Map();
  colour.parseString = function (words) {
    if (known.has(words)) return Object.assign(this, known.get(words));
    const { r, g, b, alpha } = read.call(this, words);
    known.set(words, { r, g, b, alpha });
    return this;
  };
}"""


async def is_for_everybody(page: Page, complaints: Sequence[str] = ()) -> None:
    """axe-core finds nothing serious, in light or in dark, nothing is wider than the screen, be it a desk's or a
    phone's, and the browser has complained of nothing. The page is light before and after."""
    await page.wait_for_load_state()  # a press may have begun to load it
    await page.evaluate(AXE_SCRIPT)
    await page.evaluate(_READ_EACH_COLOUR_ONCE)
    await _axe_finds_nothing_serious(page, _VIOLATIONS)
    await page.emulate_media(color_scheme="dark")
    await _axe_finds_nothing_serious(page, _VIOLATIONS | _OF_COLOURS)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    await page.emulate_media(color_scheme="light")
    size = page.viewport_size
    assert size is not None
    for width in (1440, 375, size["width"]):
        await page.set_viewport_size({"width": width, "height": size["height"]})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
    assert not complaints, (page.url, complaints)


async def every_view_is_for_everybody(
    browser: Browser, url: str, token: str, paths: Iterable[str], subtests: pytest.Subtests, pressed: str = ""
) -> None:
    """Each of these on a phone; whatever is `pressed` there, in folds too, is large enough for a thumb."""
    page, complaints = await open_view(browser, 375, url=url, token=token)
    for path in paths:
        with subtests.test(path):
            complaints.clear()
            answer = await page.goto(url + path)
            assert answer is not None
            assert answer.ok
            await is_for_everybody(page, complaints)
            await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            for height, target in await heights(page, pressed) if pressed else ():
                assert height is not None, target
                assert height >= 44, target


async def _axe_finds_nothing_serious(page: Page, options: dict[str, Any]) -> None:
    found = await page.evaluate("async (options) => (await axe.run(options)).violations", options)
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    said = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in grave]
    assert not said, (page.url, said)


_HEIGHTS = """all => all.map(
  (one) => [one.getClientRects().length ? one.getBoundingClientRect().height : null, one.outerHTML]
)"""


async def heights(page: Page, pressed: str) -> list[tuple[float | None, str]]:
    """How high each of these is, None where it is not shown, and what it is. All in one question: a view of the
    schedule has hundreds, and Playwright's `bounding_box` took three journeys to the browser for each."""
    found: list[tuple[float | None, str]] = await page.locator(pressed).evaluate_all(_HEIGHTS)
    return found
