"""The board over HTTP: what it shows and to whom, in how many questions, and the stream that keeps it up to date."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from demo import sample
from dispatch.actions.board import read_board as board_actions
from dispatch.actions.schedule.change_roster import RosterOrder, change_roster, plan
from dispatch.inbound.web.board import board_view
from dispatch.inbound.web.views import UI
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.facts.situation import Situation
from dispatch.rules.schedule.edits import AddOverride
from dispatch.store import tables as t
from dispatch.store.board.open_callouts import BoardCallOut
from tests.inbound.web.board_town import Board, board_town, events


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Board]:
    async with board_town(database_url) as found:
        yield found


async def test_with_nothing_open_it_says_whom_a_call_would_page(board: Board) -> None:
    """The ladder of the resolver that pages, each with their minute."""
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
    assert "Nothing needs you" in shown
    for said in ("If a call came in now", "at once", "Ana Reyes", "5:00", "Ben Okafor", "10:00", "Everyone"):
        assert said in shown
    assert "no test for 7 days" in shown


async def test_whoever_was_just_put_on_call_stands_on_the_board(board: Board) -> None:
    """The screen and the paging agree from the next look on: what stands at the side was up to 15 seconds old."""
    async with board.web(await board.session()) as web:
        assert "Ana is sick" in (await web.get("/")).text
        runner, now = board.town.service.runner, board.town.service.runner.now()
        comes_in = AddOverride(Override("primary", OverrideKind.REPLACE, now, now + timedelta(hours=9), "eva", "ana"))
        planned = await runner.ask(plan, comes_in)
        await runner.act(change_roster, RosterOrder(planned, OPERATOR, Source.CLI, planned.preview.ticks))
        shown = (await web.get("/")).text
    assert "Eva is sick" in shown
    assert "Ana is sick" not in shown


@pytest.mark.costs(2)
async def test_what_needs_a_person_stands_first(board: Board) -> None:
    """Nobody answers the first; the second is fresh; the third is taken and on scene, small, below."""
    third = await board.call_out("LASD")
    await board.town.pass_time(timedelta(seconds=20))
    await board.town.phone_of("ana").reply("1 10")
    await board.town.settle()
    await board.town.phone_of("ana").reply("HERE")
    await board.town.settle()
    first = await board.call_out()
    await board.town.pass_time(timedelta(minutes=12))
    second = await board.call_out("LAPD")
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
    assert '<h1>1 <span class="nb">call-out</span> needs you</h1>' in shown
    nav_items = [shown.index(f">{code}</a></h2>") for code in (first, second)] + [shown.index(f">{third}</a></h3>")]
    assert nav_items == sorted(nav_items)
    for said in ("Paging 5 people", "Nobody has the alarm yet", "Paging Ana", "On scene", "Ana is there"):
        assert said in shown.replace("Paging Ben", "Paging Ana")  # Ana is out on the third


async def test_nothing_is_written_twice_in_a_moment(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second who opens it gets the same lines; later all are written again, since times stand in them."""
    await board.call_out()
    written: list[str] = []
    write = UI.piece

    def watched(template: str, macro: str, **said: Any) -> str:
        written.append(macro)
        return write(template, macro, **said)

    monkeypatch.setattr(UI, "piece", watched)
    async with board.web(await board.session()) as web:
        monkeypatch.setattr(board_view, "_WRITTEN_SECONDS", 600.0)
        first = (await web.get("/")).text
        assert "card" in written
        written.clear()
        again = (await web.get("/")).text
        assert written == []
        monkeypatch.setattr(board_view, "_WRITTEN_SECONDS", -1.0)
        await web.get("/")
    assert again == first
    assert "card" in written


async def test_a_wall_sees_no_place_no_number_and_no_words(board: Board) -> None:
    """Neither on the page nor in the stream; a person does see the unit and whom to ring."""
    said: dict[str, Any] = {
        "unit": "Unit Quetzal",
        "meeting_place": {"address": "400 W Broadway", "note": "front desk"},
    }
    await board.call_out(**said)
    await board.town.pass_time(timedelta(seconds=20))
    await board.town.phone_of("ana").reply("1 25")
    await board.town.settle()
    person, wall = await board.session(), await board.session(wall=True)
    ana = sample.ROSTER.people[0].phone.removeprefix("+1")
    for session, sees in ((person, True), (wall, False)):
        async with board.web(session) as web:
            for path in ("/", "/board/state"):
                shown = (await web.get(path)).text
                main = shown.partition('<footer class="foot">')[0]
                assert ("Unit Quetzal" in main) is sees, path
                assert (ana in main) is sees, path
                assert "Broadway" not in main
                assert "front desk" not in main
                assert "Ana has it" in main


async def test_opening_it_is_one_line_of_the_audit(board: Board) -> None:
    """However many frames follow. A wall is its owner's, and says so."""
    async with board.web(await board.session()) as web, board.web(await board.session(wall=True)) as wall:
        await web.get("/")
        await web.get("/board/state")
        async with web.stream("GET", "/board/events") as answer:
            await anext(events(answer))
        await wall.get("/")
    trail = await board.town.service.database.read(
        lambda tx: tx.execute(
            sa.select(t.audit.c.who, t.audit.c.source, t.audit.c.detail).where(t.audit.c.did == "opened the board")
        ).all()
    )
    assert [tuple(line) for line in trail] == [
        ("coordinator cora", "web", None),
        ("coordinator cora", "web", "on a wall"),
    ]


async def test_it_asks_as_many_questions_for_many_as_for_one(board: Board) -> None:
    """Nine; beyond `MOST_ROWS` one more, for how many there are."""
    asked: list[str] = []

    def counted(*execution: Any) -> None:
        asked.append(execution[2])

    counts = []
    for _ in range(2):
        for _ in range(3):
            await board.call_out()
        asked.clear()
        sa.event.listen(sa.Engine, "before_cursor_execute", counted)
        try:
            facts = await board.town.service.runner.ask(board_actions.read_open)
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", counted)
        counts.append((len(facts.open.callouts), len(asked)))
    assert counts == [(3, 9), (6, 9)]


async def test_one_call_out_takes_the_board_from_nobody(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule fails on one of two: what is known of it stands there, in red where nobody knows how it stands; the
    other is as ever. So is its own view."""
    broken, well = [await board.call_out(agency) for agency in ("LBPD", "LASD")]

    def failing(rule: Callable[..., Any]) -> Callable[..., Any]:
        def asked(situation: Situation, *more: Any) -> Any:
            assert situation.callout.code != broken, "a mistake of ours"
            return rule(situation, *more)

        return asked

    async with board.web(await board.session()) as web:
        for name, said in (
            ("next_moves", "and a mistake of ours hides what"),
            ("standing", "Open, and a mistake of ours hides how it stands"),
        ):
            monkeypatch.setattr(board_actions, name, failing(getattr(board_actions, name)))
            await board.town.pass_time(timedelta(seconds=1))
            with capture_logs() as logged:
                answers = [await web.get(path) for path in ("/", "/board/state")]
            assert {line["callout"] for line in logged if line["log_level"] == "error"} == {broken}
            for answer in answers:
                assert answer.status_code == 200
                assert said in answer.text
                assert broken in answer.text
                assert well in answer.text
        with capture_logs():
            assert (await web.get(f"/callouts/{broken}")).status_code == 200
        monkeypatch.undo()
        for name in ("standing", "_next", "_next"):  # what fails next, while it is hidden, shows no half of a row
            with monkeypatch.context() as planted, capture_logs():
                planted.setattr(board_actions, name, failing(getattr(board_actions, name)))
                assert said in (await web.get("/board/state")).text
                assert said in (await web.get(f"/callouts/{broken}")).text or name == "_next"
        assert said not in (await web.get("/board/state")).text, "once it is mended, the row is made again"


@pytest.mark.slow
async def test_a_row_that_is_remembered_is_the_row_that_would_be_made(board: Board) -> None:
    """Through an hour: paging, taken, late, under way, past the target; and when nothing is different it is the same
    row, so that nobody need compare."""
    rows, read = board_actions.Rows(), board.town.service.runner.ask

    async def look() -> list[board_actions.BoardRow]:
        facts = await read(board_actions.read_open)
        made = [rows.row(facts, one) for one in facts.open.callouts]
        assert made == [board_actions.row(facts, one) for one in facts.open.callouts]
        again = [rows.row(facts, one) for one in (await read(board_actions.read_open)).open.callouts]
        assert all(row is same for row, same in zip(made, again, strict=True))
        return made

    await board.call_out()
    seen = []
    for minute in range(0, 75, 5):
        if minute == 20:
            await board.town.phone_of("ben").reply("1 25")
        if minute == 30:
            await board.town.phone_of("ben").reply("OMW 35")
        if minute == 60:
            await board.call_out("LASD")
        await board.town.settle()
        seen += await look()
        await board.town.pass_time(timedelta(minutes=5))
    assert {"act", "soon", "neutral"} <= {row.stands.level for row in seen}
    assert len({row.stands.words for row in seen}) > 5


async def test_of_what_has_not_changed_no_row_is_made_again(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two hundred open, rows were most of what a board costs, four times a second."""
    made: list[str] = []
    make = board_actions.row

    def counted(facts: board_actions.Facts, one: BoardCallOut) -> board_actions.BoardRow:
        made.append(one.fact.code)
        return make(facts, one)

    monkeypatch.setattr(board_actions, "row", counted)
    codes = [await board.call_out() for _ in range(3)]
    await board.town.pass_time(timedelta(seconds=20))  # the texts to the officers, and all receipts
    async with board.web(await board.session()) as web:
        await web.get("/")
        assert sorted(made) == sorted(codes)
        made.clear()
        await web.get("/board/state")
        assert made == []
        new = await board.call_out()
        await web.get("/board/state")
    assert new in made


async def test_a_call_that_nobody_picks_up_is_no_fault_of_the_carrier(board: Board) -> None:
    """People sleep every night; what the carrier could not deliver is counted."""
    await board.call_out()
    await board.town.pass_time(timedelta(minutes=2))
    database = board.town.service.database
    rung = sa.and_(t.page.c.channel == "voice", t.page.c.tried_at.is_not(None))
    calls = await database.read(lambda tx: tx.execute(sa.select(t.page.c.state, t.page.c.failure).where(rung)).all())
    assert [tuple(call) for call in calls] == [("failed", "no answer")]
    assert await _failed(board) == {"sms": 0, "voice": 0}
    await database.write(lambda tx: tx.execute(sa.update(t.page).where(rung).values(failure="failed (13224)")).close())
    assert await _failed(board) == {"sms": 0, "voice": 1}


async def _failed(board: Board) -> dict[str, int]:
    beside = await board.town.service.runner.ask(board_actions.read_beside)
    return {one.channel.value: one.failed for one in beside.carried}


async def test_too_many_are_counted(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with the most time are left out, and the board says how many."""
    monkeypatch.setattr(board_actions, "MOST_ROWS", 2)
    codes = []
    for _ in range(4):
        codes.append(await board.call_out())
        await board.town.pass_time(timedelta(seconds=10))
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
    assert "2 more are open, with more time left than these" in shown
    assert [code for code in codes if f">{code}</a></h2>" in shown] == codes[:2]


# ---- the stream ----------------------------------------------------------------------------------------------------


async def test_a_stream_begins_with_the_whole_and_goes_on_with_what_changes(board: Board) -> None:
    """Its first event holds every part; later ones only those that are new, and the list of all."""
    async with board.web(await board.session()) as web, web.stream("GET", "/board/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["x-accel-buffering"] == "no"
        stream = events(answer)
        name, whole, id_ = await anext(stream)
        assert (name, id_) == ("state", whole["digest"])
        assert set(whole["html"]) == {part for slot in whole["slots"].values() for part, _ in slot}
        code = await board.call_out()
        news = await anext(data async for name, data, _ in stream if name == "state")
        assert [part for part in news["html"] if part.startswith("c-")]
        assert "on-call" not in news["html"]
        assert code in str(news["html"])


async def test_whoever_has_the_newest_state_gets_a_sign_of_life_only(board: Board) -> None:
    """By the browser's own header, or by what the page says that it shows: from any node, without a buffer."""
    await board.call_out()
    async with board.web(await board.session()) as web:
        digest = (await web.get("/board/state")).json()["digest"]
        for path, headers in (
            ("/board/events", {"Last-Event-ID": digest}),
            (f"/board/events?shown={digest}", {}),
            ("/board/events?shown=older", {"Last-Event-ID": digest}),
        ):
            async with web.stream("GET", path, headers=headers) as answer:
                name, news, _ = await anext(events(answer))
                assert (name, set(news)) == ("beat", {"now", "speed"})


async def test_an_ended_session_sees_nothing_any_more(board: Board) -> None:
    """Within the next look; the wall of the same person as well."""
    async with (
        board.web(await board.session()) as web,
        web.stream("GET", "/board/events") as answer,
        asyncio.timeout(60),
    ):
        stream = events(answer)
        assert (await anext(stream))[0] == "state"
        await board.end_sessions()
        assert [name async for name, _, _ in stream if name != "state"] == ["over"]
        assert (await web.get("/board/events", headers={"Accept": "text/event-stream"})).status_code == 401


async def test_nothing_is_made_without_viewers(board: Board) -> None:
    """The last one who leaves ends it."""
    async with board.web(await board.session()) as web:
        async with web.stream("GET", "/board/events") as answer:
            await anext(events(answer))
            assert (board.streams, len(board.live._topics)) == (1, 1)
        await board.streams_are(0)
    assert not board.live._topics
    assert board.live._check is None


async def test_a_node_that_stops_waits_for_no_stream(board: Board) -> None:
    """Open streams end at once when it is told to close, and begin no more."""
    async with board.web(await board.session()) as web, web.stream("GET", "/board/events") as answer:
        stream = events(answer)
        await anext(stream)
        async with asyncio.timeout(60):
            board.live.close()
            assert [name async for name, _, _ in stream] == []


async def test_without_the_database_there_is_no_sign_of_life(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that is silently old kills: it must show it. Once the database is back, so is the board."""
    monkeypatch.setattr("dispatch.inbound.web.live.LIVE_BEAT_SECONDS", 0.4)
    monkeypatch.setattr("dispatch.inbound.web.live.POLL_SECONDS", 0.05)
    async with board.web(await board.session()) as web, web.stream("GET", "/board/events") as answer:
        stream = events(answer)
        assert (await anext(stream))[0] == "state"
        assert (await anext(stream))[0] == "beat"
        runner, asked, heard = board.town.service.runner, asyncio.Semaphore(0), list[str]()
        ask = runner.ask

        async def unreachable(*_: object, **__: object) -> object:
            asked.release()
            raise OSError("no database")

        async def hear() -> None:
            async for name, _, _ in stream:
                heard.append(name)

        monkeypatch.setattr(runner, "ask", unreachable)
        hearing = asyncio.create_task(hear())
        for _ in range(8):  # in which more beats would have come
            await asked.acquire()
        assert heard in ([], ["beat"], ["beat", "beat"]), "those that were under way"
        monkeypatch.setattr(runner, "ask", ask)
        heard.clear()
        async with asyncio.timeout(60):
            while not heard:  # noqa: ASYNC110  # a stream says nothing of what comes next
                await asyncio.sleep(0.01)
        assert heard[0] in {"beat", "state"}
        hearing.cancel()
