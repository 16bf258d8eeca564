"""A whole night driven from the view of one call-out, in a real browser, with the phones of the simulated carrier."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from demo import sample
from demo.one_night import BEGINS
from demo.phones_view import PhonesView
from demo.town import OUR_NUMBER, Town, town
from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import Browser as Device
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.web.browsing import browsing, is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@dataclass
class Night:
    """The service over real HTTP, with phones to play with. `complaints` are the browser's own."""

    town: Town
    browser: Browser
    complaints: list[str]

    async def sits_down(self, name: str, width: int = 1440, scheme: Any = "dark", **more: Any) -> Page:
        """A page of a browser in which this person is signed in."""
        made = await self.town.service.runner.act(sign_in.sign_in_as, name, Device("127.0.0.1", "t", None), "a test")
        signed_in: dict[str, Any] = {"url": self.town.url, "token": made.token}
        but = ("status of 4",)
        page, _ = await open_view(self.browser, width, scheme, but=but, into=self.complaints, **signed_in, **more)
        return page

    async def texts(self, who: str, body: str) -> None:
        async with httpx.AsyncClient(base_url=self.town.url, timeout=60) as web:
            assert (await web.post(f"/phones/{who}/text", data={"body": body})).status_code == 200
        await self.town.settle()

    async def calls_out(self) -> str:
        """The path of a call-out with everything in it."""
        said = sample.example_callout() | {"medical_need": True, "scene_safe": True}
        leaves = {"officer_leaves_at": (self.town.clock.moment + timedelta(minutes=64)).isoformat()}
        key = {"Authorization": f"Bearer {self.town.agency_keys['LBPD']}"}
        async with httpx.AsyncClient(base_url=self.town.url, timeout=60) as web:
            created = await web.post("/v1/callouts", json=said | leaves, headers=key)
        await self.town.settle()
        return f"/callouts/{created.json()['code']}"


@asynccontextmanager
async def night(database_url: str, chromium: Browser) -> AsyncIterator[Night]:
    """At 02:14. Omar is a specialist as well."""
    roster = sample.roster_at(BEGINS)
    both = frozenset({Role.COORDINATOR, Role.SPECIALIST})
    people = tuple(replace(one, roles=both) if one.id == "omar" else one for one in roster.people)
    async with (
        town(database_url, replace(roster, people=people), start=BEGINS, contact_phone=sample.CONTACT_PHONE) as place,
        browsing(chromium) as browser,
    ):

        async def call_out(agency: str) -> str:
            return agency

        phones = PhonesView(place.carrier, OUR_NUMBER, place.service, place.roster, 1.0, call_out)
        place.service.web.include_router(phones.router())
        yield Night(place, browser, [])
        phones.close()


async def _presses(page: Page, fold: str, button: str) -> None:
    """What is filled in already is shown, and then done."""
    form = page.locator(f"#{fold} form") if fold else page
    await form.get_by_role("button", name=button).first.click()
    await _confirms(page)


async def _confirms(page: Page) -> None:
    """The strong button of the preview."""
    await page.locator("form.buttons .strong").click()
    await expect(page.locator("#callout-done")).to_be_visible()


async def _opens(page: Page, fold: str) -> None:
    """The form of a command: in sight, or one press away."""
    await expect(page.locator(f"#{fold}")).to_be_attached()  # the page may be loading
    around = page.locator(f":is(#fold-more, #fold-details):not([open]):has(#{fold}) > summary")
    if await around.count():
        await around.click()
    await page.locator(f"#{fold} > summary").click()


async def test_the_page_grows_while_it_is_open(database_url: str, chromium: Browser) -> None:
    """Ana takes it by text, and Cora's page says so without a reload: band, timeline and stamps. What Cora is typing
    stays, and what came meanwhile is there when she leaves the form. The audit has one line."""
    async with night(database_url, chromium) as on:
        page = await on.sits_down("cora")
        path = await on.calls_out()
        await page.goto(on.town.url + path)
        heading, timeline = page.get_by_role("heading", level=1), page.locator("#callout-timeline")
        await expect(heading).to_contain_text("paging Ana")
        await expect(page.locator(".band [data-live]")).to_contain_text("· live")
        await on.texts("ana", "1 25")
        await expect(heading).to_contain_text("Ana has it, there 02:39")
        await expect(timeline).to_contain_text("Ana Reyes took it")
        await expect(page.locator("#callout-stamps")).to_contain_text("Taken")

        await _opens(page, "fold-officer")
        typed = page.locator("#officer-words")
        await typed.fill("She comes by the back door")
        await on.texts("ana", f"{path[-3:]} can't make it")
        await expect(heading).to_contain_text("aging Ben")
        await expect(typed).to_have_value("She comes by the back door")
        one_person = page.get_by_role("heading", name="Page one person now")
        await expect(one_person).to_have_count(0)
        await page.locator("#fold-officer > summary").click()
        await expect(one_person).to_be_visible()

        trail = await on.town.service.runner.ask(
            lambda tx, _: [row.did for row in tx.execute(sa.select(t.audit.c.did).where(t.audit.c.actor_id == "cora"))]
        )
        assert trail.count("read") == 1
        assert on.complaints == []


@pytest.mark.slow
async def test_a_new_alarm_is_read_aloud(database_url: str, chromium: Browser) -> None:
    """The band turns red under whoever looks at one call-out with their ears; once more when another alarm comes."""
    async with night(database_url, chromium) as on:
        page = await on.sits_down("cora")
        path = await on.calls_out()
        await page.goto(on.town.url + path)
        aloud = page.locator("#aloud")
        await expect(page.locator(".band [data-live]")).to_contain_text("· live")
        await expect(aloud).to_be_empty()
        await on.town.pass_time(timedelta(minutes=11))
        await expect(aloud).to_contain_text("aging 6 people")
        await on.texts("ana", "SOS")
        await expect(aloud).to_contain_text("Ana asked for help")
        assert on.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
@pytest.mark.slow
async def test_the_whole_night_from_the_page(database_url: str, chromium: Browser, script: bool) -> None:
    """Nobody answers; Cora has the alarm, pages Cleo, writes, corrects, and closes with what came of it. Phones get
    what the page said that they would."""
    async with night(database_url, chromium) as on:
        page = await on.sits_down("cora", java_script_enabled=script)
        path = await on.calls_out()
        await on.town.pass_time(timedelta(minutes=11))
        await page.goto(on.town.url + path)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("aging 6 people")
        await expect(page.locator("#callout-band")).to_contain_text("Nobody has this alarm yet")
        await page.get_by_role("button", name="I have this alarm").click()
        await expect(page.locator("#callout-band")).to_contain_text("Cora has this alarm")

        await page.get_by_role("button", name="Page all").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Begin the next step")
        await page.get_by_role("link", name="Leave it as it is").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("aging 6 people")
        await page.get_by_role("button", name="Page Cleo").click()
        await _confirms(page)
        await on.town.settle()
        await on.texts("cleo", "1 30")
        await page.goto(on.town.url + path)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Cleo has it, there 02:55")

        await _opens(page, "fold-eta")
        await page.locator("#fold-eta input[value='20']").check()
        await _presses(page, "fold-eta", "Set the ETA")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("there 02:45")
        await _opens(page, "fold-specialist")
        await page.get_by_label("Message").first.fill("Gate 7, ask for the desk")
        await _presses(page, "fold-specialist", "Write to whoever goes")
        await _opens(page, "fold-officer")
        await page.locator("#officer-words").fill("Cleo is ten minutes away")
        await page.locator("#fold-officer").get_by_role("button").click()
        await expect(page.get_by_text("Cleo is ten minutes away")).to_be_visible()
        await _confirms(page)
        await _opens(page, "change-place_address")
        await page.locator("#change-place_address-field").fill("9 Elm St, Long Beach")
        await _presses(page, "change-place_address", "Change it")
        await expect(page.locator("#callout-said")).to_contain_text("9 Elm St")
        await _opens(page, "fold-partner")
        await page.locator("#partner-person").select_option("ben")
        await page.locator("#fold-partner").get_by_role("checkbox").check()
        await _presses(page, "fold-partner", "Add a partner")
        await expect(page.locator("#callout-going")).to_contain_text("Ben Okafor partner")

        await on.town.pass_time(timedelta(minutes=10))
        await on.texts("cleo", "HERE")
        await page.goto(on.town.url + path)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Cleo is there")
        await _opens(page, "fold-stamp")
        await page.locator("#stamp-person").select_option("cleo")
        await page.locator("#stamp-at").fill("2026-11-24T02:33")
        await page.locator("#stamp-reason").fill("she rang from the door")
        await _presses(page, "fold-stamp", "Set the stamp")
        await expect(page.locator("#callout-timeline del")).to_have_text(re.compile(r"02:3\d:\d\d"))
        await expect(page.locator("#callout-timeline")).to_contain_text("by Cora: she rang from the door")
        await on.texts("cleo", "DONE")
        await page.goto(on.town.url + path)
        await _opens(page, "fold-close")
        await page.locator("#close-children").fill("1")
        await page.locator("#close-bags").fill("1")
        await page.locator("#close-dcfs").fill("2026-11-24T02:34")
        await page.locator("#close-dcfs-reference").fill("LA-26-0042")
        await _presses(page, "fold-close", "Close")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("closed")
        await expect(page.locator("#callout-outcome")).to_contain_text("LA-26-0042")
        await expect(page.locator("#fold-cancel")).to_have_count(0)
        assert on.complaints == []


@pytest.mark.slow
async def test_two_coordinators_at_once(database_url: str, chromium: Browser) -> None:
    """Omar goes himself while Cora reads a preview: she presses, nothing is done, and she reads who has it."""
    async with night(database_url, chromium) as on:
        cora, omar = await on.sits_down("cora"), await on.sits_down("omar")
        path = await on.calls_out()
        await cora.goto(on.town.url + path)
        await omar.goto(on.town.url + path)
        await cora.get_by_role("button", name="Page Ben").first.click()
        await omar.locator("#go-eta").select_option("20")
        await omar.get_by_role("button", name="I go").click()
        await _confirms(omar)
        await expect(omar.get_by_role("heading", level=1)).to_contain_text("Omar has it, there 02:34")
        await cora.locator("form.buttons .strong").click()
        await expect(cora.locator("#callout-wrong")).to_contain_text("Omar has")
        await expect(cora.get_by_role("heading", level=1)).to_contain_text("Omar has it")


async def _looks_right(page: Page, on: Night) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, no card's words touch its edge, and the browser
    complains of nothing."""
    await is_for_everybody(page, on.complaints)
    bare = "all => all.filter((one) => parseFloat(getComputedStyle(one).paddingLeft) < 8).map((one) => one.className)"
    assert await page.locator(".card").evaluate_all(bare) == [], page.url
    assert await page.locator(".button.filled").count() <= 1, page.url
    assert len((await page.content()).encode()) < 250_000


@pytest.mark.slow(20)
async def test_every_state_can_be_used_by_everybody(sqlite_url: str, chromium: Browser) -> None:
    """Paging, nobody answered, its alarm had, taken, late, on scene, cleared, closed, cancelled; each fold open; the
    preview, a refusal, the list and the form."""
    async with night(sqlite_url, chromium) as on:
        page = await on.sits_down("cora", 375, "light")

        async def look(path: str) -> None:
            await page.goto(on.town.url + path)
            await page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
            await _looks_right(page, on)

        await look("/callouts")
        await look("/callouts/new")
        path = await on.calls_out()
        await look(path)  # paging
        await page.locator("#fold-cancel").get_by_role("button").click()
        await expect(page.locator("form.buttons .strong")).to_be_visible()
        await _looks_right(page, on)  # a preview
        await on.town.pass_time(timedelta(minutes=11))
        await look(path)  # nobody answered
        await page.get_by_role("button", name="Assign").click()
        await expect(page.locator("#callout-wrong")).to_contain_text("Choose a person")
        await _looks_right(page, on)  # a refusal
        await page.get_by_role("button", name="I have this alarm").click()
        await expect(page.locator("#callout-band")).to_contain_text("Cora has this alarm")
        await look(path)  # somebody has the alarm
        await on.texts("ben", "1 30")
        await look(path)
        await on.texts("ben", "OMW")
        await look(path)
        await on.town.pass_time(timedelta(minutes=55))
        await look(path)  # missed
        await on.texts("ben", "HERE")
        await look(path)
        await on.texts("ben", "DONE")
        await look(path)
        await look("/callouts")
        await on.texts("ben", "HOME")
        await look(path)  # closed by itself
        other = await on.calls_out()
        await page.goto(on.town.url + other)
        await _opens(page, "fold-cancel")
        await _presses(page, "fold-cancel", "Cancel")
        await look(other)  # cancelled
        await look("/callouts?status=cancelled")


@pytest.mark.slow
async def test_what_a_thumb_touches_on_the_page_is_large_enough(sqlite_url: str, chromium: Browser) -> None:
    async with night(sqlite_url, chromium) as on:
        page = await on.sits_down("cora", 375)
        path = await on.calls_out()
        for where in (path, "/callouts", "/callouts/new"):
            await page.goto(on.town.url + where)
            small = await page.evaluate(
                """(least) => [...document.querySelectorAll(
                    "button, select, input:not([type=hidden]), textarea, summary, main .button"
                )].filter((one) => {
                    const box = (one.closest("label") ?? one).getBoundingClientRect();
                    return box.width && (box.height < least - .5 || box.width < least - .5);
                }).map((one) => one.outerHTML.slice(0, 120))""",
                44,
            )
            assert small == [], where


@pytest.mark.slow
async def test_a_phone_shows_the_buttons_before_the_track(sqlite_url: str, chromium: Browser) -> None:
    """What the caller said and the older timeline are folded there, and stand open on a wide screen. Who was paged is
    in sight everywhere, a line each; every page is on paper."""
    async with night(sqlite_url, chromium) as on:
        path = await on.calls_out()
        await on.town.pass_time(timedelta(minutes=11))
        phone = await on.sits_down("cora", 375)
        await phone.goto(on.town.url + path)
        button = await phone.get_by_role("button", name="I have this alarm").bounding_box()
        track = await phone.locator("svg.track").bounding_box()
        assert button is not None
        assert track is not None
        assert button["y"] + button["height"] <= min(track["y"], 812)
        await expect(phone.locator("#fold-pages .pages").first).to_be_hidden()
        await expect(phone.locator("#fold-said .facts")).to_be_hidden()
        await expect(phone.locator(".paged li").first).to_be_visible()
        wide = await on.sits_down("cora", 1440)
        await wide.goto(on.town.url + path)
        await expect(wide.locator("#fold-said .facts")).to_be_visible()
        await expect(wide.locator(".paged li").first).to_be_visible()
        await wide.emulate_media(media="print", color_scheme="dark")
        await expect(wide.locator("#fold-pages .pages").first).to_be_visible()
        await expect(wide.get_by_role("button")).to_have_count(0)
        assert await wide.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.slow
async def test_a_phone_lists_what_is_open_first(sqlite_url: str, chromium: Browser) -> None:
    """As cards, before the filters: nothing scrolls sideways, and wherever a thumb touches a card it opens."""
    async with night(sqlite_url, chromium) as on:
        path = await on.calls_out()
        await on.town.pass_time(timedelta(minutes=11))
        page = await on.sits_down("cora", 375)
        await page.goto(f"{on.town.url}/callouts")
        card = page.locator("#callouts-open tbody tr")
        box, filters = await card.bounding_box(), await page.get_by_label("Status").bounding_box()
        assert box is not None
        assert filters is not None
        assert box["y"] + box["height"] < filters["y"]
        assert box["height"] >= 44
        assert await page.locator(".scroller").evaluate_all(
            "all => all.every((one) => one.scrollWidth <= one.clientWidth)"
        )
        await page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] - 10)
        await page.wait_for_url(f"**{path}")
