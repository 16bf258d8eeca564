"""Boards that are open while the real `dispatch serve` ends: told to, it waits for none; killed, it leaves them old."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.inbound.web.live import LIVE_BEAT_SECONDS, PEOPLES_STREAMS
from tests.inbound.web.board_town import events
from tests.serving.served import Server, serving

pytestmark = pytest.mark.slow

_BOARDS = PEOPLES_STREAMS.each
_PROMPTLY = 8.0  # far beyond the milliseconds that it takes, because the machine may be busy


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, database_url) as one:
        yield one


async def test_told_to_stop_it_waits_for_no_board(server: Server) -> None:
    """Each stream ends in good order, the process soon after, long before the ten seconds that uvicorn would wait."""
    cookies = {"dispatch-session": server.session}
    async with (
        contextlib.AsyncExitStack() as open_,
        httpx.AsyncClient(base_url=server.url, cookies=cookies, timeout=60) as web,
    ):
        streams = []
        for _ in range(_BOARDS):
            answer = await open_.enter_async_context(web.stream("GET", "/board/events", timeout=2 * LIVE_BEAT_SECONDS))
            stream = events(answer)
            assert (await anext(stream))[0] == "state"
            streams.append(stream)
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()

        async def rest(stream: AsyncIterator[tuple[str, Any, str]]) -> list[str]:
            return [name async for name, _, _ in stream]

        async with asyncio.timeout(_PROMPTLY):
            assert await asyncio.gather(*map(rest, streams)) == [[]] * _BOARDS
        assert await asyncio.to_thread(server.process.wait, _PROMPTLY) == 0
        assert time.monotonic() - began < _PROMPTLY
    said = server.log.read_text()
    assert '"stopped"' in said.splitlines()[-1]
    assert "Traceback" not in said
