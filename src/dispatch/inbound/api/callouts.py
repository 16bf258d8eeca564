"""The door for agencies: open a call-out, say more about it, cancel it, ask for its status."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from dispatch.actions.access.agency_view import CallOutStatus
from dispatch.actions.callout import change_callout
from dispatch.actions.callout.coordinator_view import CoordinatorsCallOut, CoordinatorsStatus, coordinator_view
from dispatch.actions.callout.open_callout import Idempotency, kept_key, open_callout
from dispatch.actions.callout.read_callout import (
    agency_callout,
    coordinator_callout,
    list_for_agency,
    list_for_coordinator,
)
from dispatch.actions.runner import Runner
from dispatch.inbound.api.callout_request import CallOutChange, CallOutRequest, Cancellation
from dispatch.inbound.api.opening_route import OpeningRoute
from dispatch.inbound.http import unavailable
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.http.auth import AnybodyMay, CallingAgency, Client, OpeningAgency
from dispatch.inbound.http.conflicts import again_on_conflict
from dispatch.inbound.http.documented import READS_A_BODY, documented
from dispatch.inbound.http.for_programs import CALLOUTS
from dispatch.inbound.http.lenient import LeftOut, for_the_log, what_was_left_out
from dispatch.inbound.http.moments import WrittenMoment
from dispatch.inbound.http.state import TheRunner, admission
from dispatch.rules.access.permissions import Permission
from dispatch.rules.delivery.dialling import OUTSIDE
from dispatch.rules.facts.callout import Status
from dispatch.store.callout.records import CallOutFilter

_log = structlog.get_logger("dispatch.intake")

_KEYS: list[dict[str, Any]] = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The same key with the same body, byte for byte, opens nothing new: it is answered 200, with "
        f"the call-out that it opened. With any other body it is answered 409, even if only a space differs. {ended} A "
        "key is deleted with the details of its call-out: 90 days after the end, unless the service is set otherwise.",
    }
    for name, ended in (
        (
            "idempotency-key",
            "Once that call-out has ended it is answered 409, with its code: another call-out takes a new key.",
        ),
        ("webhook-id", "Once that call-out has ended it is answered 200 as before: a webhook is delivered again."),
    )
]
"""For the OpenAPI document. The door reads these headers, and its runner, by hand: with `Header` and `Depends` they
took a sixth of what it costs to read a call-out."""


class Created(BaseModel):
    """What a caller learns at once. A specialist is promised to be there by `respond_by`. `warnings` name what was left
    out of the request, because it did not fit, and a callback number that is neither rung nor texted."""

    id: str
    code: str
    status: Status
    received_at: datetime
    respond_by: datetime
    status_url: str
    warnings: list[LeftOut]


@dataclass(frozen=True, slots=True)
class CallOutChanged(CallOutStatus):
    """How the call-out stands now. `warnings` name what was left out of the request, because it did not fit, and a
    callback number that is neither rung nor texted."""

    warnings: list[LeftOut]


class CallOutList(BaseModel):
    """The newest first. `next` is null at the end; given as `before`, it brings the call-outs after these."""

    callouts: list[CoordinatorsStatus | CallOutStatus]
    next: str | None


CallOutId = Storable
"""An id, or the code of an open call-out, from an address."""
WantedStatus = Literal["open", "paging", "acknowledged", "en_route", "on_scene", "cleared", "closed", "cancelled"]
"""Every status, and all that are open."""


router = APIRouter(prefix=CALLOUTS, tags=["agencies"], route_class=OpeningRoute)


@router.post(
    "",
    status_code=201,
    response_model=Created,
    openapi_extra={"parameters": _KEYS},
    summary="Call for a specialist",
    response_description="The call-out that was opened",
    responses={
        200: {"model": Created, "description": "The same request was made before; this is its call-out"},
        **documented(*READS_A_BODY, 403, 409, 422, overloaded=unavailable.TOO_MANY, has_places=False),
    },
)
async def open_a_callout(
    body: CallOutRequest,
    request: Request,
    response: Response,
    agency: OpeningAgency,
) -> Created:
    """Call for a specialist. By the time of the answer, the first page is on its way.

    Only the officer's callback number must be right. One outside the regions that this service dials opens a call-out
    as well: it is neither rung nor texted, `warnings` say so, and coordinators are rung. Anything else that does not
    fit, unknown fields too, is left out, kept nowhere, and named in `warnings`; with `Prefer: handling=strict` it is
    refused instead, every mistake named.

    While more call-outs come in than can be paged, an agency of which ten or more wait already may be asked to send
    this one again: 503, with `Retry-After`, after five seconds at most. Nothing was opened then.
    """
    runner: Runner = request.app.state.runner
    delivered = request.headers.get("webhook-id")
    said = delivered or request.headers.get("idempotency-key")
    key = kept_key(said) if said else None
    left_out = what_was_left_out(request)
    idempotency = Idempotency(key, await request.body(), said, redelivery=bool(delivered)) if key else None
    details = body.details()
    async with admission(request).entered(agency, key):
        opened = await again_on_conflict(lambda: runner.act_together(open_callout, agency, details, idempotency))
    record = opened.record
    _say_what_was_left_out(agency, record.code, left_out)
    response.status_code = 201 if opened.fresh else 200
    response.headers["Location"] = address = f"{runner.public_url}{router.prefix}/{record.id}"
    return Created(
        id=record.id,
        code=record.code,
        status=record.status,
        received_at=record.received_at,
        respond_by=record.respond_by,
        status_url=address,
        warnings=[*left_out, *_not_dialled(runner, record.details.officer_phone)],
    )


@router.get(
    "",
    response_model=CallOutList,
    summary="List call-outs",
    response_description="The call-outs, the newest first",
    responses=documented(401, 403, 404, 422, 503),
)
async def list_callouts(
    runner: TheRunner,
    caller: Annotated[Client, Depends(AnybodyMay(Permission.LIST_CALLOUTS))],
    status: Annotated[WantedStatus | None, Query(description="only of this status, or all that are open")] = None,
    reference: Annotated[Storable | None, Query(max_length=120, description="the agency's own number")] = None,
    since: Annotated[WrittenMoment | None, Query(description="received at or after; with UTC offset")] = None,
    before: Annotated[Storable | None, Query(max_length=40, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The newest first: an agency's own, or everybody's with a coordinator's key."""
    of = Status(status) if status is not None and status != "open" else None
    wanted = CallOutFilter(None, of, status == "open", reference, since, before, limit)
    if caller.agency is not None:
        return await runner.ask(list_for_agency, caller.agency, wanted)
    return (await runner.act(list_for_coordinator, wanted, caller.actor)).shown(coordinator_view)


@router.get(
    "/{callout_id}",
    response_model=CoordinatorsCallOut | CallOutStatus,
    summary="Ask how a call-out stands",
    response_description="How it stands",
    responses=documented(401, 403, 404, 503),
)
async def ask_how_it_stands(
    callout_id: CallOutId, runner: TheRunner, caller: Annotated[Client, Depends(AnybodyMay(Permission.SEE_CALLOUT))]
) -> dict[str, Any]:
    """The status, who is coming and when; to a coordinator also whom to ring, who was paged and how it went.

    An agency sees only its own call-outs.
    """
    if caller.agency is not None:
        return await runner.ask(agency_callout, callout_id, caller.agency)
    return await runner.act(coordinator_callout, callout_id, caller.actor)


@router.patch(
    "/{callout_id}",
    response_model=CallOutChanged,
    summary="Say more about a call-out",
    response_description="How it stands now, and what was left out",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def say_more(
    callout_id: CallOutId, body: CallOutChange, request: Request, runner: TheRunner, agency: CallingAgency
) -> dict[str, Any]:
    """Add details, or change the meeting place. A field that is left out stays as it is; null clears it. What does not
    fit is left out, and named in `warnings`."""
    changes = body.changes()
    status = await runner.act(change_callout.add_detail, callout_id, agency, changes)
    changed = _changed(status, agency, what_was_left_out(request))
    return {**changed, "warnings": [*changed["warnings"], *_not_dialled(runner, changes.get("officer_phone"))]}


@router.post(
    "/{callout_id}/cancel",
    response_model=CallOutChanged,
    summary="Cancel a call-out",
    response_description="How it stands now, and what was left out",
    responses=documented(*READS_A_BODY, 403, 404, 409, 422),
)
async def cancel(
    callout_id: CallOutId,
    runner: TheRunner,
    agency: CallingAgency,
    request: Request,
    body: Cancellation | None = None,
) -> dict[str, Any]:
    """Say that nobody is needed any more. Cancelling twice changes nothing."""
    status = await runner.act(change_callout.cancel, callout_id, agency, body.reason if body else None)
    return _changed(status, agency, what_was_left_out(request))


def _changed(status: dict[str, Any], agency: str, left_out: list[LeftOut]) -> dict[str, Any]:
    _say_what_was_left_out(agency, status["code"], left_out)
    return {**status, "warnings": left_out}


def _say_what_was_left_out(agency: str, code: str, left_out: list[LeftOut]) -> None:
    """The names of the fields, for whoever helps the agency to fix its program; never what was in them."""
    if left_out:
        _log.warning("left out", agency=agency, code=code, fields=for_the_log(left_out))


def _not_dialled(runner: Runner, phone: str | None) -> list[LeftOut]:
    """The warning about an officer's number that was kept, and is of no use to us."""
    if not phone or runner.dials(phone):
        return []
    said = f"{OUTSIDE}: it is kept, and neither rung nor texted; coordinators are rung"
    return [LeftOut(field="officer.callback_phone", message=said)]
