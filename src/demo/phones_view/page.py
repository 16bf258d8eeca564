"""The routes of the view: showing it, keeping it up to date, and doing what people do in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

from demo.phones_view.acts import LONGEST_TEXT, act
from demo.phones_view.board import board
from demo.phones_view.guard import from_own_view, from_this_machine
from demo.phones_view.phone_shown import Views
from demo.phones_view.pieces import PHONES_ASSETS, TEMPLATES, Piece
from dispatch.app import Service
from dispatch.inbound.http.viewer import viewer_if_any
from dispatch.inbound.web.nav import NavItem
from dispatch.rules.facts.roster import Roster
from dispatch.store.people import new_numbers
from twilio_simulator import SimulatedCarrier

# A burst of changes is sent as one: nobody reads faster.
_GATHERS_FOR = 0.04
# Shows that the stream is alive, and sets the browser's clock right.
_CLOCK_EVERY = 5.0
NAV_ITEM = NavItem("Phones", "/phones")
_NOT_KEPT = {"Cache-Control": "no-store"}


class PhonesView:
    """The view and what it does. `call_out` opens a call-out for an agency and returns its code."""

    def __init__(
        self,
        carrier: SimulatedCarrier,
        our_number: str,
        service: Service,
        roster: Roster,
        speed: float,
        call_out: Callable[[str], Awaitable[str]],
    ) -> None:
        self._carrier, self._our_number, self._service = carrier, our_number, service
        self._speed, self._call_out = speed, call_out
        self._now = service.runner.now
        self._views = Views(carrier, roster, service.runner.public_url)
        self._agencies = roster.callers
        self._watchers: set[asyncio.Event] = set()
        self._closed = False
        carrier.on_change.append(self._tell_watchers)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        self._tell_watchers()

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/phones", include_in_schema=False, dependencies=[Depends(from_this_machine)])
        own_view = [Depends(from_own_view)]
        router.add_api_route("", self.show, methods=["GET"], dependencies=[Depends(viewer_if_any)])
        router.add_api_route("/events", self.stream, methods=["GET"])
        router.add_api_route("/{file}", PHONES_ASSETS.answer, methods=["GET"])
        router.add_api_route("/callouts", self.open_callout, methods=["POST"], dependencies=own_view)
        router.add_api_route("/{who}/{what}", self.use, methods=["POST"], dependencies=own_view)
        return router

    # ---- showing ----

    async def show(self, request: Request) -> Response:
        """The whole view as it is now."""
        roster = await self._roster()
        return TEMPLATES.view(
            request,
            "phones.html",
            groups=self._views.groups(roster),
            agencies=self._agencies,
            board=await self._board(roster),
            clock=self._clock(),
            longest=LONGEST_TEXT,
        )

    # ---- keeping it up to date ----

    async def stream(self) -> Response:
        """Server-Sent Events: first everything, then whatever changes."""
        return StreamingResponse(self._events(), media_type="text/event-stream", headers=_NOT_KEPT)

    async def _events(self) -> AsyncIterator[str]:
        woken = asyncio.Event()
        self._watchers.add(woken)
        sent: dict[str, str] = {}
        try:
            while not self._closed:
                woken.clear()
                yield _event("clock", self._clock())
                async for event in self._changes(sent):
                    yield event
                try:
                    async with asyncio.timeout(_CLOCK_EVERY):
                        await woken.wait()
                    await asyncio.sleep(_GATHERS_FOR)
                except TimeoutError:
                    continue
        finally:
            self._watchers.discard(woken)

    async def _changes(self, sent: dict[str, str]) -> AsyncIterator[str]:
        """Events for each piece that is not as last `sent`; a phone's event lists the ids of all its bubbles."""
        roster = await self._roster()
        for view in self._views.phones(roster):
            fresh = [piece for piece in view.pieces if sent.get(piece.id) != piece.version]
            if fresh:
                sent.update({piece.id: piece.version for piece in fresh})
                yield _event(
                    "phone",
                    {
                        "id": view.owner.id,
                        "bubbles": [piece.id for piece in view.bubbles],
                        "fresh": [[piece.id, piece.version, piece.html] for piece in fresh],
                    },
                )
        board = await self._board(roster)
        if sent.get(board.id) != board.version:
            sent[board.id] = board.version
            yield _event("board", {"version": board.version, "html": board.html})

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def _clock(self) -> dict[str, Any]:
        return {"now": round(self._now().timestamp() * 1000), "speed": self._speed}

    async def _roster(self) -> Roster:
        """As it is now: people text where they start from, and coordinators edit."""
        roster, waiting = await self._service.runner.ask(
            lambda tx, context: (context.roster(tx), new_numbers.not_ended(tx))
        )
        self._views.meet(roster, waiting)
        return roster

    async def _board(self, roster: Roster) -> Piece:
        return await board(self._service.database, roster, self._views.first_on_call(roster))

    # ---- doing ----

    async def open_callout(self, request: Request) -> Response:
        """Call out for an agency."""
        agency = (await _form(request)).get("agency", "")
        if agency not in {caller.code for caller in self._agencies}:
            raise HTTPException(422, "no such agency calls us")
        code = await self._call_out(agency)
        return _done(request, f"{code} is open for {agency}.", "/phones")

    async def use(self, who: str, what: str, request: Request) -> Response:
        """Let the owner of a phone do something with it."""
        form = await _form(request)
        owner = self._views.owners.get(who)
        if owner is None:
            raise HTTPException(404, f"nobody here is called {who!r}")
        try:
            said = await act(owner, self._carrier.phone(owner.number), what, form, self._our_number)
        except LookupError as error:
            raise HTTPException(409, str(error)) from error
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return _done(request, said, f"/phones#{owner.id}")


async def _form(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _done(request: Request, said: str, back: str) -> Response:
    """Tells the view's script what happened; sends a plain form back to the view."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(back, 303)
    return JSONResponse({"said": said})


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
