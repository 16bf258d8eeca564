"""The audit in a real browser: at both widths, in both schemes, printed, by keyboard and without a script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import Town, town
from dispatch.actions.access import sign_in
from dispatch.actions.board import read_board
from dispatch.actions.callout import read_callout
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.people import Role
from tests.inbound.house import SECRET_KEY
from tests.inbound.web.browsing import browsing, every_view_is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

_CORA = Actor(ActorKind.COORDINATOR, "cora")


@asynccontextmanager
async def _room(database_url: str) -> AsyncIterator[tuple[Town, str, str]]:
    """A town after two nights, a session of Omar's, who is an auditor, and the code of the second call-out."""
    roster = sample.roster_at(BEGINS)
    people = tuple(replace(one, roles=frozenset({Role.AUDITOR})) if one.id == "omar" else one for one in roster.people)
    async with town(database_url, replace(roster, people=people), start=BEGINS, secret_keys=SECRET_KEY) as place:
        runner = place.service.runner
        code = ""
        for _ in range(2):
            async with httpx.AsyncClient(base_url=place.url, timeout=30) as web:
                key = {"Authorization": f"Bearer {place.agency_keys['LBPD']}"}
                made = (await web.post("/v1/callouts", json=sample.example_callout(), headers=key)).json()
            code = made["code"]
            await place.settle()
            await runner.act(read_board.open_board, _CORA, Source.WEB)
            await place.pass_time(timedelta(minutes=2))
            await runner.act(read_callout.coordinator_callout, code, _CORA)
            await place.phone_of("ana").reply("1 25")
            await place.settle()
            await place.pass_time(timedelta(minutes=8))
            await place.phone_of("ana").reply("HERE")
            await place.settle()
            await place.pass_time(timedelta(minutes=90))
            for word in ("DONE", "HOME"):
                await place.phone_of("ana").reply(word)
                await place.settle()
            await place.pass_time(timedelta(hours=22))
        browser = sign_in.Browser("203.0.113.9", "test", None)
        made = await runner.act(sign_in.sign_in_as, "omar", browser, "for a test")
        yield place, made.token, code


@pytest.mark.slow
async def test_everybody_can_use_it(chromium: Browser, sqlite_url: str, subtests: pytest.Subtests) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, what a thumb presses is large enough, and the
    browser complains of nothing."""
    async with _room(sqlite_url) as (place, token, code), browsing(chromium) as browser:
        paths = ("/audit", f"/audit?callout={code}&who=ana", "/audit?who=nobody")
        pressed = "main :is(.button, select, input, .code a)"
        await every_view_is_for_everybody(browser, place.url, token, paths, subtests, pressed)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with script", "without"])
async def test_an_auditor_asks_by_keyboard(chromium: Browser, sqlite_url: str, script: bool, tmp_path: Path) -> None:
    """Who, what and which call-out, then the file of the same lines, then all of it again."""
    async with _room(sqlite_url) as (place, token, code), browsing(chromium) as browser:
        page, complaints = await open_view(browser, 375, url=place.url, token=token, java_script_enabled=script)
        await page.goto(place.url + "/")
        await page.get_by_role("link", name="Audit").click()
        await page.get_by_label("Who", exact=True).select_option(label="Ana Reyes")
        await page.get_by_label("Event").select_option(label="Answering, all of it")
        await page.get_by_label("Call-out").focus()
        await page.keyboard.type(code.lower())
        await page.keyboard.press("Enter")
        await expect(page.locator(".chosen")).to_contain_text(f"Ana Reyes; Answering, all of it; call-out {code}")
        said = ["is safe at home", "left the scene", "is there", "took the call-out"]
        await expect(page.locator("td.what")).to_have_text(said)
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="CSV of all these lines").click()
        file = tmp_path / "audit.csv"
        await (await coming.value).save_as(file)
        assert file.read_text("utf-8").count(code) == len(said)
        await page.get_by_role("link", name="All of it").click()
        await expect(page.locator("td.what").first).to_contain_text("took the audit as a file")
        await page.locator("td.code a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text(code)
        assert complaints == []


@pytest.mark.slow
async def test_on_paper(chromium: Browser, sqlite_url: str) -> None:
    """From a dark screen: black on white, what was asked for and the day of each line, nothing to press."""
    async with _room(sqlite_url) as (place, token, _), browsing(chromium) as browser:
        page, _ = await open_view(browser, 800, "dark", url=place.url, token=token)
        await page.emulate_media(media="print", color_scheme="dark")
        await page.goto(place.url + "/audit?who=ana")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        await expect(page.get_by_role("button")).to_have_count(0)
        await expect(page.get_by_role("combobox")).to_have_count(0)
        await expect(page.locator(".chosen")).to_contain_text("Ana Reyes, the newest first")
        await expect(page.locator("tr.day")).to_have_count(2)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
