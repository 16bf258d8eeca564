"""The view of one call-out while it is open: which of its parts are written, and when."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.callout import callout_live
from dispatch.inbound.web.live import Part
from dispatch.store import tables as t
from tests.inbound.web.board_town import Board, board_town, events


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Board]:
    async with board_town(database_url) as found:
        yield found


async def _parts(board: Board, code: str) -> callout_live._Parts:
    """The parts as Cora's page has them."""
    cora = board.town.roster.person("cora")
    assert cora is not None
    viewer = Viewer(cora, (await board.session("cora")).session)
    return callout_live._Parts(board.town.service.runner, code, viewer)


async def test_what_is_shown_already_is_not_written_again(board: Board) -> None:
    """Until something happens or a minute has passed."""
    parts = await _parts(board, await board.call_out())
    first = await parts.make()
    again = await parts.make(first)
    assert [id(part) for part in again] == [id(part) for part in first]
    board.town.clock.moment += timedelta(minutes=1)
    later = await parts.make(first)
    assert not {id(part) for part in later} & {id(part) for part in first}


async def test_what_could_not_be_written_is_written_at_the_next_wake(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose part fails once shows the news a second later, and not when the minute is over."""
    parts = await _parts(board, await board.call_out())
    await board.town.pass_time(timedelta(seconds=20))
    first = await parts.make()
    await board.town.phone_of("ana").reply("1 25")
    await board.town.settle()
    write = callout_live.parts_of

    def fail_once(_: Mapping[str, Any]) -> list[Part]:
        monkeypatch.setattr(callout_live, "parts_of", write)
        raise ValueError("a part that cannot be written")

    monkeypatch.setattr(callout_live, "parts_of", fail_once)
    with pytest.raises(ValueError, match="cannot be written"):
        await parts.make(first)
    assert any("Ana has it" in part.html for part in await parts.make(first))


async def test_a_stream_of_no_call_out_is_not_found(board: Board) -> None:
    """It is answered once, and not by a stream that never shows anything."""
    async with board.web(await board.session()) as web:
        assert (await web.get("/callouts/K9K/events")).status_code == 404
        assert (await web.get("/callouts/K9K/state")).status_code == 404


async def test_a_stream_is_a_look(board: Board) -> None:
    """Whoever asks for it without having opened the view leaves a line of the audit, and one for two streams."""
    code = await board.call_out()
    for _ in range(2):
        async with (
            board.web(await board.session()) as web,
            web.stream("GET", f"/callouts/{code}/events") as answer,
        ):
            assert code in str(await anext(events(answer)))
    looks = sa.select(t.audit.c.who, t.audit.c.source).where(t.audit.c.did == "read")
    found = await board.town.service.database.read(lambda tx: tx.execute(looks).all())
    assert [tuple(line) for line in found] == [("coordinator cora", "web")]
