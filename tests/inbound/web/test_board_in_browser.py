"""The board in a real browser, against the real service: a night as it goes by, and whatever happens to the line."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, expect

from dispatch.actions.access.sign_in import NewSession
from tests.inbound.web.board_town import Board, Down, board_town
from tests.inbound.web.browsing import is_for_everybody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

_HEAVIEST = 300_000  # bytes


@pytest_asyncio.fixture(loop_scope="session")
async def board(database_url: str, chromium: Browser) -> AsyncIterator[Board]:
    async with board_town(database_url, chromium) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_board(sqlite_url: str, chromium: Browser) -> AsyncIterator[Board]:
    async with board_town(sqlite_url, chromium) as found:
        yield found


def _sentence(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


async def _is_live(page: Page) -> None:
    await expect(page.locator(".band [data-live]").first).to_contain_text("· live")


async def test_a_night_goes_by_on_the_board(board: Board) -> None:
    """From nothing to on scene, without the page being loaded again; focus and script stay as they are."""
    page = await board.open(await board.context(await board.session()))
    await _is_live(page)
    await expect(_sentence(page)).to_have_text("Nothing needs you")
    await expect(page.get_by_role("heading", name="If a call came in now")).to_be_visible()
    await page.evaluate("window.same = true")

    code = await board.call_out()
    await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    await expect(page.get_by_text("If a call came in now")).to_have_count(0)
    await board.town.pass_time(timedelta(minutes=12))
    await expect(_sentence(page)).to_have_text("1 call-out needs you")
    row = page.get_by_role("article", name=f"{code}: Paging 5 people")
    await expect(row).to_contain_text("Nobody has the alarm yet")

    await board.town.phone_of("cora").reply("OK")
    await board.town.settle()
    await expect(row).to_contain_text("Cora has the alarm")
    await expect(_sentence(page)).to_have_text("1 call-out may need you")

    await board.town.phone_of("ben").reply("1 25")
    await board.town.settle()
    row = page.get_by_role("article", name=f"{code}: Ben has it")
    call = row.get_by_role("link", name="Call Ben")
    await call.focus()
    await board.town.phone_of("ben").reply("OMW")
    await board.town.settle()
    await expect(page.get_by_role("article", name=f"{code}: Ben is on the way")).to_be_visible()
    await expect(page.get_by_role("link", name="Call Ben")).to_be_focused()
    await board.town.phone_of("ben").reply("HERE")
    await board.town.settle()
    await expect(page.locator("article.there")).to_contain_text("Ben is there")
    await expect(_sentence(page)).to_have_text("Nothing needs you")
    assert await page.evaluate("window.same")
    assert board.complaints == []


@pytest.mark.slow
async def test_a_printed_board_says_of_when_it_is(sqlite_board: Board) -> None:
    """Paper is never live: it bears the day and the second of the last word from the service."""
    board = sqlite_board
    page = await board.open(await board.context(await board.session()))
    await _is_live(page)
    of_when = page.locator(".band [data-live]").first
    await page.emulate_media(media="print")
    await expect(of_when).to_have_text(re.compile(r"^\w{3} \d+ \w{3}, as of \d\d:\d\d:\d\d$"))
    await page.emulate_media(media="screen")
    await _is_live(page)


@pytest.mark.slow
async def test_a_lost_line_is_seen_and_comes_back(sqlite_board: Board) -> None:
    """While no node answers the board says so and is grey; then it shows what happened meanwhile, by itself."""
    board = sqlite_board
    await board.call_out()
    page = await board.open(await board.context(await board.session()))
    await _is_live(page)
    service = board.town.service
    board.town.service = Down()  # type: ignore[assignment]  # what answers, as far as the network sees
    service.let_viewers_go()
    await expect(_sentence(page)).to_have_text("Not live")
    await expect(page).to_have_title(re.compile(r"^Not live · "))  # whoever looks at another tab
    await expect(page.locator("#aloud")).to_contain_text("Not live.")
    await expect(page.locator("#stale")).to_contain_text("Last word from the service 02:14:")
    await expect(page.locator(".band [data-live]")).to_contain_text("Not live since 02:14:")
    assert await page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "grayscale(1)"
    await page.emulate_media(media="print")  # paper knows no "now", and the day goes by
    await expect(page.locator("#stale")).to_contain_text("Last word from the service Tue 24 Nov, 02:14:")
    await expect(page.locator("#stale")).not_to_contain_text("now")
    await expect(page.get_by_text("Trying again")).to_be_hidden()  # paper tries nothing
    await page.emulate_media(media="screen")

    board.town.service = service
    await board.town.crash()  # and another process takes its place
    code = await board.call_out("LAPD")
    await expect(_sentence(page)).to_have_text("Nothing needs you")
    await expect(page.locator("#aloud")).to_contain_text("Live again.")
    await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.querySelector('main')).filter") == "none"


@pytest.mark.slow
async def test_silence_is_seen_too(sqlite_board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is open and says nothing: after 20 seconds the board is old, whatever the line says."""
    monkeypatch.setattr("dispatch.inbound.web.live.LIVE_BEAT_SECONDS", 600.0)
    board = sqlite_board
    context = await board.context(await board.session())
    await context.clock.install()
    page = await board.open(context)
    await _is_live(page)
    await page.clock.run_for(15_000)
    await expect(_sentence(page)).to_have_text("Nothing needs you")
    await page.clock.run_for(21_000)
    await expect(_sentence(page)).to_have_text("Not live")
    await expect(page.locator("#stale")).to_contain_text(", under 1 min ago. Trying again.")


@pytest.mark.slow
async def test_twelve_tabs_share_one_line(sqlite_board: Board) -> None:
    """All are live; when the one that holds it closes, another takes it over."""
    board = sqlite_board
    context = await board.context(await board.session())
    pages = [await board.open(context) for _ in range(12)]
    for page in pages:
        await _is_live(page)
    assert board.streams == 1
    code = await board.call_out()
    for page in pages:
        await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    await pages[0].close()
    await board.streams_are(1)
    other = await board.call_out("LAPD")
    for page in pages[1:]:
        await expect(page.get_by_role("article", name=f"{other}: Paging Ana")).to_be_visible()
    await board.streams_are(1)
    assert board.complaints == []


@pytest.mark.slow
async def test_whoever_wants_it_hears_a_new_alarm(sqlite_board: Board) -> None:
    """A test sounds; then a call-out that needs a person sounds once, and nothing else does. It stands in the title,
    with the sound or without."""
    board = sqlite_board
    page = await board.open(await board.context(await board.session()))
    await _is_live(page)
    sounded = page.locator("html")
    await page.get_by_role("button", name="Test it").click()
    await expect(sounded).to_have_attribute("data-sounded", "1")
    await page.get_by_role("button", name="Turn the sound on").click()
    await expect(page.locator("#sound-said")).to_contain_text("A new alarm sounds here")
    code = await board.call_out()
    await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    await expect(page).to_have_title("Board · dispatch")
    for _ in range(12):  # a town's node beats once for each span: after a long one the board may say that nobody works
        await board.town.pass_time(timedelta(minutes=1))
    await expect(_sentence(page)).to_have_text("1 call-out needs you")
    await expect(sounded).to_have_attribute("data-sounded", "2")
    await expect(page).to_have_title("(1) Needs you · Board · dispatch")
    await page.get_by_role("button", name="Turn the sound off").click()
    await expect(page.locator("#sound-said")).to_have_text("Off.")
    await expect(page).to_have_title("(1) Needs you · Board · dispatch")
    await page.get_by_role("button", name="I have this alarm").click()
    await expect(page.get_by_role("article", name=f"{code}: Paging 5 people")).to_contain_text("Cora has the alarm")
    await expect(page).to_have_title("Board · dispatch")


@pytest.mark.slow
async def test_a_new_alarm_sounds_where_one_needs_somebody_already(sqlite_board: Board) -> None:
    """Nobody has the alarm that nobody has it when Ana asks for help: it sounds once more, and is read aloud. When
    somebody has hers, the other is no news."""
    board = sqlite_board
    page = await board.open(await board.context(await board.session()))
    await _is_live(page)
    await page.get_by_role("button", name="Turn the sound on").click()
    await expect(page.locator("#sound-said")).to_contain_text("A new alarm sounds here")
    sounded, aloud = page.locator("html"), page.locator("#aloud")
    code = await board.call_out()
    for _ in range(12):
        await board.town.pass_time(timedelta(minutes=1))
    await expect(sounded).to_have_attribute("data-sounded", "1")
    await expect(aloud).to_have_text(f"1 call-out needs you. {code}: Paging 5 people")
    await board.town.phone_of("ana").reply("SOS")
    await board.town.settle()
    await expect(aloud).to_have_text(f"1 call-out needs you. {code}: Ana asked for help")
    await expect(sounded).to_have_attribute("data-sounded", "2")
    await expect(page).to_have_title("(1) Needs you · Board · dispatch")
    await page.get_by_role("button", name="I have this alarm").click()
    await _is_live(page)
    assert board.complaints == []


async def _look(board: Board, session: NewSession, state: str, width: int, subtests: pytest.Subtests) -> None:
    """Load it in a browser of its own, and hold what it shows in this state against what it promises."""
    context = await board.context(session, width)
    answers: list[Response] = []
    page = await context.new_page()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Playwright marks its handlers
    await page.goto(f"{board.url}/", wait_until="load")
    await _is_live(page)
    own = [one for one in answers if not one.url.endswith("/board/state") and "/board/events" not in one.url]
    weight = sum([len(await one.body()) for one in own[:4]])
    if state == "not live":
        await context.clock.install()
        await page.reload()
        await _is_live(page)
        while not await page.locator("#stale").count():  # news that came meanwhile make it live again
            await page.clock.run_for(30_000)
    with subtests.test(f"{state} {width}"):
        assert 0 < weight <= _HEAVIEST
        await is_for_everybody(page)
        widths = "all => all.map((one) => Math.round(one.getBoundingClientRect().width))"
        assert len(set(await page.locator("aside section").evaluate_all(widths))) == 1
        if state == "not live":
            await expect(_sentence(page)).to_have_text("Not live")
    await context.close()


@pytest.mark.slow(40)
async def test_everybody_can_use_it(
    sqlite_board: Board, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty and in a night at both widths, not live and with 200 open on a phone: axe-core finds nothing serious, none
    is wider than the screen, and a page weighs 300 KB at most, in four requests the first time and one later."""
    board = sqlite_board
    session = await board.session()

    async def look(state: str, *widths: int) -> None:
        for width in widths or (1440, 375):
            await _look(board, session, state, width, subtests)

    await look("empty")
    await board.call_out()
    await board.town.pass_time(timedelta(seconds=70))
    await board.town.phone_of("ana").reply("1 25")
    await board.town.settle()
    await board.call_out("LAPD", officer_leaves_at="2026-11-24T11:40:00Z")
    await board.town.pass_time(timedelta(minutes=14))
    await board.call_out("LASD")
    await look("a night")
    with monkeypatch.context() as patch:
        patch.setattr("dispatch.inbound.web.live.LIVE_BEAT_SECONDS", 600.0)
        await look("not live", 375)
    for _ in range(197):
        await board.call_out(settle=False)
    await look("200 open", 375)  # axe-core takes ten seconds for so many


@pytest.mark.slow
async def test_it_works_without_its_script(sqlite_board: Board) -> None:
    """As of its loading, and it says so."""
    board = sqlite_board
    code = await board.call_out()
    page = await board.open(await board.context(await board.session(), java_script_enabled=False))
    await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    await expect(page.locator(".band .clock")).to_contain_text("as of 02:14:")
    await expect(page.get_by_role("button", name="Test it")).to_be_hidden()
