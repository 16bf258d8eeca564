"""The page behind an officer's link: how their call-out stands, and whom to ring.

Opening it changes nothing, whoever does: it may have been forwarded. Its buttons only ask. A link that is over and one
that was guessed are answered alike.
"""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from dispatch.actions import officer_page
from dispatch.actions.officer_page import OfficerLinkOver
from dispatch.inbound.http.forms import FormRoute
from dispatch.inbound.http.known_links import KnownLink, is_opening
from dispatch.inbound.http.same_origin import from_own_page
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.pages import ROOM, Page
from dispatch.rules.officer_page import PATH, Ask
from dispatch.rules.permissions import Access, Permission
from dispatch.rules.wording.officer_page import BUTTONS
from dispatch.store.links import OfficerLink

router = APIRouter(
    include_in_schema=False, route_class=FormRoute, dependencies=[Depends(KnownLink(OfficerLink, OfficerLinkOver))]
)

_ASKS: list[Any] = [Depends(by_link(Permission.ASK_COORDINATORS, Access.OFFICER_LINK)), Depends(from_own_page)]


@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Permission.SEE_OWN_STATUS, Access.OFFICER_LINK))]
)
async def show_status(token: str, request: Request, office: TheOffice) -> Page:
    if is_opening(request):
        shown = await office.act(officer_page.open_page, token)
    else:
        shown = await office.ask(officer_page.open_page, token, looks=True)
    here = PATH.format(token=token)
    return ROOM.page(request, "officer.html", shown=shown, here=here, buttons=BUTTONS)


@router.post(f"{PATH}/moved", dependencies=_ASKS)
async def have_moved(token: str, office: TheOffice) -> Response:
    return await _ask(token, office, Ask.MOVED)


@router.post(f"{PATH}/not-needed", dependencies=_ASKS)
async def not_needed(token: str, office: TheOffice) -> Response:
    """It cancels nothing: a coordinator rings back."""
    return await _ask(token, office, Ask.NOT_NEEDED)


@router.post(f"{PATH}/ring-me", dependencies=_ASKS)
async def ring_me(token: str, office: TheOffice) -> Response:
    return await _ask(token, office, Ask.RING_ME)


async def _ask(token: str, office: TheOffice, ask: Ask) -> Response:
    await office.act(officer_page.ask, token, ask)
    return RedirectResponse(quote(PATH.format(token=token)), 303)
