"""The door for alarms: what a coordinator must hear, and "I have it"."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import OpenAlarm
from dispatch.inbound.api.example_night import CALLED_WITHOUT_REFERENCE, NOWHERE
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import NEEDS_COORDINATOR, coordinator_may
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.examples import answered
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor


class OpenAlarms(BaseModel):
    """The worst first, and of these the oldest."""

    alarms: list[OpenAlarm]


_CODE = CALLED_WITHOUT_REFERENCE["code"]
_OPEN = {
    "id": "01a20e66-5ab8-7000-b758-8088d9efe28b",
    "kind": "chain_ended",
    "severity": "urgent",
    "callout": CALLED_WITHOUT_REFERENCE["id"],
    "code": _CODE,
    "text": f"ALARM {_CODE}: nobody has it. Paging everyone, round 1. Please call people and the officer, "
    "+15625550178.",
    "opened_at": "2026-11-24T12:52:03Z",
    "owner": None,
    "owned_at": None,
}

router = APIRouter(prefix="/v1/alarms", tags=["coordinators"], route_class=JsonRoute)


@router.get(
    "",
    response_model=OpenAlarms,
    summary="List open alarms",
    response_description="The alarms that are open",
    responses={**answered({"alarms": [_OPEN]}), **documented(401, 503, said={403: NEEDS_COORDINATOR})},
)
async def open_alarms(
    runner: TheRunner, who: Annotated[Actor, Depends(coordinator_may(Permission.LIST_ALARMS))]
) -> OpenAlarms:
    """What is open now, 200 at most."""
    return OpenAlarms(alarms=await runner.act(own_alarm.list_alarms, who))


@router.post(
    "/{alarm_id}/own",
    response_model=OpenAlarm,
    summary="Take an alarm",
    response_description="The alarm, and who has it",
    responses={
        **answered({**_OPEN, "owner": "Cora", "owned_at": "2026-11-24T12:53:03Z"}),
        **documented(
            401,
            503,
            said={
                403: NEEDS_COORDINATOR,
                404: f"there is no alarm {NOWHERE}",
                409: "this alarm is over; nobody need have it",
            },
        ),
    },
)
async def own(
    alarm_id: Storable, runner: TheRunner, who: Annotated[Actor, Depends(coordinator_may(Permission.OWN_ALARM))]
) -> OpenAlarm:
    """I have it, and whatever about the same call-out is no worse: the others are told, and it rings for them no more.
    Again says that you are still at it."""
    return await runner.act(own_alarm.own, alarm_id, who)
