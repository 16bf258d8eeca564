"""What agencies and partners are posted, for the OpenAPI document: nothing here is called.

The law: there is an entry for each event that an agency is told, with what `GET` shows as its `data`.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel

from dispatch.actions.access.agency_view import CallOutStatus
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


@cache
def described() -> APIRouter:
    """Their part of the OpenAPI document. Making it takes a while, so the applications of one process share it."""
    webhooks = APIRouter(tags=["webhooks"])
    answers: dict[str, Any] = {"methods": ["POST"], "status_code": 204, "responses": _ANSWERS}
    for event in AgencyEvent:
        summary = "Call-out " + event.value.partition(".")[2].replace("_", " ").replace("eta", "ETA")
        webhooks.add_api_route(
            event.value, _told, name=event.value, summary=summary, description=_WHEN[event], **answers
        )
    webhooks.add_api_route("notice", _noticed, name="notice", summary="Notice to a partner", **answers)
    return webhooks
