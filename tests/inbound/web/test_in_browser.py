"""Every view in a real browser: on a desk and a phone, by day and night, printed, by keyboard, without its script."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, expect

from dispatch.rules.wording import times
from tests.inbound.web.browsing import browsing, is_for_everybody, open_view
from tests.inbound.web.conftest import Ui

_HEAVIEST = 300_000  # bytes
_MOST_REQUESTS = 3  # and the icon, which the browser asks for whenever it likes
_TARGET = 44  # pixels, on a phone (WCAG 2.2, 2.5.5)
_BY_DESIGN = ("status of 404", "status of 410", "status of 500")  # of the pages that say so

pytestmark = pytest.mark.browser


async def _new_page(
    browser: Browser, ui: Ui, width: int = 1440, scheme: Any = "light", **more: Any
) -> tuple[Page, list[str]]:
    return await open_view(browser, width, scheme, but=_BY_DESIGN, url=ui.url, token=ui.token, **more)


@pytest.mark.timeout(240)  # axe-core takes a second a page, and more beside other tests
@pytest.mark.slow
async def test_everybody_can_use_every_page(chromium: Browser, ui: Ui, subtests: pytest.Subtests) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, and the browser complains of nothing."""
    async with browsing(chromium) as browser:
        page, complaints = await _new_page(browser, ui)
        for name, path in ui.pages.items():
            with subtests.test(name):
                complaints.clear()
                await page.goto(ui.url + path)
                await is_for_everybody(page, complaints)


async def test_what_a_thumb_touches_is_large_enough(chromium: Browser, ui: Ui, subtests: pytest.Subtests) -> None:
    """On a phone every button, field and lone link is at least 44 pixels high and wide; links in a sentence aside."""
    async with browsing(chromium) as browser:
        page, _ = await _new_page(browser, ui, 375)
        for name, path in ui.pages.items():
            with subtests.test(name):
                await page.goto(ui.url + path)
                small = await page.evaluate(
                    """(least) => [...document.querySelectorAll(
                        "button, select, input:not([type=hidden]), textarea, summary, a[href]"
                    )].filter((one) => {
                        const touched = one.closest("label") ?? one, box = touched.getBoundingClientRect();
                        if (!box.width || one.closest(".skip") || getComputedStyle(touched).display === "inline")
                            return false;
                        return box.height < least - .5 || box.width < least - .5;
                    }).map((one) => one.outerHTML.slice(0, 120))""",
                    _TARGET,
                )
                assert small == []


@pytest.mark.slow
async def test_a_page_asks_this_service_and_nobody_else(chromium: Browser, ui: Ui, subtests: pytest.Subtests) -> None:
    """Four requests the first time and one later; 300 KB at most, and none to another host."""
    async with browsing(chromium) as browser:
        for name, path in ui.pages.items():
            with subtests.test(name):
                page, _ = await _new_page(browser, ui)
                answers = _heard_by(page)
                ui.asked.clear()
                await page.goto(ui.url + path, wait_until="load")
                assert len(_without_stream(ui.asked)) <= _MOST_REQUESTS + (name == "phones")  # its style is its own
                assert sum([len(await answer.body()) for answer in _without_streams(answers)]) <= _HEAVIEST
                ui.asked.clear()
                await page.goto(ui.url + path, wait_until="load")
                assert _without_stream(ui.asked) == [path]
                assert all(answer.url.startswith(f"{ui.url}/") for answer in answers)
                await page.context.close()


def _heard_by(page: Page) -> list[Response]:
    """What the page will have been answered, by whichever host."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Playwright marks its handlers
    return answers


def _without_stream(asked: list[str]) -> list[str]:
    return [path for path in asked if not path.endswith(("/events", "/state", ".svg"))]


def _without_streams(answers: list[Response]) -> list[Response]:
    return [answer for answer in answers if not answer.url.endswith(("/events", "/state"))]


@pytest.mark.slow
async def test_pages_work_without_their_script(chromium: Browser, ui: Ui, subtests: pytest.Subtests) -> None:
    """Each shows its content, and the display can be switched, which comes back to the same page."""
    async with browsing(chromium) as browser:
        page, complaints = await _new_page(browser, ui, java_script_enabled=False)
        for name, path in ui.pages.items():
            with subtests.test(name):
                await page.goto(ui.url + path)
                await expect(page.get_by_role("heading", level=1)).to_be_visible()
                await page.get_by_role("button", name="Dark").click()
                await expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
                assert page.url == ui.url + path
                automatic = page.get_by_role("button", name="Automatic")
                await automatic.click()
                await expect(automatic).to_have_attribute("aria-pressed", "true")
        assert complaints == []


@pytest.mark.slow
async def test_the_switch_overrides_the_system(chromium: Browser, ui: Ui) -> None:
    """Dark on a light system and light on a dark one, until "automatic" gives it back."""
    async with browsing(chromium) as browser:
        for system, other in (("light", "Dark"), ("dark", "Light")):
            page, _ = await _new_page(browser, ui, scheme=system)
            await page.goto(f"{ui.url}/callouts")
            before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            body = page.locator("body")  # each press loads the page anew, which may have no body yet
            await page.get_by_role("button", name=other).click()
            await expect(body).not_to_have_css("background-color", before)
            await expect(page.get_by_role("button", name=other)).to_have_attribute("aria-pressed", "true")
            await page.get_by_role("button", name="Automatic").click()
            await expect(body).to_have_css("background-color", before)
            await page.context.close()


@pytest.mark.slow
async def test_the_first_tab_skips_to_the_content(chromium: Browser, ui: Ui) -> None:
    """Tab shows a link, Enter goes to the content, and the focus can be seen wherever it is."""
    async with browsing(chromium) as browser:
        page, _ = await _new_page(browser, ui)
        await page.goto(f"{ui.url}/callouts")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()
        for _ in range(12):
            await page.keyboard.press("Tab")
            assert await page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


@pytest.mark.slow
async def test_the_script_says_relative_times_as_the_server_does(chromium: Browser, ui: Ui) -> None:
    """The same moment in the same words, whichever of the two wrote them, by the clock of the service."""
    seconds = (-59, 1, 60, -61, 3_599, 3_600, -3_600, 7_500, -86_340, 86_400, -86_400, 172_801, -900_000)
    now = ui.town.clock.moment
    async with browsing(chromium) as browser:
        page, _ = await _new_page(browser, ui)
        await page.goto(f"{ui.url}/callouts")
        said = {}
        for number, away in enumerate(seconds):
            # Half a minute towards the middle of its minute, so that the page's own seconds do not change the words.
            moment = now + timedelta(seconds=away) + timedelta(seconds=30 if away > 0 else -30)
            await page.evaluate(
                """([id, moment]) => {
                    const one = document.createElement("p");
                    one.id = id; one.dataset.fromNow = moment;
                    document.querySelector("main").append(one);
                }""",
                [f"span-{number}", moment.isoformat()],
            )
            said[f"#span-{number}"] = times.from_now(moment, now)
        for one, words in said.items():  # once all are there: the script comes by once a second
            await expect(page.locator(one)).to_have_text(words)


@pytest.mark.slow
async def test_a_printed_page_is_black_on_white(chromium: Browser, ui: Ui, subtests: pytest.Subtests) -> None:
    """Whatever the screen shows; what can only be pressed is left out."""
    async with browsing(chromium) as browser:
        page, _ = await _new_page(browser, ui, 800, "dark")
        await page.emulate_media(media="print", color_scheme="dark")
        for name in ("board", "call-out", "call-outs", "link"):
            with subtests.test(name):
                await page.goto(ui.url + ui.pages[name])
                await expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
                ink = await page.evaluate("getComputedStyle(document.querySelector('main')).color")
                assert ink == "rgb(20, 25, 29)"
                await expect(page.get_by_role("button")).to_have_count(0)
                await expect(page.get_by_role("navigation", name="Places")).to_have_count(0)
