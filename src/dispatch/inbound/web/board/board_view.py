"""`/`: the live board. Its parts are made here, for the view itself and for the streams that keep it up to date."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse, Response

from dispatch.actions.board import read_board
from dispatch.actions.board.read_board import Beside, BoardRow, Facts, Rows
from dispatch.actions.runner import Runner
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import Viewer, permits
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW as CALLOUTS
from dispatch.inbound.web.live import Frame, Live, Part, digest_of
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.access.sign_in import HOME
from dispatch.rules.board.ladder import ladders
from dispatch.rules.board.rank import sentence
from dispatch.rules.facts.actors import Source

NAV_ITEM = NavItem("Board", HOME, Permission.SEE_BOARD)
_CALLOUT = CALLOUTS + "/{code}"
_MOST_CARDS = 12  # beyond these a call-out is one line: 200 cards weigh more than a view may
_WRITTEN_SECONDS = 5.0  # how long what is written may be shown to others
_BESIDE_SECONDS = 15.0  # what stands at the side changes slowly, and reads more

Looker = Annotated[Viewer, Depends(permits(Permission.SEE_BOARD))]

router = APIRouter(include_in_schema=False)


@router.get(NAV_ITEM.path)
async def show_board(request: Request, runner: TheRunner, viewer: Looker) -> View:
    boards: Boards = request.app.state.boards
    await runner.act(read_board.open_board, viewer.actor, Source.WEB, on_wall=_on_wall(viewer))
    frame = await boards.frame(on_wall=_on_wall(viewer))
    return UI.page(request, "board.html", slots=frame.by_slot, digest=frame.digest)


@router.get("/board/state")
async def read_state(request: Request, viewer: Looker) -> Response:
    """The whole board as a frame, for a view that has missed one."""
    boards: Boards = request.app.state.boards
    frame = await boards.frame(on_wall=_on_wall(viewer))
    return JSONResponse(frame.state(), headers={"Cache-Control": "no-store"})


@router.get("/board/events")
async def stream(
    request: Request,
    viewer: Looker,
    shown: Annotated[str | None, Query()] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-Sent Events: first the whole board, unless the view shows it already, then whatever changes."""
    live: Live = request.app.state.live
    boards: Boards = request.app.state.boards
    topic, make = ("wall", boards.on_wall) if _on_wall(viewer) else ("board", boards.for_people)
    return live.stream(topic, make, viewer, Permission.SEE_BOARD, last_event_id or shown)


def _on_wall(viewer: Viewer) -> bool:
    """Whether meeting places, numbers and words are to be left out."""
    return viewer.access is Access.WALL or not viewer.may(Permission.SEE_CALLOUT)


class Boards:
    """Makes the board of one node, for people and for walls."""

    def __init__(self, runner: Runner, app: FastAPI) -> None:
        self._runner, self._app = runner, app
        self._rows = Rows()
        self._written: dict[bool, tuple[float, list[Part]]] = {}
        self._beside: tuple[float, Beside] | None = None
        self._reading: asyncio.Task[Beside] | None = None

    async def frame(self, *, on_wall: bool) -> Frame:
        """The board as it is now. For some seconds, whoever opens it gets unchanged parts as they were written for
        somebody else: with two hundred call-outs open, writing takes most of the time. Times in words may be that many
        seconds old."""
        live: Live = self._app.state.live
        now = asyncio.get_running_loop().time()
        written_at, before = self._written.get(on_wall, (float("-inf"), []))
        if now - written_at > _WRITTEN_SECONDS:
            written_at, before = now, []
        parts = await self._make(before, on_wall=on_wall)
        self._written[on_wall] = written_at, parts
        return Frame(parts, live.clock())

    async def for_people(self, before: Sequence[Part]) -> list[Part]:
        return await self._make(before, on_wall=False)

    async def on_wall(self, before: Sequence[Part]) -> list[Part]:
        return await self._make(before, on_wall=True)

    async def _make(self, before: Sequence[Part], *, on_wall: bool) -> list[Part]:
        """Every part. Between two parts the loop does whatever else waits: no call-out waits behind a long board."""
        facts = await self._runner.ask(read_board.read_open)
        beside = await self._read_beside()
        made = _Parts({part.id: part for part in before}, facts)
        rows: list[BoardRow] = []
        for one in facts.open.callouts:
            row = self._rows.row(facts, one)
            rows.append(row.for_wall() if on_wall else row)
            await asyncio.sleep(0)
        self._rows.forget_others(facts)
        rows.sort(key=lambda row: row.place)
        await self._write(made, facts, beside, rows, None if on_wall else _CALLOUT)
        return made.parts

    async def _write(
        self, made: "_Parts", facts: Facts, beside: Beside, rows: Sequence[BoardRow], address: str | None
    ) -> None:
        """`address` is that of a call-out's view; None where no row leads there."""
        open_, there = [row for row in rows if not row.is_there], [row for row in rows if row.is_there]
        troubles = read_board.troubles(facts)
        says = sentence([row.stands.level for row in rows], [one.stands.level for one in troubles])
        first = next((row for row in rows if row.stands.level is says.level), None)
        pressing = tuple(row.id for row in rows if row.stands.level == "act")
        made.add("lead", "band", "lead", says=says, first=first, count=facts.open.count, ids=pressing, address=address)
        for one in troubles:
            made.add("open", f"t-{one.id}", "trouble", one=one)
        macro = "card" if len(open_) <= _MOST_CARDS else "line"
        for place, row in enumerate(open_):
            filled = place == 0 and row.stands.level == "act"
            made.add("open", f"c-{row.id}", macro, row=row, address=address, filled=filled)
            await asyncio.sleep(0)
        if facts.open.count > len(rows):
            made.add("open", "more", "more", count=facts.open.count - len(rows))
        if there:
            made.add("there", "there-title", "there_title", count=len(there))
        for row in there:
            made.add("there", f"c-{row.id}", "there", row=row, address=address)
            await asyncio.sleep(0)
        if not rows:
            made.add("calm", "promises", "promises", ladders=ladders(facts.roster, facts.open.out, facts.now))
            last = tuple(beside.week[-4:][::-1])
            if last:
                made.add("calm", "last", "last", last=last, address=address)
        made.add("side", "on-call", "on_call", lines=beside.on_call)
        if beside.gaps:
            made.add("side", "gaps", "gaps", gaps=beside.gaps)
        made.add("side", "carrier", "carrier", carried=beside.carried)
        made.add("side", "week", "week", week=beside.week, target=facts.timings.target // 60)

    async def _read_beside(self) -> Beside:
        """What stands at the side, up to 15 seconds old. It is read beside the board, by the reports' own reader, and
        only a node's first board waits for it."""
        now = asyncio.get_running_loop().time()
        if self._reading is not None and self._reading.done():
            task, self._reading = self._reading, None
            self._beside = now, task.result()
        if (self._beside is None or now - self._beside[0] > _BESIDE_SECONDS) and self._reading is None:
            self._reading = asyncio.create_task(self._runner.report(read_board.read_beside))
        if self._beside is None:
            assert self._reading is not None
            self._beside = now, await asyncio.shield(self._reading)
        return self._beside[1]


class _Parts:
    """Gathers parts. A part whose record has not changed is not written again."""

    def __init__(self, before: Mapping[str, Part], facts: Facts) -> None:
        self._before, self._facts = before, facts
        self.parts: list[Part] = []

    def add(self, slot: str, id_: str, macro: str, **said: Any) -> None:
        old = self._before.get(id_)
        # Comparing costs less than a digest: most rows are the very objects of the last board.
        digest = old.digest if old and old.said == (macro, said) else digest_of(macro, sorted(said.items()))
        if old is not None and old.digest == digest:
            self.parts.append(old if old.slot == slot else replace(old, slot=slot))
            return
        html = UI.piece("pieces/board.html", macro, id=id_, now=self._facts.now, **said)
        self.parts.append(Part(slot, id_, digest, html, (macro, said)))
