"""`/`: the live board. Its parts are made here, for the view itself and for the streams that keep it up to date."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, Response

from dispatch.actions.board import read_board
from dispatch.actions.board.read_board import Beside, BoardRow, BoardTrouble, Facts, Rows, SilentFlood, UndecidedCall
from dispatch.actions.runner import Runner
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW as CALLOUTS
from dispatch.inbound.web.live import EventStream, Frame, Live, Make, Part, digest_of
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import UI, View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.access.sign_in import HOME
from dispatch.rules.board.ladder import Ladder, ladders
from dispatch.rules.board.rank import sentence
from dispatch.rules.board.service import by_hand
from dispatch.rules.board.standing import Level
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Paging

_log = structlog.get_logger("dispatch.live")

NAV_ITEM = NavItem("Board", HOME, Permission.SEE_BOARD)
_CALLOUT = CALLOUTS + "/{code}"
_MOST_CARDS = 12  # beyond these a call-out is one line: 200 cards weigh more than a view may
_WRITTEN_SECONDS = 5.0  # how long what is written may be shown to others
_BESIDE_SECONDS = 15.0  # what stands at the side changes slowly, and reads more
_FIRST_SECONDS = 1.0  # how long a node's first board waits for it, twice at most
_WAITS_SECONDS = 0.3  # the same, after the roster has changed

Looker = Annotated[ViewerVisit, permits(Permission.SEE_BOARD)]

router = view_router()


@router.get(NAV_ITEM.path)
async def show_board(visit: Looker) -> View:
    boards: Boards = visit.request.app.state.boards
    await visit.act(read_board.open_board, visit.actor, Source.WEB, on_wall=_on_wall(visit.viewer))
    frame = await boards.frame(_sees(visit.viewer))
    return visit.view("board.html", slots=frame.by_slot, digest=frame.digest)


@router.get("/board/state")
async def read_state(visit: Looker) -> Response:
    """The whole board as a frame, for a view that has missed one."""
    boards: Boards = visit.request.app.state.boards
    frame = await boards.frame(_sees(visit.viewer))
    return JSONResponse(frame.state(), headers={"Cache-Control": "no-store"})


@router.get("/board/events")
async def stream(
    visit: Looker, shown: str | None = None, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """Server-Sent Events: first the whole board, unless the view shows it already, then whatever changes."""
    live: Live = visit.request.app.state.live
    boards: Boards = visit.request.app.state.boards
    sees = _sees(visit.viewer)
    known = last_event_id or shown
    return EventStream(live, f"board {sees}", boards.maker(sees), visit.viewer, Permission.SEE_BOARD, known)


class Sees(StrEnum):
    """Which board somebody gets; it is made once for all who get the same."""

    WALL = "on a wall"  # without meeting places, numbers and words
    READS = "read"
    ACTS = "act"  # with what a coordinator can do about it


def _sees(viewer: Viewer) -> Sees:
    if _on_wall(viewer):
        return Sees.WALL
    acts = viewer.may(Permission.OWN_ALARM) and viewer.may(Permission.DECIDE_CALL)
    return Sees.ACTS if acts else Sees.READS


def _on_wall(viewer: Viewer) -> bool:
    return viewer.access is Access.WALL or not viewer.may(Permission.SEE_CALLOUT)


class Boards:
    """Makes the board of one node, one for each way to see it."""

    def __init__(self, runner: Runner, app: FastAPI) -> None:
        self._runner, self._app = runner, app
        self._rows = Rows()
        self._written: dict[Sees, tuple[float, list[Part]]] = {}
        self._beside: Beside | None = None
        self._read_at, self._was_read = float("-inf"), True  # when that last ended, and how
        self._reading: asyncio.Task[Beside] | None = None

    async def frame(self, sees: Sees) -> Frame:
        """The board as it is now. For some seconds, whoever opens it gets unchanged parts as they were written for
        somebody else: with two hundred call-outs open, writing takes most of the time. Times in words may be that many
        seconds old."""
        live: Live = self._app.state.live
        now = asyncio.get_running_loop().time()
        written_at, before = self._written.get(sees, (float("-inf"), []))
        if now - written_at > _WRITTEN_SECONDS:
            written_at, before = now, []
        parts = await self._make(sees, before)
        self._written[sees] = written_at, parts
        return Frame(parts, live.clock())

    async def close(self) -> None:
        """Nothing is read any more: a read that goes on would keep its connection beyond the database's end."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    def maker(self, sees: Sees) -> Make:
        return partial(self._make, sees)

    async def _make(self, sees: Sees, before: Sequence[Part]) -> list[Part]:
        """Every part. Between two parts the loop does whatever else waits: no call-out waits behind a long board."""
        facts = await self._runner.ask(read_board.read_open)
        beside = await self._read_beside(facts.roster)
        made = _Parts({part.id: part for part in before}, facts)
        rows: list[BoardRow] = []
        for one in facts.open.callouts:
            row = self._rows.row(facts, one)
            rows.append(row.for_wall() if sees is Sees.WALL else row)
            await asyncio.sleep(0)
        self._rows.forget_others(facts)
        rows.sort(key=lambda row: row.place)
        await self._write(made, facts, beside, rows, sees)
        return made.parts

    async def _write(
        self, made: "_Parts", facts: Facts, beside: Beside | None, rows: Sequence[BoardRow], sees: Sees
    ) -> None:
        address, acts = (None if sees is Sees.WALL else _CALLOUT), sees is Sees.ACTS
        open_, there = [row for row in rows if not row.is_there], [row for row in rows if row.is_there]
        callers = [one.for_wall() if sees is Sees.WALL else one for one in read_board.callers(facts)]
        flood = read_board.flood(facts)
        if flood is not None and sees is Sees.WALL:
            flood = flood.for_wall()
        troubles, health, demand = read_board.troubles(facts), facts.paging, read_board.demand(facts)
        says = sentence(
            [row.stands.level for row in rows],
            [one.stands.level for one in troubles],
            in_danger=any(one.is_cry and not one.is_had for one in troubles),
            callers=[*([flood.level] * flood.callers if flood is not None else ()), *(one.level for one in callers)],
            paging=health,
            demand=demand,
        )
        first = next((row for row in rows if row.stands.level is says.level), None)
        made.add(
            *("lead", "band", "lead"),
            says=says,
            first=first,
            alike=sum(row.stands.level is says.level for row in rows),
            count=facts.open.count,
            pressing=_pressing(health, rows, troubles, callers, flood),
            address=address,
            paging=health,
            demand=demand if demand.is_short else None,
            callers=len(callers) + (flood is not None),
        )
        if health.nobody:
            people = [(one.name, "" if sees is Sees.WALL else one.phone) for one in by_hand(self._ladders(facts))]
            made.add("open", "by-hand", "by_hand", people=tuple(people), until=health.until)
        filled = acts and not health.nobody  # one filled button a view: what is most likely to be done next
        if flood is not None:
            made.add("open", "silent", "silent", one=flood, acts=acts, filled=filled, wall=sees is Sees.WALL)
            filled = False
        for caller in callers:
            made.add("open", f"h-{caller.id}", "caller", one=caller, acts=acts, filled=filled, wall=sees is Sees.WALL)
            filled = False
        for one in troubles:
            made.add("open", f"t-{one.id}", "trouble", one=one, acts=acts)
        macro = "card" if len(open_) <= _MOST_CARDS else "line"
        for row in open_:
            fills = filled and row.stands.level is Level.ACT and row.alarm is not None
            filled = filled and not fills
            made.add("open", f"c-{row.id}", macro, row=row, address=address, acts=acts, filled=fills)
            await asyncio.sleep(0)
        if facts.open.count > len(rows):
            made.add("open", "more", "more", count=facts.open.count - len(rows))
        if there:
            made.add("there", "there-title", "there_title", count=len(there))
        for row in there:
            made.add("there", f"c-{row.id}", "there", row=row, address=address, acts=acts)
            await asyncio.sleep(0)
        if not rows and not callers and flood is None and not health.nobody:
            areas = [(one.code, one.name) for one in facts.roster.areas] if acts else []
            made.add("calm", "promises", "promises", ladders=self._ladders(facts), areas=areas)
            last = tuple(beside.week[-4:][::-1]) if beside is not None else ()
            if last:
                made.add("calm", "last", "last", last=last, address=address)
        if beside is None:
            made.add("side", "unread", "unread")
            return
        made.add("side", "on-call", "on_call", lines=beside.on_call, acts=acts)
        if beside.gaps:
            made.add("side", "gaps", "gaps", gaps=beside.gaps)
        if acts and beside.covers:
            made.add("side", "covers", "covers_wanted", covers=beside.covers)
        if acts and beside.far:
            made.add("side", "far", "far", far=beside.far, target=facts.timings.target // 60)
        made.add("side", "carrier", "carrier", carried=beside.carried, paging=health)
        made.add("side", "week", "week", week=beside.week, target=facts.timings.target // 60)

    @staticmethod
    def _ladders(facts: Facts) -> list[Ladder]:
        return ladders(facts.roster, facts.open.out, facts.resting, facts.now)

    async def _read_beside(self, roster: Roster) -> Beside | None:
        """What stands at the side, up to 15 seconds old, and not that of an older roster if it can be helped: whoever
        has just put Eva on call reads Eva. None until it could be read.

        It is read beside the board, by the reports' own reader, which may be busy with a report. The law: what is open
        is shown whatever becomes of the side, after a moment at most.
        """
        for _ in range(2):  # one that was begun before the roster changed is followed by another
            self._take_what_was_read()
            known = self._beside is not None and self._beside.roster is roster
            is_old = asyncio.get_running_loop().time() - self._read_at > _BESIDE_SECONDS
            if self._reading is None and (is_old or (self._was_read and not known)):
                self._reading = asyncio.create_task(self._runner.report(read_board.read_beside))
            if known or self._reading is None:
                break
            await asyncio.wait({self._reading}, timeout=_FIRST_SECONDS if self._beside is None else _WAITS_SECONDS)
        self._take_what_was_read()
        return self._beside

    def _take_what_was_read(self) -> None:
        if self._reading is None or not self._reading.done():
            return
        task, self._reading, self._read_at = self._reading, None, asyncio.get_running_loop().time()
        self._was_read = (error := task.exception()) is None
        if self._was_read:
            self._beside = task.result()
        else:
            _log.error("what stands at the side of the board was not read", exc_info=error)


def _pressing(
    health: Paging,
    rows: Sequence[BoardRow],
    troubles: Sequence[BoardTrouble],
    callers: Sequence[UndecidedCall],
    flood: SilentFlood | None,
) -> tuple[str, ...]:
    """What needs a person now, by the ids of its part and of its alarms: the title counts the first, and a new one of
    either sounds."""
    levels = [
        ("by-hand", Level.ACT if health.nobody else Level.QUIET),
        *((("silent", flood.level),) if flood is not None else ()),
        *((f"h-{one.id}", one.level) for one in callers),
        *((f"t-{one.id}", one.stands.level) for one in troubles),
        *((":".join((f"c-{row.id}", *row.free)), row.stands.level) for row in rows),
    ]
    return tuple(ids for ids, level in levels if level is Level.ACT)


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
