"""The door for alarms: what a coordinator must hear, and "I have it"."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from dispatch.actions.alarms import own_alarm
from dispatch.actions.alarms.own_alarm import OpenAlarm
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import CoordinatorMay
from dispatch.inbound.http.documented import documented
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.state import TheRunner
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import Actor


class OpenAlarms(BaseModel):
    """The worst first, and of these the oldest."""

    alarms: list[OpenAlarm]


router = APIRouter(prefix="/v1/alarms", tags=["coordinators"], route_class=JsonRoute)


@router.get(
    "",
    response_model=OpenAlarms,
    summary="List open alarms",
    response_description="The alarms that are open",
    responses=documented(401, 403, 503),
)
async def open_alarms(
    runner: TheRunner, who: Annotated[Actor, Depends(CoordinatorMay(Permission.LIST_ALARMS))]
) -> OpenAlarms:
    """What is open now, 200 at most."""
    return OpenAlarms(alarms=await runner.act(own_alarm.list_alarms, who))


@router.post(
    "/{alarm_id}/own",
    response_model=OpenAlarm,
    summary="Take an alarm",
    response_description="The alarm, and who has it",
    responses=documented(401, 403, 404, 409, 503),
)
async def own(
    alarm_id: Storable, runner: TheRunner, who: Annotated[Actor, Depends(CoordinatorMay(Permission.OWN_ALARM))]
) -> OpenAlarm:
    """I have it, and whatever about the same call-out is no worse: the others are told, and it rings for them no more.
    Again says that you are still at it."""
    return await runner.act(own_alarm.own, alarm_id, who)
