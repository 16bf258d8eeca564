"""The view behind an officer's link: how their call-out stands, and whom to ring.

Opening it changes nothing, whoever does: it may have been forwarded. Its buttons only ask. A link that is over and one
that was guessed are answered alike.
"""

from typing import Any

from fastapi import Depends
from fastapi.responses import Response

from dispatch.actions.replies import officer_view
from dispatch.actions.replies.officer_view import OfficerLinkOver
from dispatch.inbound.http.same_origin import from_own_view
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import TheLinkVisit, link_router
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.replies.officer_view import PATH, Ask
from dispatch.rules.wording.agency_texts import BUTTONS
from dispatch.store.access.links import OfficerLink

router = link_router(OfficerLink, OfficerLinkOver)

_ASKS: list[Any] = [Depends(by_link(Permission.ASK_COORDINATORS, Access.OFFICER_LINK)), Depends(from_own_view)]


@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Permission.SEE_OWN_STATUS, Access.OFFICER_LINK))]
)
async def show_status(visit: TheLinkVisit) -> View:
    shown = await visit.open(officer_view.open_view)
    here = PATH.format(token=visit.token)
    return visit.view("officer.html", shown=shown, here=here, buttons=BUTTONS)


def _door(ask: Ask) -> None:
    """It cancels nothing, also where they are no longer needed: a coordinator rings back."""

    @router.post(f"{PATH}/{ask}", dependencies=_ASKS)
    async def do(visit: TheLinkVisit) -> Response:
        await visit.act(officer_view.ask, visit.token, ask)
        return visit.again(PATH)


for _one in Ask:
    _door(_one)
