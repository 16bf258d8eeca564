"""The doors for calls on the hotline: what came in, and whether one is a call-out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from dispatch.actions.hotline import take_call
from dispatch.actions.hotline.take_call import CallSeen
from dispatch.inbound.api.example_night import NOWHERE, PHONED
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import NEEDS_COORDINATOR, coordinator_may
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.examples import answered
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import wrong
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor, Source

_Decides = Annotated[Actor, Depends(coordinator_may(Permission.DECIDE_CALL))]


class Calls(BaseModel):
    """The newest first."""

    calls: list[CallSeen]


_UNDECIDED = {
    "id": "01a20e5d-2678-7000-8abb-05c9e1d41b77",
    "called_at": "2026-11-24T12:42:00Z",
    "phone": "+15625550199",
    "trust": "unlisted",
    "agency": "UNLISTED",
    "callout": None,
    "code": None,
    "again": False,
    "calls_back": False,
    "due_at": "2026-11-24T12:43:00Z",
    "dismissed_at": None,
    "dismissed_by": None,
}
_DISMISSED = {**_UNDECIDED, "due_at": None, "dismissed_at": "2026-11-24T12:42:03Z", "dismissed_by": "cora"}
_PAGED = {**_DISMISSED, "callout": PHONED["id"], "code": PHONED["code"]}
_NO_CALL = f"there is no hotline call {NOWHERE}"

router = APIRouter(prefix="/v1/hotline", tags=["coordinators"], route_class=JsonRoute)


@router.get(
    "/calls",
    response_model=Calls,
    summary="List calls to the hotline",
    response_description="The calls, and what came of each",
    responses={
        **answered({"calls": [_UNDECIDED]}),
        **documented(401, 503, said={403: NEEDS_COORDINATOR, 422: wrong("limit", "must be 200 or less")}),
    },
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
    responses={
        **answered(_PAGED),
        **documented(
            401, 503, said={403: NEEDS_COORDINATOR, 404: _NO_CALL, 409: "what becomes of this call is decided already"}
        ),
    },
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
    responses={
        **answered(_DISMISSED),
        **documented(
            401,
            503,
            said={
                403: NEEDS_COORDINATOR,
                404: _NO_CALL,
                409: "this call has opened a call-out; cancel that if nobody is needed",
            },
        ),
    },
)
async def dismiss(call_id: Storable, runner: TheRunner, who: _Decides) -> CallSeen:
    """It is no call-out, and pages nobody. Again changes nothing."""
    await runner.act(take_call.dismiss, call_id, who, Source.API)
    return await runner.ask(take_call.see_call, call_id)
