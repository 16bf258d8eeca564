"""Every component of the room on pages of its own, so that each can be looked at and tested before a page needs it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request

from dispatch.actions.change_callout import NoSuchCallOut
from dispatch.inbound.web import places
from dispatch.inbound.web.pages import Page, Templates
from dispatch.inbound.web.places import Place

_TEMPLATES = Templates(Path(__file__).parent / "gallery")
_BOARDS: dict[str, dict[str, Any]] = {
    "board": {"level": "act", "sentence": "1 call-out needs you", "beside": "live"},
    "stale": {"level": "stale", "sentence": "Not live", "beside": "not live since 02:49:10"},
}
GALLERY = (
    "/gallery/board",
    "/gallery/stale",
    "/gallery/callout",
    "/gallery/alarm",
    "/gallery/sign-in",
    "/gallery/calm",
)


class Cora:
    """Somebody who is signed in and may see everything but the audit trail."""

    name = "Cora Lindqvist"

    def may(self, deed: str) -> bool:
        return deed != "read the audit trail"


def install(app: FastAPI) -> None:
    """Put the gallery into `app`, with the navigation that a signed-in coordinator sees."""
    places.install(
        app,
        [
            Place("Board", "/gallery/board", "see the board"),
            Place("Response times", "/gallery/calm", "see response times"),
            Place("Audit", "/gallery/audit", "read the audit trail"),
        ],
    )

    async def show(name: str, request: Request) -> Page:
        if name == "broken":
            raise ZeroDivisionError("the insides of it")
        if name == "forbidden":
            raise HTTPException(403, "only a supervisor <may> do that")
        request.state.viewer = Cora()
        if name == "gone":
            raise NoSuchCallOut("there is no call-out Z9Z")
        now = request.app.state.office.now()
        values = _BOARDS.get(name, {})
        template = "board.html" if values else f"{name}.html"
        earlier, later = now - timedelta(minutes=47, seconds=12), now - timedelta(minutes=3)
        return _TEMPLATES.page(request, template, earlier=earlier, later=later, **values)

    app.add_api_route("/gallery/{name}", show, methods=["GET"], include_in_schema=False)
