"""The door for agencies: open a call-out, say more about it, cancel it, ask for its status."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import AfterValidator, BaseModel

from dispatch.actions import change_callout
from dispatch.actions.open_callout import Idempotency, open_callout
from dispatch.actions.read_callout import agency_callout, coordinator_callout
from dispatch.inbound.api.callout_request import CallOutChange, CallOutRequest, Cancellation
from dispatch.inbound.http.auth import AnyCaller, CallingAgency
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.problem import documented
from dispatch.inbound.http.state import TheOffice
from dispatch.rules.facts import Status
from dispatch.rules.storable import storable
from dispatch.store.callout_records import CallOutRecord

_Key = Annotated[str | None, Header(max_length=200, description="Repeating the same key and body opens nothing new.")]


class Created(BaseModel):
    """What a caller learns at once. A specialist is promised to be there by `respond_by`."""

    id: str
    code: str
    status: Status
    received_at: datetime
    respond_by: datetime
    status_url: str


class CallOutStatus(BaseModel):
    """The status of a call-out. `specialist` is a first name. Moments are in UTC, and null until they have happened."""

    id: str
    code: str
    status: Status
    received_at: datetime
    respond_by: datetime
    reference: str | None
    specialist: str | None
    eta_at: datetime | None
    first_paged_at: datetime | None
    acknowledged_at: datetime | None
    en_route_at: datetime | None
    arrived_at: datetime | None
    with_child_at: datetime | None
    cleared_at: datetime | None
    ended_at: datetime | None


CallOutId = Annotated[str, AfterValidator(storable)]
"""An id from an address. The database may be unable to hold such text; then no call-out has this id."""


router = APIRouter(prefix="/v1/callouts", tags=["call-outs"], route_class=JsonRoute)


@router.post(
    "",
    status_code=201,
    response_model=Created,
    responses={
        200: {"model": Created, "description": "The same request was made before; this is its call-out"},
        **documented(401, 403, 408, 409, 413, 415, 422),
    },
)
async def open_a_callout(
    body: CallOutRequest,
    request: Request,
    response: Response,
    office: TheOffice,
    agency: CallingAgency,
    idempotency_key: _Key = None,
    webhook_id: _Key = None,
) -> Created:
    """Call for a specialist. By the time of the answer, the first page is on its way."""
    key = webhook_id or idempotency_key
    idempotency = Idempotency(key, await request.body()) if key else None
    details = body.details()
    opened = await again_on_conflict(lambda: office.act_together(open_callout, agency, details, idempotency))
    created = _created(opened.record, office.public_url)
    response.status_code = 201 if opened.fresh else 200
    response.headers["Location"] = created.status_url
    return created


@router.get("/{callout_id}", response_model=CallOutStatus, responses=documented(401, 404))
async def ask_how_it_stands(callout_id: CallOutId, office: TheOffice, caller: AnyCaller) -> dict[str, Any]:
    """The status, who is coming and when. An agency sees only its own call-outs."""
    if caller.agency is not None:
        return await office.ask(agency_callout, callout_id, caller.agency)
    return await office.act(coordinator_callout, callout_id, caller.actor)


@router.patch(
    "/{callout_id}", response_model=CallOutStatus, responses=documented(401, 403, 404, 408, 409, 413, 415, 422)
)
async def say_more(
    callout_id: CallOutId, body: CallOutChange, office: TheOffice, agency: CallingAgency
) -> dict[str, Any]:
    """Add details, or change the place. A field that is left out stays as it is; null clears it."""
    await office.act(change_callout.add_detail, callout_id, agency, body.changes())
    return await office.ask(agency_callout, callout_id, agency)


@router.post(
    "/{callout_id}/cancel",
    response_model=CallOutStatus,
    responses=documented(401, 403, 404, 408, 409, 413, 415, 422),
)
async def cancel(
    callout_id: CallOutId, office: TheOffice, agency: CallingAgency, body: Cancellation | None = None
) -> dict[str, Any]:
    """Say that nobody is needed any more. Cancelling twice changes nothing."""
    await office.act(change_callout.cancel, callout_id, agency, body.reason if body else None)
    return await office.ask(agency_callout, callout_id, agency)


def _created(record: CallOutRecord, public_url: str) -> Created:
    return Created(
        id=record.id,
        code=record.code,
        status=record.status,
        received_at=record.received_at,
        respond_by=record.respond_by,
        status_url=f"{public_url}/v1/callouts/{record.id}",
    )
