"""The page behind a link: it shows a specialist who has taken a call-out the meeting place and the officer's number."""

import re
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request

from dispatch.actions.read_callout import LinkExpired, open_link
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.viewer import by_link
from dispatch.inbound.web.pages import ROOM, Page
from dispatch.rules.permissions import Access, Deed
from dispatch.rules.place_link import PATH, Ended

_APPLE = re.compile(r"iPhone|iPad|iPod|Macintosh")  # an iPad claims to be a Macintosh


router = APIRouter(include_in_schema=False)


# A link is opened more than once, and programs that preview links send HEAD, so opening it changes nothing.
@router.api_route(
    PATH, methods=["GET", "HEAD"], dependencies=[Depends(by_link(Deed.SEE_PLACE, Access.SPECIALIST_LINK))]
)
async def show_the_place(token: str, request: Request, office: TheOffice) -> Page:
    try:
        shown = await office.act(open_link, token)
    except LinkExpired as error:
        # Unknown and expired links get the same answer, so that guessing teaches nothing.
        return ROOM.page(request, "link_expired.html", status=410, why=error.why, ended=Ended)
    said = shown.record.details
    maps = _maps(request.headers.get("user-agent", ""), said.place_address, said.place_lat, said.place_lon)
    return ROOM.page(request, "link.html", shown=shown, maps=maps)


def _maps(user_agent: str, address: str | None, lat: float | None, lon: float | None) -> str | None:
    """A link that opens the phone's own map at the place and tells no web site; None when no place is known.

    RFC 5870's geo: does nothing on an iPhone, which has maps: instead (Apple, "Map Links").
    """
    point = None if lat is None or lon is None else f"{lat},{lon}"
    if point is None and not address:
        return None
    named = {"q": address or "Meeting place"}
    if _APPLE.search(user_agent):
        return f"maps://?{_query({'ll': point, **named} if point else named)}"
    return f"geo:{point}" if point else f"geo:0,0?{_query(named)}"


def _query(fields: dict[str, str]) -> str:
    return urlencode(fields, safe=",", quote_via=quote)  # quote, since a map would show the + that stands for a space
