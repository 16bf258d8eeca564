"""The board at two nodes on one PostgreSQL: what one of them commits is on the board of the other."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from demo import sample
from demo.one_night import BEGINS
from demo.town import ACCOUNT_SID, AUTH_TOKEN, Town, VirtualClock, furnish, serving, set_up_number, town_settings
from dispatch.app import Service
from dispatch.worker.membership import Membership
from dispatch.worker.pulse import Pulse
from tests.inbound.web.board_town import Board
from tests.inbound.web.browsing import browsing
from twilio_simulator import SimulatedCarrier
from twilio_simulator.server import listen_on_free_port

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(120)]


@asynccontextmanager
async def _node(database_url: str, carrier: SimulatedCarrier, clock: VirtualClock) -> AsyncIterator[Town]:
    """A node that does nothing by itself but hear the bell of the others, and ring its own."""
    listener = listen_on_free_port()
    port = listener.getsockname()[1]
    settings = town_settings(database_url, f"http://127.0.0.1:{port}", carrier.url, port=port)
    service = Service(settings, now=clock, chance=random.Random(port))
    hears = asyncio.Event()
    membership = Membership(service.runner, service.node, Pulse(clock), hears.set)
    await service.open()
    try:
        membership.start(clock())
        async with asyncio.timeout(60):
            await hears.wait()  # it is woken once when it begins to listen
        async with serving(lambda: service, listener):
            yield Town(service, carrier, clock, settings.public_url, sample.roster_at(BEGINS), 10.0, 0)
    finally:
        await membership.stop()
        await service.stop()


async def test_a_change_at_one_node_is_on_the_board_of_the_other(
    postgres_url: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the bell: neither node looks by itself, and neither heart beats."""
    monkeypatch.setattr("dispatch.inbound.web.live.POLL_SECONDS", 600.0)
    clock = VirtualClock(BEGINS)
    async with AsyncExitStack() as open_:
        carrier = await open_.enter_async_context(SimulatedCarrier(ACCOUNT_SID, AUTH_TOKEN, now=clock))
        here, there = [await open_.enter_async_context(_node(postgres_url, carrier, clock)) for _ in range(2)]
        set_up_number(carrier, here.url)
        here.agency_keys, here.coordinator_key = await furnish(here.service, here.roster)
        browser = await open_.enter_async_context(browsing(chromium))
        boards = [Board(node, browser) for node in (here, there)]
        pages = [await board.open(await board.context(await board.session())) for board in boards]
        for page in pages:
            await expect(page.locator(".band [data-live]").first).to_contain_text("· live")
        code = await boards[0].call_out()
        for page in pages[::-1]:
            await expect(page.get_by_role("article", name=f"{code}: Paging Ana")).to_be_visible()
        await here.pass_time(timedelta(seconds=20))
        await here.phone_of("ana").reply("1 25")
        await here.settle()
        for page in pages[::-1]:
            await expect(page.get_by_role("article", name=f"{code}: Ana has it")).to_be_visible()
        assert [board.complaints for board in boards] == [[], []]
