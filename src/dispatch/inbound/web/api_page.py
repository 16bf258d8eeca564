"""`/docs`: the OpenAPI document as a page of our own.

It needs neither a script nor another host: ADR 26 says why it is not Swagger UI or Redoc. The document itself is at
`/openapi.json`, for whatever tool reads it.
"""

from fastapi import APIRouter, Depends, Request

from dispatch.inbound.http.problem import API_PAGE
from dispatch.inbound.http.viewer import public
from dispatch.inbound.web.openapi_view import sections
from dispatch.inbound.web.pages import ROOM, Page
from dispatch.inbound.web.places import Place

PLACE = Place("API", API_PAGE)

router = APIRouter(include_in_schema=False)


@router.api_route(API_PAGE, methods=["GET", "HEAD"], dependencies=[Depends(public)])
async def show_the_api(request: Request) -> Page:
    """Every operation of the API, with its fields and answers."""
    document = request.app.openapi()
    return ROOM.page(request, "api.html", document=document, sections=sections(document))
