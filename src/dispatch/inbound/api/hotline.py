"""The doors for calls on the hotline: what came in, and whether one is a call-out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from dispatch.actions.hotline import take_call
from dispatch.actions.hotline.take_call import CallSeen
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source

_Decides = Annotated[Actor, Depends(coordinator_may(Permission.DECIDE_CALL))]


class Calls(BaseModel):
    """The newest first."""

    calls: list[CallSeen]


router = APIRouter(prefix="/v1/hotline", tags=["coordinators"], route_class=JsonRoute)


@router.get(
    "/calls",
    response_model=Calls,
    summary="List calls to the hotline",
    response_description="The calls, and what came of each",
    responses=documented(401, 403, 422, 503),
)
async def list_calls(
    runner: TheRunner,
    who: Annotated[Actor, Depends(coordinator_may(Permission.LIST_CALLS))],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Calls:
    """Every call that came in on the hotline, and what came of it."""
    return Calls(calls=await runner.act(take_call.list_calls, limit, who))


@router.post(
    "/calls/{call_id}/page",
    response_model=CallSeen,
    summary="Page for a call to the hotline",
    response_description="The call, and what came of it",
    responses=documented(401, 403, 404, 409, 503),
)
async def page(call_id: Storable, runner: TheRunner, who: _Decides) -> CallSeen:
    """It is a call-out: a specialist is paged now. One that was dismissed may be for an hour."""
    await runner.act(take_call.page_now, call_id, who, Source.API)
    return await runner.ask(take_call.see_call, call_id)


@router.post(
    "/calls/{call_id}/dismiss",
    response_model=CallSeen,
    summary="Say that a call is no call-out",
    response_description="The call, and what came of it",
    responses=documented(401, 403, 404, 409, 503),
)
async def dismiss(call_id: Storable, runner: TheRunner, who: _Decides) -> CallSeen:
    """It is no call-out, and pages nobody. Again changes nothing."""
    await runner.act(take_call.dismiss, call_id, who, Source.API)
    return await runner.ask(take_call.see_call, call_id)
