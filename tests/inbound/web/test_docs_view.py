"""`/docs`: Swagger UI in a sandbox. It shows the document, and can do nothing else."""

import json
from html.parser import HTMLParser

import pytest
from playwright.async_api import Browser, Error, Page, Request, expect

from tests.inbound.house import House
from tests.inbound.web.browsing import browsing, new_context, new_page, open_view
from tests.inbound.web.conftest import Ui

_HOSTILE = (
    "</template></main><script>document.title = 'broken out'</script><img src='https://evil.example/a.png' "
    "onerror=\"document.title = 'broken out'\">\N{LINE SEPARATOR}<!--<script>&lt;&amp;![b](https://evil.example/b.png)"
)


class _Read(HTMLParser):
    """What a browser makes of a page: its elements, and the text inside its template."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.embedded = ""
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        self._inside = tag == "template"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        self.embedded += data if self._inside else ""


async def test_the_page_holds_the_document(house: House) -> None:
    """All of it, since a sandbox can fetch nothing; the document itself is a link away, and so is the service."""
    read = _Read((await house.web.get("/docs")).text)
    assert json.loads(read.embedded) == (await house.web.get("/openapi.json")).json()
    assert [dict(attrs)["href"] for tag, attrs in read.elements if tag == "a"] == ["/", "/openapi.json"]


async def test_no_text_of_the_document_becomes_markup(house: House) -> None:
    """Whatever stands in a description stays a text."""
    house.service.web.description = _HOSTILE
    read = _Read((await house.web.get("/docs")).text)
    assert json.loads(read.embedded)["info"]["description"] == _HOSTILE
    assert [tag for tag, _ in read.elements if tag in {"img", "script"}] == ["script"] * 2
    assert all("src" in dict(attrs) for tag, attrs in read.elements if tag == "script")


def _asked_by(page: Page) -> list[Request]:
    """Whatever the page will have asked for, of whichever host."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108  # Playwright marks its handlers
    return asked


@pytest.mark.browser
async def test_everything_is_shown_and_nothing_can_be_done(chromium: Browser, ui: Ui) -> None:
    """Each operation and each webhook; no button that sends, no field for a key; and for its script no origin, cookie,
    storage or request of ours. A click leads back to the service, with the session."""
    document = ui.town.service.web.openapi()
    async with browsing(chromium) as browser:
        page, complaints = await new_page(await new_context(browser, url=ui.url, token="somebody's"))
        asked = _asked_by(page)
        await page.goto(f"{ui.url}/docs")
        shown = page.locator(".opblock")
        told = {**document["paths"], **document["webhooks"]}
        await expect(shown).to_have_count(sum(len(operations) for operations in told.values()))
        paths = await shown.locator(".opblock-summary-path").evaluate_all("all => all.map(one => one.dataset.path)")
        assert set(paths) == set(told)
        await page.locator(".opblock-summary-control").first.click()
        await expect(page.get_by_text("callback_phone").first).to_be_visible()
        await expect(page.get_by_role("button", name="Try it out")).to_have_count(0)
        await expect(page.get_by_role("button", name="Execute")).to_have_count(0)
        await page.locator(".authorization__btn").first.click()
        await expect(page.get_by_text("dispatch key new").first).to_be_visible()
        await expect(page.locator(".dialog-ux :is(input, .authorize):visible")).to_have_count(0)
        await page.get_by_role("button", name="Close", exact=True).first.click()
        assert complaints == []
        assert {request.url.rpartition("/")[0] for request in asked} == {
            *(ui.url, f"{ui.url}/docs", f"{ui.url}/assets")
        }
        assert await page.evaluate("origin") == "null"
        for ours in ("document.cookie", "localStorage", "fetch('/openapi.json')"):
            with pytest.raises(Error, match=r"SecurityError|Failed to fetch"):
                await page.evaluate(f"(async () => {{ await {ours} }})()")
        async with page.expect_request(f"{ui.url}/") as going:
            await page.get_by_role("link", name="Back to dispatch", exact=True).click()
        assert "dispatch-session=" in (await (await going.value).all_headers())["cookie"]
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.browser
@pytest.mark.slow
async def test_a_hostile_document_breaks_out_of_nothing(chromium: Browser, ui: Ui) -> None:
    """Nothing in it runs, and nobody else is asked for a picture in it."""
    ui.town.service.web.description = _HOSTILE
    async with browsing(chromium) as browser:
        page, _ = await open_view(browser)  # the browser says what it has kept from loading
        asked = _asked_by(page)
        await page.goto(f"{ui.url}/docs")
        await expect(page.locator(".opblock").first).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert await page.title() == "API · dispatch"
        strangers = [request for request in asked if not request.url.startswith(f"{ui.url}/")]
        assert [request.failure for request in strangers] == ["csp"], "it was wanted, and never sent"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (375, "dark")])
async def test_it_fits_and_follows_the_system(chromium: Browser, ui: Ui, width: int, scheme: str) -> None:
    """Nothing is wider than the screen, and words are light on dark when the system is dark."""
    async with browsing(chromium) as browser:
        page, complaints = await open_view(browser, width, scheme)
        await page.goto(f"{ui.url}/docs")
        await page.locator(".opblock-summary-control").first.click()
        await expect(page.locator(".opblock-body").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        colour = "one => getComputedStyle(one)[{}].match(/\\d+/g).slice(0, 3).map(Number)"
        ink = await page.locator(".info .title").evaluate(colour.format("'color'"))
        ground = await page.locator("html").evaluate(colour.format("'backgroundColor'"))
        assert (min(ink) > 200, max(ground) in range(1, 64)) == (scheme == "dark",) * 2
        assert complaints == []
