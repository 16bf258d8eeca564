"""What agencies and partners are posted, for the OpenAPI document: nothing here is called.

The law: there is an entry for each event that an agency is told, with what `GET` shows as its `data`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Header
from pydantic import BaseModel, ConfigDict

from dispatch.actions.agency_view import CallOutStatus
from dispatch.rules.decisions import AgencyEvent

_WHEN: dict[AgencyEvent, str] = {
    AgencyEvent.OPENED: "A call-out of this agency is open: its program posted it, an officer phoned, or a coordinator "
    "opened it for one.",
    AgencyEvent.UNANSWERED: "Nobody has answered yet. Told whenever the officer hears it; paging goes on.",
    AgencyEvent.ACKNOWLEDGED: "A specialist has taken it.",
    AgencyEvent.ETA_CHANGED: "The specialist has given a new ETA.",
    AgencyEvent.EN_ROUTE: "The specialist is on the way.",
    AgencyEvent.ON_SCENE: "The specialist is there: the response clock has stopped.",
    AgencyEvent.CLEARED: "The specialist has left the scene.",
    AgencyEvent.RELEASED: "The specialist cannot come after all; others are being paged again.",
    AgencyEvent.CANCELLED: "It was cancelled.",
    AgencyEvent.CLOSED: "It is over.",
}

# Of one that is over, since FastAPI leaves every null out of an example.
_SEEN: dict[str, Any] = {
    "id": "01a20e43-aae0-7000-99ea-1a3c71bc946a",
    "code": "F7W",
    "status": "closed",
    "received_at": "2026-11-24T10:14:05Z",
    "respond_by": "2026-11-24T11:14:05Z",
    "reference": "26-000123",
    "specialist": "Ben",
    "eta_at": "2026-11-24T10:45:00Z",
    "first_paged_at": "2026-11-24T10:14:05Z",
    "acknowledged_at": "2026-11-24T10:20:00Z",
    "en_route_at": "2026-11-24T10:24:00Z",
    "arrived_at": "2026-11-24T10:43:00Z",
    "with_child_at": "2026-11-24T10:45:00Z",
    "cleared_at": "2026-11-24T12:10:00Z",
    "ended_at": "2026-11-24T12:40:00Z",
}


class AgencyWebhook(BaseModel):
    """One step of a call-out. It may come twice or late: `webhook-id` tells it apart, `timestamp` says when it was."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "callout.closed", "timestamp": "2026-11-24T12:40:00Z", "data": _SEEN}]}
    )

    type: AgencyEvent
    timestamp: datetime
    data: CallOutStatus


class Notice(BaseModel):
    """The code of the call-out, and one line for people. It names no child and no place."""

    code: str
    text: str


class PartnerNotice(BaseModel):
    """What a partner is told, in the same form."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "notice",
                    "timestamp": "2026-11-24T10:14:05Z",
                    "data": {"code": "F7W", "text": "LBPD called for a specialist, code F7W."},
                }
            ]
        }
    )

    type: Literal["notice"]
    timestamp: datetime
    data: Notice


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


def describe(app: FastAPI) -> None:
    """Put them into the OpenAPI document."""
    for event in AgencyEvent:
        app.webhooks.add_api_route(
            event.value,
            _told,
            methods=["POST"],
            status_code=204,
            name=event.value,
            summary=event.value.partition(".")[2].replace("_", " "),
            description=_WHEN[event],
            responses=_ANSWERS,
            tags=["webhooks"],
        )
    app.webhooks.add_api_route(
        "notice",
        _noticed,
        methods=["POST"],
        status_code=204,
        name="notice",
        summary="notice to a partner",
        responses=_ANSWERS,
        tags=["webhooks"],
    )
