"""Signing in as a person does it, in a real browser, by keyboard and with an app; axe-core looks at every view."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import keep_accounts
from dispatch.rules.facts.actors import OPERATOR, Source
from tests.inbound.house import SECRET_KEY
from tests.inbound.sign_in.oidc import oidc_provider
from tests.inbound.sign_in.room import PASSWORD
from tests.inbound.web.browsing import browsing, is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@dataclass
class Night:
    """The room over real HTTP, and a browser. `complaints` are the browser's own: breaches of the policy, errors."""

    town: Town
    page: Page
    complaints: list[str]
    seed: str = ""

    async def go(self, path: str) -> None:
        await self.page.goto(self.town.url + path)

    async def link(self, name: str = "cora") -> str:
        made = await self.town.service.runner.act(keep_accounts.add, name, OPERATOR, Source.CLI)
        return f"/welcome/{made.token}"

    def code(self) -> str:
        return pyotp.TOTP(self.seed).at(self.town.clock.moment)

    async def enrol(self) -> None:
        await self.go(await self.link())
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_label("The same again").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        shown = await self.page.locator(".seed").inner_text()
        self.seed = shown.replace(" ", "")
        await expect(self.page.locator("svg.qr")).to_be_visible()
        await self.page.get_by_label("The code that it shows now").fill(self.code())
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("heading", level=1)).to_have_text("Write these down now")

    async def looks_right(self) -> None:
        await is_for_everybody(self.page, self.complaints)


@asynccontextmanager
async def _night(
    database_url: str, chromium: Browser, *, issuer: str = "", width: int = 1440, **more: Any
) -> AsyncIterator[Night]:
    """At 02:14. With an `issuer` Cora signs in there as cora@example.org."""
    by_provider: dict[str, Any] = {"oidc_issuer": issuer, "oidc_client_id": "dispatch", "oidc_client_secret": "s"}
    if not issuer:
        by_provider = {}
    roster = sample.roster_at(BEGINS)
    people = tuple(
        replace(person, sign_in="cora@example.org") if person.id == "cora" else person for person in roster.people
    )
    async with (
        town(
            database_url, replace(roster, people=people), start=BEGINS, secret_keys=SECRET_KEY, **by_provider
        ) as place,
        browsing(chromium) as browser,
    ):
        page, complaints = await open_view(browser, width, but=("status of 4",), **more)
        yield Night(place, page, complaints)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with script", "without"])
async def test_a_coordinator_enrols_and_signs_in(database_url: str, chromium: Browser, script: bool) -> None:
    """A link, a password, the app, and the board; signed out, and in again; ended elsewhere, and sent to sign in."""
    async with _night(database_url, chromium, java_script_enabled=script) as night:
        page = night.page
        await night.enrol()
        await expect(page.locator(".codes code")).to_have_count(10)
        await page.get_by_role("link", name="I have written them down").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you")
        await page.get_by_role("banner").get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

        night.town.clock.moment += timedelta(minutes=2)
        await night.go("/users")  # sent to sign in, and back
        await page.get_by_label("Name").fill("cora")
        await page.get_by_label("Password").fill("not it")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("do not fit together")).to_be_visible()
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_label("Code from your app").fill(night.code())
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")

        await night.town.service.runner.act(keep_accounts.end_all_sessions, "cora", OPERATOR, Source.CLI)
        await page.get_by_role("button", name="End it").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert night.complaints == []


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider() as running:
        yield running


@pytest.mark.slow
async def test_a_coordinator_signs_in_by_the_provider(database_url: str, chromium: Browser, issuer: str) -> None:
    """There and back again, over real HTTP on both sides, under our policy. Once the session is revoked, the board that
    is open goes to the sign-in page by itself."""
    async with _night(database_url, chromium, issuer=issuer) as night:
        page = night.page
        await night.go("/account?from=here")
        await page.get_by_role("link", name="Sign in by our identity provider").click()
        await page.wait_for_url(f"{issuer}/**")
        await page.locator("input[name=sub]").fill("cora@example.org")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("My account")
        assert page.url == f"{night.town.url}/account?from=here"

        await night.go("/")
        await expect(page.locator("[data-live]").first).to_contain_text("· live")
        await night.town.service.runner.act(keep_accounts.end_all_sessions, "cora", OPERATOR, Source.CLI)
        await page.wait_for_url(f"{night.town.url}/sign-in?*")


@pytest.mark.slow
async def test_a_form_on_another_page_does_nothing(sqlite_url: str, chromium: Browser, issuer: str) -> None:
    """Another port of the same host is the same site, and the browser sends the cookie along: refused all the same."""
    async with _night(sqlite_url, chromium) as night:
        page = night.page
        await night.enrol()
        await page.goto(issuer)  # any page of another origin
        await page.evaluate(
            """(target) => {
                const form = document.createElement("form");
                form.method = "post"; form.action = target; document.body.append(form); form.submit();
            }""",
            f"{night.town.url}/account/sign-out-everywhere",
        )
        await expect(page.get_by_text("sent by another page")).to_be_visible()
        night.complaints.clear()
        await night.go("/account")
        await expect(page.get_by_role("heading", level=1)).to_have_text("My account")


@pytest.mark.slow
async def test_every_page_of_it_can_be_used_by_everybody(sqlite_url: str, chromium: Browser) -> None:
    """In every state: empty, wrong, paused, over; with sessions, walls and a supervisor's list."""
    async with _night(sqlite_url, chromium, width=375) as night:
        page = night.page
        await night.go("/sign-in")
        await night.looks_right()
        await page.get_by_label("Name").fill("cora")
        await page.get_by_label("Password").fill("not it")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("do not fit together")).to_be_visible()
        await night.looks_right()
        await night.go("/welcome/nobody")
        await night.looks_right()
        path = await night.link()
        await night.go(path)
        await night.looks_right()
        await page.get_by_label("Password").fill("short")
        await page.get_by_label("The same again").fill("short")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Choose at least 12")).to_be_visible()
        await night.looks_right()
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_label("The same again").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("svg.qr")).to_be_visible()
        await night.looks_right()
        await page.get_by_label("The code that it shows now").fill("000000")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("not the code that the app shows")).to_be_visible()
        await night.looks_right()
        night.seed = (await page.locator(".seed").inner_text()).replace(" ", "")
        await page.get_by_label("The code that it shows now").fill(night.code())
        await page.keyboard.press("Enter")
        await expect(page.locator(".codes")).to_be_visible()
        await night.looks_right()
        await page.get_by_role("link", name="I have written them down").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you")
        await night.looks_right()
        await page.get_by_role("banner").get_by_role("link", name="Cora").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("My account")
        await page.wait_for_load_state()
        for fold in await page.locator("details").all():
            await fold.locator("summary").click()
        await night.looks_right()
        await page.get_by_role("button", name="Make a link for that browser").click()
        await expect(page.locator("main")).to_contain_text("/let-in/")
        let_in = re.search(r"/let-in/\w+", await page.locator("main").inner_text())
        assert let_in is not None
        await night.looks_right()
        await night.go("/account")
        wall_fold = page.locator("details", has_text="A screen on a wall")
        await wall_fold.locator("summary").click()
        await wall_fold.get_by_label("Your password").fill("not it")
        await page.keyboard.press("Enter")
        await expect(wall_fold.get_by_text("not your password")).to_be_visible()
        await night.looks_right()
        await wall_fold.get_by_label("Your password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("A link for one wall")
        wall = re.search(r"/wall/\w+", await page.locator("main").inner_text())
        assert wall is not None
        await night.looks_right()
        await night.go("/users")
        await expect(page.locator(".places [aria-current]")).to_be_in_viewport(ratio=0.99)
        await night.looks_right()
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Automatic").click()  # the switch needs no session
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")  # but /users does
        await night.go(wall[0])
        await night.looks_right()
        await night.go(let_in[0])
        await night.looks_right()
        await night.go("/sign-in")
        await page.get_by_label("Name").fill("cora")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_text("No phone?").click()
        await night.looks_right()
        code = page.get_by_label("Code from your app")
        for _ in range(4):
            await code.fill("000000")
            await page.keyboard.press("Enter")
            await expect(code).to_have_value("")  # the next page
            await expect(page.locator(".wrong")).to_be_visible()
        await expect(page.get_by_text("nothing is locked")).to_be_visible()
        await night.looks_right()
