"""The schedule in a real browser: forty people and six rotations, with gaps, at both widths, by keyboard, without a
script."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.async_api import Browser, expect

from demo import sample
from demo.town import Town, town
from dispatch.actions.access import sign_in
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from tests.inbound.house import SECRET_KEY
from tests.inbound.web.browsing import browsing, every_view_is_for_everybody, is_for_everybody, open_view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

NOW = datetime(2026, 10, 20, 10, 15, tzinfo=UTC)  # the clocks go back in the second of the weeks
_FIRST_NAMES = (
    *("Adaeze", "Beatriz", "Chantelle", "Dolores", "Esperanza", "Farid", "Guadalupe", "Hana", "Ines", "Jun"),
    *("Kamala", "Lucia", "Mei", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Samir", "Teresa", "Uma"),
    *("Viktor", "Wendy", "Ximena", "Yara", "Zeke", "Alma", "Bruno", "Carmen", "Diego", "Elena", "Felix"),
    *("Gloria", "Hector", "Iris", "Jorge", "Kiki", "Leon", "Marta", "Nico"),
)
_NAMES = ("primary", "backup", "Spanish-speaking", "valley", "harbor", "staff")


def forty(now: datetime = NOW) -> Roster:
    """Six rotations of days and weeks, an exception now and then, a pause, and a night with nobody."""
    roster = sample.roster_at(now)
    people = tuple(
        Person(f"p{number}", f"{first} Castellanos", f"+1562555{2000 + number}")
        for number, first in enumerate(_FIRST_NAMES[: 40 - len(roster.people)])
    )
    ids = [one.id for one in people]
    rotations = tuple(
        Rotation(name, tuple(ids[place::6]), unit, 1, time(9), date(2026, 1, 5), weekday=weekday)
        for place, name in enumerate(_NAMES)
        for unit, weekday in [(RotationUnit.WEEKS, 0) if place % 2 else (RotationUnit.DAYS, None)]
    )
    paused = replace(rotations[4], pauses=(Pause(now + timedelta(days=9), now + timedelta(days=10)),))
    evening = now.replace(hour=1, minute=0) + timedelta(days=3)
    noon = evening + timedelta(days=4, hours=18)
    exceptions = (
        Override("primary", OverrideKind.REPLACE, evening, evening + timedelta(hours=15), ids[7]),
        Override("backup", OverrideKind.ADD, evening + timedelta(days=1), evening + timedelta(days=2), ids[8]),
        Override("valley", OverrideKind.REMOVE, evening + timedelta(hours=8), evening + timedelta(hours=11)),
        Override("staff", OverrideKind.REPLACE, noon, noon + timedelta(hours=3), ids[9]),
    )
    return replace(
        roster,
        people=(*roster.people, *people),
        rotations=(*rotations[:4], paused, rotations[5]),
        overrides=exceptions,
    )


@asynccontextmanager
async def _room(database_url: str, roster: Roster | None = None) -> AsyncIterator[tuple[Town, str]]:
    async with town(database_url, roster or forty(), start=NOW, secret_keys=SECRET_KEY) as place:
        browser = sign_in.Browser("203.0.113.9", "test", None)
        made = await place.service.runner.act(sign_in.sign_in_as, "cora", browser, "for a test")
        yield place, made.token


@pytest.mark.slow(25)
async def test_everybody_can_use_it(chromium: Browser, sqlite_url: str, subtests: pytest.Subtests) -> None:
    """axe-core finds nothing serious, nothing is wider than the screen, what a thumb presses is large enough, and the
    browser complains of nothing."""
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        paths = (
            *("/schedule", "/schedule?at=2026-11-01T01:30", "/schedule/primary/2026-10-22", "/schedule/changes"),
            *("/schedule/sick?person=ana", "/schedule/feeds", "/fairness"),
        )
        pressed = "main :is(.button, select, input:not([type=hidden]), td a, .periods a)"
        await every_view_is_for_everybody(browser, place.url, token, paths, subtests, pressed)


_BARE = replace(sample.ROSTER, rotations=(), overrides=(), policies=())
_OVER = replace(
    sample.ROSTER, people=tuple(replace(one, qualified_until=NOW.date()) for one in sample.ROSTER.people), overrides=()
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("roster", "paths"),
    [
        (_BARE, ("/", "/schedule", "/fairness", "/schedule/feeds", "/setup", "/people", "/setup/rotations")),
        (
            _OVER,
            ("/schedule", "/schedule/primary/2026-10-22", "/people", "/people/ana", "/schedule/sick?person=ana"),
        ),
    ],
    ids=["empty", "full of gaps"],
)
async def test_everybody_can_use_what_is_empty_and_what_is_full_of_gaps(
    chromium: Browser, sqlite_url: str, roster: Roster, paths: tuple[str, ...], subtests: pytest.Subtests
) -> None:
    """A deployment without a rotation; and one in which everybody's training ends today, up to a preview."""
    async with _room(sqlite_url, roster) as (place, token), browsing(chromium) as browser:
        await every_view_is_for_everybody(browser, place.url, token, paths, subtests)
        if roster is _OVER:
            page, complaints = await open_view(browser, 375, url=place.url, token=token)
            await page.goto(place.url + paths[-1])
            await page.get_by_role("button", name="See what it does").click()
            await expect(page.get_by_role("link", name="Leave it as it is")).to_be_visible()
            await is_for_everybody(page, complaints)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with script", "without"])
async def test_a_coordinator_walks_it_by_keyboard(chromium: Browser, sqlite_url: str, script: bool) -> None:
    """To a night, to what it came from, back to its row, and to who was on call last March."""
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        page, complaints = await open_view(browser, 375, url=place.url, token=token, java_script_enabled=script)
        await page.goto(place.url + "/")
        await page.get_by_role("link", name="Schedule", exact=True).click()
        night = page.locator("tr.tonight td a").first
        await expect(page.locator("tr.tonight th")).to_contain_text("Tonight")
        await night.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("primary, Mon 19 Oct")
        await expect(page.get_by_role("row").nth(1)).to_contain_text("by the rotation")
        await page.get_by_role("link", name="All nights").click()
        await expect(page).to_have_url(re.compile("#n2026-10-19$"))
        await page.get_by_label("Who was on call at").fill("2026-03-03T02:10")
        await page.get_by_role("button", name="Find").click()
        await expect(page.locator("#then")).to_contain_text("Tue 3 Mar 02:10")
        await expect(page.locator("#then dt")).to_have_text(list(_NAMES))
        assert complaints == []


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["with script", "without"])
async def test_a_coordinator_changes_it(chromium: Browser, sqlite_url: str, script: bool) -> None:
    """On a phone: somebody is sick, four presses from the board; then that is undone, three presses. Each preview can
    be used by everybody."""
    async with _room(sqlite_url) as (place, token), browsing(chromium) as browser:
        page, complaints = await open_view(browser, 375, url=place.url, token=token, java_script_enabled=script)
        await page.goto(place.url + "/")
        sick = page.get_by_role("link", name="is sick").first
        box = await sick.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        await sick.click()
        await page.get_by_role("button", name="See what it does").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("comes in for")
        if script:
            await is_for_everybody(page, complaints)
        await page.get_by_role("button", name="comes in").click()
        await expect(page).to_have_url(f"{place.url}/")
        await page.goto(place.url + "/schedule/changes")
        await page.get_by_role("button", name="Undo version 2").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Undo version 2?")
        await page.get_by_role("button", name="Undo it").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Done: the roster has version 3")
        assert complaints == []
