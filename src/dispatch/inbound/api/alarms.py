"""The door for alarms: what a coordinator must hear, and "I have it"."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from dispatch.actions import own_alarm
from dispatch.actions.own_alarm import OpenAlarm
from dispatch.inbound.http.auth import coordinator_may
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import documented
from dispatch.inbound.http.state import TheOffice
from dispatch.inbound.http.texts import Storable
from dispatch.rules.facts.actors import Actor
from dispatch.rules.permissions import Deed


class OpenAlarms(BaseModel):
    """The worst first, and of these the oldest."""

    alarms: list[OpenAlarm]


router = APIRouter(prefix="/v1/alarms", tags=["coordinators"], route_class=JsonRoute, strict_content_type=False)


@router.get("", response_model=OpenAlarms, responses=documented(401, 403))
async def open_alarms(
    office: TheOffice, who: Annotated[Actor, Depends(coordinator_may(Deed.LIST_ALARMS))]
) -> OpenAlarms:
    """What is open now, 200 at most."""
    return OpenAlarms(alarms=await office.act(own_alarm.list_alarms, who))


@router.post("/{alarm_id}/own", response_model=OpenAlarm, responses=documented(401, 403, 404, 409))
async def own(
    alarm_id: Storable, office: TheOffice, who: Annotated[Actor, Depends(coordinator_may(Deed.OWN_ALARM))]
) -> OpenAlarm:
    """I have it, and whatever about the same call-out is no worse: the others are told, and it rings for them no more.
    Again says that you are still at it."""
    return await office.act(own_alarm.own, alarm_id, who)
