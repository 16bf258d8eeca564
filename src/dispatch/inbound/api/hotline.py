"""The doors for calls on the hotline: what came in, and whether one is a call-out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from dispatch.actions import hotline
from dispatch.actions.hotline import CallSeen
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import documented
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.texts import Storable
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.permissions import Deed

_Decides = Annotated[Actor, Depends(coordinator_may(Deed.DECIDE_CALL))]


class Calls(BaseModel):
    """The newest first."""

    calls: list[CallSeen]


router = APIRouter(prefix="/v1/hotline", tags=["coordinators"], route_class=JsonRoute, strict_content_type=False)


@router.get("/calls", response_model=Calls, responses=documented(401, 403, 422))
async def list_calls(
    office: TheOffice,
    who: Annotated[Actor, Depends(coordinator_may(Deed.LIST_CALLS))],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Calls:
    """Every call that came in on the hotline, and what came of it."""
    return Calls(calls=await office.act(hotline.list_calls, limit, who))


@router.post("/calls/{call_id}/page", response_model=CallSeen, responses=documented(401, 403, 404, 409))
async def page(call_id: Storable, office: TheOffice, who: _Decides) -> CallSeen:
    """It is a call-out: a specialist is paged now. One that was dismissed may be for an hour."""
    await office.act(hotline.page_now, call_id, who, Source.API)
    return await office.ask(hotline.see_call, call_id)


@router.post("/calls/{call_id}/dismiss", response_model=CallSeen, responses=documented(401, 403, 404, 409))
async def dismiss(call_id: Storable, office: TheOffice, who: _Decides) -> CallSeen:
    """It is no call-out, and pages nobody. Again changes nothing."""
    await office.act(hotline.dismiss, call_id, who, Source.API)
    return await office.ask(hotline.see_call, call_id)
