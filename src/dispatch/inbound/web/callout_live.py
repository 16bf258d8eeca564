"""What changes on the page of one call-out while it is open: its parts, and the events that keep them up to date.

A page is kept for the session that has it open, since what may be done depends on who looks. To look once is one line
in the audit, however long the page stays open.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response

from dispatch.actions import callout_page
from dispatch.actions.office import Office
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.viewer import Viewer, permits
from dispatch.inbound.web.callout_view import view
from dispatch.inbound.web.live import Frame, Live, Part, digest_of
from dispatch.inbound.web.pages import ROOM
from dispatch.rules.permissions import Deed

_SLOTS: Mapping[str, tuple[str, ...]] = {
    "lead": ("band",),
    "main": ("head", "alarms", "same", "deeds", "timeline"),
    "side": ("said", "going", "outcome", "stamps", "words", "pages"),
}
# Times that the script keeps by itself are no news.
_RUNS = re.compile(r'(data-(?:live|clock|from-now="[^"]*"))>[^<]*<')

HOME = "/callouts"

router = APIRouter(prefix=HOME, include_in_schema=False)

Reader = Annotated[Viewer, Depends(permits(Deed.SEE_CALLOUT))]


@router.get("/{callout_id}/state")
async def read_state(callout_id: str, request: Request, office: TheOffice, viewer: Reader) -> Response:
    """The whole page as a frame, for one that has missed some."""
    live: Live = request.app.state.live
    frame = Frame(await _read(office, callout_id, viewer), live.clock())
    return JSONResponse(frame.state(), headers={"Cache-Control": "no-store"})


@router.get("/{callout_id}/events")
async def stream(
    callout_id: str,
    request: Request,
    office: TheOffice,
    viewer: Reader,
    shown: Annotated[str | None, Query()] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-Sent Events: first the whole page, unless it shows that already, then whatever changes."""
    live: Live = request.app.state.live
    await office.ask(callout_page.read_page, callout_id, viewer.actor)  # an address that leads nowhere is answered so

    async def make(_before: Sequence[Part]) -> list[Part]:
        return await _read(office, callout_id, viewer)

    topic = f"callout {callout_id} {viewer.session.id}"
    return live.stream(topic, make, viewer, Deed.SEE_CALLOUT, last_event_id or shown)


async def _read(office: Office, callout_id: str, viewer: Viewer) -> list[Part]:
    page = await office.ask(callout_page.read_page, callout_id, viewer.actor)
    return parts_of(view(page, viewer, office.now(), typed={}) | {"now": office.now()})


def parts_of(values: Mapping[str, Any]) -> list[Part]:
    """The parts that have something to say, of the values of `view` and `now`."""
    made = ROOM.pieces("pieces/callout.html", **values)
    written = ((slot, name, made[f"{name}_part"]) for slot, names in _SLOTS.items() for name in names)
    return [
        Part(slot, f"callout-{name}", digest_of(_RUNS.sub(r"\1><", html)), html) for slot, name, html in written if html
    ]
