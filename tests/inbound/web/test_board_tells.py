"""What the board says of the service and its people, and what can be done on it without opening anything."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from demo import sample
from demo.town import OUR_NUMBER
from dispatch.actions.alarms.keep_watch import beat
from dispatch.actions.hotline.take_call import InboundCall, answer, hung_up, press
from dispatch.inbound.web.board import board_view
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.hotline.stages import Stage
from dispatch.store import tables as t
from tests.inbound.web.board_town import Board, board_town

_OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Board]:
    async with board_town(database_url) as found:
        yield found


async def _shown(board: Board, *, wall: bool = False) -> str:
    async with board.web(await board.session(wall=wall)) as web:
        return (await web.get("/")).text.partition('<footer class="foot">')[0]


async def _checked(board: Board) -> None:
    """The node beats, and looks at the carrier."""
    service = board.town.service
    await service.runner.act(beat, service.node)
    await service.health.check_carrier()


async def test_nobody_can_be_paged_is_the_first_thing_said(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """The carrier answers nothing for four minutes: red, with the numbers to ring in the order of paging; what was
    never sent is not "no answer", and the side shows what was not taken. When the carrier is back it says nothing."""
    await _checked(board)
    assert "Nothing needs you" in await _shown(board)
    await board.town.carrier.stop()
    await _checked(board)
    code = await board.call_out(settle=False)
    await board.town.pass_time(timedelta(minutes=4))
    await _checked(board)
    shown = await _shown(board)
    assert "<h1>Nobody can be paged</h1>" in shown
    assert re.search(r"The carrier has not answered for <span[^>]*>4 min</span>", shown)
    people = re.findall(r'aria-label="Call ([^,]+), ', shown.partition("Ring them yourself")[2].partition("</ol>")[0])
    assert people[:2] == [person.name for person in sample.ROSTER.people if person.first_name in ("Ana", "Ben")]
    assert "is texted" not in shown
    assert "Paging Ana" not in shown
    assert "Waits: the carrier has not answered for 4 min" in shown
    assert re.search("a (?:text|call) to Ana waits until the carrier takes it", shown)
    await board.town.pass_time(timedelta(minutes=3))
    monkeypatch.setattr(board_view, "_BESIDE_SECONDS", -1.0)
    async with asyncio.timeout(60):  # what stands at the side is read beside the board, and shown by a later one
        shown = ""
        while "not taken" not in shown.partition("Carrier, last hour")[2]:
            shown = await _shown(board)
    tried = shown.partition("<dt>Tried</dt>")[2].partition("</dd>")[0]
    assert "not sent" in tried
    assert "no answer" not in tried
    await _checked(board)
    wall = await _shown(board, wall=True)
    assert "Nobody can be paged" in wall
    assert "tel:" not in wall
    await board.town.carrier.start()
    await _checked(board)
    shown = await _shown(board)
    assert "Nobody can be paged" not in shown
    assert code in shown


@pytest.mark.costs(3)  # what went wrong is written out line by line
async def test_what_is_open_is_shown_while_the_side_cannot_be_read(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node's first board has its call-outs, and says what is missing; the side comes as soon as it can be read."""
    code, database = await board.call_out(), board.town.service.database
    await database.write(lambda tx: tx.execute(sa.text("ALTER TABLE measured_drive RENAME TO put_away")))
    shown = await _shown(board)
    assert code in shown
    assert "could not be read yet" in shown
    await database.write(lambda tx: tx.execute(sa.text("ALTER TABLE put_away RENAME TO measured_drive")))
    await _the_side_comes(board, monkeypatch)


async def test_what_is_open_waits_for_no_report(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports' only reader is busy for as long as one may take: a node's first board is shown without its side."""
    code, goes_on = await board.call_out(), threading.Event()
    monkeypatch.setattr(board_view, "_FIRST_SECONDS", 0.05)
    other = asyncio.create_task(board.town.service.database.report(partial(_reads_on, until=goes_on)))
    await asyncio.sleep(0)
    shown = await _shown(board)
    goes_on.set()
    await other
    assert code in shown
    assert "could not be read yet" in shown
    await _the_side_comes(board, monkeypatch)


async def _the_side_comes(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_view, "_BESIDE_SECONDS", -1.0)
    async with asyncio.timeout(60):
        while "could not be read yet" in (shown := await _shown(board)):
            pass
    assert "On call</h2>" in shown


def _reads_on(tx: Connection, until: threading.Event) -> None:
    while not until.wait(0.01):
        tx.execute(sa.text("SELECT 1"))  # on PostgreSQL the loop goes on meanwhile


async def test_no_node_at_work_is_the_first_thing_said(board: Board) -> None:
    """Every heartbeat is old: whoever can still read the board rings people by hand. When one beats again it says
    nothing."""
    await _checked(board)
    code = await board.call_out(settle=False)
    board.town.clock.moment += timedelta(minutes=2)
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
        assert "<h1>Nobody can be paged</h1>" in shown
        assert re.search(r"No node of the service has been at work for <span[^>]*>2 min</span>", shown)
        assert "as soon as the service is at work again" in shown
        assert "Waits: no node of the service has been at work for 2 min" in shown
        assert "Paging Ana" not in shown
        assert "is given nothing" in shown.partition("Carrier, last hour")[2]
        one = (await web.get(f"/callouts/{code}")).text
        assert f"{code}: waits: no node of the service has been at work for 2 min" in one
        assert "is texted" not in one
        assert (
            re.findall(r'aria-label="Call ([^,]+), ', one.partition("Ring them yourself")[2].partition("</ol>")[0])[0]
            == "Ana Reyes"
        )
        await _checked(board)
        assert "Nobody can be paged" not in (await web.get("/")).text


async def test_one_node_of_two_without_the_carrier_is_amber(board: Board) -> None:
    """Pages go out by the other; nobody need ring anybody."""
    await _checked(board)
    now = board.town.clock()
    rows = [{"id": "other", "name": "b:1", "version": "1", "started_at": now, "beat_at": now}]
    trouble = {"carrier_trouble": "the carrier cannot be asked: no route", "trouble_since": now}
    await board.town.service.database.write(lambda tx: tx.execute(t.node.insert(), [row | trouble for row in rows]))
    shown = await _shown(board)
    assert "The service may need you" in shown
    assert "1 of 2 nodes cannot reach the carrier" in shown


@pytest.mark.costs(2)
async def test_an_alarm_is_taken_on_the_card(board: Board) -> None:
    """With the officer's number and those of everybody who was paged beside it; then nobody else is asked to."""
    code = await board.call_out()
    await board.town.pass_time(timedelta(minutes=12))
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
        card = shown.partition(f'aria-label="{code}: Paging 5 people"')[2].partition("</article>")[0]
        for who in ("the officer", "Ana", "Ben"):
            assert f'aria-label="Call {who}, ' in card
        (action,) = set(re.findall(r'action="(/board/alarms/[^"]+/own)"', shown))
        done = await web.post(action, headers=_OURS)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        again = await web.post(action, headers=_OURS)
        assert again.status_code == 303
        shown = (await web.get("/")).text
    assert "<b>Cora</b> has the alarm" in shown
    assert "I have this alarm" not in shown
    wall = await _shown(board, wall=True)
    assert "tel:" not in wall
    assert "/board/alarms" not in wall


async def test_whoever_may_only_look_is_offered_nothing(database_url: str) -> None:
    """An auditor sees the numbers, and no button that would be refused."""
    uma = Person("uma", "Uma Berg", "+15625550199", frozenset({Role.AUDITOR}))
    async with board_town(database_url, None, uma) as board:
        await board.call_out()
        await board.town.pass_time(timedelta(minutes=12))
        async with board.web(await board.session("uma")) as web:
            shown = (await web.get("/")).text
        assert "Paging 5 people" in shown
        assert "Nobody has the alarm yet" in shown
        assert "/board/alarms" not in shown


async def test_a_caller_whom_nobody_has_decided_is_a_card(board: Board) -> None:
    """Amber while they are led through the menu, red once they have hung up; with the number and the countdown. *Page
    now* opens a call-out, *Not a call-out* asks once more."""
    runner = board.town.service.runner
    for number, caller in enumerate(("+15625559901", "+15625559902")):
        await runner.act(answer, InboundCall(f"CA{number}", caller))
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
        assert "<h1>Callers may need you</h1>" in shown
        assert shown.count("A caller is on the line and has said nothing yet") == 2
        called = re.findall(r'action="/board/calls/([^/]+)/page-now"', shown)
        await runner.act(press, called[0], Stage.SEND, "2")
        shown = (await web.get("/")).text
        assert shown.count("A caller is on the line and has said nothing yet") == 1
        assert "A caller is on the line and has pressed a key" in shown
        for number in range(2):
            await runner.act(hung_up, f"CA{number}")
        shown = (await web.get("/")).text
        assert "<h1>Callers need you</h1>" in shown
        assert "A caller hung up and has said nothing" in shown
        assert "A caller pressed a key and hung up" in shown
        assert "562\xa0555\xa09901" in shown
        assert "until it pages by itself" in shown
        first, second = re.findall(r'action="/board/calls/([^/]+)/page-now"', shown)
        assert (await web.post(f"/board/calls/{first}/page-now", headers=_OURS)).status_code == 303
        asked = (await web.get(f"/board/calls/{second}/dismiss")).text
        assert "then pages nobody" in asked
        assert (await web.post(f"/board/calls/{second}/dismiss", headers=_OURS)).status_code == 303
        gone = await web.get(f"/board/calls/{second}/dismiss")
        assert (gone.status_code, gone.headers["location"]) == (303, "/")
        shown = (await web.get("/")).text
    assert "/board/calls/" not in shown
    assert "Paging Ana" in shown
    wall = await _shown(board, wall=True)
    assert "990" not in wall


def _marks(shown: str) -> list[str]:
    track = shown.partition('<svg class="track"')[2].partition("</svg>")[0]
    return re.findall(r'class="word"[^>]*>([^<]+)<', track)


async def test_the_board_and_the_call_outs_view_draw_one_track(board: Board) -> None:
    """The same words at the same minutes; where two would lie over each other, the newer one says more."""
    code = await board.call_out()
    await board.town.pass_time(timedelta(minutes=11))
    await board.town.phone_of("ana").reply("1 35")
    await board.town.pass_time(timedelta(minutes=1))
    await board.town.phone_of("ana").reply("OMW")
    await board.town.pass_time(timedelta(minutes=1))
    async with board.web(await board.session()) as web:
        on_board, alone = (await web.get("/")).text, (await web.get(f"/callouts/{code}")).text
    assert _marks(on_board) == _marks(alone) == ["left 12"]
    label = r'aria-label="(Received 02:14, target 03:14, taken 02:25, left 02:26, ETA [^"]+)"'
    assert re.findall(label, on_board) == re.findall(label, alone) != []


async def test_a_full_board_says_whose_each_is_and_what_to_do(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a dozen a call-out is one line: with its agency, who has the alarm, and the button. How many more need
    somebody is told apart from how many are open."""
    monkeypatch.setattr(board_view, "_MOST_CARDS", 1)
    for _ in range(3):
        await board.call_out()
    await board.town.pass_time(timedelta(minutes=12))
    new = await board.call_out("LAPD")
    async with board.web(await board.session()) as web:
        shown = (await web.get("/")).text
        assert "<h1>3 " in shown
        assert "2 more need you, 1 more is open." in shown
        lines = re.findall(r'<article class="line [^"]+" id="c-.*?</article>', shown, re.DOTALL)
        assert len(lines) == 4
        for line in lines[:3]:
            assert "LBPD, Unit " in line
            assert "Nobody has the alarm yet" in line
            assert ">I have it<" in line
        assert f'href="/callouts/{new}"' in lines[3]
        assert "LAPD, Unit 4" in lines[3]
        assert shown.count('class="button filled') == 1
        (action, *_) = re.findall(r'action="(/board/alarms/[^"]+/own)"', lines[0])
        await web.post(action, headers=_OURS)
        assert "<b>Cora</b> has the alarm" in (await web.get("/")).text
    wall = await _shown(board, wall=True)
    assert "/board/alarms" not in wall
    assert "tel:" not in wall


def _plain(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


async def test_who_rests_stands_on_the_board_the_card_and_their_view(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana is home from a call-out at night: the board says until when, the next card says who was paged instead, and a
    coordinator has her paged all the same from her view, once. A wall display offers nothing."""
    await board.call_out()
    for word in ("OMW 25", "HERE", "DONE", "HOME"):
        await board.town.pass_time(timedelta(minutes=2))
        await board.town.phone_of("ana").reply(word, to=OUR_NUMBER)
        await board.town.settle()
    monkeypatch.setattr(board_view, "_BESIDE_SECONDS", -1.0)
    await _shown(board)
    said = _plain(await _shown(board))
    assert re.search(r"Ana Reyes .* rests until 12:22 after last night’s call-out : others are paged first", said)
    assert "page all the same" in said
    assert "page all the same" not in _plain(await _shown(board, wall=True))
    await board.call_out()
    said = _plain(await _shown(board))
    assert "Ana rests until 12:22 after last night&#39;s call-out ; Ben was paged instead" in said
    async with board.web(await board.session()) as web:
        view = (await web.get("/people/ana")).text
        assert "is paged when nobody else answers" in view
        done = await web.post("/people/ana/overrule-rest", headers=_OURS)
        assert (done.status_code, done.headers["location"]) == (303, "/people/ana?done=overruled")
        assert "is paged when nobody else answers" not in (await web.get("/people/ana")).text
        again = await web.post("/people/ana/overrule-rest", headers=_OURS)
        assert again.status_code == 409
        assert "does not rest" in again.text
