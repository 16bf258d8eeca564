"""What changes on the view of one call-out while it is open: its parts, and the events that keep them up to date.

A view is kept for the session that has it open, since what may be done depends on who looks. Looking is one line in the
audit, however long the view stays open; whoever asks here without having opened it gets one as well.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse, Response

from dispatch.actions.board.callout_view import CallOutView, is_look_noted, note_look, read_view
from dispatch.actions.runner import Runner
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.callout.shaped import view
from dispatch.inbound.web.live import EventStream, Frame, Live, Part, digest_of
from dispatch.inbound.web.views import UI
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission

_SLOTS: Mapping[str, tuple[str, ...]] = {
    "lead": ("band",),
    "main": ("head", "by_hand", "same", "commands", "paged", "said"),
    "side": ("timeline", "words", "going", "outcome", "stamps"),
}
# Times that the script keeps up to date are no news.
_RUNS = re.compile(r'(data-(?:live|clock|from-now="[^"]*"))>[^<]*<')

CALLOUTS_VIEW = "/callouts"

router = view_router(CALLOUTS_VIEW)

Reader = Annotated[ViewerVisit, permits(Permission.SEE_CALLOUT)]


@router.get("/{callout_id}/state")
async def read_state(callout_id: Storable, visit: Reader) -> Response:
    """The whole view as a frame, for one that has missed some."""
    live: Live = visit.request.app.state.live
    await _note_look(visit, callout_id)
    frame = Frame(await _Parts(visit.runner, callout_id, visit.viewer).make(), live.clock())
    return JSONResponse(frame.state(), headers={"Cache-Control": "no-store"})


@router.get("/{callout_id}/events")
async def stream(
    callout_id: Storable, visit: Reader, shown: str | None = None, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """Server-Sent Events: first the whole view, unless it shows that already, then whatever changes."""
    live: Live = visit.request.app.state.live
    await _note_look(visit, callout_id)  # once a stream has begun it is too late for a 404
    topic = f"callout {callout_id} {visit.viewer.session.id}"
    make = _Parts(visit.runner, callout_id, visit.viewer).make
    return EventStream(live, topic, make, visit.viewer, Permission.SEE_CALLOUT, last_event_id or shown)


async def _note_look(visit: ViewerVisit, callout_id: str) -> None:
    """Raises `NoSuchCallOut`."""
    if not await visit.ask(is_look_noted, callout_id, visit.actor):
        await visit.runner.act_together(note_look, callout_id, visit.actor)


class _Parts:
    """Makes the parts of a view for one person. A long night has hundreds of lines: they are written off the loop, and
    only when something is new or a minute has passed."""

    def __init__(self, runner: Runner, callout_id: str, viewer: Viewer) -> None:
        self._runner, self._callout_id, self._viewer = runner, callout_id, viewer
        self._shown: tuple[CallOutView, datetime] | None = None

    async def make(self, before: Sequence[Part] = ()) -> list[Part]:
        read = await self._runner.ask(read_view, self._callout_id, self._viewer.actor)
        now = self._runner.now()
        shows = read, now.replace(second=0, microsecond=0)
        if before and shows == self._shown:
            return list(before)
        parts = await asyncio.to_thread(lambda: parts_of(view(read, self._viewer, now, typed={}) | {"now": now}))
        self._shown = shows  # not before they are written: what fails is tried again at the next wake
        return parts


def parts_of(values: Mapping[str, Any]) -> list[Part]:
    """The parts that have something to say, of the values of `view` and `now`."""
    made = UI.pieces("pieces/callout.html", **values)
    written = ((slot, name, made[f"{name}_part"]) for slot, names in _SLOTS.items() for name in names)
    return [
        Part(slot, f"callout-{name}", digest_of(_RUNS.sub(r"\1><", html)), html) for slot, name, html in written if html
    ]
