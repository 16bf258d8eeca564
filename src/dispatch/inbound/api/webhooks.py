"""What agencies and partners are posted, for the OpenAPI document: nothing here is called.

The law: there is an entry for each event that an agency is told, with what `GET` shows as its `data`.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel

from dispatch.actions.access.agency_view import CallOutStatus
from dispatch.actions.schedule.tell_webhook import SCHEDULE_CHANGED
from dispatch.inbound.api import example_night
from dispatch.inbound.api.example_night import CODE
from dispatch.inbound.api.schedule_changes import WOULD_DO, OnCallOtherwise
from dispatch.inbound.http.examples import posted
from dispatch.rules.decisions import AgencyEvent

_WHEN: dict[AgencyEvent, str] = {
    AgencyEvent.OPENED: "A call-out of this agency is open: its program posted it, an officer phoned, or a coordinator "
    "opened it for one.",
    AgencyEvent.UNANSWERED: "Nobody has it yet. Told whenever the officer hears it; paging goes on.",
    AgencyEvent.ACKNOWLEDGED: "A specialist has taken it.",
    AgencyEvent.ETA_CHANGED: "The specialist has given a new ETA.",
    AgencyEvent.EN_ROUTE: "The specialist is on the way.",
    AgencyEvent.ON_SCENE: "The specialist is there: the response clock has stopped.",
    AgencyEvent.CLEARED: "The specialist has left the scene.",
    AgencyEvent.RELEASED: "The specialist cannot come after all; others are being paged again.",
    AgencyEvent.CANCELLED: "It was cancelled.",
    AgencyEvent.CLOSED: "It is over.",
}

# Each with when it was told.
_TOLD: dict[AgencyEvent, tuple[str, dict[str, Any]]] = {
    AgencyEvent.OPENED: ("2026-11-24T10:14:00Z", example_night.OPENED),
    AgencyEvent.UNANSWERED: ("2026-11-24T12:50:03Z", example_night.UNANSWERED),
    AgencyEvent.ACKNOWLEDGED: ("2026-11-24T10:20:00Z", example_night.TAKEN),
    AgencyEvent.ETA_CHANGED: ("2026-11-24T10:22:00Z", example_night.SOONER),
    AgencyEvent.EN_ROUTE: ("2026-11-24T10:24:00Z", example_night.EN_ROUTE),
    AgencyEvent.ON_SCENE: ("2026-11-24T10:43:00Z", example_night.ON_SCENE),
    AgencyEvent.CLEARED: ("2026-11-24T12:10:00Z", example_night.CLEARED),
    AgencyEvent.RELEASED: ("2026-11-24T12:42:00Z", example_night.RELEASED),
    AgencyEvent.CANCELLED: ("2026-11-24T12:42:00Z", example_night.CANCELLED),
    AgencyEvent.CLOSED: ("2026-11-24T12:40:00Z", example_night.OVER),
}


def _example(event: AgencyEvent) -> dict[str, Any]:
    at, data = _TOLD[event]
    return {"type": event.value, "timestamp": at, "data": data}


class AgencyWebhook(BaseModel):
    """One step of a call-out. It may come twice or late: `webhook-id` tells it apart, `timestamp` says when it was."""

    type: AgencyEvent
    timestamp: datetime
    data: CallOutStatus


class Notice(BaseModel):
    """The code of the call-out, and one line for people. It names no child and no meeting place."""

    code: str
    text: str


class PartnerNotice(BaseModel):
    """What a partner is told, in the same form."""

    type: Literal["notice"]
    timestamp: datetime
    data: Notice


_NOTICED = {
    "type": "notice",
    "timestamp": "2026-11-24T10:14:00Z",
    "data": {
        "code": CODE,
        "text": f"LBPD call-out {CODE} is open, a specialist is being paged. For your notice only.",
    },
}


class ChangeOfSchedule(BaseModel):
    """The roster has this `version` now, by an `edit` of this kind; `on_call` are the spans in which others are on
    call."""

    version: int
    edit: str
    on_call: list[OnCallOtherwise]


class ScheduleWebhook(BaseModel):
    """Somebody changed who is on call."""

    type: Literal["schedule.changed"]
    timestamp: datetime
    data: ChangeOfSchedule


_CHANGED = {
    "type": SCHEDULE_CHANGED,
    "timestamp": "2026-11-24T12:53:03Z",
    "data": {"version": 3, "edit": "added an override", "on_call": WOULD_DO["on_call"]},
}

_Id = Annotated[str, Header(description="The same for every attempt: keep it, and take each id once.")]
_Timestamp = Annotated[str, Header(description="When this attempt was made, in seconds since 1970.")]
_Signature = Annotated[
    str, Header(description="As Standard Webhooks specifies, one for each key of yours, with spaces between.")
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    204: {"description": "Any 2xx: taken"},
    "default": {"description": "Anything else, and no answer: tried again for a day; 410 ends it"},
}


async def _told(
    body: AgencyWebhook, webhook_id: _Id, webhook_timestamp: _Timestamp, webhook_signature: _Signature
) -> None:
    """An agency is told of a step."""


async def _noticed(
    body: PartnerNotice, webhook_id: _Id, webhook_timestamp: _Timestamp, webhook_signature: _Signature
) -> None:
    """A partner is told that a call-out was opened, taken or ended."""


async def _changed(
    body: ScheduleWebhook, webhook_id: _Id, webhook_timestamp: _Timestamp, webhook_signature: _Signature
) -> None:
    """The deployment's own program is told of a change."""


@cache
def described() -> APIRouter:
    """Their part of the OpenAPI document. Making it takes a while, so the applications of one process share it."""
    webhooks = APIRouter()
    for event in AgencyEvent:
        webhooks.add_api_route(
            event.value,
            _told,
            methods=["POST"],
            status_code=204,
            name=event.value,
            summary="Call-out " + event.value.partition(".")[2].replace("_", " ").replace("eta", "ETA"),
            description=_WHEN[event],
            responses=_ANSWERS,
            openapi_extra=posted(_example(event)),
            tags=["webhooks"],
        )
    webhooks.add_api_route(
        "notice",
        _noticed,
        methods=["POST"],
        status_code=204,
        name="notice",
        summary="Notice to a partner",
        responses=_ANSWERS,
        openapi_extra=posted(_NOTICED),
        tags=["webhooks"],
    )
    webhooks.add_api_route(
        SCHEDULE_CHANGED,
        _changed,
        methods=["POST"],
        status_code=204,
        name=SCHEDULE_CHANGED,
        summary="Schedule changed",
        description="Posted to the deployment's own URL, where it is set. It may come twice or out of order: `version` "
        "tells which is newer.",
        responses=_ANSWERS,
        openapi_extra=posted(_CHANGED),
        tags=["webhooks"],
    )
    return webhooks
