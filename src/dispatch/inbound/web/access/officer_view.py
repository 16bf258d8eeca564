"""The view behind an officer's link: how their call-out stands, and whom to ring.

Opening it changes nothing, whoever does: it may have been forwarded. Its buttons only ask. A link that is over and one
that was guessed are answered alike.
"""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions.replies import officer_view
from dispatch.actions.replies.officer_view import OfficerLinkOver
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.known_links import KnownLink, is_opening
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.state import TheRunner
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.views import UI, View
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.replies.officer_view import PATH, Ask
from dispatch.rules.wording.agency_texts import BUTTONS
from dispatch.store.access.links import OfficerLink

router = APIRouter(
    include_in_schema=False, route_class=FormRoute, dependencies=[Depends(KnownLink(OfficerLink, OfficerLinkOver))]
)

_ASKS: list[Any] = [Depends(by_link(Permission.ASK_COORDINATORS, Access.OFFICER_LINK)), Depends(from_own_view)]


@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Permission.SEE_OWN_STATUS, Access.OFFICER_LINK))]
)
async def show_status(token: str, request: Request, runner: TheRunner) -> View:
    if is_opening(request):
        shown = await runner.act(officer_view.open_view, token)
    else:
        shown = await runner.ask(officer_view.open_view, token, looks=True)
    here = PATH.format(token=token)
    return UI.view(request, "officer.html", shown=shown, here=here, buttons=BUTTONS)


@router.post(f"{PATH}/moved", dependencies=_ASKS)
async def have_moved(token: str, runner: TheRunner) -> Response:
    return await _ask(token, runner, Ask.MOVED)


@router.post(f"{PATH}/not-needed", dependencies=_ASKS)
async def not_needed(token: str, runner: TheRunner) -> Response:
    """It cancels nothing: a coordinator rings back."""
    return await _ask(token, runner, Ask.NOT_NEEDED)


@router.post(f"{PATH}/ring-me", dependencies=_ASKS)
async def ring_me(token: str, runner: TheRunner) -> Response:
    return await _ask(token, runner, Ask.RING_ME)


async def _ask(token: str, runner: TheRunner, ask: Ask) -> Response:
    await runner.act(officer_view.ask, token, ask)
    return RedirectResponse(quote(PATH.format(token=token)), 303)
