"""Every component of the UI on views of its own, so that each can be looked at and tested before a view needs it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request

from dispatch.actions.callout.change_callout import NoSuchCallOut
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web import nav
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.views import Templates, View
from dispatch.rules.access.permissions import Permission
from dispatch.rules.access.sign_in import LIFETIMES, Session, SessionKind
from dispatch.rules.facts.people import Person, Role

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


def install(app: FastAPI) -> None:
    """Put the gallery into `app`, with the navigation that a signed-in coordinator sees."""
    nav.install(
        app,
        [
            NavItem("Board", "/gallery/board", Permission.SEE_BOARD),
            NavItem("Response times", "/gallery/calm", Permission.SEE_RESPONSE_TIMES),
            NavItem("Audit", "/gallery/audit", Permission.READ_AUDIT),
        ],
    )

    async def show(name: str, request: Request) -> View:
        if name == "broken":
            raise ZeroDivisionError("the insides of it")
        if name == "forbidden":
            raise HTTPException(403, "only a supervisor <may> do that")
        now = request.app.state.runner.now()
        request.state.viewer = _cora(now)
        if name == "gone":
            raise NoSuchCallOut("there is no call-out Z9Z")
        values = _BOARDS.get(name, {})
        template = "board.html" if values else f"{name}.html"
        earlier, later = now - timedelta(minutes=47, seconds=12), now - timedelta(minutes=3)
        return _TEMPLATES.view(request, template, earlier=earlier, later=later, **values)

    app.add_api_route("/gallery/{name}", show, methods=["GET"], include_in_schema=False)


def _cora(now: datetime) -> Viewer:
    """Somebody who is signed in and may see everything but the audit."""
    person = Person("cora", "Cora Lindqvist", "+15625550120", roles=frozenset({Role.COORDINATOR}))
    ends_at = now + LIFETIMES[SessionKind.NORMAL].at_most
    return Viewer(person, Session("1", person.id, SessionKind.NORMAL, now, now, ends_at))
