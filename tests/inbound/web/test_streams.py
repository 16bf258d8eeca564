"""How many event streams one session, one wall and all together hold; and what a view shows that has lost its own."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from starlette.types import Message

from dispatch.actions.access import sign_in
from dispatch.actions.access.sign_in import NewSession
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web import live
from dispatch.inbound.web.board.board_view import Sees
from dispatch.inbound.web.live import LINKS_STREAMS, PEOPLES_STREAMS, EventStream, StreamBound
from dispatch.rules.access.permissions import Permission
from tests.inbound.web.board_town import Board, board_town, events


@pytest.fixture
async def board(sqlite_url: str) -> AsyncIterator[Board]:
    async with board_town(sqlite_url) as found:
        yield found


class _Streams:
    """Those that one cookie opens, each from a connection of its own, in the order in which they were opened."""

    def __init__(self, stack: contextlib.AsyncExitStack, board: Board, session: NewSession) -> None:
        self._stack, self._board, self._session = stack, board, session
        self._web: httpx.AsyncClient | None = None
        self.opened: list[AsyncIterator[tuple[str, dict[str, str], str]]] = []

    async def open(self, path: str = "/board/events") -> httpx.Response:
        if self._web is None:
            self._web = await self._stack.enter_async_context(self._board.web(self._session))
        answer = await self._stack.enter_async_context(self._web.stream("GET", path))
        if answer.status_code == 200:
            self.opened.append(events(answer))
            assert (await anext(self.opened[-1]))[0] == "state"
        return answer

    async def over(self, number: int) -> list[tuple[str, dict[str, str]]]:
        """What it says to its end."""
        async with asyncio.timeout(60):
            return [(name, said) async for name, said, _ in self.opened[number] if name != "beat"]


@pytest.mark.parametrize(("wall", "each"), [(False, 4), (True, 2)])
async def test_one_cookie_has_a_few_streams(board: Board, *, wall: bool, each: int) -> None:
    """The next one ends the oldest, which says why; whoever else looks keeps theirs."""
    async with contextlib.AsyncExitStack() as stack:
        other = _Streams(stack, board, await board.session("omar"))
        await other.open()
        mine = _Streams(stack, board, await board.session(wall=wall))
        for _ in range(each + 3):
            await mine.open()
        for number in range(3):
            assert await mine.over(number) == [("over", {"why": "elsewhere"})]
        await board.streams_are(1 + each)


async def test_a_full_house_is_said(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more is answered 503, and when to come back. Walls take no place from people, and whoever is in already
    may open their view again: the older of theirs ends."""
    monkeypatch.setattr(live, "LINKS_STREAMS", StreamBound(each=2, together=1))
    monkeypatch.setattr(live, "PEOPLES_STREAMS", StreamBound(each=4, together=2))
    async with contextlib.AsyncExitStack() as stack:
        wall = _Streams(stack, board, await board.session(wall=True))
        people = [_Streams(stack, board, await board.session(name)) for name in ("cora", "omar", "omar")]
        await wall.open()
        await people[0].open()
        await people[1].open()
        refused = await people[2].open()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert (await _Streams(stack, board, await board.session(wall=True)).open()).status_code == 503
        await people[0].open()
        assert await people[0].over(0) == [("over", {"why": "elsewhere"})]
        await board.streams_are(3)


def test_the_bounds() -> None:
    """They stand beside those of requests, and are none of them."""
    assert (StreamBound(4, 250), StreamBound(2, 150)) == (PEOPLES_STREAMS, LINKS_STREAMS)


async def test_a_client_that_reads_nothing_holds_no_stream(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last word cannot be written; soon afterwards it is dropped."""
    monkeypatch.setattr(live, "_LAST_WORD_SECONDS", 0.05)
    monkeypatch.setattr(live, "PEOPLES_STREAMS", StreamBound(each=1, together=2))
    session, began = await board.session(), asyncio.Event()
    found = await board.town.service.runner.ask(sign_in.signed_in, session.token)
    assert found is not None
    viewer, make = Viewer(found.person, found.session), board.town.service.web.state.boards.maker(Sees.ACTS)

    async def take(_: Message) -> None:
        if began.is_set():
            await asyncio.Event().wait()
        began.set()

    async def say() -> Message:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # it says nothing

    stream = EventStream(board.live, "board stuck", make, viewer, Permission.SEE_BOARD, None)
    stuck = asyncio.create_task(stream({"type": "http"}, say, take))
    async with contextlib.AsyncExitStack() as stack, asyncio.timeout(60):
        await began.wait()
        mine = _Streams(stack, board, session)
        await mine.open()
        await stuck
        await board.streams_are(1)


# ---- in a browser --------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(loop_scope="session")
async def seen(sqlite_url: str, chromium: Browser) -> AsyncIterator[Board]:
    async with board_town(sqlite_url, chromium) as found:
        yield found


async def _is_live(page: Page) -> None:
    await expect(page.locator(".band [data-live]").first).to_contain_text("· live")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_view_that_was_replaced_waits_for_a_press(seen: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes its stream from nobody by itself, in any of its tabs; pressed in one of them, all are live again."""
    monkeypatch.setattr(live, "PEOPLES_STREAMS", StreamBound(each=1, together=250))
    session = await seen.session()
    first, second = [await seen.context(session) for _ in range(2)]  # as two computers with one cookie
    tabs = [await seen.open(first) for _ in range(2)]
    for page in tabs:
        await _is_live(page)
    other = await seen.open(second)
    await _is_live(other)
    for page in tabs:
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shown elsewhere")
        await expect(page).to_have_title(re.compile(r"^Not live · "))
    await asyncio.sleep(2)  # in which it would have come back four times
    await _is_live(other)
    await seen.streams_are(1)
    await tabs[1].get_by_role("button", name="Show here").click()
    for page in tabs:
        await _is_live(page)
    await expect(other.get_by_role("heading", level=1)).to_have_text("Shown elsewhere")
    code = await seen.call_out()
    await expect(tabs[0].get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
    assert seen.complaints == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_view_without_a_place_is_not_live(seen: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, though it can be read once; and is live as soon as somebody leaves."""
    monkeypatch.setattr(live, "PEOPLES_STREAMS", StreamBound(each=4, together=1))
    first = await seen.open(await seen.context(await seen.session()))
    await _is_live(first)
    second = await seen.open(await seen.context(await seen.session("omar")))
    await expect(second.get_by_role("heading", level=1)).to_have_text("Not live")
    await first.close()
    await _is_live(second)
